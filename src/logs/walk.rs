//! Going through what is shown of one log, or of several in the order of their times, entry
//! by entry, back or on from any place.

use std::collections::{BTreeSet, VecDeque};

use crate::core::observed::Timestamp;
use crate::logs::group::Kind;
use crate::logs::store::Store;
use crate::logs::window::Entry;

/// Which groups are folded to one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds {
    /// Whether tracebacks and failed tests are unfolded; they are folded at first.
    pub unfolded: bool,
    /// Groups that are the other way, by their source and first line.
    pub except: BTreeSet<(usize, u64)>,
}

impl Folds {
    /// Whether a group is folded. What PostgreSQL says in some lines stays open.
    pub fn is_folded(&self, kind: Kind, source: usize, first: u64) -> bool {
        (kind.has_frames() && !self.unfolded) != self.except.contains(&(source, first))
    }

    /// Folds a group, or unfolds it.
    pub fn toggle(&mut self, source: usize, first: u64) {
        if !self.except.remove(&(source, first)) {
            self.except.insert((source, first));
        }
    }
}

/// A log that takes part.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its entries.
    pub store: &'a Store,
    /// The entries that pass the filter, by their first lines; all where there is none.
    pub hits: Option<&'a VecDeque<u64>>,
    /// Entries before this number were cleared away.
    pub floor: u64,
}

/// A line that is shown, or a group that is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Which of the logs.
    pub source: usize,
    /// Its number; a folded group's first line.
    pub number: u64,
    /// The number after its last line.
    pub end: u64,
    /// Whether it stands for a whole group.
    pub is_folded: bool,
}

impl Source<'_> {
    fn is_there(&self, number: u64) -> bool {
        number >= self.floor && self.store.get(number).is_some()
    }

    /// The line before this number.
    fn before(&self, number: u64) -> Option<u64> {
        let end = number.min(self.store.end());
        let last = end.checked_sub(1)?;
        let found = match self.hits {
            None => last,
            Some(hits) => {
                let place = hits.partition_point(|hit| *hit < end).checked_sub(1)?;
                last.min(self.store.unit(hits[place]).end - 1)
            }
        };
        self.is_there(found).then_some(found)
    }

    /// The line at this number or the next after it.
    fn at_or_after(&self, number: u64) -> Option<u64> {
        let number = number.max(self.floor).max(self.store.oldest());
        let found = match self.hits {
            None => number,
            Some(hits) => {
                let first = self.store.unit(number).start;
                let place = hits.partition_point(|hit| *hit < first);
                number.max(*hits.get(place)?)
            }
        };
        self.is_there(found).then_some(found)
    }

    /// Lines of a group stay together: they have the time of its first.
    fn time(&self, number: u64) -> Timestamp {
        self.store.get(self.store.unit(number).start).or_else(|| self.store.get(number)).map_or(0, Entry::time)
    }
}

/// A place between entries, in each of the logs: the number of the entry behind it.
pub type Place = Vec<u64>;

/// Several logs as one.
#[derive(Debug)]
pub struct Walk<'a> {
    sources: &'a [Source<'a>],
    folds: &'a Folds,
    /// The place that it has come to.
    pub at: Place,
}

impl<'a> Walk<'a> {
    /// Begins at a place; what the place does not name begins at its end.
    pub fn from(sources: &'a [Source<'a>], folds: &'a Folds, at: &[u64]) -> Self {
        let place = |(n, source): (usize, &Source<'_>)| at.get(n).copied().unwrap_or(u64::MAX).min(source.store.end());
        Self { sources, folds, at: sources.iter().enumerate().map(place).collect() }
    }

