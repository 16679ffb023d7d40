//! The dashboard: everything put together.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, watch};

use crate::app::console_view::Asked;
use crate::app::log_effect::LogEffect;
use crate::app::model::Start;
use crate::app::outside::Outside;
use crate::app::{Effect, Keymap, Model, Msg, update};
use crate::components::log_view::Zone;
use crate::config::LogBounds;
use crate::config::layout::Layouts;
use crate::config::questions::Questions;
use crate::core::editor::Editor;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::project::Project;
use crate::core::secret::Secrets;
use crate::core::theme::Appearance;
use crate::core::watching::{Rule, WatcherState};
use crate::engine::Engine;
use crate::logs::Limits;
use crate::runtime::actor::{Look, Reload};
use crate::runtime::backfill::Older;
use crate::runtime::event_loop::{self, Host, Outcome, Sources};
use crate::runtime::follow::Follow;
use crate::runtime::signals::Signals;
use crate::runtime::spool::work::Work;
use crate::runtime::spool::{self, Restored, Spool};
use crate::runtime::terminal::{Guard, Tty, end_on_panic};
use crate::runtime::watch::{Command, Handle, Watch, start as start_watching};
use crate::runtime::{
    appearance, away, browser, clipboard, clock, config_watch, doctor, keys, log_files, multiplexer,
    place::{self, Keeper},
    state_folder, watchdog,
};

/// Messages that wait for the model. Batches of log lines are the largest of them, so this
/// bounds what a flood takes; who sends waits.
const WAITING: usize = 16;

/// When the doctor looks first: the start belongs to the services.
const FIRST_LOOK: Duration = Duration::from_millis(500);
/// How long the end of the program may wait for those who have to know of it.
const FAREWELL: Duration = Duration::from_millis(200);

/// Carries out effects, all but those on the screen itself. It must not block; it sends what
/// comes of a run as `Msg::Run`, and ends each by `Done`, `Failed`, `Declined`, `Cancelled`
/// or `Page`.
pub trait Actor {
    /// Carries out an effect.
    fn carry_out(&mut self, effect: Effect, messages: &mpsc::Sender<Msg>);

    /// The dashboard was left: says so to whoever has to know. Ends soon, or is given up.
    fn leave(&mut self) -> BoxFuture<'static, ()>;
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
    /// What the doctor looks at, for the notices at the start.
    pub look: Option<Look>,
    /// Bounds of the logs.
    pub logs: LogBounds,
    /// The rules that files are watched by; needs `configuration`.
    pub rules: Vec<Rule>,
    /// How it looks.
    pub appearance: Appearance,
    /// Where its panes go.
    pub layouts: Layouts,
    /// What is asked first.
    pub questions: Questions,
    /// What is to be told at the start.
    pub notices: Vec<Notice>,
    /// The pane that is shown alone, by its title.
    pub pane: Option<String>,
}

/// How a dashboard was left.
#[derive(Debug)]
pub struct Left {
    /// By what.
    pub outcome: Outcome,
    /// The action that goes on.
    pub goes_on: Option<String>,
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
) -> io::Result<Left> {
    let tty = Arc::new(Tty::open()?);
    end_on_panic(Arc::clone(&tty), options.secrets.clone());
    let (messages, received) = mpsc::channel(WAITING);
    let mut model = model(&project, engine.endpoint(), &options);
    let guard = Guard::new(Arc::clone(&tty))?;
    watchdog::start(Arc::clone(&tty))?;
    let mut terminal = tty.screen()?;
    event_loop::first_frame(&mut model, &mut terminal)?;
    tty.ask_background()?;
    let (projects, renewed) = watch::channel(Arc::clone(&project));
    if let Some((files, reload)) = options.configuration.clone() {
        config_watch::start(files, reload, messages.clone(), projects);
    }
    if let Some(look) = options.look.clone() {
        tokio::spawn(first_look(look, messages.clone()));
    }
    let saved = state_folder::of(&project).join("saved");
    let root = project.root.clone();
    let watch = watched(&project, &engine, &options);
    let watcher = watch.clone().map(|watch| start_watching(watch, messages.clone()));
    let (usage, usage_shown) = watch::channel(false);
    let (spool, restored, effects) = open_spool(&project, &mut model, &options, &messages);
    let follow = Follow::new(project, engine, options.secrets, messages.clone());
    let follow = follow
        .with_renewed(renewed)
        .with_usage(usage_shown)
        .go_on_from(restored)
        .reading_back(spool.clone().map(Older));
    let follow = tokio::spawn(follow.run());
    let (reader, keys) = keys::read();
    let place = options.pane.is_none().then(|| Keeper::new(&model.project));
    let mut host = Dashboard { tty, actor, messages, usage, keys: reader, saved, root, spool, watcher, watch, place };
    // What is on the screen since the first frame is to be read.
    effects.into_iter().for_each(|effect| host.carry_out(effect));
    let sources = Sources { input: Box::pin(keys), signals: Box::pin(signals()?), messages: received };
    let outcome = event_loop::run(&mut model, &mut terminal, &mut host, sources).await;
    if let Some(place) = host.place.take() {
        // A state folder that cannot be written was told by who needs it more.
        let _ = place.end(&model);
    }
    let watcher = host.watcher.take();
    follow.abort();
    drop(guard);
    if let Some(watcher) = watcher {
        watcher.end().await;
    }
    let _ = tokio::time::timeout(FAREWELL, host.actor.leave()).await;
    // The terminal is given back, so a later panic is told in the ordinary way.
    drop(std::panic::take_hook());
    // Before its steps are known it waits for an answer, or for what there is.
    let begun = model.runs.running().filter(|operation| !operation.steps.is_empty());
    let goes_on = begun.map(|operation| operation.action.clone());
    outcome.map(|outcome| Left { outcome, goes_on })
}

