//! All that the dashboard shows. It is no truth of its own: the engine's is shown.

use std::time::Duration;

use crate::app::keymap::Keymap;
use crate::components::log_pane::Scroll;
use crate::components::look::Colours;
use crate::components::notices::Noted;
use crate::core::connection::Connection;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::progress::{Operation, Progress, Question, RunId};
use crate::core::project::Project;
use crate::core::state::TaskState;
use crate::core::status::{ServiceView, TaskView};
use crate::logs::{Limits, Store};

/// Notices that are kept.
const MAX_NOTICES: usize = 100;
/// What is kept of a task's output.
const TASK_LIMITS: Limits = Limits { bytes: 256 * 1024, lines: 500 };
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// All that the dashboard shows.
#[derive(Debug)]
pub struct Model {
    /// Whose dashboard it is.
    pub header: Header,
    /// How it stands with the engine.
    pub connection: Connection,
    /// Whether the services were ever looked at.
    pub observed: bool,
    /// The services.
    pub services: Vec<ServiceView>,
    /// Their logs.
    pub logs: Vec<Log>,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// What is carried out, and what was.
    pub runs: Runs,
    /// What the user was told, the newest first.
    pub notices: Vec<Noted>,
    /// What is shown where.
    pub screen: Screen,
    /// Which key does what.
    pub keymap: Keymap,
    /// The current time.
    pub now: Timestamp,
}

/// Whose dashboard it is.
#[derive(Debug, Clone, Default)]
pub struct Header {
    /// The project's name.
    pub project: String,
    /// The environment's name.
    pub environment: String,
    /// Whether it is treated as production.
    pub is_production: bool,
    /// The engine's endpoint.
    pub endpoint: String,
}

/// A service's log.
#[derive(Debug, Default)]
pub struct Log {
    /// The service.
    pub service: String,
    /// Its lines.
    pub store: Store,
    /// Which of them are in view.
    pub scroll: Scroll,
}

/// A task and what is known of its run.
#[derive(Debug)]
pub struct Task {
    /// The task.
    pub view: TaskView,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Its output.
    pub output: Store,
}

impl Task {
    /// A run of which nothing more is known.
    pub fn new(view: TaskView) -> Self {
        Self { view, progress: None, output: Store::new(TASK_LIMITS) }
    }
}

/// Whether the project is brought up by the dashboard's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// Nothing is done.
    #[default]
    Look,
    /// `up` is run where the engine holds nothing of the project.
    UpIfNothing,
}

/// What is carried out, and what was.
#[derive(Debug, Default)]
pub struct Runs {
    /// The last number that was given to a run.
    pub last: u64,
    /// The operation that goes on or was the last.
    pub operation: Option<Operation>,
    /// What happens at the first snapshot.
    pub start: Start,
}

impl Runs {
    /// Whether this is the run that goes on.
    pub fn is_current(&self, run: RunId) -> bool {
        self.running().is_some_and(|operation| operation.run == run)
    }

    /// The operation that goes on.
    pub fn running(&self) -> Option<&Operation> {
        self.operation.as_ref().filter(|operation| operation.is_running())
    }
}

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pane {
    /// The table of services.
    #[default]
    Services,
    /// The log at this place of the model's list.
    Log(usize),
    /// Tasks.
    Tasks,
    /// Notices.
    Notices,
}

/// Whether one pane has the whole screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zoom {
    /// As many panes as fit.
    #[default]
    Out,
    /// The focused one alone.
    In,
}

/// What lies over the panes. Keys go to it first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys; scrolled so far.
    Help {
        /// Lines above the view.
        offset: usize,
    },
    /// A question.
    Question {
        /// The question.
        question: Question,
        /// What was typed so far.
        typed: String,
    },
}

/// What is shown where.
#[derive(Debug, Default)]
pub struct Screen {
    /// Columns and rows.
    pub size: (u16, u16),
    /// The pane that keys go to.
    pub focus: Pane,
    /// Whether it has the whole screen.
    pub zoom: Zoom,
    /// What lies over the panes.
    pub overlay: Overlay,
    /// How far the lists are scrolled.
    pub offsets: Offsets,
    /// Colours.
    pub colours: Colours,
}

/// How far the lists are scrolled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offsets {
    /// Services.
    pub services: usize,
    /// Tasks.
    pub tasks: usize,
    /// Notices.
    pub notices: usize,
}

impl Model {
    /// The model of a project's dashboard before anything is known.
    pub fn new(project: &Project, endpoint: &str, keymap: Keymap) -> Self {
        let log = |name: &str| Log { service: name.to_owned(), ..Log::default() };
        Self {
            header: Header {
                project: project.name.clone(),
                environment: project.environment.name.clone(),
                is_production: project.environment.is_production(),
                endpoint: endpoint.to_owned(),
            },
            connection: Connection::default(),
            observed: false,
            services: Vec::new(),
            logs: project.wanted().map(|service| log(&service.name)).collect(),
            tasks: Vec::new(),
            runs: Runs::default(),
            notices: Vec::new(),
            screen: Screen { focus: Pane::Services, ..Screen::default() },
            keymap,
            now: 0,
        }
    }

    /// The panes in the order of their digits.
    pub fn panes(&self) -> Vec<Pane> {
        let logs = (0..self.logs.len()).map(Pane::Log);
        std::iter::once(Pane::Services).chain(logs).chain([Pane::Tasks, Pane::Notices]).collect()
    }

    /// A pane's title.
    pub fn title(&self, pane: Pane) -> &str {
        match pane {
            Pane::Services => "services",
            Pane::Log(n) => self.logs.get(n).map_or("log", |log| &log.service),
            Pane::Tasks => "tasks",
            Pane::Notices => "notices",
        }
    }

    /// Tells the user something. The same thing again is counted, not repeated.
    pub fn tell(&mut self, notice: Notice) {
        match self.notices.first_mut() {
            Some(last) if last.notice == notice => last.count = last.count.saturating_add(1),
            _ => self.notices.insert(0, Noted { notice, count: 1 }),
        }
        self.notices.truncate(MAX_NOTICES);
    }

    /// The log of a service; made where there is none yet.
    pub fn log_mut(&mut self, service: &str) -> &mut Log {
        let place = self.logs.iter().position(|log| log.service == service).unwrap_or_else(|| {
            self.logs.push(Log { service: service.to_owned(), ..Log::default() });
            self.logs.len() - 1
        });
        &mut self.logs[place]
    }

    /// How often the screen changes by time alone; `None` where nothing on it moves.
    pub fn pace(&self) -> Option<Duration> {
        let is_moving = |task: &Task| task.view.state == TaskState::Running;
        let lost = matches!(self.connection, Connection::Lost { .. });
        if lost || self.runs.running().is_some() || self.tasks.iter().any(is_moving) {
            Some(SECOND)
        } else {
            self.services.iter().any(|service| service.started_at > 0).then_some(MINUTE)
        }
    }
}
