//! What happens to the model.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::choice::Choice;
use crate::app::effect::Asked;
use crate::app::keymap::Keymap;
use crate::config::layout::Layouts;
use crate::config::questions::Questions;
use crate::console::Frame;
use crate::core::console::{Attachment, ConsoleView};
use crate::core::debugger::Debuggers;
use crate::core::input::Input;
use crate::core::migrations::Migrations;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::progress::{Progress, Question, RunId, StepState};
use crate::core::project::Project;
use crate::core::secret::Secrets;
use crate::core::status::{ServiceView, TaskView};
use crate::core::theme::Look;
use crate::core::usage::Usage;
use crate::core::watching::{Offer, Watcher};
use crate::logs::{Entry, LogLine, Mark, sanitise};

/// What happens to the model.
#[derive(Debug, Clone, PartialEq)]
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
    /// From a console.
    Console(ConsoleMsg),
    /// From an action that is carried out.
    Run(RunId, RunMsg),
    /// Something to tell the user.
    Notice(Notice),
    /// There is time for work that waits: searching and filtering.
    Work,
    /// It is time to put what came into the spools.
    Keep,
    /// Something to read.
    Page(Page),
    /// Rows to choose one from.
    Choice(Choice),
    /// What was asked for by `Effect::Show` has been shown, or why not.
    Shown(Asked),
    /// About the files that are watched.
    Watch(WatchMsg),
    /// The configuration was edited: how the dashboard is from now on.
    Settings(Box<Settings>),
    /// The configuration was edited, and cannot be read: why.
    Broken(Notice),
    /// What is not as it is wanted, after it was looked for.
    Drift(Comparison),
    /// How the migrations stand.
    Migrations(Box<Migrations>),
}

/// What is there, held against what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Services and steps that differ.
    pub parts: Vec<String>,
    /// The steps of the plan by which `up` would end that; `None` where it would be refused.
    pub planned: Option<Vec<String>>,
    /// The names of the database's snapshots, where it could be asked.
    pub snapshots: Vec<String>,
}

/// What of a configuration the dashboard itself is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which key does what, the default ones in place of what is wrong.
    pub keymap: Keymap,
    /// Whether nothing of them is wrong.
    pub is_sound: bool,
    /// How it looks.
    pub look: Look,
    /// Where panes go.
    pub layouts: Layouts,
    /// What is asked first.
    pub questions: Questions,
    /// The project as it is configured now.
    pub project: Project,
}

/// About the files that are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchMsg {
    /// What this dashboard's own watcher does.
    Ours(Watcher),
    /// Another process watches; what it does.
    Theirs(Watcher),
    /// A change of files asks for an action.
    Act {
        /// The action's id in the registry.
        action: &'static str,
        /// The words behind it: the service that it is done to, or what it needs to know.
        words: Vec<String>,
        /// The files, in words.
        cause: String,
    },
    /// A change of files makes an action worth while.
    Offer(Offer),
}

/// What closes a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closes {
    /// Going back; other keys scroll.
    ByBack,
    /// Any key: what should be on the screen for a moment only.
    ByAnyKey,
}

/// A text to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its title: the command that prints the same.
    pub title: String,
    /// Its lines, sanitised.
    pub lines: Vec<String>,
    /// What closes it.
    pub closes: Closes,
    /// Whether it is news.
    pub comes: Comes,
}

/// Whether a page is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comes {
    /// It was asked for.
    #[default]
    First,
    /// It says more than the page of the same title; where that was closed, nobody wants it.
    After,
}

impl Page {
    /// A text, sanitised line by line.
    pub fn text(title: impl Into<String>, text: &str) -> Self {
        let lines = text.lines().map(sanitise::plain).collect();
        Self { title: title.into(), lines, closes: Closes::ByBack, comes: Comes::First }
    }

