//! What is told of a plan while it is applied.

use serde::Serialize;

use crate::core::notice::Notice;

/// Something that happened to a step of a plan that is being applied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The step's name in the plan.
    pub step: String,
    /// What happened.
    pub what: What,
}

/// What happened to a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It has begun; its reason.
    Begun(String),
    /// It waits for something that is named.
    Waiting(String),
    /// How far it is: what is being done, done, total (0 where the total is unknown).
    At {
        /// What is being done.
        label: String,
        /// So many are done.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// A line of its output, sanitised, secrets masked.
    Output(String),
    /// Something that the user should know, though it goes on.
    Notice(Notice),
    /// It has ended well, after so many milliseconds.
    Done(u64),
    /// There was nothing to do after all: why.
    Skipped(String),
    /// It has failed.
    Failed(Notice),
}
