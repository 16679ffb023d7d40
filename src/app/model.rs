//! All that the dashboard shows. It is no truth of its own: the engine's is shown.

mod known;
mod log;
mod overlay;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::activity::Looking;
use crate::app::consoles::Consoles;
use crate::app::done::Done;
use crate::app::effect::Asked;
use crate::app::keymap::Keymap;
use crate::app::layout;
use crate::app::news::{self, News};
use crate::app::next_keys;
use crate::app::outside::MouseOf;
pub use crate::app::task::{OpenTask, Task};
use crate::app::watching::Watching;
use crate::components::log_view::{Times, Zone};
use crate::components::look::Colours;
use crate::components::notices::{Noted, OfferState};
use crate::components::sparkline;
use crate::config::questions::Questions;
use crate::core::connection::Connection;
use crate::core::editor::Editor;
use crate::core::layout::Node;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::progress::{Operation, RunId};
use crate::core::project::Project;
use crate::core::state::TaskState;
use crate::core::status::ServiceView;
use crate::core::theme::{Depth, Look, Motion};
use crate::core::usage::history::{History, KEPT};
use crate::logs::Limits;
use crate::logs::traffic::Rate;

pub use known::{Drift, KnownMigrations, Moved};
pub use log::{Log, Unkept};
pub use overlay::{Overlay, Reading, Then};

/// Notices that are kept.
const MAX_NOTICES: usize = 100;
/// What logs may hold where the configuration says nothing else.
const LOG_LIMITS: Limits = Limits { bytes: 64 * 1024 * 1024, lines: 100_000 };
const SECOND: Duration = Duration::from_secs(1);
/// One point of what services use.
const FIVE_SECONDS: Duration = Duration::from_secs(5);
const TEN_SECONDS: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_secs(60);

/// All that the dashboard shows.
#[derive(Debug)]
pub struct Model {
    /// Whose dashboard it is.
    pub header: Header,
    /// The project as it was configured at the start.
    pub project: Project,
    /// How it stands with the engine.
    pub connection: Connection,
    /// Whether the services were ever looked at.
    pub observed: bool,
    /// The services.
    pub services: Vec<ServiceView>,
    /// What they used over the last minutes, by their names.
    pub used: BTreeMap<String, History>,
    /// Their logs.
    pub logs: Vec<Log>,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The consoles.
    pub consoles: Consoles,
    /// What is asked first, where the user has said so.
    pub questions: Questions,
    /// The steps' own expressions for their progress, by name.
    pub patterns: BTreeMap<String, String>,
    /// What is carried out, and what was.
    pub runs: Runs,
    /// The commands that were given in the palette, the newest last.
    pub past: Vec<String>,
    /// What was done from here, the newest last.
    pub done: Vec<Done>,
    /// The task whose output is open.
    pub open: Option<OpenTask>,
    /// What the user was told, the newest first.
    pub notices: Vec<Noted>,
    /// What is known of the files' watcher.
    pub watching: Watching,
    /// What is known of the migrations.
    pub migrations: KnownMigrations,
    /// Which services and steps differ from what is wanted.
    pub drift: Drift,
    /// Whether the configuration cannot be read since an edit.
    pub is_broken: bool,
    /// What is shown where.
    pub screen: Screen,
    /// Which key does what.
    pub keymap: Keymap,
    /// The current time.
    pub now: Timestamp,
    /// What all logs together may hold in bytes, and each of them in lines.
    pub limits: Limits,
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
    /// What was asked for last.
    pub asked: Option<Asked>,
    /// What is looked at, to be shown when it is known.
    pub looks: Vec<Looking>,
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
    /// The console at this place of the model's list.
    Console(usize),
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

/// What is shown where.
#[derive(Debug, Default)]
pub struct Screen {
    /// Columns and rows.
    pub size: (u16, u16),
    /// The pane that keys go to.
    pub focus: Pane,
    /// Whether it has the whole screen.
    pub zoom: Zoom,
    /// The pane that keys went to before.
    pub before: Pane,
    /// The log or console that keys went to last.
    pub main: Pane,
    /// Where panes go.
    pub layout: Node,
    /// The layout that the configuration names.
    pub configured: String,
    /// The layouts that there are, by their names.
    pub layouts: Vec<(String, Node)>,
    /// The border that is dragged: the way to what the two places are in, and the first of them.
    pub dragged: Option<(Vec<usize>, usize)>,
    /// Whether there is one console and nothing else.
    pub alone: bool,
    /// What lies over the panes.
    pub overlay: Overlay,
    /// Whether what services use is on the screen, and so is read.
    pub shows_usage: bool,
    /// How far the lists are scrolled.
    pub offsets: Offsets,
    /// The selected notice, counted from the newest.
    pub noticed: usize,
    /// The container of the selected task; none for the first in the list.
    pub selected: Option<String>,
    /// Colours.
    pub colours: Colours,
    /// The theme, and what the terminal can show of it.
    pub look: Look,
    /// Whether the terminal has the user's attention, where it tells that.
    pub has_attention: bool,
    /// The user's editor.
    pub editor: Editor,
    /// Whose the mouse is.
    pub mouse: MouseOf,
    /// The zone of times.
    pub zone: Zone,
    /// Searches that were begun.
    pub searches: u64,
    /// What was told since the notices were last in view.
    pub news: Option<News>,
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
    /// The open question.
    pub question: usize,
}

impl Screen {
    /// Draws like this from now on.
    pub fn wear(&mut self, look: Look) {
        self.colours = if look.depth == Depth::None { Colours::None } else { Colours::Sixteen };
        self.look = look;
    }
}

impl Model {
    /// The model of a project's dashboard before anything is known.
    pub fn new(project: &Project, endpoint: &str, keymap: Keymap) -> Self {
        let log = |name: &str| Log { service: name.to_owned(), ..Log::default() };
        let mut model = Self {
            header: Header {
                project: project.name.clone(),
                environment: project.environment.name.clone(),
                is_production: project.environment.is_production(),
                endpoint: endpoint.to_owned(),
            },
            project: project.clone(),
            connection: Connection::default(),
            observed: false,
            services: Vec::new(),
            used: BTreeMap::new(),
            logs: project.wanted().map(|service| log(&service.name)).collect(),
            tasks: Vec::new(),
            consoles: Consoles::of(project),
            questions: Questions::new(),
            patterns: project.patterns(),
            runs: Runs::default(),
            past: Vec::new(),
            done: Vec::new(),
            open: None,
            notices: Vec::new(),
            watching: Watching::default(),
            migrations: KnownMigrations::default(),
            drift: Drift::default(),
            is_broken: false,
            screen: Screen { has_attention: true, main: Pane::Log(0), ..Screen::default() },
            keymap,
            now: 0,
            limits: LOG_LIMITS,
        };
        model.limit_logs();
        model
    }

