//! What was asked of the project, and when it is to be asked again.

use crate::core::migrations::Migrations;
use crate::core::observed::Timestamp;

/// Which services and steps differ from what is wanted.
#[derive(Debug, Default)]
pub struct Drift {
    /// Their names, by the last answer.
    pub parts: Vec<String>,
    /// The snapshots of the database, by the same.
    pub snapshots: Vec<String>,
    /// The containers that it was asked about last; `None` where it has to be asked again.
    pub asked: Option<Vec<String>>,
}

/// What is known of the migrations.
#[derive(Debug, Default)]
pub struct KnownMigrations {
    /// The last answer; `None` before it, and where there is nobody to ask.
    pub report: Option<Migrations>,
    /// How it stood when it was asked last.
    pub asked: Option<Moved>,
}

/// What the answer about migrations depends on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// The server's container.
    pub server: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// When the last task ended.
    pub ended_at: Timestamp,
    /// When the file was saved that caused the last reload.
    pub reloaded_at: Timestamp,
}
