//! Dumps that the user names: out to a file, and in from one.

use std::path::{Path, PathBuf};

use crate::actions::{request::Request, snapshot::Deed};
use crate::core::{
    container::{ContainerSpec, Mount, MountSource},
    naming::Role,
    notice::Notice,
    report::What,
    service::{Service, ServiceKind},
    spec::{self, DATABASE_PORT, SECRETS_DIR, TOOLS_DIR, VolumeKind, build, helper, service, task},
};
use crate::runtime::apply::{StepResult, StepRun, dump, output::Ended};

/// The part of the container that reads a dump in.
const IMPORT: &str = "import";

impl StepRun<'_> {
    /// Writes a dump without our own schema to a file of the user's.
    pub(super) async fn export(&self, file: &str) -> StepResult {
        let path = new_file(file)?;
        let container = self.ready_database().await?;
        self.dump_to(&container, &path).await?;
        self.report(What::Notice(Notice::info(format!("the database was dumped to {}", path.display()))));
        Ok(None)
    }

    /// Reads a dump into a database beside the project's, which is as it was if that fails.
    pub(super) async fn import(&self, file: &str) -> StepResult {
        let path = dump_file(file)?;
        let Some(database) = self.project().of_kind(ServiceKind::Postgres) else {
            return Err(Notice::error("the project has no PostgreSQL service"));
        };
        let spec = self.import_spec(database, &path);
        // Whatever is there under this name was left by another client or a kill.
        let old = self.engine().container(&spec.name).await.ok().map(|container| container.id);
        let ended = self.one_shot(&spec, old, None).await?;
        // It is of no use any more; one that stays is found by `destroy`.
        let _ = self.engine().remove(&spec.name).await;
        if ended.exit_code == 0 {
            self.tell_doubts(&ended);
            return Ok(None);
        }
        let last: Vec<String> = ended.lines.iter().rev().take(8).rev().cloned().collect();
        Err(Notice::error(format!("the dump {} could not be read in", path.display()))
            .because(last.join("\n"))
            .remedy("the project's database is as it was; a dump of `pg_dump -Fc`, or SQL, is understood"))
    }

    /// What is said of a dump that could be read: it is of a newer version than the server.
    fn tell_doubts(&self, ended: &Ended) {
        let said = ended.lines.iter().filter_map(|line| line.strip_prefix("biostar-tui: "));
        for doubt in said {
            let notice =
                Notice::warning(doubt).remedy("look whether all is there; `snapshot list` has what was before");
            self.report(What::Notice(notice));
        }
    }

    fn import_spec(&self, database: &Service, dump: &Path) -> ContainerSpec {
        let project = self.project();
        let image = build::reference(project, self.facts(), database);
        let mut wanted = helper::one_shot(project, IMPORT, image);
        let name = spec::database_name(project);
        let (uid, gid) = spec::run_as(project, self.facts());
        wanted.user = Some(format!("{uid}:{gid}"));
        wanted.command = Some(vec!["sh".to_owned(), format!("{TOOLS_DIR}/import.sh")]);
        wanted.env = [
            ("PGHOST", database.name.clone()),
            ("PGPORT", DATABASE_PORT.to_string()),
            ("PGUSER", name.clone()),
            ("PGPASSFILE", format!("{SECRETS_DIR}/app/pgpass")),
            ("IMPORT_INTO", task::import_database(&name)),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
        wanted.mounts = vec![
            spec::volume_mount(project, VolumeKind::Secrets, true),
            Mount {
                source: MountSource::Bind(dump.display().to_string()),
                target: "/dump".to_owned(),
                read_only: true,
            },
        ];
        wanted.files = spec::files::tool("import.sh").into_iter().collect();
        wanted.network = service::network(project, Vec::new());
        wanted.stop_timeout = 10;
        wanted
    }

    /// The container of the database, which runs.
    async fn ready_database(&self) -> Result<String, Notice> {
        let Some(service) = self.project().of_kind(ServiceKind::Postgres) else {
            return Err(Notice::error("the project has no PostgreSQL service"));
        };
        let name = self.project().container_name(Role::Service, &service.name);
        let ready = self.engine().container(&name).await.is_ok_and(|container| container.is_ready());
        if ready {
            return Ok(name);
        }
        Err(Notice::error("the database does not run").remedy("`biostar-tui up` starts it"))
    }

    /// Writes beside the file first: nothing half-written stays.
    async fn dump_to(&self, container: &str, path: &Path) -> Result<(), Notice> {
        let database = spec::database_name(self.project());
        let words = ["pg_dump", "-Fc", "-N", "biostar_tui", "-U", &database, &database];
        let command: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let dump = self.engine().exec_stream(container, Some("postgres"), &command).await?;
        dump::write_whole(path, dump).await
    }
}

/// What is wrong with the file that is named: it is looked at before anything is asked or begun.
///
/// # Errors
/// The dump to read in is not there, or the one to write is.
pub fn possible(request: &Request) -> Result<(), Notice> {
    match request.snapshot() {
        Some(Deed::Import(file)) => dump_file(file).map(drop),
        Some(Deed::Export(file)) => new_file(file).map(drop),
        _ => Ok(()),
    }
}

fn dump_file(file: &str) -> Result<PathBuf, Notice> {
    let path = absolute(file)?;
    let path = path.canonicalize().map_err(|error| unreadable(&path, &error.to_string()))?;
    if path.is_file() { Ok(path) } else { Err(unreadable(&path, "it is no file")) }
}

fn new_file(file: &str) -> Result<PathBuf, Notice> {
    let path = absolute(file)?;
    if path.exists() {
        return Err(Notice::error(format!("{} is there already", path.display()))
            .because("a dump writes over nothing")
            .remedy("remove it, or name another file"));
    }
    Ok(path)
}

fn absolute(file: &str) -> Result<PathBuf, Notice> {
    std::path::absolute(file).map_err(|error| unreadable(Path::new(file), &error.to_string()))
}

fn unreadable(path: &Path, cause: &str) -> Notice {
    Notice::error(format!("{} cannot be read", path.display())).because(cause).remedy("name a dump")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::{arguments::Arguments, registry};

    fn asked(what: &str, file: &Path) -> Result<(), Notice> {
        let words = [what.to_owned(), file.display().to_string()];
        let arguments = Arguments::read(registry::find("snapshot").unwrap(), &words).unwrap();
        possible(&Request::of("snapshot", None, &arguments).unwrap())
    }

    #[test]
    fn a_file_is_looked_at_before_anything_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let (there, missing) = (folder.path().join("there.sql"), folder.path().join("missing.sql"));
        std::fs::write(&there, "select 1;").unwrap();
        assert_eq!((asked("import", &there), asked("export", &missing)), (Ok(()), Ok(())));
        let wrong = asked("import", &missing).unwrap_err();
        assert!(wrong.summary.contains("missing.sql cannot be read"), "{wrong:?}");
        assert_eq!(asked("import", folder.path()).unwrap_err().cause.as_deref(), Some("it is no file"));
        assert!(asked("export", &there).unwrap_err().summary.contains("is there already"));
    }
}
