//! Networks and volumes.

use std::collections::BTreeMap;

use bollard::models;

use crate::{
    core::observed::{NetworkInfo, Volume},
    engine::{
        docker::{
            DockerEngine,
            convert::moment,
            http::{Ask, Call},
            query::Path,
            wire,
        },
        error::ErrorKind,
        port::{LabelFilter, Result},
    },
};

/// How often a network that another client has made at the same time is looked for.
const LOOKS: u32 = 5;
/// The pause between two such looks: long enough for the other client to see ours.
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(50);

impl DockerEngine {
    pub(super) async fn list_networks(&self, labels: &LabelFilter) -> Result<Vec<NetworkInfo>> {
        let path = Path::from("/networks").labels(labels);
        let networks: Vec<wire::Network> = self.http.get(Call::new("list", "networks"), path).await?;
        Ok(networks.into_iter().map(Into::into).collect())
    }

    pub(super) async fn inspect_network(&self, name: &str) -> Result<NetworkInfo> {
        let call = Call::new("inspect network", name);
        let network: wire::Network = self.http.get(call, Path::of("networks", name)).await?;
        // The engine also takes the beginning of an id for a name.
        if network.name != name && network.id != name {
            return Err(call.fails(ErrorKind::NotFound, "no network of this name"));
        }
        Ok(network.into())
    }

    pub(super) async fn make_network(&self, name: &str, labels: &BTreeMap<String, String>) -> Result<()> {
        let call = Call::new("create network", name);
        let request = models::NetworkCreateRequest {
            name: name.to_owned(),
            driver: Some("bridge".to_owned()),
            labels: Some(labels.clone().into_iter().collect()),
            ..Default::default()
        };
        // Engines before 25 make a second one of the same name unless they are told to look.
        let request = serde_json::to_value(&request).map(|mut request| {
            request["CheckDuplicate"] = true.into();
            request
        });
        let request = request.map_err(|error| call.error(error))?;
        let ask = Ask::post("/networks/create").json(&request).map_err(|failure| call.error(failure))?;
        let made: wire::Id = self.http.json(call, ask).await?;
        self.keep_or_give_way(name, &made.id).await
    }

    /// Even told to look, those engines look and make in two steps: two clients at once get
    /// one network each, and neither can be named any more. The older one stays; ours gives
    /// way, too, where the other does not: it may be in use already.
    async fn keep_or_give_way(&self, name: &str, ours: &str) -> Result<()> {
        for _ in 0..LOOKS {
            let call = Call::new("list", "networks");
            let mut all: Vec<wire::Network> = self.http.get(call, "/networks").await?;
            all.retain(|network| network.name == name);
            let oldest = all.iter().min_by_key(|network| (moment(&network.created), network.id.as_str()));
            if oldest.is_some_and(|oldest| oldest.id != ours) {
                break;
            }
            if all.len() < 2 {
                return Ok(());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        self.delete_network(ours).await?;
        Err(Call::new("create network", name).fails(ErrorKind::Conflict, "another client has made it"))
    }

    pub(super) async fn delete_network(&self, id: &str) -> Result<()> {
        gone_is_fine(self.http.done(Call::new("remove network", id), Ask::delete(Path::of("networks", id))).await)
    }

    pub(super) async fn list_volumes(&self, labels: &LabelFilter) -> Result<Vec<Volume>> {
        let path = Path::from("/volumes").labels(labels);
        let answer: wire::Volumes = self.http.get(Call::new("list", "volumes"), path).await?;
        Ok(answer.volumes.into_iter().map(Into::into).collect())
    }

    pub(super) async fn inspect_volume(&self, name: &str) -> Result<Volume> {
        let volume: wire::Volume = self.http.get(Call::new("inspect volume", name), Path::of("volumes", name)).await?;
        Ok(volume.into())
    }

    pub(super) async fn make_volume(
        &self,
        name: &str,
        labels: &BTreeMap<String, String>,
        folder: Option<&str>,
    ) -> Result<()> {
        let call = Call::new("create volume", name);
        let bound = |folder: &str| [("type", "none"), ("o", "bind"), ("device", folder)].map(owned).into();
        let request = models::VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(labels.clone().into_iter().collect()),
            driver_opts: folder.map(bound),
            ..Default::default()
        };
        let ask = Ask::post("/volumes/create").json(&request).map_err(|failure| call.error(failure))?;
        self.http.done(call, ask).await
    }

    pub(super) async fn delete_volume(&self, name: &str) -> Result<()> {
        gone_is_fine(self.http.done(Call::new("remove volume", name), Ask::delete(Path::of("volumes", name))).await)
    }
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn gone_is_fine(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
