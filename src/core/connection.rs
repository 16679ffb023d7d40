//! How the program stands with its engine.

use crate::core::{notice::Notice, observed::Timestamp};

/// How the program stands with its engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Connection {
    /// Nothing was heard yet.
    #[default]
    Connecting,
    /// Connected to an engine of this version.
    Connected {
        /// The engine's version.
        version: String,
    },
    /// Not there, or gone; it is tried again without end.
    Lost {
        /// Since when.
        since: Timestamp,
        /// What is wrong, and what to do about it.
        notice: Notice,
    },
}

impl Connection {
    /// Whether the engine can be asked for something now.
    pub const fn is_connected(&self) -> bool {
        matches!(self, Self::Connected { .. })
    }
}
