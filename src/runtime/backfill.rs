//! Reads what a first look at a log has left out, into the spool. So the last lines are on the
//! screen at once, and soon one scrolls and searches through all of them.
//!
//! All of it in one go: an engine looks for where a log's last lines begin from the end backwards,
//! and gives them then, so that a piece of the newest ones first would be paid twice.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::Semaphore;

use crate::core::observed::Timestamp;
use crate::core::secret::Secrets;
use crate::engine::EngineError;
use crate::engine::port::{Engine, LogRequest};
use crate::logs::assemble::Assembler;
use crate::logs::line::StyledLine;
use crate::logs::record;
use crate::logs::resume::{Identity, Resume, identity_of};
use crate::logs::sanitise::Sanitiser;
use crate::runtime::spool::work::{Piece, Work};

/// Bytes of records that are handed over in one go.
const BATCH: usize = 64 * 1024;
/// Batches that wait for the disk.
const WAITING: usize = 4;
/// Between two attempts where the engine is away.
const RETRY: Duration = Duration::from_millis(500);
/// Lines of the two streams may be in the log in another order than that of their times.
const OVERTAKE: Timestamp = 1_000_000_000;

/// Where older lines go.
#[derive(Debug, Clone)]
pub struct Older(pub std::sync::mpsc::Sender<Work>);

impl Older {
    fn send(&self, service: &str, piece: Piece) {
        // Without a receiver the dashboard has ended.
        let _ = self.0.send(Work::Older { service: service.to_owned(), piece });
    }
}

/// A log that is to be read back to its beginning.
pub struct Backfill {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// The service.
    pub service: String,
    /// Its container.
    pub container: String,
    /// What is masked.
    pub secrets: Secrets,
    /// Where the lines go.
    pub older: Older,
}

/// What is being read.
struct Reading {
    /// The line where it ends.
    known: Identity,
    /// Its own first line.
    first: Option<Identity>,
    resume: Resume,
    sanitiser: Sanitiser,
    records: Vec<u8>,
    /// How many lines those are.
    lines: u64,
}

impl Backfill {
    /// Reads back from the line that is known.
    pub async fn run(self, known: Identity) {
        match self.piece(known, &Arc::new(Semaphore::new(WAITING))).await {
            Ok(Some(_)) => self.older.send(&self.service, Piece::End),
            // It begins with what is known, or that has fallen out: there is nothing before.
            Ok(None) => {}
            Err(_) => return self.older.send(&self.service, Piece::Broken),
        }
        self.older.send(&self.service, Piece::Done);
    }

    /// Reads all of it, going on where the engine was lost; gives its first line.
    async fn piece(&self, known: Identity, permits: &Arc<Semaphore>) -> Result<Option<Identity>, EngineError> {
        let sanitiser = Sanitiser::new(self.secrets.clone());
        let mut reading =
            Reading { known, first: None, resume: Resume::default(), sanitiser, records: Vec::new(), lines: 0 };
        loop {
            reading.resume.reconnected();
            match self.read(&mut reading, permits).await {
                Ok(()) => {
                    self.hand_over(&mut reading, permits).await;
                    return Ok(reading.first);
                }
                Err(error) if error.is_connection() => tokio::time::sleep(RETRY).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Up to the line that is known.
    async fn read(&self, reading: &mut Reading, permits: &Arc<Semaphore>) -> Result<(), EngineError> {
        let since = reading.resume.since();
        let until = Some(reading.known.0 + 2 * OVERTAKE);
        let request = LogRequest { follow: false, tail: None, since, until };
        let mut lines = self.engine.logs(&self.container, &request).await?;
        let mut assembler = Assembler::default();
        while let Some(part) = lines.next().await {
            let part = part?;
            let Some(raw) = assembler.push(part.time, &part.bytes, part.complete) else { continue };
            // Not as a `LogLine`: its level is found when it is read back.
            let line = reading.sanitiser.line(&raw.bytes, raw.beyond);
            let identity = identity_of(raw.time, line.text());
            if identity == reading.known {
                break;
            }
            if raw.time > reading.known.0 + OVERTAKE {
                break;
            }
            self.take(identity, &line, reading);
            if reading.records.len() >= BATCH {
                self.hand_over(reading, permits).await;
            }
        }
        Ok(())
    }

    fn take(&self, identity: Identity, line: &StyledLine, reading: &mut Reading) {
        let (time, _) = identity;
        if time > reading.known.0 || !reading.resume.accept_known_by(identity) {
            return;
        }
        if reading.first.is_none() {
            reading.first = Some(identity);
            self.older.send(&self.service, Piece::Begin { container: self.container.clone() });
        }
        record::write_line(time, line, &mut reading.records);
        reading.lines += 1;
    }

    async fn hand_over(&self, reading: &mut Reading, permits: &Arc<Semaphore>) {
        // It is never closed.
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else { return };
        let records = std::mem::replace(&mut reading.records, Vec::with_capacity(BATCH));
        let lines = std::mem::take(&mut reading.lines);
        if !records.is_empty() {
            self.older.send(&self.service, Piece::Lines { records, lines, permit });
        }
    }
}
