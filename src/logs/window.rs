//! A run of a log's entries without a gap, numbered, with the groups in it.

use std::collections::VecDeque;
use std::ops::Range;

use crate::core::observed::Timestamp;
use crate::logs::assemble::RawLine;
use crate::logs::group::{Group, Groups};
use crate::logs::level::{self, Level};
use crate::logs::line::StyledLine;
use crate::logs::sanitise::Sanitiser;

/// A line, sanitised and masked: it can be made in no other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When the engine read it.
    pub time: Timestamp,
    /// How much it matters, where it tells so.
    pub level: Option<Level>,
    line: StyledLine,
}

impl LogLine {
    /// Sanitises and masks a line.
    pub fn new(raw: &RawLine, sanitiser: &mut Sanitiser) -> Self {
        let line = sanitiser.line(&raw.bytes, raw.beyond);
        Self { time: raw.time, level: level::recognise(line.text()), line }
    }

    /// A line of ours from the spool: sanitised and masked once, and cut to its length.
    pub(in crate::logs) fn again(time: Timestamp, bytes: &[u8], sanitiser: &mut Sanitiser) -> Self {
        let line = sanitiser.again(bytes);
        Self { time, level: level::recognise(line.text()), line }
    }

    /// Its text and styles.
    pub fn content(&self) -> &StyledLine {
        &self.line
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.line.text()
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
    /// The container is not there any more.
    Removed,
    /// The engine no longer had what came before.
    Gap,
    /// What came before was not read.
    Tail,
    /// The reader put it there.
    Reader,
}

impl Mark {
    /// All marks.
    pub const ALL: [Self; 8] = [
        Self::EngineLost,
        Self::EngineBack,
        Self::Recreated,
        Self::Started,
        Self::Removed,
        Self::Gap,
        Self::Tail,
        Self::Reader,
    ];

    /// How it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EngineLost => "engine lost",
            Self::EngineBack => "engine back",
            Self::Recreated => "container recreated",
            Self::Started => "container started again",
            Self::Removed => "container removed",
            Self::Tail => "older lines were not read; `biostar-tui logs` prints them",
            Self::Gap => "lines missing: the engine no longer had them",
            Self::Reader => "mark",
        }
    }
}

/// What a log holds.
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

    /// The line, if it is one.
    pub fn line(&self) -> Option<&LogLine> {
        match self {
            Self::Line(line) => Some(line),
            Self::Mark { .. } => None,
        }
    }

    /// Bytes that it takes, its place included.
    fn size(&self) -> usize {
        size_of::<Self>() + self.line().map_or(0, |line| line.line.size())
    }
}

/// A run of entries without a gap.
#[derive(Debug, Default)]
pub struct Window {
    first: u64,
    entries: VecDeque<Entry>,
    groups: Groups,
    bytes: usize,
}

impl Window {
    /// An empty one that begins at this number.
    pub fn starting_at(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    /// The numbers of its entries.
    pub fn numbers(&self) -> Range<u64> {
        self.first..self.first + self.entries.len() as u64
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of this number, if it is here.
    pub fn get(&self, number: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// The group that an entry is in.
    pub fn group(&self, number: u64) -> Option<&Group> {
        self.groups.at(number)
    }

    /// The newest traceback.
    pub fn last_traceback(&self) -> Option<&Group> {
        self.groups.iter().rev().find(|group| group.kind.has_frames())
    }

    /// The entries of these numbers, as far as they are here.
    pub fn range(&self, from: u64, to: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        let Range { start, end } = self.numbers();
        // Within the window the differences are indexes, which fit.
        let index = |number: u64| usize::try_from(number.clamp(start, end) - start).unwrap_or(0);
        self.entries.range(index(from.min(to))..index(to))
    }

    /// Takes an entry in at the end.
    pub fn push(&mut self, entry: Entry) {
        self.bytes += entry.size();
        let number = self.numbers().end;
        group(&mut self.groups, number, &entry);
        self.entries.push_back(entry);
    }

    /// Takes an entry in before those that are newer; gives the number of its place.
    pub fn insert(&mut self, entry: Entry) -> u64 {
        let newer = self.entries.iter().rev().take_while(|other| other.time() > entry.time()).count();
        let place = self.entries.len() - newer;
        self.bytes += entry.size();
        self.entries.insert(place, entry);
        let number = self.first + place as u64;
        self.groups.cut(number);
        for (number, entry) in (number..).zip(self.entries.range(place..)) {
            group(&mut self.groups, number, entry);
        }
        number
    }

    /// Puts an entry in the place of the newest.
    pub fn replace_last(&mut self, entry: Entry) {
        if let Some(last) = self.entries.back_mut() {
            self.bytes = self.bytes - last.size() + entry.size();
            *last = entry;
        }
    }

    /// Drops the oldest entry.
    pub fn drop_first(&mut self) {
        if let Some(old) = self.entries.pop_front() {
            self.bytes -= old.size();
            self.first += 1;
            self.groups.trim(self.first);
        }
    }

    /// Drops the newest entry.
    pub fn drop_last(&mut self) {
        if let Some(last) = self.entries.pop_back() {
            self.bytes -= last.size();
            self.groups.cut(self.numbers().end);
        }
    }

    /// The first number whose entry is not before this moment.
    pub fn at_time(&self, time: Timestamp) -> u64 {
        // Times run backwards here and there by a little: good enough to jump to.
        self.first + self.entries.partition_point(|entry| entry.time() < time) as u64
    }

    /// The newest entry.
    pub fn last(&self) -> Option<&Entry> {
        self.entries.back()
    }

    /// The oldest entry.
    pub fn oldest(&self) -> Option<&Entry> {
        self.entries.front()
    }
}

fn group(groups: &mut Groups, number: u64, entry: &Entry) {
    match entry {
        Entry::Line(line) => groups.push(number, line.text(), line.level),
        Entry::Mark { .. } => groups.interrupt(),
    }
}
