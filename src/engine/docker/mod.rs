//! Docker's engine (and what speaks its API: Podman, Colima, OrbStack). The only place
//! that knows the API and bollard.
//!
//! bollard gives the API's description: request types and the newest version. Requests go
//! over a transport of our own, because bollard's deadline covers the head of an answer
//! only, its listings fail on words that it does not know, and it guesses how a stream is
//! framed.

mod attach;
mod build;
mod containers;
mod convert;
mod create;
pub mod decode;
mod errors;
mod exec;
mod files;
mod frames;
mod half_made;
mod http;
mod images;
mod lines;
mod objects;
mod query;
mod since;
mod stats;
mod streams;
mod transport;
mod users;
mod version;
mod wire;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    core::{
        console::Size,
        container::{ContainerSpec, FileUpload},
        holdings::DiskUsage,
        inspection::{Details, Layer},
        observed::{Container, Image, NetworkInfo, Timestamp, Volume},
        usage::Usage,
    },
    engine::{
        endpoint::Endpoint,
        port::{
            Attached, BuildEvent, BuildRequest, Engine, EngineEvent, EngineInfo, ExecOutput, LabelFilter, LogLine,
            LogRequest, Replay, Result, Stream,
        },
    },
};
use http::{Ask, Call, Http};

/// An engine behind a unix socket or a TCP port.
#[derive(Debug, Clone)]
pub struct DockerEngine {
    shown: Arc<str>,
    http: Arc<Http>,
    users: Arc<users::KnownUsers>,
}

impl DockerEngine {
    /// An engine at this endpoint. Nothing is connected yet: a missing socket is a state
    /// to start in, not an error.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { shown: endpoint.to_string().into(), http: Arc::new(Http::new(endpoint)), users: Arc::default() }
    }

    /// The same with what it knows of images kept in a folder for the next start.
    #[must_use]
    pub fn remembering(self, folder: std::path::PathBuf) -> Self {
        Self { users: Arc::new(users::KnownUsers::kept_in(folder)), ..self }
    }

    async fn introduce(&self) -> Result<EngineInfo> {
        let call = Call::new("connect to", &self.shown).within(Duration::from_secs(3));
        let work = async {
            let version = self.http.negotiate().await?;
            let info = self.http.send(Ask::get("/info")).await?;
            let info: wire::Info = serde_json::from_slice(&http::read(info, 4 << 20).await?)?;
            Ok((version, info))
        };
        let (version, info) = call.bounded(work).await?;
        Ok(EngineInfo {
            api_version: self.http.api_version(),
            version: version.version,
            rootless: info.security_options.iter().any(|option| option.contains("name=rootless")),
            architecture: version.arch,
            data_root: info.docker_root_dir,
            time: decode::timestamp(info.system_time.as_bytes()),
        })
    }
}

#[async_trait]
impl Engine for DockerEngine {
    fn endpoint(&self) -> &str {
        &self.shown
    }

    async fn connect(&self) -> Result<EngineInfo> {
        self.introduce().await
    }

    async fn ping(&self) -> Result<()> {
        let call = Call::new("reach", &self.shown).within(Duration::from_secs(2));
        self.http.done(call, Ask::get("/_ping")).await
    }

    async fn containers(&self, labels: &LabelFilter) -> Result<Vec<Container>> {
        self.inspect_all(labels).await
    }

    async fn all_containers(&self) -> Result<Vec<Container>> {
        Ok(self.list(&LabelFilter::new()).await?.into_iter().map(Into::into).collect())
    }

    async fn container(&self, id: &str) -> Result<Container> {
        self.inspect(id).await
    }

    async fn details(&self, id: &str) -> Result<Details> {
        self.inspect_details(id).await
    }

    async fn create(&self, spec: &ContainerSpec) -> Result<String> {
        self.create_container(spec, None).await
    }

    async fn replace(&self, old: &str, spec: &ContainerSpec) -> Result<String> {
        self.create_container(spec, Some(old)).await
    }

    async fn start(&self, id: &str) -> Result<()> {
        self.start_container(id).await
    }

    async fn stop(&self, id: &str, seconds: u32) -> Result<()> {
        self.stop_container(id, seconds).await
    }

