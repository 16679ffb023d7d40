//! Keeps the model in touch with the engine: connects without end, looks when something
//! happens, follows the logs.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use crate::app::message::{EngineMsg, Msg, Snapshot};
use crate::core::notice::Notice;
use crate::core::observed::{Container, Observed};
use crate::core::project::Project;
use crate::core::secret::Secrets;
use crate::core::status::{service_view, task_view};
use crate::engine::connection::Backoff;
use crate::engine::error::{EngineError, ErrorKind};
use crate::engine::port::{Engine, EngineEvent, LabelFilter};
use crate::runtime::followers::Followers;

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
    labels: LabelFilter,
    /// What was told last about a lost engine.
    told: Option<Notice>,
    backoff: Backoff,
    /// Before this no event asks for another look.
    rested: Instant,
}

impl Follow {
    /// Of this project, on this engine.
    pub fn new(project: Arc<Project>, engine: Arc<dyn Engine>, secrets: Secrets, messages: mpsc::Sender<Msg>) -> Self {
        let followers = Followers::new(Arc::clone(&engine), secrets, messages.clone());
        let labels = project.labels();
        let backoff = Backoff::for_shown(engine.endpoint());
        Self { project, engine, messages, followers, labels, told: None, backoff, rested: Instant::now() }
    }

    /// Goes on until nobody listens any more.
    pub async fn run(mut self) {
        while !self.messages.is_closed() {
            let Err(error) = self.session().await;
            self.followers.cut().await;
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
        let mut due = self.show(observed).await?;
        let mut ping = Instant::now() + PING;
        loop {
            tokio::select! {
                event = events.next() => if is_relevant(&self.event(event)?) {
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
                () = sleep_until(ping) => {
                    self.engine.ping().await?;
                    ping = Instant::now() + PING;
                }
            }
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
        let snapshot = Snapshot {
            services: service_view(&self.project, &observed),
            tasks: task_view(&observed),
            nothing: self.is_nothing(&observed).await?,
        };
        self.send(EngineMsg::Snapshot(snapshot)).await;
        let one_waits = self.followers.reconcile(&observed).await;
        Ok(one_waits.then(|| Instant::now() + AFTER_STREAM))
    }

    async fn observe(&mut self) -> Result<Observed, EngineError> {
        let began = Instant::now();
        let containers = self.engine.containers(&self.labels).await?;
        self.rested = Instant::now() + (began.elapsed() * REST).min(LONGEST_REST);
        let by_name = |container: Container| (container.name.clone(), container);
        Ok(Observed { containers: containers.into_iter().map(by_name).collect(), ..Observed::default() })
    }

    /// Whether the engine holds nothing of the project: the other things are asked for only
    /// where there is no container.
    async fn is_nothing(&self, observed: &Observed) -> Result<bool, EngineError> {
        Ok(observed.containers.is_empty()
            && self.engine.volumes(&self.labels).await?.is_empty()
            && self.engine.networks(&self.labels).await?.is_empty())
    }
}

/// Whether an event changes what is shown. Health checks run as execs, several a second.
fn is_relevant(event: &EngineEvent) -> bool {
    event.kind == "container"
        && !["exec_", "attach", "resize", "top", "archive-path"].iter().any(|a| event.action.starts_with(a))
}
