//! One stream of one container's log, from the engine into the model.

use std::{pin::Pin, sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use futures_util::stream::{Peekable, ReadyChunks};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::app::message::{LogMsg, Msg, TaskMsg};
use crate::core::naming::Role;
use crate::core::observed::Timestamp;
use crate::core::secret::Secrets;
use crate::engine::EngineError;
use crate::engine::port::{Engine, LogLine as EngineLine, LogRequest, Stream};
use crate::logs::assemble::{Assembler, RawLine};
use crate::logs::reach::Came;
use crate::logs::resume::{Identity, Resume, identity};
use crate::logs::sanitise::Sanitiser;
use crate::logs::{LogLine, Mark};
use crate::runtime::backfill::{Backfill, Older};
use crate::runtime::clock;

/// Lines that go to the model in one message: a flood does not ring for each.
const BATCH: usize = 128;
/// Lines of a service's past that are shown at first.
const SERVICE_TAIL: u64 = 5000;
/// Lines of a task's past that are shown at first.
const TASK_TAIL: u64 = 200;

/// What ends sooner without a line was refused, and tells nothing of how long the engine looks.
const REFUSED: Duration = Duration::from_millis(100);

/// Whose log it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// A service's or a task's.
    pub role: Role,
    /// Its name.
    pub name: String,
}

/// Whether the container ran when its log was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It did: more may come after the stream has ended.
    WhileUp,
    /// It did not: the stream's end is the log's.
    AfterItsEnd,
}

/// How much of the past is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The last lines: what is shown beside others.
    Tail,
    /// All of it: what is looked at alone.
    Whole,
}

/// What a stream leaves when it has ended.
#[derive(Debug)]
pub struct Ended {
    /// Whose log it was.
    pub owner: Owner,
    /// The container.
    pub container: String,
    /// Where to go on.
    pub resume: Resume,
    /// Why it ended, if not by itself.
    pub error: Option<EngineError>,
}

/// A stream's lines, as many together as are there.
type Batches = Pin<Box<Peekable<ReadyChunks<Stream<EngineLine>>>>>;

/// Lines of a first stream, as many as were asked for.
struct Counted {
    left: u64,
    first: Option<Identity>,
    opened: Timestamp,
}

/// How a stream goes that takes up another.
#[derive(Default)]
struct Course {
    /// How long the engine has looked for its place.
    sought: Option<Duration>,
    lines: u64,
}

impl Course {
    /// What it has come to, so long after it was asked for.
    fn came(&self, after: Duration) -> Came {
        match self.sought {
            Some(sought) if sought <= after / 2 => Came::Lines(self.lines),
            _ => Came::Late,
        }
    }
}

/// A stream that is to be read.
pub struct LogStream {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// Whose log it is.
    pub owner: Owner,
    /// The container.
    pub container: String,
    /// Where to go on.
    pub resume: Resume,
    /// Whether the container ran.
    pub opened: Opened,
    /// How much is read.
    pub extent: Extent,
    /// What is masked.
    pub secrets: Secrets,
    /// Where the lines go.
    pub messages: mpsc::Sender<Msg>,
    /// Where those go that were before the first; `None` where they are not read.
    pub older: Option<Older>,
}

impl LogStream {
    /// Reads until the stream ends or `cancel` is dropped.
    pub async fn read(mut self, mut cancel: oneshot::Receiver<()>) -> Ended {
        self.resume.reconnected();
        let is_first = self.resume.last() == 0 && self.extent == Extent::Tail && self.owner.role == Role::Service;
        let left = if is_first { SERVICE_TAIL } else { 0 };
        let mut counted = Counted { left, first: None, opened: clock::now() };
        let (began, goes_on, mut course) = (Instant::now(), self.resume.last() > 0, Course::default());
        let error = self.read_all(&mut counted, &mut course, &mut cancel).await.err();
        let lasted = began.elapsed();
        if goes_on && (course.sought.is_some() || lasted > REFUSED) {
            self.resume.reach.ended(course.came(lasted));
        }
        // It was cut before one could tell whether there are more.
        if counted.left > 0 {
            self.backfill(&counted);
        }
        Ended { owner: self.owner, container: self.container, resume: self.resume, error }
    }

    async fn read_all(
        &mut self,
        counted: &mut Counted,
        course: &mut Course,
        cancel: &mut oneshot::Receiver<()>,
    ) -> Result<(), EngineError> {
        let began = Instant::now();
        let mut assembler = Assembler::default();
        let mut sanitiser = Sanitiser::new(self.secrets.clone());
        let Some(mut batches) = unless(cancel, self.begin()).await.transpose()? else { return Ok(()) };
        course.sought = Some(began.elapsed());
        loop {
            // Nowhere else: lines that count as seen must reach the model.
            let Some(batch) = unless(cancel, batches.next()).await else { return Ok(()) };
            let Some(batch) = batch else { break };
            course.lines += batch.len() as u64;
            let mut error = None;
            let mut lines = Vec::new();
            for item in batch {
                match item {
                    Ok(part) => lines.extend(self.line(&part, &mut assembler, &mut sanitiser)),
                    Err(failure) => error = Some(failure),
                }
            }
            self.tell_tail(counted, &lines).await;
            self.send(lines).await;
            error.map_or(Ok(()), Err)?;
        }
        // A last line without end is whole once its container has ended; before that the
        // stream was cut in it, and it is read again from its beginning.
        if self.opened == Opened::AfterItsEnd {
            let last = assembler.finish().and_then(|raw| self.fresh(&raw, &mut sanitiser));
            self.send(last.into_iter().collect()).await;
        }
        Ok(())
    }

