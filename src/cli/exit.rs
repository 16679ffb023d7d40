//! How a verb ends: exit codes, the same for every verb.

use crate::core::{notice::Notice, plan::Refusal};
use crate::engine::EngineError;

/// Why a verb did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The action failed: exit code 1.
    Failed(Vec<Notice>),
    /// Usage or configuration: exit code 2.
    Usage(Vec<Notice>),
    /// The engine cannot be reached: exit code 3.
    Unreachable(Notice),
    /// Refused: exit code 4.
    Refused(Notice),
    /// Refused, and the JSON that was printed says so already: exit code 4.
    RefusedInPlan(Notice),
    /// The action failed, and has said so already: exit code 1.
    Told,
    /// The user's own program has ended with this code.
    Program(u8),
    /// Cancelled by a signal of this number, with what is left: exit code 128 and the number.
    Cancelled(u8, Notice),
    /// Ended by a signal of this number: exit code 128 and the number, as a shell counts.
    Signal(u8),
}

impl Failure {
    /// The exit code.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::Told => 1,
            Self::Usage(_) => 2,
            Self::Unreachable(_) => 3,
            Self::Refused(_) | Self::RefusedInPlan(_) => 4,
            Self::Program(code) => *code,
            Self::Signal(number) | Self::Cancelled(number, _) => 128_u8.saturating_add(*number),
        }
    }

    /// What the user is told.
    pub fn notices(&self) -> &[Notice] {
        match self {
            Self::Failed(notices) | Self::Usage(notices) => notices,
            Self::Unreachable(notice)
            | Self::Refused(notice)
            | Self::RefusedInPlan(notice)
            | Self::Cancelled(_, notice) => std::slice::from_ref(notice),
            Self::Signal(_) | Self::Told | Self::Program(_) => &[],
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        if error.is_connection() || error.kind == crate::engine::ErrorKind::Version {
            Self::Unreachable(error.notice())
        } else {
            Self::Failed(vec![error.notice()])
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.0)
    }
}

impl From<Notice> for Failure {
    fn from(notice: Notice) -> Self {
        Self::Failed(vec![notice])
    }
}

/// What a verb gives.
pub type Outcome = Result<(), Failure>;
