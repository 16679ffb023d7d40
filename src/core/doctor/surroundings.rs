//! The facts that checks are made from.

use std::collections::BTreeMap;

use crate::core::{image::Base, notice::Notice};

/// What is known of this machine, the engine and the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Who runs the program.
    pub user: User,
    /// Whether Debian's package tools are here.
    pub has_apt: bool,
    /// Whether mmdebstrap is here.
    pub has_bootstrapper: bool,
    /// The endpoint as the user would write it.
    pub endpoint: String,
    /// Whether it is the one that nobody has configured.
    pub endpoint_is_default: bool,
    /// Whether the engine is on this machine, as far as can be told.
    pub local: bool,
    /// The endpoint's socket, where it is one that exists.
    pub socket: Option<Socket>,
    /// The engine.
    pub engine: Engine,
    /// The project's configuration.
    pub configuration: Configuration,
    /// The base images that are wanted.
    pub bases: Vec<BaseImage>,
    /// The ports of the host that are wanted.
    pub ports: Vec<WantedPort>,
    /// Folders that need space.
    pub disks: Vec<Disk>,
    /// Limits of watching.
    pub watches: Watches,
    /// The terminal; `None` where there is none.
    pub terminal: Option<Terminal>,
    /// tmux; `None` outside of it.
    pub tmux: Option<Tmux>,
    /// The host's CA bundle.
    pub certificates: Certificates,
    /// The project's folder.
    pub folder: Option<Folder>,
}

/// Who runs the program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User {
    /// User id.
    pub uid: u32,
    /// Login name.
    pub name: String,
    /// Names of the groups that `/etc/group` puts the user into: those of the next login.
    pub groups: Vec<String>,
}

/// A socket of an engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Socket {
    /// Where it is.
    pub path: String,
    /// Its group.
    pub group: String,
    /// Its permissions, `0660`.
    pub mode: u32,
    /// Whether this process may read and write it.
    pub usable: bool,
}

/// The engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// It answers.
    Up(Answer),
    /// It does not.
    Down(Down, Notice),
}

impl Default for Engine {
    fn default() -> Self {
        Self::Down(Down::Unreachable, Notice::error("no engine was asked").remedy("name one with --host"))
    }
}

/// How an engine does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Down {
    /// The endpoint cannot be understood.
    NoEndpoint,
    /// There is no connection.
    Unreachable,
    /// The socket may not be opened.
    Forbidden,
    /// It speaks no version that the program speaks.
    WrongVersion,
    /// It answers with something else.
    Other,
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Its version.
    pub version: String,
    /// The negotiated API version.
    pub api: String,
    /// Whether it is rootless.
    pub rootless: bool,
    /// By how many milliseconds its clock is ahead of this machine's.
    pub ahead_ms: Option<i64>,
}

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configuration {
    /// It is valid; the project's folder and name.
    Valid {
        /// The project's name.
        name: String,
        /// Its folder.
        root: String,
        /// Its warnings.
        warnings: Vec<Notice>,
    },
    /// There is no project here.
    NoProject(Notice),
    /// It is wrong.
    Wrong(Notice),
}

impl Default for Configuration {
    fn default() -> Self {
        Self::NoProject(Notice::error("no project was looked for"))
    }
}

impl Configuration {
    /// Why there is no project to look at.
    pub fn missing(&self) -> Option<&str> {
        match self {
            Self::Valid { .. } => None,
            Self::NoProject(notice) => Some(&notice.summary),
            Self::Wrong(_) => Some("the configuration cannot be read"),
        }
    }
}

/// A base image and where it may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImage {
    /// What is wanted.
    pub base: Base,
    /// Whether the engine has it.
    pub present: bool,
    /// Whether the engine has a bootstrapped one in its place.
    pub bootstrapped: bool,
    /// What the registry says, where it was asked: nothing, or why it cannot be pulled.
    pub registry: Option<Result<(), String>>,
}

/// A port of the host that a service wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedPort {
    /// The service.
    pub service: String,
    /// The address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// Whether no other one will do.
    pub strict: bool,
    /// Who has it.
    pub held: Held,
    /// The one that would be used in its place.
    pub next: Option<u16>,
}

/// Who has a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Nobody.
    Free,
    /// A container of this project.
    Ours(String),
    /// Somebody else, named.
    Other(String),
    /// Somebody else, and the service runs on another one already.
    Evaded {
        /// Who.
        owner: String,
        /// The one that it runs on.
        port: u16,
    },
}

