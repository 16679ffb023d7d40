//! The engine as the program sees it. Two implementations, Docker's and a scripted fake,
//! are held to one contract suite (`tests/engine_contract`).

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::core::{
    console::Size,
    container::{ContainerSpec, FileUpload},
    holdings::DiskUsage,
    inspection::{Details, Layer},
    observed::{Container, Image, NetworkInfo, Timestamp, Volume},
    usage::Usage,
};
use crate::engine::error::EngineError;

/// Result of an engine call.
pub type Result<T> = std::result::Result<T, EngineError>;

/// A stream of an engine. An end of the stream is not an exit of the container: inspect.
pub type Stream<T> = BoxStream<'static, Result<T>>;

/// Labels that objects must carry; an empty value asks for the key alone.
pub type LabelFilter = BTreeMap<String, String>;

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    /// Its version, `20.10.24`.
    pub version: String,
    /// The negotiated API version, `1.41`.
    pub api_version: String,
    /// Whether its containers run as a user's own (rootless): uids are mapped already.
    pub rootless: bool,
    /// The machine's architecture, `x86_64`.
    pub architecture: String,
    /// The folder of its data, for messages about a full disk.
    pub data_root: String,
    /// Its own time, where it tells it.
    pub time: Option<Timestamp>,
}

/// One piece of a container's output with the moment that the engine noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When the engine read it.
    pub time: Timestamp,
    /// Where it came from.
    pub stream: LogStream,
    /// Its bytes, without the line's end (and without the CR of a terminal's CRLF).
    pub bytes: Bytes,
    /// False where it is a part only, and the next one of its stream goes on with it: the
    /// engine cuts long lines at 16 KiB and gives all parts the time of the first. Parts
    /// may be equal in time and content, so a resume has to count equals, not to drop them.
    pub complete: bool,
}

/// Where a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A terminal's single stream.
    Tty,
}

/// Which lines of a container's log are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogRequest {
    /// Whether to go on with new lines.
    pub follow: bool,
    /// Only the last so many; all where it is `None`.
    pub tail: Option<u64>,
    /// Only from this moment on (inclusive).
    pub since: Option<Timestamp>,
    /// Only up to this moment.
    pub until: Option<Timestamp>,
}

/// What of a container's output an attach begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Nothing that was there before.
    Nothing,
    /// All that the engine has kept, save what stands behind the last line's end.
    All,
}

/// A container's input and output. Whoever has it must read it all the time: a container
/// whose output nobody takes stands still.
pub struct Attached {
    /// Its output as it is: a terminal's bytes, or both streams of one without. Its end is
    /// not the container's: inspect.
    pub output: Stream<Bytes>,
    /// Its input. Dropping it ends this attach alone.
    pub input: Input,
}

/// Something to write to.
pub type Input = std::pin::Pin<Box<dyn tokio::io::AsyncWrite + Send>>;

/// What happened to an object of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEvent {
    /// `container`, `network`, `volume` or `image`.
    pub kind: String,
    /// `start`, `die`, `health_status: healthy`, `destroy` ...
    pub action: String,
    /// The object's id (a volume's name).
    pub id: String,
    /// The object's attributes, a container's labels and name among them.
    pub attributes: BTreeMap<String, String>,
    /// When.
    pub time: Timestamp,
}

/// One message of a build or a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildEvent {
    /// The builder begins a step: number, total, instruction.
    Step {
        /// Counted from 1.
        number: u32,
        /// How many there are.
        total: u32,
        /// The instruction's text.
        instruction: String,
    },
    /// A line of a step's output.
    Output(String),
    /// Progress of a download: what, bytes done, bytes in all (0 where it is unknown).
    Download {
        /// The layer.
        id: String,
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The image is there: its id.
    Built(String),
}

/// A request to build an image with the classic builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The reference that the image gets.
    pub tag: String,
    /// The Dockerfile's path in the context.
    pub dockerfile: String,
    /// The stage that is wanted; the last one where it is empty.
    pub target: String,
    /// Whether every instruction is carried out anew.
    pub no_cache: bool,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
    /// The network of RUN instructions: a network's name or `host`.
    pub network: String,
    /// The context, an uncompressed tar archive.
    pub context: Bytes,
}

