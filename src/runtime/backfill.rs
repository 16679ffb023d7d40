//! Reads what a first look at a log has left out: from the newest of it back to the log's
//! beginning, in pieces that grow, each into the spool. So the last lines are on the screen at
//! once, and soon one scrolls and searches through all of them.

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

/// How many of a log's last lines are asked for first; then all. An engine looks for where the
/// last lines begin from the end backwards, which takes it half as long as to read them: more of
/// them would be paid by every log of some 100,000 lines, which is read whole in less than a second.
const TAILS: [Option<u64>; 2] = [Some(10_000), None];
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

/// What one reading of a piece came to.
enum Read {
    /// It reached the line that is known.
    Whole,
    /// It begins behind that: more lines have come meanwhile than it holds.
    TooShort,
}

/// A piece that is being read.
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
        let mut known = known;
        let permits = Arc::new(Semaphore::new(WAITING));
        for tail in TAILS {
            match self.piece(tail, known, &permits).await {
                // It begins with what is known: there is nothing before.
                Ok((Read::Whole, None)) => break,
                Ok((Read::Whole, Some(first))) => {
                    self.older.send(&self.service, Piece::End);
                    known = first;
                }
                Ok((Read::TooShort, _)) => {}
                Err(_) => return self.older.send(&self.service, Piece::Broken),
            }
        }
        self.older.send(&self.service, Piece::Done);
    }

    /// Reads a piece, going on where the engine was lost; gives its first line.
    async fn piece(
        &self,
        tail: Option<u64>,
        known: Identity,
        permits: &Arc<Semaphore>,
    ) -> Result<(Read, Option<Identity>), EngineError> {
        let sanitiser = Sanitiser::new(self.secrets.clone());
        let mut reading =
            Reading { known, first: None, resume: Resume::default(), sanitiser, records: Vec::new(), lines: 0 };
        loop {
            reading.resume.reconnected();
            match self.read(tail, &mut reading, permits).await {
                Ok(read) => {
                    self.hand_over(&mut reading, permits).await;
                    return Ok((read, reading.first));
                }
                Err(error) if error.is_connection() => tokio::time::sleep(RETRY).await,
                Err(error) => return Err(error),
            }
        }
    }

    async fn read(
        &self,
        tail: Option<u64>,
        reading: &mut Reading,
        permits: &Arc<Semaphore>,
    ) -> Result<Read, EngineError> {
        let since = reading.resume.since();
        let until = Some(reading.known.0 + 2 * OVERTAKE);
        let request = LogRequest { follow: false, tail: tail.filter(|_| since.is_none()), since, until };
        let mut lines = self.engine.logs(&self.container, &request).await?;
        let mut assembler = Assembler::default();
        while let Some(part) = lines.next().await {
            let part = part?;
            let Some(raw) = assembler.push(part.time, &part.bytes, part.complete) else { continue };
            // Not as a `LogLine`: its level is found when it is read back.
            let line = reading.sanitiser.line(&raw.bytes, raw.beyond);
            let identity = identity_of(raw.time, line.text());
            if identity == reading.known {
                return Ok(Read::Whole);
            }
            if raw.time > reading.known.0 + OVERTAKE {
                break;
            }
            self.take(identity, &line, reading);
            if reading.records.len() >= BATCH {
                self.hand_over(reading, permits).await;
            }
        }
        // What is known has fallen out meanwhile, or more has come than was asked for.
        Ok(if reading.first.is_some() { Read::Whole } else { Read::TooShort })
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
