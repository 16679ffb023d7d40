//! Keeps the model in touch with the engine: connects without end, looks when something
//! happens, follows the logs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use crate::app::message::{EngineMsg, Msg, Snapshot};
use crate::core::console::console_view;
use crate::core::naming::Role;
use crate::core::notice::Notice;
use crate::core::observed::{Container, Observed};
use crate::core::project::Project;
use crate::core::secret::Secrets;
use crate::core::status::{TaskView, service_view, task_view};
use crate::engine::connection::{self, Backoff, Change};
use crate::engine::error::{EngineError, ErrorKind};
use crate::engine::port::{Engine, EngineEvent, LabelFilter};
use crate::runtime::backfill::Older;
use crate::runtime::followers::Followers;
use crate::runtime::meters::Meters;
use crate::runtime::observe;
use crate::runtime::spool::Restored;

/// Events that come within this are looked at together.
const COALESCE: Duration = Duration::from_millis(50);
/// A look rests for so many times as long as it took: containers that restart in a loop
/// must not keep the engine and us busy with looking.
const REST: u32 = 5;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// After the end of a stream: long enough that one which ends at once does not spin.
const AFTER_STREAM: Duration = Duration::from_millis(200);
/// How often a quiet engine is asked for a sign of life: a stalled connection ends no stream.
const PING: Duration = Duration::from_secs(10);

/// Keeps the model in touch with the engine.
pub struct Follow {
    project: Arc<Project>,
    engine: Arc<dyn Engine>,
    messages: mpsc::Sender<Msg>,
    followers: Followers,
    meters: Meters,
    /// Whether what services use is on the screen.
    usage_shown: watch::Receiver<bool>,
    /// The project as it is configured since.
    renewed: watch::Receiver<Arc<Project>>,
    secrets: Secrets,
    labels: LabelFilter,
    /// What was told last about a lost engine.
    told: Option<Notice>,
    /// What was there at the last look.
    seen: Vec<Container>,
    backoff: Backoff,
    /// Before this no event asks for another look.
    rested: Instant,
    /// Containers whose last health check (or other command) has failed.
    failing: BTreeSet<String>,
}

impl Follow {
    /// Of this project, on this engine.
    pub fn new(project: Arc<Project>, engine: Arc<dyn Engine>, secrets: Secrets, messages: mpsc::Sender<Msg>) -> Self {
        let followers = Followers::new(Arc::clone(&engine), secrets.clone(), messages.clone());
        let labels = project.labels();
        let backoff = Backoff::for_shown(engine.endpoint());
        let meters = Meters::new(Arc::clone(&engine), messages.clone());
        // Its sender is gone: it never changes.
        let usage_shown = watch::channel(false).1;
        let renewed = watch::channel(Arc::clone(&project)).1;
        Self {
            project,
            engine,
            messages,
            followers,
            meters,
            usage_shown,
            renewed,
            secrets,
            labels,
            told: None,
            seen: Vec::new(),
            backoff,
            rested: Instant::now(),
            failing: BTreeSet::new(),
        }
    }

    /// The same, but what services use is read while this says so.
    #[must_use]
    pub fn with_usage(self, shown: watch::Receiver<bool>) -> Self {
        Self { usage_shown: shown, ..self }
    }

    /// The same, but services that are configured later are shown too.
    #[must_use]
    pub fn with_renewed(self, renewed: watch::Receiver<Arc<Project>>) -> Self {
        Self { renewed, ..self }
    }

    /// The same, going on where an earlier dashboard has left the logs.
    #[must_use]
    pub fn go_on_from(mut self, restored: BTreeMap<String, Restored>) -> Self {
        self.followers.go_on_from(restored);
        self
    }

    /// The same, reading logs back to their beginning into the spool.
    #[must_use]
    pub fn reading_back(mut self, older: Option<Older>) -> Self {
        self.followers.read_back(older);
        self
    }

    /// Goes on until nobody listens any more.
    pub async fn run(mut self) {
        while !self.messages.is_closed() {
            let Err(error) = self.session().await;
            self.followers.cut().await;
            self.meters.cut();
            self.tell_lost(error.notice()).await;
            sleep(self.backoff.pause()).await;
        }
    }

    /// Says why there is no engine, once for each reason.
    async fn tell_lost(&mut self, notice: Notice) {
        if self.told.as_ref() != Some(&notice) {
            self.told = Some(notice.clone());
            self.send(EngineMsg::Disconnected(notice)).await;
        }
    }

    async fn send(&self, msg: EngineMsg) {
        // Without a receiver the dashboard has ended, and `run` is about to.
        let _ = self.messages.send(Msg::Engine(msg)).await;
    }

