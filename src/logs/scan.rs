//! Looking through a store in slices: from where the reader is, first to the newest entry,
//! then back to the oldest. What is found is kept in order.

use std::collections::VecDeque;
use std::ops::Range;

use crate::logs::level::Level;
use crate::logs::pattern::Pattern;
use crate::logs::request;
use crate::logs::store::Store;
use crate::logs::window::Entry;

/// Places that are kept: more are only counted. Eight bytes each.
const KEPT: usize = 1_000_000;
/// What looking at a line costs besides its bytes, in bytes.
const LINE_COST: usize = 48;

/// What entries are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Each of these is in it.
    pub include: Vec<Pattern>,
    /// None of these is in it.
    pub exclude: Vec<Pattern>,
    /// It matters at least so much.
    pub level: Option<Level>,
    /// It is a request.
    pub requests: bool,
}

impl Filter {
    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the entry with these lines passes: a group is looked at as one. Marks always
    /// pass, for they tell of gaps.
    pub fn passes(&self, store: &Store, unit: Range<u64>) -> bool {
        let entries = || unit.clone().filter_map(|number| store.get(number));
        if entries().any(|entry| matches!(entry, Entry::Mark { .. })) {
            return true;
        }
        let texts = || entries().filter_map(Entry::line).map(|line| line.text());
        self.level_passes(store, &unit)
            && (!self.requests || texts().any(|text| request::recognise(text).is_some()))
            && self.include.iter().all(|pattern| texts().any(|text| pattern.is_in(text)))
            && !self.exclude.iter().any(|pattern| texts().any(|text| pattern.is_in(text)))
    }

    fn level_passes(&self, store: &Store, unit: &Range<u64>) -> bool {
        let Some(wanted) = self.level else { return true };
        level(store, unit.start) >= Some(wanted)
    }
}

/// The level of the entry that a line is in.
pub fn level(store: &Store, number: u64) -> Option<Level> {
    let of_line = || store.get(number)?.line()?.level;
    store.group(number).map_or_else(of_line, |group| Some(group.level))
}

/// What is found in one store, and how far it was looked through.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    hits: VecDeque<u64>,
    /// Hits that were found, those included that were not kept.
    count: u64,
    scanned: Range<u64>,
    generation: u64,
}

impl Scan {
    /// Begins at this number.
    pub fn starting_at(number: u64) -> Self {
        Self { scanned: number..number, ..Self::default() }
    }

    /// The numbers that were found.
    pub fn hits(&self) -> &VecDeque<u64> {
        &self.hits
    }

    /// How many were found.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How far it was looked through.
    pub fn scanned(&self) -> Range<u64> {
        self.scanned.clone()
    }

    /// Whether there is more to look through in memory.
    pub fn is_behind(&self, store: &Store) -> bool {
        self.generation != store.generation() || self.scanned.end < store.end() || self.scanned.start > store.first()
    }

    /// Looks through more of the store, unit by unit, until the budget (in bytes) is spent.
    /// `find` tells which lines of a unit are hits.
    pub fn work<I>(&mut self, store: &Store, budget: &mut usize, mut find: impl FnMut(Range<u64>) -> I)
    where
        I: DoubleEndedIterator<Item = u64>,
    {
        self.begin_anew_if_needed(store);
        while self.scanned.end < store.end() && *budget > 0 {
            let unit = store.unit(self.scanned.end);
            // The last group may have grown since it was looked at.
            self.forget_from(unit.start);
            let end = unit.end;
            spend(store, &unit, budget);
            find(unit).for_each(|hit| self.add_last(hit));
            self.scanned.end = end;
        }
        while self.scanned.start > store.first() && *budget > 0 {
            let unit = store.unit(self.scanned.start - 1);
            let (start, end) = (unit.start, unit.end);
            // What of the group lies behind was looked at already, and is again.
            self.forget_before(end);
            spend(store, &unit, budget);
            find(unit).rev().for_each(|hit| self.add_first(hit));
            self.scanned.start = start;
        }
    }

    /// What was found before the store's memory begins.
    pub fn found_before(&mut self, hits: &[u64], from: u64) {
        hits.iter().rev().for_each(|hit| self.add_first(*hit));
        self.scanned.start = self.scanned.start.min(from);
    }

    fn begin_anew_if_needed(&mut self, store: &Store) {
        let at = self.scanned.start.clamp(store.first(), store.end());
        let is_outside = self.scanned.end < store.first() || self.scanned.start > store.end();
        if self.generation != store.generation() || is_outside {
            *self = Self { generation: store.generation(), ..Self::starting_at(at) };
        }
    }

    fn forget_from(&mut self, number: u64) {
        while self.hits.back().is_some_and(|hit| *hit >= number) {
            self.hits.pop_back();
            self.count -= 1;
        }
    }

    fn forget_before(&mut self, number: u64) {
        while self.hits.front().is_some_and(|hit| *hit < number) {
            self.hits.pop_front();
            self.count -= 1;
        }
    }

    fn add_last(&mut self, hit: u64) {
        self.hits.push_back(hit);
        self.count += 1;
        if self.hits.len() > KEPT {
            self.hits.pop_front();
        }
    }

    fn add_first(&mut self, hit: u64) {
        self.count += 1;
        if self.hits.len() < KEPT {
            self.hits.push_front(hit);
        }
    }

    /// The hit before this number.
    pub fn before(&self, number: u64) -> Option<u64> {
        let place = self.hits.partition_point(|hit| *hit < number);
        self.hits.get(place.checked_sub(1)?).copied()
    }

    /// The hit at or after this number.
    pub fn at_or_after(&self, number: u64) -> Option<u64> {
        self.hits.get(self.hits.partition_point(|hit| *hit < number)).copied()
    }
}

fn spend(store: &Store, unit: &Range<u64>, budget: &mut usize) {
    let cost = |number| LINE_COST + store.get(number).and_then(Entry::line).map_or(0, |line| line.text().len());
    *budget = budget.saturating_sub(unit.clone().map(cost).sum());
}

#[cfg(test)]
mod tests;
