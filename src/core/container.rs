//! What a container is created from: a create spec, the same for every engine.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::core::{digest, naming, service::Health};

/// A create spec. Its hash is kept in a label: where it differs from the wanted one,
/// there is drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContainerSpec {
    /// The container's name.
    pub name: String,
    /// The image's reference.
    pub image: String,
    /// Replaces the image's entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command.
    pub command: Option<Vec<String>>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// Labels, without the spec's own hash.
    pub labels: BTreeMap<String, String>,
    /// `uid:gid`; the image's own where it is `None`.
    pub user: Option<String>,
    /// Working directory.
    pub working_dir: Option<String>,
    /// Whether it has a terminal (and standard input kept open).
    pub tty: bool,
    /// Mounts.
    pub mounts: Vec<Mount>,
    /// How it is connected.
    pub network: Network,
    /// Published ports.
    pub ports: Vec<PublishedPort>,
    /// How the engine tells its health.
    pub health: Option<HealthCheck>,
    /// The signal that stops it; the image's own where it is `None`.
    pub stop_signal: Option<String>,
    /// Seconds that it may take to stop.
    pub stop_timeout: u32,
    /// Bytes of memory that it may use. (Left out of the hash where there is no bound, so
    /// that containers from before are what they were.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Files that are uploaded before its first start.
    pub files: Vec<FileUpload>,
    /// A line for its `/etc/passwd`.
    pub passwd: Option<PasswdEntry>,
}

impl ContainerSpec {
    /// A container of an image as it is: no network, nothing mounted, published or checked.
    pub fn new(name: impl Into<String>, image: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            entrypoint: None,
            command: None,
            env: BTreeMap::new(),
            labels: BTreeMap::new(),
            user: None,
            working_dir: None,
            tty: false,
            mounts: Vec::new(),
            network: Network::None,
            ports: Vec::new(),
            health: None,
            stop_signal: None,
            stop_timeout: 10,
            memory: None,
            files: Vec::new(),
            passwd: None,
        }
    }

    /// The hash of the spec: of all that makes the container what it is. The version label
    /// is left out, for a new version alone is no reason to recreate a container; so is
    /// the port in use, for a fall-back port is not drift (the wanted one counts).
    pub fn hash(&self) -> String {
        let mut spec = self.clone();
        spec.labels.remove(naming::LABEL_VERSION);
        spec.labels.remove(naming::LABEL_SPEC);
        for port in &mut spec.ports {
            port.publish = 0;
        }
        digest::short(&digest::of(&spec)).to_owned()
    }
}

/// A mount, by the engine's Mounts API (which fails on a missing host path, where `-v`
/// would make one as root).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// The absolute path in the container.
    pub target: String,
    /// Whether it may not be written.
    pub read_only: bool,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum MountSource {
    /// A path of the engine's host.
    Bind(String),
    /// A named volume.
    Volume(String),
}

/// How a container is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Network {
    /// To a network of ours, under these names.
    Named {
        /// The network's name.
        name: String,
        /// Names that the others find it by.
        aliases: Vec<String>,
    },
    /// The engine host's own network: where containers find no way out.
    Host,
    /// None at all.
    None,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedPort {
    /// The port in the container (TCP).
    pub container: u16,
    /// The host's address.
    pub address: String,
    /// The wanted port of the host.
    pub wanted: u16,
    /// The port of the host that it is created with: the wanted one, or a fall-back.
    pub publish: u16,
}

/// A health check that the engine runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthCheck {
    /// What is checked.
    pub health: Health,
    /// The command (exec form).
    pub command: Vec<String>,
    /// Milliseconds between two checks.
    pub interval_ms: u64,
    /// Milliseconds that one check may take.
    pub timeout_ms: u64,
    /// Milliseconds after the start in which failures do not count.
    pub start_period_ms: u64,
    /// Failures in a row that make it unhealthy.
    pub retries: u32,
}

/// A file that is uploaded into a container before its first start.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FileUpload {
    /// The absolute path in the container; a folder where it ends with `/`.
    pub path: String,
    /// Its mode bits.
    pub mode: u32,
    /// Its owner.
    pub uid: u64,
    /// Its group.
    pub gid: u64,
    /// Its content. In the form that a spec's hash is made of its digest stands for it: as a list
    /// of numbers it would be four times as long.
    #[serde(serialize_with = "as_digest")]
    pub content: Vec<u8>,
}

fn as_digest<S: Serializer>(content: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&digest::of_bytes(content))
}

impl std::fmt::Debug for FileUpload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileUpload({}, {:o}, {} bytes)", self.path, self.mode, self.content.len())
    }
}

/// A line of `/etc/passwd` for the uid that a container runs as: without one `whoami`,
/// `getpass.getuser()` and ssh break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PasswdEntry {
    /// Login name.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Home folder in the container.
    pub home: String,
}

impl PasswdEntry {
    /// The file's text with this entry in place of any other of the same uid or name.
    pub fn merged_into(&self, passwd: &str) -> String {
        let other = |line: &&str| {
            let mut fields = line.split(':');
            let name = fields.next();
            name != Some(self.name.as_str()) && fields.nth(1) != Some(self.uid.to_string().as_str())
        };
        let mut text: String = passwd.lines().filter(other).flat_map(|line| [line, "\n"]).collect();
        text.push_str(&format!("{}:x:{}:{}::{}:/bin/bash\n", self.name, self.uid, self.gid, self.home));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwd_entry_replaces_its_uid() {
        let entry = PasswdEntry { name: "ada".into(), uid: 1000, gid: 1000, home: "/home/ada".into() };
        let text = entry.merged_into("root:x:0:0:root:/root:/bin/bash\nold:x:1000:1000::/home/old:/bin/sh\n");
        assert_eq!(text, "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n");
    }
}
