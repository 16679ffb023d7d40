//! Networks and volumes.

use std::collections::BTreeMap;

use bollard::models;

use crate::{
    core::observed::{NetworkInfo, Volume},
    engine::{
        docker::{
            DockerEngine,
            http::{Ask, Call},
            query::Path,
            wire,
        },
        error::ErrorKind,
        port::{LabelFilter, Result},
    },
};

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
        self.http.done(call, ask).await
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

    pub(super) async fn make_volume(&self, name: &str, labels: &BTreeMap<String, String>) -> Result<()> {
        let call = Call::new("create volume", name);
        let request = models::VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(labels.clone().into_iter().collect()),
            ..Default::default()
        };
        let ask = Ask::post("/volumes/create").json(&request).map_err(|failure| call.error(failure))?;
        self.http.done(call, ask).await
    }

    pub(super) async fn delete_volume(&self, name: &str) -> Result<()> {
        gone_is_fine(self.http.done(Call::new("remove volume", name), Ask::delete(Path::of("volumes", name))).await)
    }
}

fn gone_is_fine(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