    /// A stream. One that is taken up again begins with what is known already; where it begins
    /// later than that although all is asked for, the engine has dropped what came between.
    async fn begin(&mut self) -> Result<Batches, EngineError> {
        loop {
            let log = self.engine.logs(&self.container, &self.request()).await?;
            let mut batches = Box::pin(log.ready_chunks(BATCH).peekable());
            let Some(first) = batches.as_mut().peek().await.filter(|_| self.resume.last() > 0) else {
                return Ok(batches);
            };
            if self.is_known(first) {
                return Ok(batches);
            }
            if !self.resume.reach.grow() {
                let first = first.iter().flatten().next().map_or(0, |first| first.time);
                self.tell_gap(first).await;
                return Ok(batches);
            }
        }
    }

    fn request(&self) -> LogRequest {
        let since = self.resume.since();
        let first_tail = if self.owner.role == Role::Task { TASK_TAIL } else { SERVICE_TAIL };
        let tail = match (since, self.extent) {
            (Some(_), _) => self.resume.reach.lines(),
            (None, Extent::Tail) => Some(first_tail),
            (None, Extent::Whole) => None,
        };
        LogRequest { follow: true, tail, since, until: None }
    }

    /// Whether a stream that begins with these lines begins with what was seen. An error
    /// is told by whoever reads on.
    fn is_known(&self, first: &[Result<EngineLine, EngineError>]) -> bool {
        let mut assembler = Assembler::default();
        let mut whole = first.iter().flatten().filter_map(|part| assembler.push(part.time, &part.bytes, part.complete));
        let line = whole.next().map(|raw| LogLine::new(&raw, &mut Sanitiser::new(self.secrets.clone())));
        first.iter().any(Result::is_err) || line.is_some_and(|line| self.resume.knows(&line))
    }

    fn line(&mut self, part: &EngineLine, assembler: &mut Assembler, sanitiser: &mut Sanitiser) -> Option<LogLine> {
        let raw = assembler.push(part.time, &part.bytes, part.complete)?;
        self.fresh(&raw, sanitiser)
    }

    fn fresh(&mut self, raw: &RawLine, sanitiser: &mut Sanitiser) -> Option<LogLine> {
        let line = LogLine::new(raw, sanitiser);
        self.resume.accept(&line).then_some(line)
    }

    /// Counts the lines of a first stream: where as many came as were asked for, there are
    /// older ones.
    async fn tell_tail(&mut self, counted: &mut Counted, lines: &[LogLine]) {
        let Some(first) = lines.first().filter(|_| counted.left > 0) else { return };
        if counted.first.is_none() {
            self.resume.began_at(first);
        }
        let (first, _) = *counted.first.get_or_insert_with(|| identity(first));
        counted.left = counted.left.saturating_sub(lines.len() as u64);
        let is_backlog = lines.last().is_some_and(|last| last.time <= counted.opened);
        if counted.left > 0 || self.backfill(counted) || !is_backlog {
            return;
        }
        let msg = LogMsg::Mark { service: self.owner.name.clone(), time: first - 1, mark: Mark::Tail };
        let _ = self.messages.send(Msg::Log(msg)).await;
    }

    /// Has what was before the first line read, where there is a place for it.
    fn backfill(&self, counted: &Counted) -> bool {
        let (Some(first), Some(older)) = (counted.first, self.older.clone()) else { return false };
        let backfill = Backfill {
            engine: Arc::clone(&self.engine),
            service: self.owner.name.clone(),
            container: self.container.clone(),
            secrets: self.secrets.clone(),
            older,
        };
        tokio::spawn(backfill.run(first));
        true
    }

    async fn tell_gap(&self, first: Timestamp) {
        let Owner { role, name } = self.owner.clone();
        if first > self.resume.last() && role == Role::Service {
            let msg = LogMsg::Mark { service: name, time: first - 1, mark: Mark::Gap };
            let _ = self.messages.send(Msg::Log(msg)).await;
        }
    }

    /// Waits where the model is behind: the engine keeps the lines meanwhile, and a log that
    /// is not read does not hold its container up.
    async fn send(&self, lines: Vec<LogLine>) {
        if lines.is_empty() {
            return;
        }
        let Owner { role, name } = self.owner.clone();
        let msg = match role {
            Role::Task if self.extent == Extent::Whole => {
                Msg::Task(TaskMsg::Whole { container: self.container.clone(), lines })
            }
            Role::Task => Msg::Task(TaskMsg::Output { task: name, container: self.container.clone(), lines }),
            _ => Msg::Log(LogMsg::Lines { service: name, lines }),
        };
        // Without a receiver the dashboard has ended, and this task is about to.
        let _ = self.messages.send(msg).await;
    }
}

/// What work comes to; `None` where it is cancelled, though the work may be done too: a
/// stream that always has more would otherwise go on by chance.
async fn unless<T>(cancel: &mut oneshot::Receiver<()>, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        _ = cancel => None,
        done = work => Some(done),
    }
}
