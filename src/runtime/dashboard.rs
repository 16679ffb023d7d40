//! The dashboard: everything put together.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::EventStream;
use futures_util::StreamExt as _;
use ratatui::Terminal;
use tokio::sync::mpsc;

use crate::app::model::Start;
use crate::app::{Effect, Keymap, Model, Msg};
use crate::components::look::Colours;
use crate::core::observed::Timestamp;
use crate::core::project::Project;
use crate::core::secret::Secrets;
use crate::engine::Engine;
use crate::runtime::actor::Reload;
use crate::runtime::event_loop::{self, Host, Outcome, Sources};
use crate::runtime::follow::Follow;
use crate::runtime::signals::Signals;
use crate::runtime::terminal::{Guard, Tty, end_on_panic};
use crate::runtime::{clock, config_watch, input, watchdog};

/// Messages that wait for the model. Batches of log lines are the largest of them, so this
/// bounds what a flood takes; who sends waits.
const WAITING: usize = 16;

/// Carries out actions: `Effect::Run` and `Effect::Answer`, the others never get here. It
/// must not block; it sends what comes of it as `Msg::Run`, and ends each run by `Done`,
/// `Failed` or `Cancelled`.
pub trait Actor {
    /// Carries out an effect.
    fn carry_out(&mut self, effect: Effect, messages: &mpsc::Sender<Msg>);
}

/// What the dashboard is started with.
#[derive(Default)]
pub struct Options {
    /// Which key does what.
    pub keymap: Keymap,
    /// What is masked.
    pub secrets: Secrets,
    /// Whether `up` is run where nothing of the project exists.
    pub start: Start,
    /// The configuration's files, and how it is read anew when one of them changes.
    pub configuration: Option<(Vec<PathBuf>, Reload)>,
    /// Colours: `Colours::None` where `NO_COLOR` is set.
    pub colours: Colours,
}

/// Shows the dashboard until it is left. Nothing is stopped by its end.
///
/// # Errors
/// Where standard input and output are no terminal, or it cannot be written.
pub async fn run(
    project: Arc<Project>,
    engine: Arc<dyn Engine>,
    actor: &mut dyn Actor,
    options: Options,
) -> io::Result<Outcome> {
    let tty = Arc::new(Tty::open()?);
    end_on_panic(Arc::clone(&tty), options.secrets.clone());
    let (messages, received) = mpsc::channel(WAITING);
    let mut model = model(&project, engine.endpoint(), &options);
    let guard = Guard::new(Arc::clone(&tty))?;
    watchdog::start(Arc::clone(&tty))?;
    let mut terminal = Terminal::new(tty.backend()?)?;
    if let Some((files, reload)) = options.configuration.clone() {
        config_watch::start(files, reload, messages.clone());
    }
    let follow = tokio::spawn(Follow::new(project, engine, options.secrets, messages.clone()).run());
    let mut host = Dashboard { tty, actor, messages };
    let sources = Sources { input: Box::pin(keys()), signals: Box::pin(signals()?), messages: received };
    let outcome = event_loop::run(&mut model, &mut terminal, &mut host, sources).await;
    follow.abort();
    drop(guard);
    // The terminal is given back, so a later panic is told in the ordinary way.
    drop(std::panic::take_hook());
    outcome
}

fn model(project: &Project, endpoint: &str, options: &Options) -> Model {
    let mut model = Model::new(project, endpoint, options.keymap.clone());
    model.runs.start = options.start;
    model.screen.colours = options.colours;
    model.now = clock::now();
    model
}

fn keys() -> impl futures_util::Stream<Item = io::Result<crate::core::input::Input>> {
    EventStream::new().filter_map(|event| std::future::ready(event.map(input::translate).transpose()))
}

fn signals() -> io::Result<impl futures_util::Stream<Item = crate::runtime::signals::Signal>> {
    let next = |mut signals: Signals| async move { Some((signals.next().await, signals)) };
    Ok(futures_util::stream::unfold(Signals::listen()?, next))
}

/// The host of the event loop on a real terminal.
struct Dashboard<'a> {
    tty: Arc<Tty>,
    actor: &'a mut dyn Actor,
    messages: mpsc::Sender<Msg>,
}

impl Host for Dashboard<'_> {
    fn carry_out(&mut self, effect: Effect) {
        self.actor.carry_out(effect, &self.messages);
    }

    fn stop(&mut self) -> io::Result<()> {
        self.tty.stop()
    }

    fn continued(&mut self) -> io::Result<()> {
        self.tty.enter()
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }
}