    /// Begins behind the newest entries.
    pub fn from_end(sources: &'a [Source<'a>], folds: &'a Folds) -> Self {
        Self::from(sources, folds, &[])
    }

    /// Begins before the oldest entries that can be read.
    pub fn from_start(sources: &'a [Source<'a>], folds: &'a Folds) -> Self {
        let at: Place = sources.iter().map(|source| source.store.oldest().max(source.floor)).collect();
        Self::from(sources, folds, &at)
    }

    /// Goes back over an entry; not where one before it lies in the spool.
    pub fn back(&mut self) -> Option<Item> {
        if self.missing().is_some() {
            return None;
        }
        let last = |(n, source): (usize, &Source<'_>)| Some((source.time(source.before(self.at[n])?), n));
        let (_, n) = self.sources.iter().enumerate().filter_map(last).max()?;
        let number = self.sources[n].before(self.at[n])?;
        let item = self.item(n, number);
        self.at[n] = item.number;
        Some(item)
    }

    /// Goes on over an entry; not where one behind it lies in the spool.
    pub fn on(&mut self) -> Option<Item> {
        if self.missing_on().is_some() {
            return None;
        }
        let next = |(n, source): (usize, &Source<'_>)| Some((source.time(source.at_or_after(self.at[n])?), n));
        let (_, n) = self.sources.iter().enumerate().filter_map(next).min()?;
        let number = self.sources[n].at_or_after(self.at[n])?;
        let item = self.item(n, number);
        self.at[n] = item.end;
        Some(item)
    }

    fn item(&self, source: usize, number: u64) -> Item {
        let log = &self.sources[source];
        let folded = log.store.group(number).filter(|group| self.folds.is_folded(group.kind, source, group.first));
        match folded {
            Some(group) => Item { source, number: group.first.max(log.floor), end: group.end, is_folded: true },
            None => Item { source, number, end: number + 1, is_folded: false },
        }
    }

    /// An entry that could not be gone over because it lies in the spool: its log and number.
    pub fn missing(&self) -> Option<(usize, u64)> {
        let missing = |(n, source): (usize, &Source<'_>)| {
            let number = self.at[n].min(source.store.end()).checked_sub(1)?;
            (source.hits.is_none() && number >= source.floor && source.store.is_spooled(number)).then_some((n, number))
        };
        self.sources.iter().enumerate().find_map(missing)
    }

    /// The same in the other direction.
    pub fn missing_on(&self) -> Option<(usize, u64)> {
        let missing = |(n, source): (usize, &Source<'_>)| {
            let number = self.at[n].max(source.store.oldest()).max(source.floor);
            (source.hits.is_none() && source.store.is_spooled(number)).then_some((n, number))
        };
        self.sources.iter().enumerate().find_map(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::assemble::RawLine;
    use crate::logs::sanitise::Sanitiser;
    use crate::logs::{Limits, LogLine};
    use proptest::prelude::*;

    fn store(lines: &[(Timestamp, &str)]) -> Store {
        let mut store = Store::new(Limits::default());
        for (time, text) in lines {
            let raw = RawLine { time: *time, bytes: (*text).into(), beyond: 0 };
            store.push(Entry::Line(LogLine::new(&raw, &mut Sanitiser::default())));
        }
        store
    }

    fn source(store: &Store) -> Source<'_> {
        Source { store, hits: None, floor: 0 }
    }

    const TRACEBACK: [&str; 3] =
        ["Traceback (most recent call last):", "  File \"/project/x.py\", line 1, in f", "ValueError: 7"];

    fn back(sources: &[Source<'_>], folds: &Folds) -> Vec<(usize, u64, u64)> {
        let mut walk = Walk::from_end(sources, folds);
        std::iter::from_fn(|| walk.back()).map(|item| (item.source, item.number, item.end)).collect()
    }

    fn on(sources: &[Source<'_>], folds: &Folds) -> Vec<(usize, u64, u64)> {
        let mut walk = Walk::from_start(sources, folds);
        std::iter::from_fn(|| walk.on()).map(|item| (item.source, item.number, item.end)).collect()
    }

    #[test]
    fn several_logs_are_one_in_the_order_of_time() {
        let (db, web) = (store(&[(1, "a"), (4, "b")]), store(&[(2, "c"), (3, "d"), (5, "e")]));
        let sources = [source(&db), source(&web)];
        let all = [(0, 0, 1), (1, 0, 1), (1, 1, 2), (0, 1, 2), (1, 2, 3)];
        assert_eq!(on(&sources, &Folds::default()), all);
    }

    #[test]
    fn a_folded_group_is_one_and_an_open_one_stays_together() {
        let lines: Vec<_> = (2..).zip(TRACEBACK).collect();
        let (db, web) = (store(&[(1, "a"), (3, "b")]), store(&lines));
        let sources = [source(&db), source(&web)];
        let mut folds = Folds::default();
        assert_eq!(on(&sources, &folds), [(0, 0, 1), (1, 0, 3), (0, 1, 2)]);
        folds.toggle(1, 0);
        assert_eq!(on(&sources, &folds), [(0, 0, 1), (1, 0, 1), (1, 1, 2), (1, 2, 3), (0, 1, 2)]);
    }

    #[test]
    fn filters_and_what_was_cleared_are_left_out() {
        let db = store(&[(1, "a"), (2, "b"), (3, "c"), (4, "d")]);
        let hits = [0, 2, 3].into();
        let sources = [Source { hits: Some(&hits), floor: 1, ..source(&db) }];
        assert_eq!(on(&sources, &Folds::default()), [(0, 2, 3), (0, 3, 4)]);
    }

    #[test]
    fn what_lies_in_the_spool_is_asked_for() {
        let mut log = Store::default();
        log.go_on_at(5, 9);
        log.push(Entry::Mark { time: 1, mark: crate::logs::Mark::Started });
        let sources = [source(&log)];
        let folds = Folds::default();
        let mut walk = Walk::from_end(&sources, &folds);
        assert_eq!(walk.missing(), None);
        walk.back();
        assert_eq!((walk.back(), walk.missing()), (None, Some((0, 8))));
        assert_eq!(Walk::from_start(&sources, &folds).missing_on(), Some((0, 5)));
    }

    proptest! {
        /// There and back meets the same, each line once.
        #[test]
        fn back_is_the_way_there(
            first in prop::collection::vec((1_i64..4, 0_usize..4), 0..30), second in prop::collection::vec((1_i64..4, 0_usize..4), 0..30),
            unfolded: bool, filter in prop::option::of(2_u64..4),
        ) {
            let log = |steps: &[(i64, usize)]| {
                let mut time = 0;
                let lines: Vec<_> = steps.iter().map(|(step, text)| { time += step; (time, ["x", TRACEBACK[0], TRACEBACK[1], TRACEBACK[2]][*text]) }).collect();
                store(&lines)
            };
            let logs = [log(&first), log(&second)];
            let hits: Vec<Option<VecDeque<u64>>> = logs.iter().map(|log| filter.map(|every| {
                let mut heads: Vec<u64> = (0..log.end()).filter(|n| n % every == 0).map(|n| log.unit(n).start).collect();
                heads.dedup();
                heads.into()
            })).collect();
            let sources: Vec<_> = logs.iter().zip(&hits).map(|(log, hits)| Source { hits: hits.as_ref(), ..source(log) }).collect();
            let folds = Folds { unfolded, ..Folds::default() };
            let mut there = on(&sources, &folds);
            let back = back(&sources, &folds);
            if filter.is_none() {
                let lines: u64 = there.iter().map(|(_, number, end)| end - number).sum();
                prop_assert_eq!(lines, logs[0].end() + logs[1].end());
            }
            there.reverse();
            prop_assert_eq!(there, back);
        }
    }
}