/// What a command in a container gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecOutput {
    /// Its exit code.
    pub exit_code: i64,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// The engine. Every unary call has a deadline of its own (30 s unless its docs say
/// otherwise); streams have none.
#[async_trait]
pub trait Engine: Send + Sync {
    /// The endpoint as the user would write it: `unix:///var/run/docker.sock`.
    fn endpoint(&self) -> &str;

    /// Connects, where that is not done, and negotiates the API version.
    ///
    /// # Errors
    /// `Unreachable`, `Permission`, `Deadline` (3 s), `Protocol`, `Version`.
    async fn connect(&self) -> Result<EngineInfo>;

    /// A sign of life. Deadline 2 s.
    async fn ping(&self) -> Result<()>;

    /// All containers, stopped ones included, that carry the labels, inspected.
    async fn containers(&self, labels: &LabelFilter) -> Result<Vec<Container>>;

    /// Every container of the engine in short form (ports in use, names, labels; no exit
    /// codes or health details): who has a port, and strangers under our names.
    async fn all_containers(&self) -> Result<Vec<Container>>;

    /// One container by id or name; `NotFound` where there is none.
    async fn container(&self, id: &str) -> Result<Container>;

    /// One container with all that an inspection tells of it; `NotFound` where there is none.
    async fn details(&self, id: &str) -> Result<Details>;

    /// Creates a container and uploads its files; on a failed upload the container is
    /// removed again. The spec's hash is added as label. Gives the id.
    ///
    /// # Errors
    /// `Conflict` where the name is taken, `NotFound` where the image is missing,
    /// `Refused` for a bind path that does not exist.
    async fn create(&self, spec: &ContainerSpec) -> Result<String>;

    /// [`Engine::create`] in the place of another container, which is removed like by
    /// [`Engine::remove`]; what can be done at the same time is.
    ///
    /// # Errors
    /// Those of both. The other one may be gone although the new one could not be made.
    async fn replace(&self, old: &str, spec: &ContainerSpec) -> Result<String> {
        self.remove(old).await?;
        self.create(spec).await
    }

    /// Starts a container; one that runs already is no error. Deadline 60 s.
    ///
    /// # Errors
    /// `PortTaken`, `NotFound`, `Refused`.
    async fn start(&self, id: &str) -> Result<()>;

    /// Stops a container within so many seconds; one that does not run is no error.
    async fn stop(&self, id: &str, seconds: u32) -> Result<()>;

    /// Sends a signal (`SIGHUP`).
    async fn kill(&self, id: &str, signal: &str) -> Result<()>;

    /// Pauses; a paused one is no error.
    async fn pause(&self, id: &str) -> Result<()>;

    /// Unpauses; one that is not paused is no error.
    async fn unpause(&self, id: &str) -> Result<()>;

    /// Removes a container, by force; one that is gone already is no error. Anonymous
    /// volumes go with it. Deadline 60 s.
    async fn remove(&self, id: &str) -> Result<()>;

    /// Waits until a container has ended, and gives its exit code; at once for one that
    /// does not run, 0 for one that was never started. No deadline. Survives a lost
    /// connection only as an error: inspect, then wait again.
    async fn wait(&self, id: &str) -> Result<i64>;

    /// Its log, decoded by its `Tty` into lines.
    async fn logs(&self, id: &str, request: &LogRequest) -> Result<Stream<LogLine>>;

    /// Attaches to a container, also before it is started. Several may be attached: all see
    /// the same, their input is mixed. What is written to a container without a terminal
    /// is lost.
    async fn attach(&self, id: &str, replay: Replay) -> Result<Attached>;

    /// Gives the terminal of a running container a size.
    async fn resize(&self, id: &str, size: Size) -> Result<()>;

    /// What a running container uses, about once a second, the first reading (which knows
    /// nothing of the processor) at once. Ends with the container; at once for one that
    /// does not run.
    async fn stats(&self, id: &str) -> Result<Stream<Usage>>;

    /// Runs a command in a running container without terminal or input, output at most
    /// 8 MiB. Arguments appear in the engine's events: no secrets. Deadline 30 s.
    async fn exec(&self, id: &str, user: Option<&str>, command: &[String]) -> Result<ExecOutput>;

