//! A bounded store of one service's log: the newest entries, and a page of older ones that
//! were read back from the spool.

use std::ops::Range;

use crate::core::observed::Timestamp;
use crate::logs::group::Group;
use crate::logs::window::{Entry, Mark, Window};

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
        Self { bytes: 16 * 1024 * 1024, lines: 100_000 }
    }
}

/// What a page of older entries may hold: some screens of lines, however long they are.
const PAGE: Limits = Limits { bytes: 2 * 1024 * 1024, lines: 4096 };

/// A service's log. Entries are numbered for good: a number keeps its meaning when older
/// entries are dropped from memory.
#[derive(Debug, Default)]
pub struct Store {
    tail: Window,
    page: Window,
    limits: Limits,
    /// The number of the first entry that there ever was.
    origin: u64,
    /// The first number that the spool has; `None` where there is no spool.
    spooled: Option<u64>,
    /// Changes whenever entries get other numbers, which a late mark does to those behind it.
    generation: u64,
    /// Whether lines from before the first are on their way into the spool.
    is_read_back: bool,
}

impl Store {
    /// An empty store within these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Entries go on from this number; a spool has those from `spooled` on.
    pub fn go_on_at(&mut self, spooled: u64, next: u64) {
        self.tail = Window::starting_at(next);
        self.page = Window::default();
        (self.origin, self.spooled) = (spooled, Some(spooled));
        self.generation += 1;
    }

    /// Whether lines from before the first are on their way into the spool.
    pub fn is_read_back(&self) -> bool {
        self.is_read_back
    }

    /// Lines from before the first are on their way, or are all there.
    pub fn read_back(&mut self, is_read_back: bool) {
        self.is_read_back = is_read_back;
    }

    /// Whether its entries are kept in a spool.
    pub fn has_spool(&self) -> bool {
        self.spooled.is_some()
    }

    /// Other limits from now on.
    pub fn limit(&mut self, limits: Limits) {
        self.limits = limits;
        self.trim();
    }

    /// Takes an entry in; the oldest go where it is too much.
    pub fn push(&mut self, entry: Entry) {
        self.tail.push(entry);
        self.trim();
    }

    /// Takes a mark in before the entries that are newer: what tells of a container's start
    /// comes by another way than its lines, and often after the first of them.
    ///
    /// A removal that turns out to be one half of a recreation is no news of its own.
    pub fn mark(&mut self, time: Timestamp, mark: Mark) {
        let end = self.tail.numbers().end;
        if self.replaces(mark) {
            self.tail.replace_last(Entry::Mark { time, mark });
        } else if self.tail.insert(Entry::Mark { time, mark }) < end {
            self.generation += 1;
        }
        self.trim();
    }

    /// Whether a mark takes the place of the last entry instead of one of its own.
    pub fn replaces(&self, mark: Mark) -> bool {
        mark == Mark::Recreated && matches!(self.last(), Some(Entry::Mark { mark: Mark::Removed, .. }))
    }

    fn trim(&mut self) {
        while self.tail.bytes() > self.limits.bytes || self.tail.len() > self.limits.lines {
            self.tail.drop_first();
        }
    }

    /// The spool has no entries before this number any more.
    pub fn spool_begins_at(&mut self, first: u64) {
        if self.spooled.is_some() {
            self.spooled = Some(first);
        }
        self.origin = self.origin.min(first);
    }

    /// Takes in a page of older entries; one that joins the page that is there extends it.
    pub fn page(&mut self, first: u64, entries: Vec<Entry>) {
        let old = std::mem::replace(&mut self.page, Window::starting_at(first));
        let end = first + entries.len() as u64;
        entries.into_iter().for_each(|entry| self.page.push(entry));
        if old.numbers().contains(&end) {
            old.range(end, u64::MAX).for_each(|entry| self.page.push(entry.clone()));
            self.shrink_page(Window::drop_last);
        } else if old.numbers().end == first {
            let mut joined = old;
            let fresh = std::mem::take(&mut self.page);
            fresh.range(first, u64::MAX).for_each(|entry| joined.push(entry.clone()));
            self.page = joined;
            self.shrink_page(Window::drop_first);
        }
    }

    fn shrink_page(&mut self, drop: fn(&mut Window)) {
        while self.page.bytes() > PAGE.bytes || self.page.len() > PAGE.lines {
            drop(&mut self.page);
        }
    }

    /// How many entries are neither in memory nor in the spool any more.
    pub fn dropped(&self) -> u64 {
        self.oldest() - self.origin
    }

    /// The number of the oldest entry that can be read, from memory or the spool.
    pub fn oldest(&self) -> u64 {
        self.spooled.map_or(self.first(), |spooled| spooled.min(self.first()))
    }

    /// The number of the oldest entry in memory.
    pub fn first(&self) -> u64 {
        self.tail.numbers().start
    }

    /// The number that the next entry will have.
    pub fn end(&self) -> u64 {
        self.tail.numbers().end
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.tail.bytes() + self.page.bytes()
    }

    /// Changes whenever entries get other numbers.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The entries of these numbers, as far as they are in memory.
    pub fn range(&self, from: u64, to: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.tail.range(from, to)
    }

    /// The entry of this number, if it is in memory or on the page.
    pub fn get(&self, number: u64) -> Option<&Entry> {
        self.tail.get(number).or_else(|| self.page.get(number))
    }

    /// Whether an entry could be had from the spool.
    pub fn is_spooled(&self, number: u64) -> bool {
        (self.oldest()..self.first()).contains(&number) && self.get(number).is_none()
    }

    /// The group that an entry is in.
    pub fn group(&self, number: u64) -> Option<&Group> {
        let window = if number >= self.first() { &self.tail } else { &self.page };
        window.group(number)
    }

    /// The newest traceback in memory.
    pub fn last_traceback(&self) -> Option<&Group> {
        self.tail.last_traceback()
    }

    /// The numbers of the lines that are shown and found as one with this.
    pub fn unit(&self, number: u64) -> Range<u64> {
        self.group(number).map_or(number..number + 1, |group| group.first..group.end)
    }

    /// The first number in memory whose entry is not before this moment.
    pub fn at_time(&self, time: Timestamp) -> u64 {
        self.tail.at_time(time)
    }

    /// The newest entry.
    pub fn last(&self) -> Option<&Entry> {
        self.tail.last()
    }

    /// The oldest entry in memory.
    pub fn oldest_in_memory(&self) -> Option<&Entry> {
        self.tail.oldest()
    }
}

#[cfg(test)]
mod tests;
