//! The spool: the logs of all services on disk, within a bound, so that scrolling and search
//! reach behind what memory holds, an earlier dashboard and a replaced container.
//!
//! The first dashboard of a project writes it; further ones have spools of their own that
//! begin with what it has.

pub mod beside;
pub mod older;
pub mod reader;
pub mod search;
pub mod segment;
pub mod work;
pub mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::app::log_effect::LogEffect;
use crate::app::message::{LogMsg, Msg};
use crate::core::notice::Notice;
use crate::logs::Mark;
use crate::logs::pattern::Pattern;
use crate::logs::resume::Resume;
use crate::runtime::spool::older::Older;
use crate::runtime::spool::search::Job;
use crate::runtime::spool::work::{Piece, Work};
use crate::runtime::spool::writer::Writer;

/// What an earlier dashboard has left of a service's log.
#[derive(Debug)]
pub struct Restored {
    /// The container of the newest lines.
    pub container: String,
    /// Where to go on with it.
    pub resume: Resume,
}

/// A spool that is open.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    bound: u64,
    writers: BTreeMap<String, Writer>,
    /// Lines that are older than those, by service, until all of them are there.
    older: BTreeMap<String, Older>,
    /// The last search: older ones end.
    latest: Arc<AtomicU64>,
    /// The services whose lines could not be kept last: the user was told of the first.
    failing: BTreeSet<String>,
    /// Whether it ends with its dashboard: the first one's stays.
    is_beside: bool,
    _lock: File,
}

