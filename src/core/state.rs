//! The state words of services and tasks.

use serde::Serialize;

/// A service's state, as `status --json` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceState {
    /// Declared and wanted, but no container of it exists.
    Absent,
    /// Declared and not wanted.
    Disabled,
    /// Its image is being built.
    Building,
    /// Its container exists and was never started.
    Created,
    /// Its container runs and is not healthy yet.
    Starting,
    /// Steps that it waits for are running.
    Provisioning,
    /// Runs (and is healthy, where it has a health check).
    Running,
    /// The engine restarts it.
    Restarting,
    /// Paused by `suspend`.
    Paused,
    /// Ended by a stop.
    Stopped,
    /// Ended by itself with exit code 0.
    Exited,
    /// Ended by itself with another exit code, killed for memory, or unhealthy.
    Failed,
}

impl ServiceState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Disabled => "disabled",
            Self::Building => "building",
            Self::Created => "created",
            Self::Starting => "starting",
            Self::Provisioning => "provisioning",
            Self::Running => "running",
            Self::Restarting => "restarting",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Exited => "exited",
            Self::Failed => "failed",
        }
    }
}

/// A task's state, as `tasks --json` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Created, not started.
    Waiting,
    /// Runs.
    Running,
    /// Ended with exit code 0.
    Done,
    /// Ended with another exit code.
    Failed,
    /// Ended by a signal of ours.
    Cancelled,
    /// Left out: what it makes has no place where it may be written.
    Skipped,
}

impl TaskState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }
}
