//! A bounded store of one service's log lines.

use std::collections::VecDeque;

use crate::core::observed::Timestamp;
use crate::logs::assemble::RawLine;
use crate::logs::line::StyledLine;
use crate::logs::sanitise::Sanitiser;

/// A line, sanitised and masked: it can be made in no other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When the engine read it.
    pub time: Timestamp,
    line: StyledLine,
}

impl LogLine {
    /// Sanitises and masks a line.
    pub fn new(raw: &RawLine, sanitiser: &mut Sanitiser) -> Self {
        Self { time: raw.time, line: sanitiser.line(&raw.bytes, raw.beyond) }
    }

    /// Its text and styles.
    pub fn content(&self) -> &StyledLine {
        &self.line
    }
}

/// Something that happened between two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The engine was lost: lines may be missing until it is back.
    EngineLost,
    /// The engine is back; what it kept has been read again from where it was left.
    EngineBack,
    /// Another container of the same name goes on.
    Recreated,
    /// The same container was started again.
    Started,
}

impl Mark {
    /// How it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EngineLost => "engine lost",
            Self::EngineBack => "engine back",
            Self::Recreated => "container recreated",
            Self::Started => "container started again",
        }
    }
}

/// What a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A line.
    Line(LogLine),
    /// A mark.
    Mark {
        /// When.
        time: Timestamp,
        /// What happened.
        mark: Mark,
    },
}

impl Entry {
    /// When it was.
    pub fn time(&self) -> Timestamp {
        match self {
            Self::Line(line) => line.time,
            Self::Mark { time, .. } => *time,
        }
    }

    /// Bytes that it takes, its place in the store included.
    fn size(&self) -> usize {
        let content = match self {
            Self::Line(line) => line.line.size(),
            Self::Mark { .. } => 0,
        };
        std::mem::size_of::<Self>() + content
    }
}

/// How much a store may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Entries.
    pub lines: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 8 * 1024 * 1024, lines: 20_000 }
    }
}

/// A service's lines, the newest within the limits. Entries are numbered from 0 for good:
/// a number keeps its meaning when older entries are dropped.
#[derive(Debug, Default)]
pub struct Store {
    entries: VecDeque<Entry>,
    limits: Limits,
    bytes: usize,
    dropped: u64,
}

impl Store {
    /// An empty store within these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes an entry in; the oldest go where it is too much.
    pub fn push(&mut self, entry: Entry) {
        self.bytes += entry.size();
        self.entries.push_back(entry);
        self.trim();
    }

    /// Takes a mark in before the entries that are newer: what tells of a container's start
    /// comes by another way than its lines, and often after the first of them.
    pub fn mark(&mut self, time: Timestamp, mark: Mark) {
        let newer = self.entries.iter().rev().take_while(|entry| entry.time() > time).count();
        let place = self.entries.len() - newer;
        let entry = Entry::Mark { time, mark };
        self.bytes += entry.size();
        self.entries.insert(place, entry);
        self.trim();
    }

    fn trim(&mut self) {
        while self.bytes > self.limits.bytes || self.entries.len() > self.limits.lines {
            let Some(old) = self.entries.pop_front() else { break };
            self.bytes -= old.size();
            self.dropped += 1;
        }
    }

    /// How many were dropped.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The number of the oldest entry.
    pub fn first(&self) -> u64 {
        self.dropped
    }

    /// The number that the next entry will have.
    pub fn end(&self) -> u64 {
        self.dropped + self.entries.len() as u64
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The entries of these numbers, as far as they are there.
    pub fn range(&self, from: u64, to: u64) -> impl Iterator<Item = &Entry> {
        // Within the store the differences are indexes, which fit.
        let index = |number: u64| usize::try_from(number.clamp(self.first(), self.end()) - self.first()).unwrap_or(0);
        self.entries.range(index(from.min(to))..index(to))
    }

    /// The newest entry.
    pub fn last(&self) -> Option<&Entry> {
        self.entries.back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str) -> Entry {
        let raw = RawLine { time: 1, bytes: text.into(), beyond: 0 };
        Entry::Line(LogLine::new(&raw, &mut Sanitiser::default()))
    }

    #[test]
    fn the_oldest_go_and_are_counted() {
        let mut store = Store::new(Limits { bytes: 1 << 20, lines: 2 });
        for text in ["a", "b", "c"] {
            store.push(line(text));
        }
        assert_eq!((store.dropped(), store.first(), store.end()), (1, 1, 3));
        assert_eq!(store.range(0, 99).cloned().collect::<Vec<_>>(), [line("b"), line("c")]);
        assert_eq!(store.range(2, 3).count(), 1);
        assert_eq!(store.range(9, 3).count(), 0);
    }

    #[test]
    fn a_mark_goes_before_what_is_newer() {
        let mut store = Store::default();
        store.push(line("a"));
        store.mark(0, Mark::Started);
        store.mark(1, Mark::Recreated);
        let times: Vec<_> = store.range(0, 9).map(Entry::time).collect();
        assert_eq!(times, [0, 1, 1]);
        assert_eq!(store.last(), Some(&Entry::Mark { time: 1, mark: Mark::Recreated }));
    }

    #[test]
    fn an_entry_larger_than_the_store_is_dropped() {
        let mut store = Store::new(Limits { bytes: 64, lines: 10 });
        store.push(line(&"x".repeat(1000)));
        assert_eq!((store.bytes(), store.dropped()), (0, 1));
    }

    proptest! {
        #[test]
        fn bounds_hold(texts in prop::collection::vec(0_usize..300, 0..60), bytes in 0_usize..20_000, lines in 0_usize..50) {
            let mut store = Store::new(Limits { bytes, lines });
            for length in &texts {
                store.push(line(&"x".repeat(*length)));
                prop_assert!(store.bytes() <= bytes && store.end() - store.first() <= lines as u64);
            }
            prop_assert_eq!(store.end(), texts.len() as u64);
        }
    }
}
