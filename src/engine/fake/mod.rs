//! A scripted engine in memory, for tests: the same port, the semantics of a real one
//! (`tests/engine_contract` holds both to them), and a script of what goes wrong.
//!
//! The state is one struct behind a mutex that is never held over an await; a watch
//! channel tells streams and waits that something has changed. The mutex stays inside of
//! this folder: nothing of the program shares state in that way.

mod attach;
mod calls;
mod containers;
mod files;
mod held;
mod images;
mod inspection;
mod objects;
mod script;
mod state;
mod streams;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

use crate::{
    core::{
        console::Size,
        container::{ContainerSpec, FileUpload},
        holdings::DiskUsage,
        inspection::{Details, Layer},
        observed::{Container, Image, NetworkInfo, Timestamp, Volume},
        usage::Usage,
    },
    engine::port::{
        Attached, BuildEvent, BuildRequest, Engine, EngineEvent, EngineInfo, ExecOutput, LabelFilter, LogLine,
        LogRequest, Replay, Result, Stream,
    },
};
pub use script::Program;
use state::State;

/// A scripted engine in memory. Clones share one state.
#[derive(Clone)]
pub struct FakeEngine {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: String,
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl Default for FakeEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeEngine {
    /// An engine that is up and empty.
    pub fn new() -> Self {
        let endpoint = "unix:///fake.sock".to_owned();
        let shared = Shared { endpoint, state: Mutex::default(), changed: watch::Sender::new(0) };
        Self { shared: Arc::new(shared) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked has failed already; the state is still the state.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes who waits for a change.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.shared.changed.send_modify(|revision| *revision += 1);
        result
    }
}

#[async_trait]
impl Engine for FakeEngine {
    fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    async fn connect(&self) -> Result<EngineInfo> {
        self.call("connect", "").await?;
        Ok(EngineInfo {
            version: "20.10.24".to_owned(),
            api_version: "1.41".to_owned(),
            rootless: false,
            architecture: "amd64".to_owned(),
            data_root: "/var/lib/docker".to_owned(),
            time: None,
        })
    }

    async fn ping(&self) -> Result<()> {
        self.call("ping", "").await
    }

    async fn containers(&self, labels: &LabelFilter) -> Result<Vec<Container>> {
        self.call("containers", "").await?;
        Ok(self.state().containers(labels))
    }

    async fn all_containers(&self) -> Result<Vec<Container>> {
        self.call("all_containers", "").await?;
        Ok(self.state().containers(&LabelFilter::new()))
    }

    async fn container(&self, id: &str) -> Result<Container> {
        self.call("container", id).await?;
        self.state().find(id).map(|it| it.seen.clone())
    }

    async fn details(&self, id: &str) -> Result<Details> {
        self.call("details", id).await?;
        self.state().details(id)
    }

    async fn create(&self, spec: &ContainerSpec) -> Result<String> {
        self.call("create", &spec.name).await?;
        self.change(|state| state.create(spec))
    }

    async fn start(&self, id: &str) -> Result<()> {
        self.call("start", id).await?;
        self.start_program(id)
    }

    async fn stop(&self, id: &str, seconds: u32) -> Result<()> {
        self.call("stop", id).await?;
        self.stop_program(id, seconds).await
    }

    async fn kill(&self, id: &str, signal: &str) -> Result<()> {
        self.call("kill", id).await?;
        self.change(|state| state.kill(id, signal))
    }

    async fn pause(&self, id: &str) -> Result<()> {
        self.call("pause", id).await?;
        self.change(|state| state.pause(id, true))
    }

    async fn unpause(&self, id: &str) -> Result<()> {
        self.call("unpause", id).await?;
        self.change(|state| state.pause(id, false))
    }

    async fn remove(&self, id: &str) -> Result<()> {
        self.call("remove", id).await?;
        self.change(|state| state.remove(id));
        Ok(())
    }

    async fn wait(&self, id: &str) -> Result<i64> {
        self.call("wait", id).await?;
        self.wait_for_end(id).await
    }

    async fn logs(&self, id: &str, request: &LogRequest) -> Result<Stream<LogLine>> {
        self.call("logs", id).await?;
        self.log_stream(id, request)
    }

    async fn attach(&self, id: &str, replay: Replay) -> Result<Attached> {
        self.call("attach", id).await?;
        self.attach_terminal(id, replay)
    }

    async fn resize(&self, id: &str, size: Size) -> Result<()> {
        self.call("resize", id).await?;
        self.change(|state| state.resize(id, size))
    }

    async fn stats(&self, id: &str) -> Result<Stream<Usage>> {
        self.call("stats", id).await?;
        self.usage_stream(id)
    }

    async fn exec(&self, id: &str, _user: Option<&str>, command: &[String]) -> Result<ExecOutput> {
        self.call("exec", id).await?;
        self.state().exec(id, command)
    }

    async fn exec_stream(&self, id: &str, _user: Option<&str>, command: &[String]) -> Result<Stream<Bytes>> {
        self.call("exec_stream", id).await?;
        let output = self.state().exec(id, command)?;
        Ok(streams::of_output(id, output))
    }

    async fn exec_attached(&self, id: &str, command: &[String]) -> Result<Attached> {
        self.call("exec_attached", id).await?;
        self.hold(id, command)
    }

    async fn upload(&self, id: &str, files: &[FileUpload]) -> Result<()> {
        self.call("upload", id).await?;
        self.change(|state| state.upload(id, files))
    }

    async fn download(&self, id: &str, path: &str) -> Result<Vec<(String, Vec<u8>)>> {
        self.call("download", id).await?;
        self.state().download(id, path)
    }

    async fn image(&self, reference: &str) -> Result<Image> {
        self.call("image", reference).await?;
        self.state().image(reference)
    }

    async fn history(&self, reference: &str) -> Result<Vec<Layer>> {
        self.call("history", reference).await?;
        self.state().history(reference)
    }

    async fn images(&self, labels: &LabelFilter) -> Result<Vec<Image>> {
        self.call("images", "").await?;
        Ok(self.state().images(labels))
    }

    async fn pull(&self, reference: &str) -> Result<Stream<BuildEvent>> {
        self.call("pull", reference).await?;
        self.change(|state| state.pull(reference))
    }

    async fn offered(&self, reference: &str) -> Result<()> {
        self.call("offered", reference).await?;
        self.state().offered(reference)
    }

    async fn build(&self, request: BuildRequest) -> Result<Stream<BuildEvent>> {
        self.call("build", &request.tag).await?;
        self.change(|state| state.build(&request))
    }

    async fn import(&self, reference: &str, labels: &BTreeMap<String, String>, archive: Stream<Bytes>) -> Result<()> {
        self.call("import", reference).await?;
        self.import_archive(reference, labels, archive).await
    }

    async fn disk_usage(&self) -> Result<DiskUsage> {
        self.call("disk_usage", "").await?;
        Ok(self.state().disk_usage())
    }

    async fn remove_image(&self, reference: &str) -> Result<()> {
        self.call("remove_image", reference).await?;
        self.change(|state| state.remove_image(reference))
    }

    async fn networks(&self, labels: &LabelFilter) -> Result<Vec<NetworkInfo>> {
        self.call("networks", "").await?;
        Ok(self.state().networks(labels))
    }

    async fn network(&self, name: &str) -> Result<NetworkInfo> {
        self.call("network", name).await?;
        self.state().network(name)
    }

    async fn create_network(&self, name: &str, labels: &BTreeMap<String, String>) -> Result<()> {
        self.call("create_network", name).await?;
        self.change(|state| state.create_network(name, labels))
    }

    async fn remove_network(&self, id: &str) -> Result<()> {
        self.call("remove_network", id).await?;
        self.change(|state| state.remove_network(id))
    }

    async fn volumes(&self, labels: &LabelFilter) -> Result<Vec<Volume>> {
        self.call("volumes", "").await?;
        Ok(self.state().volumes(labels))
    }

    async fn volume(&self, name: &str) -> Result<Volume> {
        self.call("volume", name).await?;
        self.state().volume(name)
    }

    async fn create_volume_in(&self, name: &str, labels: &BTreeMap<String, String>, _: Option<&str>) -> Result<()> {
        self.call("create_volume", name).await?;
        self.change(|state| state.create_volume(name, labels));
        Ok(())
    }

    async fn remove_volume(&self, name: &str) -> Result<()> {
        self.call("remove_volume", name).await?;
        self.change(|state| state.remove_volume(name))
    }

    async fn events(&self, labels: &LabelFilter, since: Option<Timestamp>) -> Result<Stream<EngineEvent>> {
        self.call("events", "").await?;
        Ok(self.event_stream(labels, since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        core::observed::{HealthState, Phase},
        engine::{
            error::{EngineError, ErrorKind},
            port::LogStream,
        },
    };
    use futures_util::StreamExt;
    use std::time::Duration;

    fn spec(name: &str) -> ContainerSpec {
        ContainerSpec { labels: BTreeMap::new(), stop_timeout: 1, ..ContainerSpec::new(name, "x:1") }
    }

    async fn running(engine: &FakeEngine, name: &str) -> String {
        engine.add_image("x:1");
        let id = engine.create(&spec(name)).await.unwrap();
        engine.start(&id).await.unwrap();
        id
    }

    #[tokio::test]
    async fn going_down_ends_streams_and_kills_silently() {
        let engine = FakeEngine::new();
        let id = running(&engine, "a").await;
        let mut events = engine.events(&LabelFilter::new(), None).await.unwrap();
        let wait = tokio::spawn({
            let (engine, id) = (engine.clone(), id.clone());
            async move { engine.wait(&id).await }
        });
        tokio::task::yield_now().await;
        engine.down(ErrorKind::Unreachable);
        assert_eq!(events.next().await.unwrap().unwrap_err().kind, ErrorKind::Unreachable);
        assert!(events.next().await.is_none());
        assert_eq!(wait.await.unwrap().unwrap_err().kind, ErrorKind::Unreachable);
        assert_eq!(engine.connect().await.unwrap_err().kind, ErrorKind::Unreachable);
        engine.up(false);
        let seen = engine.container(&id).await.unwrap();
        assert_eq!((seen.phase, seen.exit_code), (Phase::Exited, 137));
    }

    #[tokio::test]
    async fn the_nth_call_fails_once() {
        let engine = FakeEngine::new();
        engine.fail("ping", 2, EngineError::new(ErrorKind::Deadline, "reach", "x", "slow"));
        assert!(engine.ping().await.is_ok());
        assert_eq!(engine.ping().await.unwrap_err().kind, ErrorKind::Deadline);
        assert!(engine.ping().await.is_ok());
        assert_eq!(engine.calls(), ["ping", "ping", "ping"]);
    }

    #[tokio::test]
    async fn programs_take_their_time() {
        let engine = FakeEngine::new();
        let slow = Program { out_of_memory: true, ..Program::task(9).for_a_time(Duration::from_millis(100)) };
        engine.program("a", slow);
        let id = running(&engine, "a").await;
        assert_eq!(engine.container(&id).await.unwrap().phase, Phase::Running);
        assert_eq!(engine.wait(&id).await.unwrap(), 9);
        assert!(engine.container(&id).await.unwrap().oom_killed);
    }

    #[tokio::test]
    async fn tests_write_logs_and_set_health() {
        let engine = FakeEngine::new();
        let id = running(&engine, "a").await;
        let request = LogRequest { follow: true, ..LogRequest::default() };
        let mut log = engine.logs(&id, &request).await.unwrap();
        let time = engine.push_log("a", LogStream::Stderr, "hello").unwrap();
        let line = log.next().await.unwrap().unwrap();
        assert_eq!((line.time, &line.bytes[..]), (time, &b"hello"[..]));
        // Without a health check there is no verdict.
        engine.set_health("a", HealthState::Unhealthy);
        assert_eq!(engine.container(&id).await.unwrap().health, None);
        engine.exit("a", 1);
        assert!(log.next().await.is_none());
    }
}