    /// The panes in the order of their digits.
    pub fn panes(&self) -> Vec<Pane> {
        let logs = (0..self.logs.len()).map(Pane::Log);
        let consoles = (0..self.consoles.list.len()).map(Pane::Console);
        std::iter::once(Pane::Services).chain(logs).chain([Pane::Tasks, Pane::Notices]).chain(consoles).collect()
    }

    /// A pane's title.
    pub fn title(&self, pane: Pane) -> &str {
        match pane {
            Pane::Services => "services",
            Pane::Log(n) => self.logs.get(n).map_or("log", |log| &log.service),
            Pane::Tasks => "tasks",
            Pane::Notices => "notices",
            Pane::Console(n) => self.consoles.list.get(n).map_or("console", |console| &console.title),
        }
    }

    /// Tells the user something. The same thing again is counted, not repeated.
    pub fn tell(&mut self, notice: Notice) {
        match self.notices.first_mut() {
            Some(last) if last.notice == notice => {
                (last.count, last.offer) = (last.count.saturating_add(1), OfferState::Open);
            }
            _ => {
                self.notices.insert(0, Noted { notice, count: 1, offer: OfferState::Open });
                // Who has selected one stays at it.
                self.screen.noticed += usize::from(self.screen.noticed > 0);
            }
        }
        self.notices.truncate(MAX_NOTICES);
        self.screen.noticed = self.screen.noticed.min(self.notices.len() - 1);
        self.screen.news = news::came(self.screen.news, self.now);
    }

    /// Takes back what was told and is so no more.
    pub fn withdraw(&mut self, is_it: impl Fn(&Notice) -> bool) {
        // What is in one line over the panes is the newest one.
        if self.notices.first().is_some_and(|noted| is_it(&noted.notice)) {
            self.screen.news = None;
        }
        self.notices.retain(|noted| !is_it(&noted.notice));
        self.screen.noticed = self.screen.noticed.min(self.notices.len().saturating_sub(1));
    }

    /// The log of a service; made where there is none yet.
    pub fn log_mut(&mut self, service: &str) -> &mut Log {
        let place = self.logs.iter().position(|log| log.service == service).unwrap_or_else(|| {
            self.logs.push(Log { service: service.to_owned(), ..Log::default() });
            self.limit_logs();
            self.logs.len() - 1
        });
        &mut self.logs[place]
    }

    /// Gives each log its part of what all of them may hold.
    pub fn limit_logs(&mut self) {
        let limits = Limits { bytes: self.limits.bytes / self.logs.len().max(1), ..self.limits };
        self.logs.iter_mut().for_each(|log| log.store.limit(limits));
    }

    /// How often the screen changes by time alone; `None` where nothing on it moves.
    pub fn pace(&self) -> Option<Duration> {
        if next_keys::is_awaited(self) && next_keys::shown(self).is_none() {
            return Some(next_keys::HESITATION);
        }
        let is_moving = |task: &Task| task.view.state == TaskState::Running;
        let lost = matches!(self.connection, Connection::Lost { .. });
        let is_ageing = self.logs.iter().any(|log| log.view.times == Times::Relative);
        if lost
            || is_ageing
            || news::is_shown(self)
            || self.runs.running().is_some()
            || !self.runs.looks.is_empty()
            || self.tasks.iter().any(is_moving)
        {
            Some(if self.screen.look.motion == Motion::Reduced { TEN_SECONDS } else { SECOND })
        } else if self.graphs_move() || !self.traffic().is_quiet() {
            Some(if self.screen.look.motion == Motion::Reduced { TEN_SECONDS } else { FIVE_SECONDS })
        } else {
            self.services.iter().any(|service| service.started_at > 0).then_some(MINUTE)
        }
    }

    /// The requests that all services answer now.
    pub fn traffic(&self) -> Rate {
        Rate::sum(self.logs.iter().map(|log| log.traffic.rate(self.now)))
    }

    /// Whether the graphs of what services use are others one step later, with nothing new read.
    fn graphs_move(&self) -> bool {
        let points = if layout::is_folded(self) { KEPT } else { sparkline::CELLS };
        self.screen.shows_usage && self.used.values().any(|used| used.moves(self.now, points))
    }
}
