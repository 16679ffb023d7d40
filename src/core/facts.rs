//! What was read of the project's folder and of the engine's kind: the inputs of specs
//! and digests that no configuration holds.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// Facts beside the configuration, read once before a plan is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Facts {
    /// The flattened requirements with pins and packages: what pip is given.
    pub requirements: String,
    /// Constraints on packages that the requirements do not name themselves.
    pub constraints: String,
    /// For each step with inputs: the digest of the files that match.
    pub inputs: BTreeMap<String, String>,
    /// Steps whose outputs cannot be made: their place in the project's folder may not be
    /// written.
    pub closed: BTreeSet<String>,
    /// For each service with a Dockerfile of the user's: the digest of its context.
    pub contexts: BTreeMap<String, String>,
    /// What git has checked out in the project's folder: the branch, or a short commit.
    pub branch: Option<String>,
    /// Whether the engine maps uids itself (rootless): containers then run as its root.
    pub rootless: bool,
}
