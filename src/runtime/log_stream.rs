//! One stream of one container's log, from the engine into the model.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};

use crate::app::message::{LogMsg, Msg, TaskMsg};
use crate::core::naming::Role;
use crate::core::observed::Timestamp;
use crate::core::secret::Secrets;
use crate::engine::EngineError;
use crate::engine::port::{Engine, LogLine as EngineLine, LogRequest};
use crate::logs::assemble::{Assembler, RawLine};
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

/// Lines of a first stream, as many as were asked for.
struct Counted {
    left: u64,
    first: Option<Identity>,
    opened: Timestamp,
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
        let error = self.read_all(&mut counted, &mut cancel).await.err();
        // It was cut before one could tell whether there are more.
        if counted.left > 0 {
            self.backfill(&counted);
        }
        Ended { owner: self.owner, container: self.container, resume: self.resume, error }
    }

    async fn read_all(&mut self, counted: &mut Counted, cancel: &mut oneshot::Receiver<()>) -> Result<(), EngineError> {
        let mut assembler = Assembler::default();
        let mut sanitiser = Sanitiser::new(self.secrets.clone());
        let request = self.request();
        let Some(opened) = unless(cancel, self.engine.logs(&self.container, &request)).await else { return Ok(()) };
        let mut batches = opened?.ready_chunks(BATCH);
        let mut is_first = true;
        loop {
            // Nowhere else: lines that count as seen must reach the model.
            let Some(batch) = unless(cancel, batches.next()).await else { return Ok(()) };
            let Some(batch) = batch else { break };
            if let Some(Ok(first)) = batch.first().filter(|_| std::mem::take(&mut is_first)) {
                self.tell_gap(first.time).await;
            }
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

    fn request(&self) -> LogRequest {
        let tail = if self.owner.role == Role::Task { TASK_TAIL } else { SERVICE_TAIL };
        let since = self.resume.since();
        let tail = (since.is_none() && self.extent == Extent::Tail).then_some(tail);
        LogRequest { follow: true, tail, since, seen: since.map(|_| self.resume.last()), until: None }
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

    /// A stream that is taken up again begins with what is known already. Where it begins
    /// later than that, the engine has dropped what came between.
    async fn tell_gap(&self, first: Timestamp) {
        let Owner { role, name } = self.owner.clone();
        if self.resume.last() > 0 && first > self.resume.last() && role == Role::Service {
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
