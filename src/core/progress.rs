//! How far a plan being applied has come, and what is asked before one is.

use serde::Serialize;

use crate::core::observed::Timestamp;

/// Tells one run of an action from the next: what comes late from an earlier one is
/// dropped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct RunId(pub u64);

/// How far something countable has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Progress {
    /// What is being done, in a few words.
    pub label: String,
    /// How much of it is done.
    pub done: u64,
    /// How much there is; 0 where that is unknown.
    pub total: u64,
}

/// What a plan's step does while the plan is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Waits for others.
    Waiting,
    /// Runs.
    Running,
    /// Done.
    Done,
    /// Was found to be unnecessary when it was reached.
    Skipped,
    /// Failed.
    Failed,
}

impl StepState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing more will come of it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Skipped | Self::Failed)
    }
}

/// A step of a plan being applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepProgress {
    /// Its name in the plan.
    pub name: String,
    /// What it does.
    pub state: StepState,
    /// What it is at: the builder's step, the line last written.
    pub detail: String,
    /// How far it is, where that can be counted.
    pub progress: Option<Progress>,
}

impl StepProgress {
    /// A step that waits.
    pub fn waiting(name: impl Into<String>) -> Self {
        Self { name: name.into(), state: StepState::Waiting, detail: String::new(), progress: None }
    }
}

/// A plan being applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// Which run.
    pub run: RunId,
    /// The action's name: `up`.
    pub action: String,
    /// Its steps in the plan's order.
    pub steps: Vec<StepProgress>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, if it has.
    pub finished_at: Option<Timestamp>,
    /// How it ended, if not well.
    pub unfinished: Option<Unfinished>,
}

/// How an operation ended that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unfinished {
    /// A step failed, or it was refused.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl Operation {
    /// An operation whose plan is not known yet.
    pub fn new(run: RunId, action: impl Into<String>, started_at: Timestamp) -> Self {
        Self { run, action: action.into(), steps: Vec::new(), started_at, finished_at: None, unfinished: None }
    }

    /// Whether it goes on.
    pub fn is_running(&self) -> bool {
        self.finished_at.is_none()
    }

    /// How many steps are over, of how many.
    pub fn count(&self) -> (usize, usize) {
        (self.steps.iter().filter(|step| step.state.is_over()).count(), self.steps.len())
    }

    /// The step of this name.
    pub fn step_mut(&mut self, name: &str) -> Option<&mut StepProgress> {
        self.steps.iter_mut().find(|step| step.name == name)
    }
}

/// A question that is asked before something is done. The answer is No unless Yes is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The run that waits for the answer.
    pub run: RunId,
    /// What is asked, one line: `destroy biostar in development?`
    pub title: String,
    /// What will be destroyed, object by object.
    pub destroys: Vec<String>,
    /// What is done first, or other things worth knowing: `a dump is written to ...`
    pub remarks: Vec<String>,
    /// The same on the command line.
    pub command: String,
    /// The name that has to be typed for Yes, where one key is too little.
    pub type_name: Option<String>,
}
