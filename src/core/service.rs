//! Services: the long-running parts of a project.

use std::collections::BTreeMap;

use serde::Serialize;

/// What the program knows about a service's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceKind {
    /// The project's PostgreSQL.
    Postgres,
    /// The Django server under our supervisor.
    Django,
    /// A service of the user's own.
    Custom,
}

/// Where a service's image comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageSource {
    /// Built from a Dockerfile of ours in `assets/images/<name>`.
    Builtin(String),
    /// An image of the user's, by reference.
    Reference(String),
    /// A Dockerfile of the user's, relative to the project's folder; its folder is the
    /// build context.
    Dockerfile(String),
    /// The image of another service.
    Service(String),
}

/// A wanted port: `[ADDRESS:]HOST_PORT[:CONTAINER_PORT]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Port {
    /// The host's address, `127.0.0.1` unless told otherwise.
    pub address: String,
    /// The wanted port of the host; 0 lets the engine choose.
    pub host: u16,
    /// The port in the container.
    pub container: u16,
    /// Whether another port of the host will not do.
    pub strict: bool,
}

/// How a service's health is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// `pg_isready` over TCP.
    Postgres,
    /// A TCP connect to a port of the container.
    Tcp(u16),
    /// A GET of a URL whose host may be empty (`http://:9200/path`: the container itself).
    Http(String),
    /// A command in the container.
    Command(Vec<String>),
}

/// A mount of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserMount {
    /// A path (relative to the project's folder, or absolute) or a volume's name.
    pub source: String,
    /// The absolute path in the container.
    pub target: String,
    /// Whether it may not be written.
    pub read_only: bool,
}

/// A service, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its name: container, network alias and pane are called by it.
    pub name: String,
    /// What the program knows about it.
    pub kind: ServiceKind,
    /// Whether it is wanted.
    pub enabled: bool,
    /// Where its image comes from.
    pub image: ImageSource,
    /// The base image of a built-in image; the project's where it is empty.
    pub base: Option<String>,
    /// The Python of a built-in image, where it is another than Debian's `python3`.
    pub python: Option<String>,
    /// Extra Debian packages of a built-in image.
    pub system_packages: Vec<String>,
    /// The command, in place of the image's own.
    pub command: Option<Vec<String>>,
    /// For Django: `runserver`, `waitress` or a command (split as a shell does).
    pub serve: Option<String>,
    /// The keys of Haystack's connection, while it is the search service and enabled.
    pub haystack: Option<serde_json::Map<String, serde_json::Value>>,
    /// Variables for its own container alone.
    pub own_env: BTreeMap<String, String>,
    /// Its own environment variables.
    pub env: BTreeMap<String, String>,
    /// Wanted ports.
    pub ports: Vec<Port>,
    /// Extra mounts.
    pub mounts: Vec<UserMount>,
    /// Bytes of memory that it may use; without a bound where there is none.
    pub memory: Option<u64>,
    /// Services that must be healthy before it starts.
    pub needs: Vec<String>,
    /// How its health is told.
    pub health: Option<Health>,
}
