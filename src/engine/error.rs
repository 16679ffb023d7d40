//! What can go wrong between the program and an engine.

use std::borrow::Cow;

use crate::core::notice::Notice;

/// The kinds that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No connection: no socket, refused, reset, ended in the middle.
    Unreachable,
    /// The socket may not be opened by this user.
    Permission,
    /// The deadline of a unary call has passed.
    Deadline,
    /// The object does not exist (404).
    NotFound,
    /// The name is taken, or the object is in the wrong state for it (409).
    Conflict,
    /// A port of the host is taken.
    PortTaken,
    /// No space left on the engine's disk.
    DiskFull,
    /// The log driver of a container keeps nothing that can be read.
    LogDriver,
    /// A step of a build failed.
    Build,
    /// An image cannot be pulled.
    Pull,
    /// The answer is not what an engine says (HTML, garbage, truncated).
    Protocol,
    /// The engine speaks no API version that the program speaks.
    Version,
    /// The endpoint that was named cannot be used at all (an unknown scheme or context).
    Endpoint,
    /// Any other refusal of the engine.
    Refused,
}

/// An engine call that failed: what was tried, on what, and why.
#[derive(Debug, Clone, thiserror::Error)]
#[error("could not {action} {target}: {message}")]
pub struct EngineError {
    /// Which kind.
    pub kind: ErrorKind,
    /// What was tried: `create container`.
    pub action: String,
    /// On what: a name or id.
    pub target: String,
    /// The engine's or the operating system's words, sanitised, one paragraph; for a
    /// failed build the failing instruction and the last lines of its output.
    pub message: String,
}

impl EngineError {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, action: &str, target: &str, message: impl Into<String>) -> Self {
        Self { kind, action: action.to_owned(), target: target.to_owned(), message: message.into() }
    }

    /// Whether the same call may succeed later without anybody doing anything else.
    pub fn is_connection(&self) -> bool {
        use ErrorKind::{Deadline, Permission, Protocol, Unreachable};
        matches!(self.kind, Unreachable | Permission | Deadline | Protocol)
    }

    /// The error as the user is told.
    pub fn notice(&self) -> Notice {
        let notice = Notice::error(format!("could not {} {}", self.action, self.target)).because(self.message.clone());
        match self.remedy() {
            Some(remedy) => notice.remedy(remedy),
            None => notice,
        }
    }

    fn remedy(&self) -> Option<Cow<'static, str>> {
        let known = match self.kind {
            ErrorKind::LogDriver => {
                return Some(Cow::Owned(format!(
                    "remove the container (`docker rm -f {}`): `biostar-tui up` makes it anew with a log that can be read",
                    self.target
                )));
            }
            ErrorKind::Unreachable => {
                "start the engine (`systemctl start docker`), or name another one with --host or DOCKER_HOST"
            }
            ErrorKind::Permission => {
                "add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again)"
            }
            ErrorKind::Deadline => {
                "look whether the engine is busy or hung (`docker version`, its journal); the call is tried again"
            }
            ErrorKind::DiskFull => "free space on the engine's disk (`docker system df` shows what uses it)",
            ErrorKind::Endpoint => "name a unix socket or a tcp address with --host or DOCKER_HOST",
            ErrorKind::Version => {
                "use an engine of version 20.10 (API 1.41) or newer; for one that is too new, a newer biostar-tui"
            }
            ErrorKind::Protocol => "look whether what answers at this endpoint is a Docker engine",
            _ => return None,
        };
        Some(Cow::Borrowed(known))
    }
}