/// What the project's files are watched with; nothing where nobody says how the configuration is
/// read anew.
fn watched(project: &Arc<Project>, engine: &Arc<dyn Engine>, options: &Options) -> Option<Watch> {
    let (_, reread) = options.configuration.clone()?;
    let (project, engine) = (Arc::clone(project), Arc::clone(engine));
    Some(Watch { project, rules: options.rules.clone(), engine, reread, kind: "dashboard" })
}

/// Tells what is in the way on this machine, when the first frames are drawn. The look reads
/// files and asks programs: not on the thread that draws.
async fn first_look(look: Look, messages: mpsc::Sender<Msg>) {
    tokio::time::sleep(FIRST_LOOK).await;
    let handle = tokio::runtime::Handle::current();
    let looked = tokio::task::spawn_blocking(move || handle.block_on(doctor::notices(&look())));
    for notice in looked.await.unwrap_or_default() {
        // The dashboard was left meanwhile.
        let _ = messages.send(Msg::Notice(notice)).await;
    }
}

fn model(project: &Project, endpoint: &str, options: &Options) -> Model {
    let mut model = Model::new(project, endpoint, options.keymap.clone());
    model.now = clock::now();
    model.runs.start = options.start;
    model.questions.clone_from(&options.questions);
    model.screen.wear(options.appearance.on(appearance::abilities()));
    options.notices.iter().for_each(|notice| model.tell(notice.clone()));
    model.screen.zone = Zone(jiff::tz::TimeZone::system());
    place::restore(&mut model, &options.layouts);
    model.screen.editor = Editor {
        command: away::editor(),
        is_multiplexed: multiplexer::around().is_some(),
        wanted: options.layouts.editor,
        is_enlarged: false,
    };
    if let Some(pane) = &options.pane {
        place::show_alone(&mut model, pane);
    }
    model.limits = Limits { bytes: options.logs.memory, lines: options.logs.lines };
    model.limit_logs();
    model
}

/// What the spool was opened to: where its work goes, how far it was, and what the model asks
/// for since it knows.
type Opened = (Option<std::sync::mpsc::Sender<Work>>, BTreeMap<String, Restored>, Vec<Effect>);

/// Opens the spool and shows what it has from earlier.
fn open_spool(project: &Project, model: &mut Model, options: &Options, messages: &mpsc::Sender<Msg>) -> Opened {
    let folder = state_folder::of(project).join("logs");
    let services: Vec<String> = model.logs.iter().map(|log| log.service.clone()).collect();
    let opened = match options.logs.spool {
        0 => Ok(None),
        bound => Spool::open(&folder, bound, &services),
    };
    match opened {
        Ok(Some((spool, found))) => {
            let effects = found.messages.into_iter().flat_map(|msg| update(model, Msg::Log(msg))).collect();
            let (work, taken) = std::sync::mpsc::channel();
            let messages = messages.clone();
            // It blocks on the disk; it ends when the dashboard drops its sender.
            std::thread::spawn(move || spool.run(&taken, &messages));
            (Some(work), found.restored, effects)
        }
        Ok(None) => (None, BTreeMap::new(), Vec::new()),
        Err(error) => {
            model.tell(spool::unwritable(&folder, &error));
            (None, BTreeMap::new(), Vec::new())
        }
    }
}

pub(super) fn signals() -> io::Result<impl futures_util::Stream<Item = crate::runtime::signals::Signal>> {
    let next = |mut signals: Signals| async move { Some((signals.next().await, signals)) };
    Ok(futures_util::stream::unfold(Signals::listen()?, next))
}