/// A folder and the space on its disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// What it is for.
    pub purpose: &'static str,
    /// The folder.
    pub path: String,
    /// Free bytes for this user; `None` where it could not be read.
    pub free: Option<u64>,
}

/// Limits of inotify against what the project needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watches {
    /// `fs.inotify.max_user_watches`; `None` on systems without it.
    pub watches: Option<u64>,
    /// `fs.inotify.max_user_instances`.
    pub instances: Option<u64>,
    /// The instances in use by this user.
    pub instances_used: u64,
    /// The folders to watch, pruned.
    pub folders: Option<Folders>,
}

/// A count of folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folders {
    /// So many.
    pub count: u64,
    /// Whether the count was given up, so that there are more.
    pub more: bool,
}

/// The terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terminal {
    /// `TERM`.
    pub term: String,
    /// `COLORTERM`.
    pub colorterm: String,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set, with its name.
    pub locale: Option<(String, String)>,
    /// Whether the system takes UTF-8 for granted (macOS).
    pub always_utf8: bool,
    /// Columns and rows, where they are known.
    pub size: Option<(u16, u16)>,
}

/// The tmux around the program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tmux {
    /// What `tmux -V` says; empty where it says nothing.
    pub version: String,
    /// Its options, as far as they could be read.
    pub options: BTreeMap<String, String>,
}

/// The host's CA bundles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Certificates {
    /// Whether the configuration wants none.
    pub unwanted: bool,
    /// The bundle in use, where the project has one.
    pub used: Option<String>,
    /// Bundles that somebody or something names, in the order in which they are taken.
    pub bundles: Vec<Bundle>,
    /// Proxies that are set by name.
    pub proxies: Vec<String>,
}

/// A CA bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What names it: a variable, a folder, the configuration.
    pub named_by: String,
    /// The file.
    pub path: String,
    /// Its text, or why there is none.
    pub text: Result<String, String>,
}

/// The project's folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folder {
    /// Where it is.
    pub path: String,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// Whether this process may write to it.
    pub writable: bool,
    /// `/proc/self/mountinfo`; empty where there is none.
    pub mounts: String,
}

#[cfg(test)]
impl Surroundings {
    /// A machine on which all is well.
    pub fn sample() -> Self {
        use crate::core::image::Bootstrap;
        let base = Base { image: "debian:bookworm-slim".into(), bootstrap: Bootstrap::Auto, mirror: String::new() };
        let (name, root) = ("forum".to_owned(), "/srv/forum".to_owned());
        Self {
            user: User { uid: 1000, name: "ada".into(), groups: vec!["docker".into()] },
            has_apt: true,
            has_bootstrapper: true,
            endpoint: "unix:///var/run/docker.sock".into(),
            endpoint_is_default: true,
            local: true,
            socket: Some(Socket {
                path: "/var/run/docker.sock".into(),
                group: "docker".into(),
                mode: 0o660,
                usable: true,
            }),
            engine: Engine::Up(Answer {
                version: "20.10.24".into(),
                api: "1.41".into(),
                rootless: false,
                ahead_ms: Some(40),
            }),
            configuration: Configuration::Valid { name, root: root.clone(), warnings: Vec::new() },
            bases: vec![BaseImage { base, present: true, bootstrapped: false, registry: None }],
            ports: vec![WantedPort {
                service: "web".into(),
                address: "127.0.0.1".into(),
                port: 8000,
                strict: false,
                held: Held::Free,
                next: Some(8001),
            }],
            disks: vec![Disk { purpose: "the project", path: root.clone(), free: Some(50 << 30) }],
            watches: Watches {
                watches: Some(65536),
                instances: Some(128),
                instances_used: 3,
                folders: Some(Folders { count: 40, more: false }),
            },
            terminal: Some(Terminal {
                term: "xterm-256color".into(),
                locale: Some(("LANG".into(), "C.UTF-8".into())),
                size: Some((120, 30)),
                ..Terminal::default()
            }),
            tmux: None,
            certificates: Certificates::default(),
            folder: Some(Folder {
                path: root,
                uid: 1000,
                gid: 1000,
                writable: true,
                mounts: "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n".into(),
            }),
        }
    }
}
