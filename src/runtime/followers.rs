//! Which logs are followed: one stream for each service's container and each recent task's,
//! opened again where it ended too early, with no line lost and none twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::app::message::{LogMsg, Msg};
use crate::core::naming::Role;
use crate::core::observed::{Container, Observed, Timestamp};
use crate::core::secret::Secrets;
use crate::engine::Engine;
use crate::logs::Mark;
use crate::logs::resume::Resume;
use crate::runtime::backfill::Older;
use crate::runtime::clock;
use crate::runtime::log_stream::{Ended, Extent, LogStream, Opened, Owner};
use crate::runtime::spool::Restored;

/// Tasks whose output is followed: the newest.
const TASKS: usize = 10;
/// How long a container that was replaced may take to hand out its last lines.
const LAST_LINES: Duration = Duration::from_secs(2);

/// What is known of a container's log.
struct Followed {
    container: String,
    started_at: Timestamp,
    opened: Opened,
    reading: Reading,
    /// Since when it is gone, or another container has its place: its stream may still
    /// hold last lines.
    replaced: Option<Instant>,
    /// Whether its removal is marked.
    removed: bool,
}

enum Reading {
    /// A stream is open; dropping the sender ends it.
    Open { _cancel: oneshot::Sender<()> },
    /// None is; where to go on.
    Closed(Resume),
    /// It cannot be read at all.
    Refused,
}

impl Followed {
    /// Ends its stream; what that leaves comes by `close`.
    fn cancel(&mut self) {
        if let Reading::Open { .. } = self.reading {
            self.reading = Reading::Closed(Resume::default());
        }
    }

    /// Waits for its stream's own end, but not for ever.
    fn wait(&mut self) {
        if self.replaced.get_or_insert_with(Instant::now).elapsed() > LAST_LINES {
            self.cancel();
        }
    }
}

/// What an earlier dashboard has left of a service's log, beside the container of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// The same container's lines.
    Same,
    /// The same container's from before its last start.
    StartedAgain,
    /// Another's.
    Recreated,
}

impl Left {
    const fn mark(self) -> Option<Mark> {
        match self {
            Self::Nothing | Self::Same => None,
            Self::StartedAgain => Some(Mark::Started),
            Self::Recreated => Some(Mark::Recreated),
        }
    }
}

/// What is to be done about a container's log.
enum Wanted {
    Nothing,
    /// The first stream of a container, with a mark where it follows another.
    Begin(Option<Mark>),
    /// Another stream of the same, with a mark where it was started again.
    GoOn(Option<Mark>),
    /// A mark alone: it was started again, and its stream has outlived that.
    Mark(Mark),
    /// The stream of its predecessor must end first: its last lines may be on their way.
    Wait,
}

/// All logs that are followed.
pub struct Followers {
    engine: Arc<dyn Engine>,
    secrets: Secrets,
    messages: mpsc::Sender<Msg>,
    followed: BTreeMap<Owner, Followed>,
    streams: JoinSet<Ended>,
    /// Where an earlier dashboard has left the services' logs.
    restored: BTreeMap<String, Restored>,
    /// Where lines go that are older than those of a first look.
    older: Option<Older>,
}

impl Followers {
    /// Follows nothing yet.
    pub fn new(engine: Arc<dyn Engine>, secrets: Secrets, messages: mpsc::Sender<Msg>) -> Self {
        let (followed, streams, restored) = (BTreeMap::new(), JoinSet::new(), BTreeMap::new());
        Self { engine, secrets, messages, followed, streams, restored, older: None }
    }

    /// Goes on where an earlier dashboard has left the services' logs.
    pub fn go_on_from(&mut self, restored: BTreeMap<String, Restored>) {
        self.restored = restored;
    }

    /// Reads logs back to their beginning, and gives the lines there.
    pub fn read_back(&mut self, older: Option<Older>) {
        self.older = older;
    }