    async fn kill(&self, id: &str, signal: &str) -> Result<()> {
        self.kill_container(id, signal).await
    }

    async fn pause(&self, id: &str) -> Result<()> {
        self.pause_container(id, true).await
    }

    async fn unpause(&self, id: &str) -> Result<()> {
        self.pause_container(id, false).await
    }

    async fn remove(&self, id: &str) -> Result<()> {
        self.remove_container(id).await
    }

    async fn wait(&self, id: &str) -> Result<i64> {
        self.wait_container(id).await
    }

    async fn logs(&self, id: &str, request: &LogRequest) -> Result<Stream<LogLine>> {
        self.log_stream(id, request).await
    }

    async fn attach(&self, id: &str, replay: Replay) -> Result<Attached> {
        self.attach_container(id, replay).await
    }

    async fn resize(&self, id: &str, size: Size) -> Result<()> {
        self.resize_terminal(id, size).await
    }

    async fn stats(&self, id: &str) -> Result<Stream<Usage>> {
        self.usage_stream(id).await
    }

    async fn exec(&self, id: &str, user: Option<&str>, command: &[String]) -> Result<ExecOutput> {
        self.run_command(id, user, command).await
    }

    async fn exec_stream(&self, id: &str, user: Option<&str>, command: &[String]) -> Result<Stream<Bytes>> {
        self.stream_command(id, user, command).await
    }

    async fn exec_attached(&self, id: &str, command: &[String]) -> Result<Attached> {
        self.attach_command(id, command).await
    }

    async fn upload(&self, id: &str, files: &[FileUpload]) -> Result<()> {
        self.upload_files(id, files).await
    }

    async fn download(&self, id: &str, path: &str) -> Result<Vec<(String, Vec<u8>)>> {
        self.download_files(id, path).await
    }

    async fn image(&self, reference: &str) -> Result<Image> {
        self.inspect_image(reference).await
    }

    async fn history(&self, reference: &str) -> Result<Vec<Layer>> {
        self.image_history(reference).await
    }

    async fn images(&self, labels: &LabelFilter) -> Result<Vec<Image>> {
        self.list_images(labels).await
    }

    async fn pull(&self, reference: &str) -> Result<Stream<BuildEvent>> {
        self.pull_image(reference).await
    }

    async fn offered(&self, reference: &str) -> Result<()> {
        self.ask_registry(reference).await
    }

    async fn build(&self, request: BuildRequest) -> Result<Stream<BuildEvent>> {
        self.build_image(request).await
    }

    async fn import(&self, reference: &str, labels: &BTreeMap<String, String>, archive: Stream<Bytes>) -> Result<()> {
        self.import_image(reference, labels, archive).await
    }

    async fn disk_usage(&self) -> Result<DiskUsage> {
        self.count_disk_usage().await
    }

    async fn remove_image(&self, reference: &str) -> Result<()> {
        self.delete_image(reference).await
    }

    async fn networks(&self, labels: &LabelFilter) -> Result<Vec<NetworkInfo>> {
        self.list_networks(labels).await
    }

    async fn network(&self, name: &str) -> Result<NetworkInfo> {
        self.inspect_network(name).await
    }

    async fn create_network(&self, name: &str, labels: &BTreeMap<String, String>) -> Result<()> {
        self.make_network(name, labels).await
    }

    async fn remove_network(&self, id: &str) -> Result<()> {
        self.delete_network(id).await
    }

    async fn volumes(&self, labels: &LabelFilter) -> Result<Vec<Volume>> {
        self.list_volumes(labels).await
    }

    async fn volume(&self, name: &str) -> Result<Volume> {
        self.inspect_volume(name).await
    }

    async fn create_volume_in(
        &self,
        name: &str,
        labels: &BTreeMap<String, String>,
        folder: Option<&str>,
    ) -> Result<()> {
        self.make_volume(name, labels, folder).await
    }

    async fn remove_volume(&self, name: &str) -> Result<()> {
        self.delete_volume(name).await
    }

    async fn events(&self, labels: &LabelFilter, since: Option<Timestamp>) -> Result<Stream<EngineEvent>> {
        self.event_stream(labels, since).await
    }
}
