//! The fake's networks and volumes.

use std::collections::BTreeMap;

use crate::{
    core::{
        container::{MountSource, Network},
        observed::{NetworkInfo, Volume},
    },
    engine::{
        error::{EngineError, ErrorKind},
        fake::state::{Files, State, carries},
        port::{LabelFilter, Result},
    },
};

fn refusal<T>(kind: ErrorKind, action: &str, target: &str, message: &str) -> Result<T> {
    Err(EngineError::new(kind, action, target, message))
}

impl State {
    pub(super) fn networks(&self, labels: &LabelFilter) -> Vec<NetworkInfo> {
        self.networks.iter().filter(|it| carries(&it.labels, labels)).cloned().collect()
    }

    pub(super) fn network(&self, name: &str) -> Result<NetworkInfo> {
        match self.networks.iter().find(|it| it.name == name || it.id == name) {
            Some(network) => Ok(network.clone()),
            None => refusal(ErrorKind::NotFound, "inspect network", name, "no network of this name"),
        }
    }

    pub(super) fn create_network(&mut self, name: &str, labels: &BTreeMap<String, String>) -> Result<()> {
        if self.network(name).is_ok() {
            return refusal(ErrorKind::Conflict, "create network", name, "the name is taken");
        }
        let id = self.id();
        self.networks.push(NetworkInfo { id, name: name.to_owned(), labels: labels.clone() });
        Ok(())
    }

    pub(super) fn remove_network(&mut self, id: &str) -> Result<()> {
        let Ok(network) = self.network(id) else { return Ok(()) };
        let uses = |used: &Network| matches!(used, Network::Named { name, .. } if *name == network.name);
        if self.kept.iter().any(|it| it.seen.is_up() && uses(&it.spec.network)) {
            return refusal(ErrorKind::Conflict, "remove network", id, "it has active endpoints");
        }
        self.networks.retain(|it| it.id != network.id);
        Ok(())
    }

    pub(super) fn volumes(&self, labels: &LabelFilter) -> Vec<Volume> {
        self.volumes.values().map(|(volume, _)| volume).filter(|it| carries(&it.labels, labels)).cloned().collect()
    }

    pub(super) fn volume(&self, name: &str) -> Result<Volume> {
        match self.volumes.get(name) {
            Some((volume, _)) => Ok(volume.clone()),
            None => refusal(ErrorKind::NotFound, "inspect volume", name, "no volume of this name"),
        }
    }

    pub(super) fn create_volume(&mut self, name: &str, labels: &BTreeMap<String, String>) {
        let volume = Volume { name: name.to_owned(), labels: labels.clone() };
        self.volumes.entry(name.to_owned()).or_insert((volume, Files::new()));
    }

    pub(super) fn remove_volume(&mut self, name: &str) -> Result<()> {
        let uses = |source: &MountSource| matches!(source, MountSource::Volume(used) if used == name);
        if self.kept.iter().any(|it| it.spec.mounts.iter().any(|mount| uses(&mount.source))) {
            return refusal(ErrorKind::Conflict, "remove volume", name, "a container uses it");
        }
        self.volumes.remove(name);
        Ok(())
    }
}