    /// Opens streams so that what is there is followed; tells whether one waits for the end
    /// of another, so that another look is needed soon.
    pub async fn reconcile(&mut self, observed: &Observed) -> bool {
        let services = observed.containers.values().filter(|c| c.role() == Some(Role::Service));
        let mut tasks: Vec<_> = observed.containers.values().filter(|c| c.role() == Some(Role::Task)).collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.started_at));
        let mut one_waits = false;
        for container in services.chain(tasks.into_iter().take(TASKS)) {
            one_waits |= self.reconcile_one(container).await;
        }
        let is_there = |owner: &Owner| owner.role == Role::Service || observed.task(&owner.name).is_some();
        self.followed.retain(|owner, _| is_there(owner));
        one_waits | self.mark_removed(observed).await
    }

    /// Marks the logs of services whose containers are gone, each once its last lines are
    /// in; tells whether one still has some.
    async fn mark_removed(&mut self, observed: &Observed) -> bool {
        let mut one_waits = false;
        let gone = self.followed.iter_mut().filter(|(owner, _)| owner.role == Role::Service);
        for (owner, followed) in gone.filter(|(owner, it)| !it.removed && observed.service(&owner.name).is_none()) {
            if let Reading::Open { .. } = followed.reading {
                followed.wait();
                one_waits = true;
                continue;
            }
            followed.removed = true;
            let msg = LogMsg::Mark { service: owner.name.clone(), time: clock::now(), mark: Mark::Removed };
            // Without a receiver the dashboard has ended.
            let _ = self.messages.send(Msg::Log(msg)).await;
        }
        one_waits
    }

    /// Waits until a stream has ended. Pending for ever while none is open.
    pub async fn next_ended(&mut self) -> Ended {
        loop {
            match self.streams.join_next().await {
                Some(Ok(ended)) => return ended,
                // A panic in a stream ends the program by the hook; nothing else cancels one.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// Ends all streams and keeps what they leave: the engine is lost.
    pub async fn cut(&mut self) {
        self.followed.values_mut().for_each(Followed::cancel);
        while let Some(ended) = self.streams.join_next().await {
            if let Ok(ended) = ended {
                self.close(Ended { error: None, ..ended }).await;
            }
        }
    }

    /// Keeps what a stream has left.
    pub async fn close(&mut self, ended: Ended) {
        let followed = self.followed.get_mut(&ended.owner).filter(|followed| followed.container == ended.container);
        let Some(followed) = followed else { return };
        match ended.error.filter(|error| !error.is_connection()) {
            // The container is gone, or was never there: the next look tells.
            Some(error) if error.kind == crate::engine::ErrorKind::NotFound => {
                followed.reading = Reading::Closed(ended.resume);
            }
            Some(error) => {
                followed.reading = Reading::Refused;
                if ended.owner.role == Role::Service {
                    let (service, notice) = (ended.owner.name, error.notice());
                    let _ = self.messages.send(Msg::Log(LogMsg::Unreadable { service, notice })).await;
                }
                let _ = self.messages.send(Msg::Notice(error.notice())).await;
            }
            None => followed.reading = Reading::Closed(ended.resume),
        }
    }

    async fn reconcile_one(&mut self, container: &Container) -> bool {
        let Some(role) = container.role() else { return false };
        let owner = Owner { role, name: container.part().to_owned() };
        match wanted(self.followed.get(&owner), container) {
            Wanted::Nothing => {}
            Wanted::Wait => {
                self.followed.get_mut(&owner).into_iter().for_each(Followed::wait);
                return true;
            }
            Wanted::Mark(mark) => {
                self.followed
                    .get_mut(&owner)
                    .into_iter()
                    .for_each(|followed| followed.started_at = container.started_at);
                self.mark(&owner, container, Some(mark)).await;
            }
            Wanted::Begin(mark) => {
                let (resume, left) = self.left(&owner, container);
                // What is before the first of these lines has its place only where nothing is.
                let is_fresh = mark.is_none() && left == Left::Nothing;
                let extent = if is_fresh || owner.role == Role::Task { Extent::Tail } else { Extent::Whole };
                self.open(owner, container, resume, (mark.or(left.mark()), extent)).await;
            }
            Wanted::GoOn(mark) => {
                let resume = self.resume_of(&owner);
                let extent = if resume.last() == 0 { Extent::Whole } else { Extent::Tail };
                self.open(owner, container, resume, (mark, extent)).await;
            }
        }
        false
    }

    /// Where an earlier dashboard has left a service's log, and what has happened since.
    fn left(&mut self, owner: &Owner, container: &Container) -> (Resume, Left) {
        let is_service = owner.role == Role::Service;
        match is_service.then(|| self.restored.remove(&owner.name)).flatten() {
            Some(left) if left.container == container.id => {
                let last = left.resume.last();
                let is_started_again = last > 0 && container.started_at > last;
                (left.resume, if is_started_again { Left::StartedAgain } else { Left::Same })
            }
            Some(_) => (Resume::default(), Left::Recreated),
            None => (Resume::default(), Left::Nothing),
        }
    }

    fn resume_of(&mut self, owner: &Owner) -> Resume {
        match self.followed.remove(owner) {
            Some(Followed { reading: Reading::Closed(resume), .. }) => resume,
            _ => Resume::default(),
        }
    }

    /// Marks the container's start in its service's log.
    async fn mark(&self, owner: &Owner, container: &Container, mark: Option<Mark>) {
        if let Some(mark) = mark.filter(|_| owner.role == Role::Service) {
            let msg = LogMsg::Mark { service: owner.name.clone(), time: container.started_at, mark };
            // Without a receiver the dashboard has ended.
            let _ = self.messages.send(Msg::Log(msg)).await;
        }
    }

    async fn open(
        &mut self,
        owner: Owner,
        container: &Container,
        resume: Resume,
        (mark, extent): (Option<Mark>, Extent),
    ) {
        self.mark(&owner, container, mark).await;
        if owner.role == Role::Service {
            let (service, container) = (owner.name.clone(), container.id.clone());
            // Without a receiver the dashboard has ended.
            let _ = self.messages.send(Msg::Log(LogMsg::Container { service, container })).await;
        }
        let opened = if container.is_up() { Opened::WhileUp } else { Opened::AfterItsEnd };
        let (cancel, cancelled) = oneshot::channel();
        let stream = LogStream {
            engine: Arc::clone(&self.engine),
            owner: owner.clone(),
            container: container.id.clone(),
            resume,
            opened,
            extent,
            older: self.older.clone().filter(|_| owner.role == Role::Service),
            secrets: self.secrets.clone(),
            messages: self.messages.clone(),
        };
        self.streams.spawn(stream.read(cancelled));
        let (container, started_at) = (container.id.clone(), container.started_at);
        let reading = Reading::Open { _cancel: cancel };
        let followed = Followed { container, started_at, opened, reading, replaced: None, removed: false };
        self.followed.insert(owner, followed);
    }
}

fn wanted(followed: Option<&Followed>, container: &Container) -> Wanted {
    let Some(followed) = followed else {
        // What was never started has no log.
        return if container.started_at > 0 { Wanted::Begin(None) } else { Wanted::Nothing };
    };
    let is_same = followed.container == container.id;
    let is_started_again = followed.started_at != container.started_at;
    match (&followed.reading, is_same) {
        (Reading::Open { .. }, false) => Wanted::Wait,
        (_, false) if container.started_at == 0 => Wanted::Nothing,
        (_, false) => Wanted::Begin(Some(Mark::Recreated)),
        (Reading::Open { .. }, true) if is_started_again => Wanted::Mark(Mark::Started),
        (Reading::Open { .. } | Reading::Refused, true) => Wanted::Nothing,
        (Reading::Closed(_), true) if is_started_again => Wanted::GoOn(Some(Mark::Started)),
        (Reading::Closed(_), true) if container.is_up() || followed.opened == Opened::WhileUp => Wanted::GoOn(None),
        (Reading::Closed(_), true) => Wanted::Nothing,
    }
}
