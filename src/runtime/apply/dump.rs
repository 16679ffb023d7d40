//! Dumps of the database, written before anything removes its volume.

use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::core::{naming::Role, notice::Notice, plan::Subject, report::What, service::ServiceKind, spec};
use crate::engine::{ErrorKind, port::Stream};
use crate::runtime::{
    apply::{StepResult, StepRun},
    state_folder,
};

impl StepRun<'_> {
    /// Writes a dump in PostgreSQL's custom format, starting the database where it does
    /// not run.
    pub(super) async fn dump(&self) -> StepResult {
        let Some(service) = self.project().of_kind(ServiceKind::Postgres) else {
            return Ok(Some("the project has no database any more".to_owned()));
        };
        let name = service.name.clone();
        let container = self.project().container_name(Role::Service, &name);
        match self.engine().container(&container).await {
            Ok(container) if container.is_ready() => {}
            Ok(container) if container.phase == crate::core::observed::Phase::Paused => {
                drop(self.unpause(&name).await?)
            }
            Ok(_) => drop(self.start(&name).await.map_err(cannot_dump)?),
            Err(error) if error.kind == ErrorKind::NotFound => return self.dump_in_passing(&name, &container).await,
            Err(error) => return Err(error.into()),
        }
        self.dump_from(&name, &container).await
    }

    /// Makes the database's container for the dump alone: an earlier `destroy` has removed it,
    /// and the network too. The plan removes what it has seen, and these it has not.
    async fn dump_in_passing(&self, name: &str, container: &str) -> StepResult {
        let network_is_made = self.network().await.map_err(cannot_dump)?.is_none();
        let dumped = async {
            self.create(name).await.map_err(cannot_dump)?;
            self.start(name).await.map_err(cannot_dump)?;
            self.dump_from(name, container).await
        };
        let dumped = dumped.await;
        if let Ok(container) = self.engine().container(container).await {
            self.stop_and_remove(&container).await?;
        }
        if network_is_made {
            self.remove(&Subject::Network(self.project().network_name())).await?;
        }
        dumped
    }

    async fn dump_from(&self, name: &str, container: &str) -> StepResult {
        self.healthy(name).await.map_err(cannot_dump)?;
        let path = self.write_dump(container).await.map_err(cannot_dump)?;
        self.report(What::Notice(Notice::info(format!("the database was dumped to {}", path.display()))));
        Ok(None)
    }

    async fn write_dump(&self, container: &str) -> Result<PathBuf, Notice> {
        let database = spec::database_name(self.project());
        let words = ["pg_dump", "-Fc", "-N", "biostar_tui", "-U", &database, &database];
        let command: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let path = new_dump_path(&state_folder::dumps(self.project()))?;
        let dump = self.engine().exec_stream(container, Some("postgres"), &command).await?;
        write_whole(&path, dump).await?;
        Ok(path)
    }
}

/// Writes beside the file, then renames: nothing half-written stays behind.
pub(super) async fn write_whole(path: &Path, dump: Stream<bytes::Bytes>) -> Result<(), Notice> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    match write_all(&partial, dump).await {
        Ok(()) => tokio::fs::rename(&partial, path).await.map_err(|error| unwritable(path, &error)),
        Err(notice) => {
            let _ = tokio::fs::remove_file(&partial).await;
            Err(notice)
        }
    }
}

fn cannot_dump(notice: Notice) -> Notice {
    let cause = match notice.cause {
        Some(cause) => format!("{}\n{cause}", notice.summary),
        None => notice.summary,
    };
    Notice::error("the database could not be dumped, so nothing was removed")
        .because(cause)
        .remedy("mend that, or say --no-dump where the data are not worth keeping")
}

/// A dump holds the project's data: its folder is for its owner alone.
fn new_dump_path(folder: &Path) -> Result<PathBuf, Notice> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| unwritable(folder, &error))?;
    let now = jiff::Zoned::now().strftime("%Y-%m-%dT%H%M%S%.3f").to_string();
    Ok(folder.join(format!("{now}.dump")))
}

async fn write_all(path: &Path, mut dump: Stream<bytes::Bytes>) -> Result<(), Notice> {
    let mut file = tokio::fs::File::create(path).await.map_err(|error| unwritable(path, &error))?;
    while let Some(piece) = dump.next().await {
        file.write_all(&piece?).await.map_err(|error| unwritable(path, &error))?;
    }
    file.sync_all().await.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Notice {
    Notice::error(format!("could not write {}", path.display()))
        .because(error.to_string())
        .remedy("free space there, or name another state folder with XDG_STATE_HOME")
}