    /// Like `exec`, but gives standard output as it comes (a dump); ends with an error
    /// when the command's exit code is not 0.
    async fn exec_stream(&self, id: &str, user: Option<&str>, command: &[String]) -> Result<Stream<Bytes>>;

    /// Uploads files into a container (running or not). Missing folders above them are
    /// made (root's, 0755); those that are there stay as they are.
    async fn upload(&self, id: &str, files: &[FileUpload]) -> Result<()>;

    /// The regular files under a path of a container (running or not), path relative to
    /// it and content; at most 16 MiB in all. A file that is asked for itself comes under
    /// its own name; links are not followed. `NotFound` where the path is missing.
    async fn download(&self, id: &str, path: &str) -> Result<Vec<(String, Vec<u8>)>>;

    /// The image of a reference; `NotFound` where there is none.
    async fn image(&self, reference: &str) -> Result<Image>;

    /// The layers of an image, the newest first; `NotFound` where there is none.
    async fn history(&self, reference: &str) -> Result<Vec<Layer>>;

    /// All images that carry the labels.
    async fn images(&self, labels: &LabelFilter) -> Result<Vec<Image>>;

    /// Pulls an image. A registry that gives no sign for 20 s has failed.
    ///
    /// # Errors
    /// `Pull` for whatever the registry says, also as the stream's last item.
    async fn pull(&self, reference: &str) -> Result<Stream<BuildEvent>>;

    /// Asks the image's registry whether it has the image, by way of the engine, without
    /// pulling anything. Deadline 5 s.
    ///
    /// # Errors
    /// `Pull` for whatever the registry says, or when it does not answer.
    async fn offered(&self, reference: &str) -> Result<()>;

    /// Builds an image with the classic builder. The stream's last item is `Built`, or an
    /// error of kind `Build` whose message is the builder's.
    async fn build(&self, request: BuildRequest) -> Result<Stream<BuildEvent>>;

    /// Imports a tar archive of a root file system under a reference, with labels. The
    /// archive may be made while it is read: deadline 30 minutes. An error of the archive
    /// is the call's error, and no image is made.
    async fn import(&self, reference: &str, labels: &BTreeMap<String, String>, archive: Stream<Bytes>) -> Result<()>;

    /// What volumes and images take on the engine's disk. It counts files: deadline 60 s.
    ///
    /// # Errors
    /// `Version` for an engine that would count containers, too: that takes too long.
    async fn disk_usage(&self) -> Result<DiskUsage>;

    /// Removes a reference (not by force); one that is gone is no error.
    async fn remove_image(&self, reference: &str) -> Result<()>;

    /// Networks that carry the labels.
    async fn networks(&self, labels: &LabelFilter) -> Result<Vec<NetworkInfo>>;

    /// The network of this name, `NotFound` where there is none.
    async fn network(&self, name: &str) -> Result<NetworkInfo>;

    /// Makes a bridge network; `Conflict` where the name is taken.
    async fn create_network(&self, name: &str, labels: &BTreeMap<String, String>) -> Result<()>;

    /// Removes a network; one that is gone is no error.
    async fn remove_network(&self, id: &str) -> Result<()>;

    /// Volumes that carry the labels.
    async fn volumes(&self, labels: &LabelFilter) -> Result<Vec<Volume>>;

    /// The volume of this name; `NotFound` where there is none.
    async fn volume(&self, name: &str) -> Result<Volume>;

    /// Makes a volume; one of this name that is there already stays as it is.
    async fn create_volume(&self, name: &str, labels: &BTreeMap<String, String>) -> Result<()> {
        self.create_volume_in(name, labels, None).await
    }

    /// The same; with a folder of the engine's host its files lie there, and stay there when
    /// it is removed.
    async fn create_volume_in(&self, name: &str, labels: &BTreeMap<String, String>, folder: Option<&str>)
    -> Result<()>;

    /// Removes a volume; one that is gone is no error, one in use is `Conflict`.
    async fn remove_volume(&self, name: &str) -> Result<()>;

    /// What happens to objects that carry the labels, from `since` on. Engines tell the
    /// labels of containers and images only: networks and volumes are found without a
    /// filter alone.
    async fn events(&self, labels: &LabelFilter, since: Option<Timestamp>) -> Result<Stream<EngineEvent>>;
}