    /// The same with secrets masked, unless it was asked for because of them.
    #[must_use]
    pub fn masked(mut self, secrets: &Secrets) -> Self {
        if self.closes == Closes::ByBack {
            self.lines.iter_mut().for_each(|line| *line = secrets.mask(line).into_owned());
        }
        self
    }
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
    /// What services use, by their container's id.
    Usage(BTreeMap<String, Usage>),
    /// These services ran before the engine was lost, and do not now that it is back.
    EndedMeanwhile(Vec<String>),
}

/// What an engine holds of the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The services.
    pub services: Vec<ServiceView>,
    /// The tasks.
    pub tasks: Vec<TaskView>,
    /// The consoles.
    pub consoles: Vec<ConsoleView>,
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
    /// The lines that follow are of this container.
    Container {
        /// The service.
        service: String,
        /// The container's id.
        container: String,
    },
    /// The log cannot be read.
    Unreadable {
        /// The service.
        service: String,
        /// Why, and what to do.
        notice: Notice,
    },
    /// What the spool of an earlier dashboard had: the newest entries of it.
    Spooled {
        /// The service.
        service: String,
        /// The number of the oldest entry in the spool.
        oldest: u64,
        /// The number of the first of these.
        first: u64,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// A page of older entries from the spool.
    Page {
        /// The service.
        service: String,
        /// The number of the first of these.
        first: u64,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// The spool has no entries before this number any more.
    SpoolBegins {
        /// The service.
        service: String,
        /// The number.
        at: u64,
    },
    /// Lines from before the first are on their way into the spool, or are all there.
    ReadBack {
        /// The service.
        service: String,
        /// Whether they are on their way.
        goes_on: bool,
    },
    /// What a search of the spool has found.
    Found {
        /// The search.
        search: u64,
        /// The service.
        service: String,
        /// The numbers of the lines, in order; all before what was found earlier.
        hits: Vec<u64>,
        /// Everything from this number on has been searched now.
        from: u64,
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
    /// Lines of the whole output, for the task that is open.
    Whole {
        /// The run's container.
        container: String,
        /// The lines, sanitised and masked.
        lines: Vec<LogLine>,
    },
}

/// From a console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsoleMsg {
    /// Its screen, or its scrollback, as it is now.
    Frame {
        /// The console.
        console: String,
        /// The picture.
        frame: Arc<Frame>,
        /// Whether it is the echo of a key: drawn at once.
        urgent: bool,
    },
    /// How it stands with it.
    Attachment {
        /// The console.
        console: String,
        /// How it stands.
        attachment: Attachment,
    },
    /// It rings the bell.
    Bell {
        /// The console.
        console: String,
    },
    /// Its program asks for a text to be put into the clipboard.
    Offered {
        /// The console.
        console: String,
        /// The text: foreign.
        text: String,
    },
    /// Somebody has given it a name, or taken it away.
    Called {
        /// The console.
        console: String,
        /// The name: foreign text.
        called: String,
    },
    /// A text was taken from its screen.
    Taken(String),
    /// A server's own terminal has shown a line that may be about a debugger.
    Said {
        /// The console.
        console: String,
    },
    /// The debuggers of a service that wait now.
    Debuggers {
        /// The service.
        service: String,
        /// What they tell.
        debuggers: Debuggers,
    },
}

impl Msg {
    /// Whether it is to be seen at once.
    pub const fn is_urgent(&self) -> bool {
        matches!(self, Self::Console(ConsoleMsg::Frame { urgent: true, .. }))
    }

    /// The service whose log it adds to, where it changes nothing else on the screen.
    pub fn adds_to_log(&self) -> Option<&str> {
        match self {
            Self::Log(LogMsg::Lines { service, .. } | LogMsg::Container { service, .. }) => Some(service),
            _ => None,
        }
    }
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
    /// It was not begun: the answer was No.
    Declined,
    /// It was cancelled: what is left of it.
    Cancelled(Notice),
    /// It ended with something to read.
    Page(Page),
}
