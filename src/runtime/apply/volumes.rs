//! Networks, volumes and their preparation; removal of anything.

use crate::core::{
    naming::{self, Role},
    notice::Notice,
    plan::Subject,
    spec::{PACKAGES_IN_FOLDER, VolumeKind, helper},
};
use crate::engine::ErrorKind;
use crate::runtime::{
    apply::{StepResult, StepRun},
    observe, state_folder,
};

impl StepRun<'_> {
    pub(super) async fn network(&self) -> StepResult {
        let name = self.project().network_name();
        // Engines before 25 look for the name and make the network in two steps: two
        // clients at once would have one each, and neither could be named any more.
        let _lock = self.lock(&name).await?;
        match self.engine().create_network(&name, &self.project().labels()).await {
            Ok(()) => {}
            Err(error) if error.kind == ErrorKind::Conflict => {
                return Ok(Some("another client has made it".to_owned()));
            }
            Err(error) => return Err(error.into()),
        }
        // A client of another host or user has a lock of its own.
        self.keep_one_network().await?;
        Ok(None)
    }

    /// The ids of the environment's network, in an order that is the same for all clients.
    async fn own_networks(&self) -> Result<Vec<String>, Notice> {
        let name = self.project().network_name();
        let networks = self.engine().networks(&self.project().labels()).await?;
        let mut ids: Vec<String> =
            networks.into_iter().filter(|network| network.name == name).map(|network| network.id).collect();
        ids.sort();
        Ok(ids)
    }

    /// Of several networks of our name the engine would attach to none.
    pub(super) async fn keep_one_network(&self) -> Result<(), Notice> {
        for id in self.own_networks().await?.iter().skip(1) {
            self.engine().remove_network(id).await?;
        }
        Ok(())
    }

    pub(super) async fn volume(&self, name: &str) -> StepResult {
        let mut labels = self.project().labels();
        let instance = jiff::Timestamp::now().as_nanosecond();
        labels.insert(naming::LABEL_INSTANCE.to_owned(), format!("{instance:x}-{:x}", std::process::id()));
        if name == self.project().volume_name(VolumeKind::Database.as_str()) {
            let major = crate::actions::up::postgres_major(self.project());
            labels.extend(major.map(|major| (naming::LABEL_POSTGRES_MAJOR.to_owned(), major)));
        }
        let folder = self.made_folder(name)?;
        self.engine().create_volume_in(name, &labels, folder.as_deref()).await?;
        Ok(None)
    }

    /// The folder that a volume stands for, made; `None` for one that the engine keeps.
    fn made_folder(&self, name: &str) -> Result<Option<String>, Notice> {
        if name != self.project().volume_name(PACKAGES_IN_FOLDER) {
            return Ok(None);
        }
        let folder = state_folder::packages(self.project());
        std::fs::create_dir_all(&folder).map_err(|error| {
            Notice::error(format!("could not make {}", folder.display()))
                .because(error.to_string())
                .remedy("make the state folder writable, or name another one with XDG_STATE_HOME")
        })?;
        Ok(Some(folder.display().to_string()))
    }

    /// The engine leaves such a folder behind.
    async fn remove_volume(&self, name: &str) -> StepResult {
        self.engine().remove_volume(name).await?;
        let folder = state_folder::packages(self.project());
        if name != self.project().volume_name(PACKAGES_IN_FOLDER) || !folder.exists() {
            return Ok(None);
        }
        match std::fs::remove_dir_all(&folder) {
            Ok(()) => Ok(None),
            Err(error) => Ok(Some(format!("{} is left: {error}", folder.display()))),
        }
    }

    /// The helper's container stays: its exit code and labels are the receipt.
    pub(super) async fn prepare(&self) -> StepResult {
        let observed = observe::objects(self.engine(), self.project(), self.facts()).await?;
        let Some(spec) = helper::prepare(self.project(), self.facts(), &observed) else {
            return Ok(Some("there is nothing to prepare".to_owned()));
        };
        let old = observed.container(Role::Helper, helper::PREPARE).map(|container| container.id.clone());
        let ended = self.one_shot(&spec, old, None).await?;
        if ended.exit_code == 0 {
            return Ok(None);
        }
        Err(Notice::error(format!("volumes could not be prepared (exit code {})", ended.exit_code))
            .because(ended.cause().text())
            .remedy("look at the engine's disk and at the volumes' permissions, then `biostar-tui up` again"))
    }

    pub(super) async fn remove(&self, subject: &Subject) -> StepResult {
        match subject {
            Subject::Container { id, .. } => match self.engine().container(id).await {
                Ok(container) => self.stop_and_remove(&container).await?,
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            },
            Subject::Network(name) if *name == self.project().network_name() => {
                for id in self.own_networks().await? {
                    self.engine().remove_network(&id).await?;
                }
            }
            Subject::Network(name) => self.engine().remove_network(name).await?,
            Subject::Volume(name) => return self.remove_volume(name).await,
            Subject::Image(reference) => self.engine().remove_image(reference).await?,
            other => return Err(Notice::error(format!("{other:?} cannot be removed"))),
        }
        Ok(None)
    }
}
