//! What an engine holds of a project: the truth that plans are made from.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::core::{
    claim::Claim,
    holdings::Holdings,
    migrations::Migrations,
    naming,
    naming::Role,
    snapshot::Snapshots,
    step::{LEFT_OUT, Scope},
    usage::Usage,
};

/// A moment, in nanoseconds since the Unix epoch. `0` stands for "never".
pub type Timestamp = i64;

/// A container as the engine shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Container {
    /// The engine's id.
    pub id: String,
    /// The name, without the leading slash.
    pub name: String,
    /// The image's reference that it was created from.
    pub image: String,
    /// The image's id.
    pub image_id: String,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// What it does.
    pub phase: Phase,
    /// Its health, where it has a health check.
    pub health: Option<HealthState>,
    /// What its health check said the last time, sanitised.
    pub health_said: String,
    /// The exit code of its last end.
    pub exit_code: i64,
    /// Whether it was killed for memory.
    pub oom_killed: bool,
    /// Error of the engine at its last start.
    pub error: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last started.
    pub started_at: Timestamp,
    /// When it last ended.
    pub finished_at: Timestamp,
    /// How often the engine has restarted it.
    pub restarts: i64,
    /// Published ports in use: container port, host address, host port.
    pub ports: Vec<PortInUse>,
    /// Its addresses in its networks, as far as it runs and they were asked for.
    pub addresses: Vec<String>,
    /// Whether it has a terminal.
    pub tty: bool,
    /// The name of its log driver.
    pub log_driver: String,
}

impl Container {
    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }

    /// Its role, where it is one of ours.
    pub fn role(&self) -> Option<Role> {
        self.label(naming::LABEL_ROLE).and_then(Role::parse)
    }

    /// Its service's, step's or console's name, where it is one of ours.
    pub fn part(&self) -> &str {
        self.label(naming::LABEL_NAME).unwrap_or(&self.name)
    }

    /// The hash of its create spec.
    pub fn spec(&self) -> &str {
        self.label(naming::LABEL_SPEC).unwrap_or_default()
    }

    /// Whether it is a task that was left out: its outputs have no place where they may be
    /// written.
    pub fn was_left_out(&self) -> bool {
        let makes_files = self.label(naming::LABEL_SCOPE) == Some(Scope::Project.as_str());
        self.phase == Phase::Exited && self.exit_code == LEFT_OUT && makes_files
    }

    /// Whether its process is there (paused counts).
    pub fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused | Phase::Restarting)
    }

    /// Whether it runs and, where it has a health check, is healthy.
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Running && matches!(self.health, None | Some(HealthState::Healthy))
    }
}

/// The engine's own word for what a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Created, never started.
    #[default]
    Created,
    /// Runs.
    Running,
    /// Paused.
    Paused,
    /// Waits for its restart.
    Restarting,
    /// Being removed.
    Removing,
    /// Ended.
    Exited,
    /// Could not be removed or started properly.
    Dead,
}

/// What the engine's health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthState {
    /// No verdict yet.
    Starting,
    /// Healthy.
    Healthy,
    /// Unhealthy.
    Unhealthy,
}

impl HealthState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// A published port in use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PortInUse {
    /// The port in the container.
    pub container: u16,
    /// The host's address.
    pub address: String,
    /// The host's port.
    pub host: u16,
}

/// A volume as the engine shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// All labels.
    pub labels: BTreeMap<String, String>,
}

/// A network as the engine shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct NetworkInfo {
    /// The engine's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// All labels.
    pub labels: BTreeMap<String, String>,
}

/// An image as the engine shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Image {
    /// The engine's id.
    pub id: String,
    /// References.
    pub tags: Vec<String>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// Bytes.
    pub size: i64,
    /// Environment variables of its configuration.
    pub env: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A receipt: what a step left where its result lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The step's name.
    pub step: String,
    /// How far it came.
    pub state: ReceiptState,
    /// The digest of its inputs.
    pub digest: String,
    /// For outputs in the project's folder: the identity of the database they were made
    /// from.
    pub database: Option<String>,
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptState {
    /// Begun; without `Done` it was killed.
    Begun,
    /// Succeeded, its `verify` included.
    Done,
    /// Failed and rolled back.
    Failed,
}

