//! What happens to the model.

use crate::core::input::Input;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::progress::{Progress, Question, RunId, StepState};
use crate::core::status::{ServiceView, TaskView};
use crate::logs::{LogLine, Mark};

/// What happens to the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Msg {
    /// From the terminal.
    Input(Input),
    /// Time goes by.
    Tick(Timestamp),
    /// From the engine.
    Engine(EngineMsg),
    /// About a service's log.
    Log(LogMsg),
    /// About a task.
    Task(TaskMsg),
    /// From an action that is carried out.
    Run(RunId, RunMsg),
    /// Something to tell the user.
    Notice(Notice),
}

/// From the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineMsg {
    /// Connected to an engine of this version.
    Connected {
        /// The engine's version.
        version: String,
    },
    /// Not there, or lost; why, and what to do.
    Disconnected(Notice),
    /// What the engine holds of the project.
    Snapshot(Snapshot),
}

/// What an engine holds of the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The services.
    pub services: Vec<ServiceView>,
    /// The tasks.
    pub tasks: Vec<TaskView>,
    /// Whether it holds nothing of the project at all, volumes and networks included.
    pub nothing: bool,
}

/// About a service's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogMsg {
    /// New lines.
    Lines {
        /// The service.
        service: String,
        /// The lines, sanitised and masked.
        lines: Vec<LogLine>,
    },
    /// Something happened between two lines.
    Mark {
        /// The service.
        service: String,
        /// When.
        time: Timestamp,
        /// What.
        mark: Mark,
    },
}

/// About a task's run; the container's id tells it from a later run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskMsg {
    /// Lines of its output.
    Output {
        /// The task.
        task: String,
        /// The run's container.
        container: String,
        /// The lines, sanitised and masked.
        lines: Vec<LogLine>,
    },
    /// How far it is.
    Progress {
        /// The task.
        task: String,
        /// How far.
        progress: Progress,
    },
}

/// From an action that is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunMsg {
    /// The plan is made: the names of its steps.
    Planned(Vec<String>),
    /// A question must be answered first.
    Asks(Question),
    /// A step began, ended, or has something new to show.
    Step {
        /// The step's name in the plan.
        step: String,
        /// What it does.
        state: StepState,
        /// What it is at.
        detail: String,
    },
    /// How far a step is.
    Progress {
        /// The step's name in the plan.
        step: String,
        /// How far.
        progress: Progress,
    },
    /// It ended well; what there is to say about it.
    Done(String),
    /// It failed, or was refused.
    Failed(Notice),
    /// It was given up: the answer was No.
    Cancelled,
}
