//! Carries out the dashboard's effects: plans, asks, applies, and tells how far it is.

mod job;
mod question;
mod relay;
mod shown;
mod task_output;

use std::{collections::HashMap, sync::Arc};

use futures_util::future::BoxFuture;
use tokio::{
    sync::{mpsc::Sender, oneshot},
    task::AbortHandle,
};

use crate::app::{Effect, Msg, message::RunMsg};
use crate::config::Loaded;
use crate::core::{notice::Notice, progress::RunId, project::Project, secret::Secrets};
use crate::engine::Engine;
use crate::runtime::{
    apply::cancel::{self, Canceller},
    console::{Consoles, Ground},
    dashboard::Actor,
    doctor::Subject,
};
use job::Job;

/// Reads the configuration anew: it may be edited while the dashboard is open.
pub type Reload = Arc<dyn Fn() -> Result<Loaded, Notice> + Send + Sync>;

/// What the doctor is to look at, read anew.
pub type Look = Arc<dyn Fn() -> Subject + Send + Sync>;

/// Carries out actions of one project.
pub struct Actions {
    job: Job,
    runs: HashMap<RunId, Run>,
    /// Reads the output of the task that is open.
    reader: Option<AbortHandle>,
    /// Looks for drift.
    comparer: Option<AbortHandle>,
    /// Asks about the migrations.
    asker: Option<AbortHandle>,
    consoles: Consoles,
}

/// What a run that goes on can be told.
struct Run {
    answer: Option<oneshot::Sender<bool>>,
    canceller: Canceller,
}

/// Where a project's actions are carried out.
pub struct Place {
    /// The project.
    pub project: Arc<Project>,
    /// Its engine.
    pub engine: Arc<dyn Engine>,
    /// What is masked.
    pub secrets: Secrets,
    /// How the configuration is read anew before each action.
    pub reload: Reload,
    /// What the doctor looks at.
    pub look: Look,
}

impl Actions {
    /// Nothing is carried out yet.
    pub fn new(place: Place) -> Self {
        let Place { project, engine, secrets, reload, look } = place;
        let ground =
            Ground { engine: Arc::clone(&engine), project: Arc::clone(&project), reload: Some(Arc::clone(&reload)) };
        Self {
            job: Job { project, engine, secrets, reload, look },
            runs: HashMap::new(),
            reader: None,
            comparer: None,
            asker: None,
            consoles: Consoles::new(ground),
        }
    }

    fn cancel_task(&self, task: String, container: String, messages: &Sender<Msg>) {
        let (engine, messages) = (Arc::clone(&self.job.engine), messages.clone());
        tokio::spawn(async move {
            let notice = match engine.stop(&container, cancel::GRACE).await {
                Ok(()) => Notice::info(format!("{task} was cancelled")),
                Err(error) => error.notice(),
            };
            // The dashboard was left: it is stopped all the same.
            let _ = messages.send(Msg::Notice(notice)).await;
        });
    }

    fn read_task(&mut self, container: String, messages: &Sender<Msg>) {
        self.stop_reading();
        let read =
            task_output::read(Arc::clone(&self.job.engine), self.job.secrets.clone(), container, messages.clone());
        self.reader = Some(tokio::spawn(read).abort_handle());
    }

    fn stop_reading(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.abort();
        }
    }
}

impl Actor for Actions {
    fn leave(&mut self) -> BoxFuture<'static, ()> {
        self.consoles.leave()
    }

    fn carry_out(&mut self, effect: Effect, messages: &Sender<Msg>) {
        match effect {
            Effect::Run { run, asked } => {
                let (answer, answered) = oneshot::channel();
                let (canceller, cancelled) = cancel::pair();
                // One run goes on at a time: those before it are over.
                self.runs = HashMap::from([(run, Run { answer: Some(answer), canceller })]);
                let told = Told { run, messages: messages.clone() };
                tokio::spawn(self.job.clone().run(asked, told, answered, cancelled));
            }
            Effect::Console { console, ask } => self.consoles.ask(console, ask, messages),
            Effect::Debuggers { service } => self.consoles.look_for_debuggers(service, messages),
            Effect::Answer { run, yes } => {
                // A run that has ended meanwhile does not listen any more.
                let _ = self.runs.get_mut(&run).and_then(|run| run.answer.take()).map(|answer| answer.send(yes));
            }
            Effect::Cancel(run) => self.runs.get(&run).into_iter().for_each(|run| run.canceller.cancel()),
            Effect::CancelTask { task, container } => self.cancel_task(task, container, messages),
            Effect::Show(asked) => drop(tokio::spawn(self.job.clone().show(asked, messages.clone()))),
            Effect::ReadTask { container } => self.read_task(container, messages),
            Effect::CloseTask => self.stop_reading(),
            Effect::LookForDrift => {
                let comparer = tokio::spawn(self.job.clone().look_for_drift(messages.clone())).abort_handle();
                self.comparer.replace(comparer).iter().for_each(AbortHandle::abort);
            }
            Effect::LookAtMigrations => {
                let asker = tokio::spawn(self.job.clone().look_at_migrations(messages.clone())).abort_handle();
                // What was asked before has an old answer.
                self.asker.replace(asker).iter().for_each(AbortHandle::abort);
            }
            Effect::Quit
            | Effect::Suspend
            | Effect::GoTo(_)
            | Effect::Redraw
            | Effect::Usage { .. }
            | Effect::Log(_)
            | Effect::Outside(_)
            | Effect::Call(_)
            | Effect::PauseWatching => {}
        }
    }
}

/// Where a run's messages go.
struct Told {
    run: RunId,
    messages: Sender<Msg>,
}

impl Told {
    async fn send(&self, what: RunMsg) {
        // The dashboard was left: the work goes on, or ends with the program.
        let _ = self.messages.send(Msg::Run(self.run, what)).await;
    }

    async fn notice(&self, notice: Notice) {
        let _ = self.messages.send(Msg::Notice(notice)).await;
    }
}

/// What is told of a configuration that cannot be used.
pub(super) fn broken(notice: Notice) -> Notice {
    let summary = format!("the configuration is broken, the last good one is used: {}", notice.summary);
    Notice { summary, ..notice }
}