/// The receipts of one place, or why they are not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub enum Receipts {
    /// They cannot be read now (the database is halted): steps are undetermined.
    #[default]
    Unknown,
    /// There is nothing yet that could hold them.
    Nowhere,
    /// Read.
    Known(BTreeMap<String, Receipt>),
}

impl Receipts {
    /// The receipt of a step, if receipts were read and it has one.
    pub fn get(&self, step: &str) -> Option<&Receipt> {
        match self {
            Self::Known(receipts) => receipts.get(step),
            Self::Unknown | Self::Nowhere => None,
        }
    }
}

/// All that was observed of one project's environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Observed {
    /// Containers of the project's environment, by name.
    pub containers: BTreeMap<String, Container>,
    /// Its networks, by name.
    pub networks: BTreeMap<String, NetworkInfo>,
    /// Its volumes, by name.
    pub volumes: BTreeMap<String, Volume>,
    /// What containers use, by their id, as far as that was asked for.
    pub usage: BTreeMap<String, Usage>,
    /// How many clients consoles have, by their container's id, as far as that was asked for.
    pub clients: BTreeMap<String, u32>,
    /// References of all images that were asked for and are there.
    pub images: BTreeSet<String>,
    /// Receipts in the database.
    pub database: Receipts,
    /// The identity of the database, where it could be read.
    pub database_identity: Option<String>,
    /// Whether the database is a restored dump: it counts as initialised then.
    pub database_imported: bool,
    /// Receipts in the packages volume.
    pub packages: Receipts,
    /// Receipts in the project's folder.
    pub project: Receipts,
    /// How the migrations stand, where that was asked for and could be told.
    pub migrations: Option<Migrations>,
    /// Migrations that the `migrate` which was asked for undoes, where that is known.
    pub undone: Option<Vec<String>>,
    /// Snapshots of the database, where that was asked for and the database runs.
    pub snapshots: Option<Snapshots>,
    /// All that the program has made in the engine, where that was asked for.
    pub holdings: Option<Holdings>,
    /// Objects under names of ours that belong to another folder or host.
    pub strangers: Vec<Stranger>,
    /// The claim on the environment's volumes that counts, this folder's or another's.
    pub claim: Option<Claim>,
}

/// An object under a name of ours that is not ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Stranger {
    /// The object's name.
    pub name: String,
    /// The folder whose project it belongs to; empty when it is no object of the program.
    pub root: String,
    /// Whether that folder is gone from this host.
    pub root_is_gone: bool,
    /// Whether all its labels but the folder are those of this project.
    pub is_of_project: bool,
    /// What it is.
    pub object: StrangeObject,
}

impl Stranger {
    /// Whether it was left over by this project in a folder that is gone.
    pub fn can_be_adopted(&self) -> bool {
        self.is_of_project && self.root_is_gone
    }
}

/// What kind of object a stranger is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum StrangeObject {
    /// A container.
    Container {
        /// The engine's id.
        id: String,
    },
    /// A network.
    Network {
        /// The engine's id.
        id: String,
    },
    /// A volume with data.
    #[default]
    Volume,
    /// The volume of a claim.
    Claim,
}

impl Observed {
    /// The container of a role and part.
    pub fn container(&self, role: Role, part: &str) -> Option<&Container> {
        self.containers.values().find(|c| c.role() == Some(role) && c.part() == part)
    }

    /// The container of a service.
    pub fn service(&self, name: &str) -> Option<&Container> {
        self.container(Role::Service, name)
    }

    /// The container that has this address in one of its networks.
    pub fn at_address(&self, address: &str) -> Option<&Container> {
        self.containers.values().find(|container| container.addresses.iter().any(|own| own == address))
    }

    /// The last run of a step or command.
    pub fn task(&self, name: &str) -> Option<&Container> {
        self.container(Role::Task, name)
    }

    /// Whether nothing of the project exists in the engine.
    pub fn is_empty(&self) -> bool {
        self.containers.is_empty() && self.networks.is_empty() && self.volumes.is_empty()
    }
}