    /// From a connection to its loss.
    async fn session(&mut self) -> Result<std::convert::Infallible, EngineError> {
        let info = self.engine.connect().await?;
        // Before anything is listed: what happens in between must not be missed.
        let mut events = self.engine.events(&self.labels, None).await?;
        let observed = self.observe().await?;
        self.told = None;
        self.backoff.reset();
        self.send(EngineMsg::Connected { version: info.version }).await;
        self.tell_ended(&observed).await;
        let mut due = self.show(observed).await?;
        let mut ping = Instant::now() + PING;
        loop {
            tokio::select! {
                event = events.next() => if self.is_relevant(&self.event(event)?) {
                    due.get_or_insert(self.rested.max(Instant::now() + COALESCE));
                },
                () = sleep_until(due.unwrap_or(ping)), if due.is_some() => {
                    let observed = self.observe().await?;
                    due = self.show(observed).await?;
                }
                ended = self.followers.next_ended() => {
                    self.followers.close(ended).await;
                    due.get_or_insert(Instant::now() + AFTER_STREAM);
                }
                Ok(()) = self.usage_shown.changed() => {
                    due.get_or_insert(self.rested.max(Instant::now()));
                }
                Ok(()) = self.renewed.changed() => if self.takes_renewed() {
                    due.get_or_insert(Instant::now());
                },
                () = sleep_until(ping) => {
                    self.engine.ping().await?;
                    ping = Instant::now() + PING;
                }
            }
        }
    }

    /// Takes over the project as it is configured now; not one whose objects are others.
    fn takes_renewed(&mut self) -> bool {
        let project = Arc::clone(&self.renewed.borrow_and_update());
        let is_ours = project.labels() == self.labels;
        if is_ours {
            self.project = project;
        }
        is_ours
    }

    /// Tells which services have ended, or went, while nobody could see it.
    async fn tell_ended(&self, observed: &Observed) {
        let now: Vec<Container> = observed.containers.values().cloned().collect();
        let changes = connection::reconcile(&self.seen, &now);
        let lost = |was: &&Container| {
            let is_lost = |change: &Change| match change {
                Change::Ended { id } | Change::Gone { id } => *id == was.id,
                _ => false,
            };
            was.role() == Some(Role::Service) && was.is_up() && changes.iter().any(is_lost)
        };
        let services: Vec<String> = self.seen.iter().filter(lost).map(|was| was.part().to_owned()).collect();
        if !services.is_empty() {
            self.send(EngineMsg::EndedMeanwhile(services)).await;
        }
    }

    /// The end of the events is the loss of the engine.
    fn event(&self, event: Option<Result<EngineEvent, EngineError>>) -> Result<EngineEvent, EngineError> {
        let ended = || {
            EngineError::new(
                ErrorKind::Unreachable,
                "follow the events of",
                self.engine.endpoint(),
                "the connection ended",
            )
        };
        event.unwrap_or_else(|| Err(ended()))
    }

    /// Shows what the engine holds and follows the logs of it. Gives the moment of another
    /// look, where one is needed soon.
    async fn show(&mut self, observed: Observed) -> Result<Option<Instant>, EngineError> {
        self.seen = observed.containers.values().cloned().collect();
        let snapshot = Snapshot {
            services: service_view(&self.project, &observed),
            tasks: self.tasks(&observed),
            consoles: console_view(&observed),
            nothing: self.is_nothing(&observed).await?,
        };
        self.send(EngineMsg::Snapshot(snapshot)).await;
        if *self.usage_shown.borrow() {
            self.meters.read(&observed)
        } else {
            self.meters.cut()
        }
        let one_waits = self.followers.reconcile(&observed).await;
        Ok(one_waits.then(|| Instant::now() + AFTER_STREAM))
    }

    /// Commands may hold secrets.
    fn tasks(&self, observed: &Observed) -> Vec<TaskView> {
        let mut tasks = task_view(observed);
        for word in tasks.iter_mut().flat_map(|task| &mut task.command) {
            *word = self.secrets.mask(word).into_owned();
        }
        tasks
    }

    async fn observe(&mut self) -> Result<Observed, EngineError> {
        let began = Instant::now();
        let containers = self.engine.containers(&self.labels).await?;
        self.rested = Instant::now() + (began.elapsed() * REST).min(LONGEST_REST);
        let by_name = |container: Container| (container.name.clone(), container);
        let containers = containers.into_iter().map(by_name).collect();
        let mut observed = Observed { containers, ..Observed::default() };
        self.failing.retain(|id| observed.containers.values().any(|container| container.id == *id));
        if !self.failing.is_empty() {
            observe::dead_server(self.engine.as_ref(), &self.project, &mut observed).await;
        }
        Ok(observed)
    }

    /// Whether the engine holds nothing of the project: the other things are asked for only
    /// where there is no container.
    async fn is_nothing(&self, observed: &Observed) -> Result<bool, EngineError> {
        Ok(observed.containers.is_empty()
            && self.engine.volumes(&self.labels).await?.is_empty()
            && self.engine.networks(&self.labels).await?.is_empty())
    }

    /// Whether an event changes what is shown. Health checks run as commands, several a
    /// second: of them only a failure tells something, and the first success after it. A
    /// signal is no end, which has an event of its own.
    fn is_relevant(&mut self, event: &EngineEvent) -> bool {
        if event.action == "exec_die" {
            let fails = event.attributes.get("exitCode").is_some_and(|code| code != "0");
            return if fails { self.failing.insert(event.id.clone()) } else { self.failing.remove(&event.id) };
        }
        event.kind == "container"
            && !["exec_", "attach", "resize", "top", "archive-path", "kill"].iter().any(|a| event.action.starts_with(a))
    }
}