/// The host of the event loop on a real terminal.
struct Dashboard<'a> {
    tty: Arc<Tty>,
    actor: &'a mut dyn Actor,
    messages: mpsc::Sender<Msg>,
    /// Whether what services use is on the screen.
    usage: watch::Sender<bool>,
    keys: keys::Reader,
    /// Where logs are saved.
    saved: PathBuf,
    /// The project's folder.
    root: PathBuf,
    /// Keeps the logs; `None` where it cannot be done.
    spool: Option<std::sync::mpsc::Sender<Work>>,
    /// What watches the project's files.
    watcher: Option<Handle>,
    /// What it was started with.
    watch: Option<Watch>,
    /// Keeps where one is; not of a single pane.
    place: Option<Keeper>,
}

impl Dashboard<'_> {
    fn log(&self, effect: LogEffect) {
        match effect {
            LogEffect::Copy(text) => {
                let (copied, messages) = (clipboard::copy(&self.tty, &text), self.messages.clone());
                // The dashboard was left meanwhile, where nobody listens.
                tokio::spawn(async move { messages.send(Msg::Notice(copied.await)).await });
            }
            LogEffect::Save { name, text } => {
                let (folder, messages) = (self.saved.clone(), self.messages.clone());
                tokio::spawn(async move {
                    let notice = log_files::save(folder, name, text).await;
                    // The dashboard was left meanwhile.
                    let _ = messages.send(Msg::Notice(notice)).await;
                });
            }
            // Lines that wait for the disk are bounded by what comes from the engine meanwhile:
            // it is asked for more only when those before are in the model.
            effect => drop(self.spool.as_ref().map(|spool| spool.send(Work::Effect(effect)))),
        }
    }
}

/// Tells what comes of something, where there is anything to tell.
fn tell(messages: mpsc::Sender<Msg>, something: impl Future<Output = Option<Notice>> + Send + 'static) {
    tokio::spawn(async move {
        if let Some(notice) = something.await {
            // The dashboard was left meanwhile.
            let _ = messages.send(Msg::Notice(notice)).await;
        }
    });
}

impl Dashboard<'_> {
    fn outside(&self, effect: Outside) {
        let messages = self.messages.clone();
        match effect {
            // A terminal that is gone is found out by who reads it.
            Outside::Mouse(of) => drop(self.tty.give_mouse(of)),
            Outside::Open { opens, title, words } => {
                let root = self.root.clone();
                tell(messages, async move { multiplexer::open(opens, title, words, &root).await });
            }
            Outside::Edit { path, words } => {
                let root = self.root.clone();
                tell(messages, async move { multiplexer::edit(&path, words, &root).await });
            }
            // The dashboard was left meanwhile, where nobody listens.
            Outside::Browse(address) => {
                drop(tokio::spawn(async move { messages.send(Msg::Notice(browser::open(address).await)).await }));
            }
        }
    }
}

impl Host for Dashboard<'_> {
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            // Without a receiver nothing is read any more.
            Effect::Usage { shown } => drop(self.usage.send(shown)),
            Effect::Log(effect) => self.log(effect),
            Effect::Outside(effect) => self.outside(effect),
            Effect::PauseWatching => self.watcher.iter().for_each(|watcher| watcher.tell(Command::Toggle)),
            // A terminal that is gone is found out by who reads it.
            Effect::Call(text) => drop(self.tty.call(&text)),
            effect => self.actor.carry_out(effect, &self.messages),
        }
    }

    /// Others watch meanwhile, the server's supervisor at least; paused stays paused.
    async fn stop(&mut self, model: &Model) -> io::Result<()> {
        let is_paused = model.watching.watcher.as_ref().is_some_and(|it| it.state == WatcherState::Paused);
        let left = self.watcher.take_if(|_| !is_paused);
        let was_watching = left.is_some();
        if let Some(watcher) = left {
            watcher.end().await;
        }
        let stopped = self.tty.stop();
        if was_watching {
            self.watcher = self.watch.clone().map(|watch| start_watching(watch, self.messages.clone()));
        }
        stopped
    }

    fn continued(&mut self) -> io::Result<()> {
        self.tty.enter()
    }

    fn asked(&mut self, asked: Asked) -> io::Result<()> {
        self.tty.obey(asked.cursor.map(|(_, shape)| shape), asked.moves)
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn written(&self) -> u64 {
        self.tty.written()
    }

    fn drawn(&mut self, model: &Model) {
        self.place.iter_mut().for_each(|place| place.look(model));
    }

    async fn give_terminal(&mut self, effect: LogEffect) -> Option<Notice> {
        match effect {
            LogEffect::Edit { path, line } => away::edit(&self.tty, &self.keys, &path, line).await,
            LogEffect::Page(text) => away::page(&self.tty, &self.keys, &text).await,
            _ => None,
        }
    }
}