impl Drop for Spool {
    fn drop(&mut self) {
        if self.is_beside {
            // What stays is removed by the next dashboard.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// What was found when a spool was opened.
#[derive(Debug, Default)]
pub struct Found {
    /// What the model is told.
    pub messages: Vec<LogMsg>,
    /// Where followers go on, by service.
    pub restored: BTreeMap<String, Restored>,
}

impl Spool {
    /// Opens the spool of these services; one of its own where another dashboard has the
    /// first. `None` where there are too many dashboards.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn open(folder: &Path, bound: u64, services: &[String]) -> io::Result<Option<(Self, Found)>> {
        let first = beside::lock(folder)?;
        let is_beside = first.is_none();
        let place = match first {
            Some(lock) => {
                beside::clean(folder);
                Some((folder.to_owned(), lock))
            }
            None => beside::take(folder, services)?,
        };
        let Some((folder, lock)) = place else { return Ok(None) };
        let (writers, older, latest) = (BTreeMap::new(), BTreeMap::new(), Arc::default());
        let mut spool =
            Self { folder, bound, writers, older, latest, failing: BTreeSet::new(), is_beside, _lock: lock };
        let mut found = Found::default();
        for service in services {
            spool.restore(service, &mut found)?;
        }
        Ok(Some((spool, found)))
    }

    fn restore(&mut self, service: &str, found: &mut Found) -> io::Result<()> {
        let (writer, left) = Writer::open(&self.folder.join(service))?;
        self.writers.insert(service.to_owned(), writer);
        if !left.entries.is_empty() {
            let mut resume = Resume::restored(&left.lines);
            left.lines.first().filter(|_| left.first > left.oldest).into_iter().for_each(|line| resume.began_at(line));
            found.restored.insert(service.to_owned(), Restored { container: left.container, resume });
        }
        let (oldest, first, entries) = (left.oldest, left.first, left.entries);
        found.messages.push(LogMsg::Spooled { service: service.to_owned(), oldest, first, entries });
        Ok(())
    }

    /// Does what it is given until nobody gives any more.
    pub fn run(mut self, work: &std::sync::mpsc::Receiver<Work>, messages: &mpsc::Sender<Msg>) {
        while let Ok(work) = work.recv() {
            let (service, done) = match work {
                Work::Effect(LogEffect::Keep { service, first, records }) => {
                    let done = self.keep(&service, first, &records, messages);
                    (service, done)
                }
                Work::Effect(effect) => (String::new(), self.carry_out(effect, messages)),
                Work::Older { service, piece } => (String::new(), self.older(service, piece, messages)),
            };
            match done {
                Ok(()) => drop(self.failing.remove(&service)),
                Err(error) => self.failed(service, &error, messages),
            }
        }
    }

    fn older(&mut self, service: String, piece: Piece, messages: &mpsc::Sender<Msg>) -> io::Result<()> {
        match piece {
            Piece::Begin { container } => {
                let older = Older::begin(&self.folder.join(format!(".older-{service}")), &container, self.bound)?;
                self.older.insert(service.clone(), older);
                send(messages, LogMsg::ReadBack { service, goes_on: true });
            }
            Piece::Lines { records, lines, permit: _permit } => {
                let Some(older) = self.older.get_mut(&service) else { return Ok(()) };
                let written = older.append(&records, lines);
                // Half of them are of no use.
                if written.is_err() {
                    self.older.remove(&service);
                }
                written?;
            }
            Piece::End => match self.older.remove(&service) {
                Some(older) => self.take_in(service, older, messages)?,
                None => not_read(service, messages),
            },
            Piece::Done => send(messages, LogMsg::ReadBack { service, goes_on: false }),
            Piece::Broken => {
                self.older.remove(&service);
                send(messages, LogMsg::ReadBack { service: service.clone(), goes_on: false });
                not_read(service, messages);
            }
        }
        Ok(())
    }

    fn take_in(&mut self, service: String, older: Older, messages: &mpsc::Sender<Msg>) -> io::Result<()> {
        let folder = self.folder.join(&service);
        let writer = self.writer(&service)?;
        let next = writer.first();
        let (segments, lines) = older.move_before(&folder, next)?;
        writer.take_in(segments);
        // Those that were dropped for the bound count as lines that were there.
        send(messages, LogMsg::SpoolBegins { service: service.clone(), at: next - lines });
        send(messages, LogMsg::SpoolBegins { at: writer.first(), service });
        self.bound(messages)
    }

    fn carry_out(&mut self, effect: LogEffect, messages: &mpsc::Sender<Msg>) -> io::Result<()> {
        match effect {
            LogEffect::Read { service, around } => {
                let (first, entries) = self.writer(&service)?.page(around)?;
                send(messages, LogMsg::Page { service, first, entries });
                Ok(())
            }
            LogEffect::Search { search, service, pattern, before } => {
                self.search(search, service, &pattern, before, messages);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn keep(&mut self, service: &str, first: u64, records: &[u8], messages: &mpsc::Sender<Msg>) -> io::Result<()> {
        self.writer(service)?.append(first, records)?;
        self.bound(messages)
    }

    fn writer(&mut self, service: &str) -> io::Result<&mut Writer> {
        if !self.writers.contains_key(service) {
            let (writer, _) = Writer::open(&self.folder.join(service))?;
            self.writers.insert(service.to_owned(), writer);
        }
        self.writers.get_mut(service).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Removes the oldest segments of all services while it is too large.
    fn bound(&mut self, messages: &mpsc::Sender<Msg>) -> io::Result<()> {
        while self.writers.values().map(Writer::bytes).sum::<u64>() > self.bound {
            let dated = self.writers.iter().filter_map(|(service, writer)| Some((writer.oldest_time()?, service)));
            let Some(service) = dated.min().map(|(_, service)| service.clone()) else { break };
            let at = self.writer(&service)?.drop_oldest()?;
            send(messages, LogMsg::SpoolBegins { service, at });
        }
        Ok(())
    }

    /// A thread of its own: lines are written on meanwhile.
    fn search(&mut self, search: u64, service: String, pattern: &str, before: u64, messages: &mpsc::Sender<Msg>) {
        let Some(writer) = self.writers.get(&service) else { return };
        // It was an expression in the model.
        let Ok(pattern) = Pattern::new(pattern) else { return };
        self.latest.store(search, Ordering::Relaxed);
        let job = Job { search, pattern, segments: writer.paths(), before };
        let (latest, messages) = (Arc::clone(&self.latest), messages.clone());
        std::thread::spawn(move || {
            job.run(&latest, |hits, from| {
                let found = LogMsg::Found { search, service: service.clone(), hits, from };
                messages.blocking_send(Msg::Log(found)).is_ok()
            });
        });
    }

    /// On a full disk some of the services' lines find room now and then: that is told once.
    fn failed(&mut self, service: String, error: &io::Error, messages: &mpsc::Sender<Msg>) {
        let is_told = !self.failing.is_empty();
        self.failing.insert(service);
        if !is_told {
            // Without a receiver the dashboard has ended.
            let _ = messages.blocking_send(Msg::Notice(unwritable(&self.folder, error)));
        }
    }
}

/// What is told of a spool that cannot be used.
pub fn unwritable(folder: &Path, error: &io::Error) -> Notice {
    let notice = Notice::warning(format!("logs cannot be kept in {}", folder.display())).because(error.to_string());
    notice.remedy("make room or make it writable; until then logs go on in memory alone")
}

/// Says in the log that there are lines before its first which were not read.
fn not_read(service: String, messages: &mpsc::Sender<Msg>) {
    send(messages, LogMsg::Mark { service, time: 0, mark: Mark::Tail });
}

fn send(messages: &mpsc::Sender<Msg>, msg: LogMsg) {
    // Without a receiver the dashboard has ended.
    let _ = messages.blocking_send(Msg::Log(msg));
}
