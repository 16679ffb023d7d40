//! Answers of an engine, as far as they are read. Words are kept as text and fields may
//! be missing or null: bollard's generated types refuse a whole listing for one state
//! word that they do not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// A map that may be null.
pub(super) type Labels = BTreeMap<String, String>;

pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(input: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_default())
}

/// One container of a listing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Summary {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) names: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) image: String,
    #[serde(rename = "ImageID", default, deserialize_with = "or_default")]
    pub(super) image_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) state: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) labels: Labels,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) ports: Vec<SummaryPort>,
}

/// A port of a listed container.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SummaryPort {
    #[serde(rename = "IP", default, deserialize_with = "or_default")]
    pub(super) ip: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) private_port: u16,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) public_port: u16,
    #[serde(rename = "Type", default, deserialize_with = "or_default")]
    pub(super) protocol: String,
}

/// A container, inspected.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Inspected {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) image: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) restart_count: i64,
    pub(super) state: State,
    pub(super) config: Config,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) host_config: HostConfig,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) network_settings: NetworkSettings,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mounts: Vec<Mount>,
}

/// A mount of an inspected container.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Mount {
    #[serde(rename = "Type", default, deserialize_with = "or_default")]
    pub(super) kind: String,
    /// A volume's name; a bind mount has none.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) source: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) destination: String,
    #[serde(rename = "RW", default, deserialize_with = "or_default")]
    pub(super) writable: bool,
}

/// What an inspected container does.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct State {
    pub(super) status: String,
    #[serde(rename = "OOMKilled", default, deserialize_with = "or_default")]
    pub(super) oom_killed: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) exit_code: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) error: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) started_at: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) finished_at: String,
    #[serde(default)]
    pub(super) health: Option<Health>,
}

/// A health check's verdict.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Health {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) failing_streak: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) log: Vec<Probe>,
}

/// One run of a health check.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Probe {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) exit_code: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) output: String,
}

/// What an inspected container was created from.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Config {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) image: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) labels: Labels,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tty: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) healthcheck: HealthConfig,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) env: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) entrypoint: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cmd: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) user: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) working_dir: String,
}

/// What a health check is made of, as far as its verdict depends on it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HealthConfig {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) retries: i64,
}

/// How the engine keeps an inspected container.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HostConfig {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) log_config: LogConfig,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) restart_policy: RestartPolicy,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) memory: u64,
}

/// When the engine starts it again.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RestartPolicy {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
}

/// Where its log goes.
#[derive(Deserialize, Default)]
pub(super) struct LogConfig {
    #[serde(rename = "Type", default, deserialize_with = "or_default")]
    pub(super) driver: String,
    #[serde(rename = "Config", default, deserialize_with = "or_default")]
    pub(super) options: BTreeMap<String, String>,
}

impl LogConfig {
    /// Whether rotated files are packed, which they are by default.
    pub(super) fn is_packed(&self) -> bool {
        self.driver == "local" && self.options.get("compress").is_none_or(|compress| compress != "false")
    }
}

/// How an inspected container is connected.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NetworkSettings {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) ports: BTreeMap<String, Option<Vec<Binding>>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) networks: BTreeMap<String, Endpoint>,
}

/// An inspected container's place in a network.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Endpoint {
    #[serde(rename = "IPAddress", default, deserialize_with = "or_default")]
    pub(super) address: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) aliases: Vec<String>,
}

/// A published port of an inspected container.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Binding {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) host_ip: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) host_port: String,
}

/// An answer that is an id.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Id {
    pub(super) id: String,
}

/// The end of a container.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Waited {
    pub(super) status_code: i64,
    #[serde(default)]
    pub(super) error: Option<WaitError>,
}

/// Why a wait failed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WaitError {
    #[serde(default)]
    pub(super) message: String,
}

/// A command in a container, inspected.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Exec {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) running: bool,
    #[serde(default)]
    pub(super) exit_code: Option<i64>,
}

/// An image, inspected.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Image {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) repo_tags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) size: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) config: ImageConfig,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created: String,
}

/// What is on an engine's disk.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DiskUsage {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) images: Vec<CountedImage>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) volumes: Vec<CountedVolume>,
    /// Where images are from API 1.52 on.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) image_usage: Counted<CountedImage>,
    /// Where volumes are from API 1.52 on.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) volume_usage: Counted<CountedVolume>,
}

/// What was counted of a kind, where it was asked for by `verbose`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: Deserialize<'de>")]
pub(super) struct Counted<T> {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) items: Vec<T>,
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

/// An image on the disk; -1 for what was not counted.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CountedImage {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) size: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) shared_size: i64,
}

/// A volume on the disk.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CountedVolume {
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) usage_data: VolumeUsage,
}

/// What a volume takes; -1 where it was not counted.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VolumeUsage {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) size: i64,
}

/// A layer of an image's history.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Layer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created_by: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) comment: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) size: u64,
}

/// An image's configuration.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ImageConfig {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) labels: Labels,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) env: Vec<String>,
}

/// A network.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Network {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) labels: Labels,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) created: String,
}

/// A listing of volumes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Volumes {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) volumes: Vec<Volume>,
}

/// A volume.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Volume {
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) labels: Labels,
}

/// What an engine says of itself.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Info {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) docker_root_dir: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) system_time: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) security_options: Vec<String>,
}

/// An event.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Event {
    #[serde(rename = "Type", default, deserialize_with = "or_default")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) action: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) actor: Actor,
    #[serde(rename = "timeNano", default, deserialize_with = "or_default")]
    pub(super) time_nano: i64,
}

/// Whom an event befell.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Actor {
    #[serde(rename = "ID", default, deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) attributes: Labels,
}

/// One message of a build, a pull or an import.
#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    pub(super) stream: Option<String>,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(rename = "progressDetail", default, deserialize_with = "or_default")]
    pub(super) progress: Progress,
    #[serde(default)]
    pub(super) error: Option<String>,
    /// Anything: a build's is an object with the image's id.
    #[serde(default)]
    pub(super) aux: Option<serde_json::Value>,
}

/// How far a download is.
#[derive(Deserialize, Default)]
pub(super) struct Progress {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) current: u64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) total: u64,
}
