//! From a project to the create specs of its containers and the builds of its images.
//!
//! Paths inside containers are fixed: the files of `assets/container` rely on them.

pub mod build;
pub mod certificates;
pub mod console;
pub mod digests;
mod environment;
pub mod files;
pub mod health;
pub mod helper;
pub mod service;
pub mod task;

use crate::core::{
    container::{Mount, MountSource},
    facts::Facts,
    project::Project,
};

/// Where the project's folder is mounted.
pub const PROJECT_DIR: &str = "/project";
/// Where our files are uploaded to.
pub const TOOLS_DIR: &str = "/opt/biostar-tui";
/// Where the packages volume is mounted.
pub const PACKAGES_DIR: &str = "/var/lib/biostar-tui/packages";
/// Where the state volume is mounted.
pub const STATE_DIR: &str = "/var/lib/biostar-tui/state";
/// Where what steps make lies in environments that keep it apart: in the state volume.
pub const OUTPUTS_DIR: &str = "/var/lib/biostar-tui/state/outputs";
/// Where the secrets volume is mounted.
pub const SECRETS_DIR: &str = "/run/biostar-tui/secrets";
/// Where the database volume is mounted; the cluster is in a folder inside it.
pub const DATABASE_DIR: &str = "/var/lib/postgresql/volume";
/// PostgreSQL's port in its container.
pub const DATABASE_PORT: u16 = 5432;

/// The volumes of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VolumeKind {
    /// PostgreSQL's files.
    Database,
    /// The generated password.
    Secrets,
    /// Installed Python packages and pip's cache.
    Packages,
    /// Locks and the receipts of projects without PostgreSQL.
    State,
}

impl VolumeKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Database, Self::Secrets, Self::Packages, Self::State];

    /// The last part of its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "db",
            Self::Secrets => "secrets",
            Self::Packages => "packages",
            Self::State => "state",
        }
    }

    /// Where it is mounted.
    pub const fn target(self) -> &'static str {
        match self {
            Self::Database => DATABASE_DIR,
            Self::Secrets => SECRETS_DIR,
            Self::Packages => PACKAGES_DIR,
            Self::State => STATE_DIR,
        }
    }
}

/// The last part of the name of the volume that stands for a folder of the client's: another
/// one, so that the two are never taken for each other.
pub const PACKAGES_IN_FOLDER: &str = "packages-folder";

/// The database's name, which is its user's name too: the slug as an SQL identifier.
pub fn database_name(project: &Project) -> String {
    project.slug.replace('-', "_")
}

/// Which of our volumes a project needs.
pub fn volumes(project: &Project) -> Vec<VolumeKind> {
    use crate::core::service::ServiceKind::{Django, Postgres};
    let postgres = project.of_kind(Postgres).is_some();
    let django = project.of_kind(Django).is_some();
    VolumeKind::ALL
        .into_iter()
        .filter(|kind| match kind {
            VolumeKind::Database => postgres,
            VolumeKind::Secrets => postgres || django,
            VolumeKind::Packages | VolumeKind::State => django,
        })
        .collect()
}

/// `uid:gid` that a container of the project runs as.
pub fn run_as(project: &Project, facts: &Facts) -> (u32, u32) {
    if facts.rootless { (0, 0) } else { (project.owner.uid, project.owner.gid) }
}

/// The mount of one of our volumes.
pub fn volume_mount(project: &Project, kind: VolumeKind, read_only: bool) -> Mount {
    Mount { source: MountSource::Volume(volume_name(project, kind)), target: kind.target().to_owned(), read_only }
}

/// The name of one of our volumes.
pub fn volume_name(project: &Project, kind: VolumeKind) -> String {
    let in_folder = kind == VolumeKind::Packages && project.environment.packages_in_folder;
    project.volume_name(if in_folder { PACKAGES_IN_FOLDER } else { kind.as_str() })
}

/// A command in the environment of the env file, where a shell has to read that.
pub fn sourced(project: &Project, command: Vec<String>) -> Vec<String> {
    match project.environment.sourced {
        Some(_) => ["sh".to_owned(), format!("{TOOLS_DIR}/env.sh")].into_iter().chain(command).collect(),
        None => command,
    }
}

fn project_mount(project: &Project) -> Mount {
    Mount {
        source: MountSource::Bind(project.root.display().to_string()),
        target: PROJECT_DIR.to_owned(),
        read_only: false,
    }
}

/// The folder of `manage.py` in containers.
fn manage_dir(project: &Project) -> String {
    match project.manage.as_deref() {
        None | Some("" | ".") => PROJECT_DIR.to_owned(),
        Some(folder) => format!("{PROJECT_DIR}/{folder}"),
    }
}
