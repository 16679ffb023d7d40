//! One stream of one container's log, from the engine into the model.

use std::sync::Arc;

use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::{mpsc, oneshot};

use crate::app::message::{LogMsg, Msg, TaskMsg};
use crate::core::naming::Role;
use crate::core::secret::Secrets;
use crate::engine::EngineError;
use crate::engine::port::{Engine, LogLine as EngineLine, LogRequest};
use crate::logs::LogLine;
use crate::logs::assemble::{Assembler, RawLine};
use crate::logs::resume::Resume;
use crate::logs::sanitise::Sanitiser;

/// Lines that go to the model in one message: a flood does not ring for each.
const BATCH: usize = 128;
/// Lines of a service's past that are shown at first.
const SERVICE_TAIL: u64 = 2000;
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
    /// What is masked.
    pub secrets: Secrets,
    /// Where the lines go.
    pub messages: mpsc::Sender<Msg>,
}

impl LogStream {
    /// Reads until the stream ends or `cancel` is dropped.
    pub async fn read(mut self, cancel: oneshot::Receiver<()>) -> Ended {
        self.resume.reconnected();
        let error = tokio::select! {
            error = self.read_all().map(Result::err) => error,
            _ = cancel => None,
        };
        Ended { owner: self.owner, container: self.container, resume: self.resume, error }
    }

    async fn read_all(&mut self) -> Result<(), EngineError> {
        let mut assembler = Assembler::default();
        let mut sanitiser = Sanitiser::new(self.secrets.clone());
        let mut batches = self.engine.logs(&self.container, &self.request()).await?.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let mut error = None;
            let mut lines = Vec::new();
            for item in batch {
                match item {
                    Ok(part) => lines.extend(self.line(&part, &mut assembler, &mut sanitiser)),
                    Err(failure) => error = Some(failure),
                }
            }
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
        LogRequest { follow: true, tail: since.is_none().then_some(tail), since, until: None }
    }

    fn line(&mut self, part: &EngineLine, assembler: &mut Assembler, sanitiser: &mut Sanitiser) -> Option<LogLine> {
        let raw = assembler.push(part.time, &part.bytes, part.complete)?;
        self.fresh(&raw, sanitiser)
    }

    fn fresh(&mut self, raw: &RawLine, sanitiser: &mut Sanitiser) -> Option<LogLine> {
        self.resume.accept(raw).then(|| LogLine::new(raw, sanitiser))
    }

    /// Waits where the model is behind: the engine keeps the lines meanwhile, and a log that
    /// is not read does not hold its container up.
    async fn send(&self, lines: Vec<LogLine>) {
        if lines.is_empty() {
            return;
        }
        let Owner { role, name } = self.owner.clone();
        let msg = match role {
            Role::Task => Msg::Task(TaskMsg::Output { task: name, container: self.container.clone(), lines }),
            _ => Msg::Log(LogMsg::Lines { service: name, lines }),
        };
        // Without a receiver the dashboard has ended, and this task is about to.
        let _ = self.messages.send(msg).await;
    }
}
