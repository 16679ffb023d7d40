//! What a service used over the last minutes.

use std::collections::VecDeque;

use crate::core::observed::Timestamp;
use crate::core::usage::Usage;

/// How long one point lasts: a graph moves by one column so often at the most, and what an
/// idle screen writes stays small. Twelve are a minute.
pub const STEP: Timestamp = 5_000_000_000;
/// Points that are looked back at: a quarter of an hour, and more than half of a screen of 300
/// columns has.
pub const KEPT: usize = 180;

/// What a service used. Readings come only when they differ, so what was read last goes on
/// until something else is read, or nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// One for each step in which something was read or ended: at most [`KEPT`] and one.
    entries: VecDeque<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    step: i64,
    /// The most of the processor within the step, and its last memory.
    seen: Usage,
    /// What goes on after it; nothing where reading has ended.
    after: Option<Usage>,
}

impl History {
    /// Takes a reading in.
    pub fn read(&mut self, now: Timestamp, usage: Usage) {
        let step = self.step(now);
        let before = self.entries.back().and_then(|entry| entry.after);
        match self.entries.back_mut().filter(|last| last.step == step) {
            Some(last) => {
                last.seen = Usage { cpu_tenths: last.seen.cpu_tenths.max(usage.cpu_tenths), ..usage };
                last.after = Some(usage);
            }
            None => {
                let cpu_tenths = before.and_then(|before| before.cpu_tenths).max(usage.cpu_tenths);
                self.push(Entry { step, seen: Usage { cpu_tenths, ..usage }, after: Some(usage) });
            }
        }
    }

    /// Nothing is read from now on, until something is.
    pub fn pause(&mut self, now: Timestamp) {
        let step = self.step(now);
        let Some(last) = self.entries.back_mut() else { return };
        let Some(before) = last.after else { return };
        if last.step == step {
            last.after = None;
        } else {
            self.push(Entry { step, seen: before, after: None });
        }
    }

    /// The last so many points, the oldest first; `None` where nothing was read.
    pub fn points(&self, now: Timestamp, count: usize) -> Vec<Option<Usage>> {
        let last = self.step(now);
        let first = last - i64::try_from(count).unwrap_or(i64::MAX) + 1;
        let mut entries = self.entries.iter().peekable();
        let mut goes_on = None;
        (first..=last)
            .map(|step| {
                let mut seen = None;
                while let Some(entry) = entries.next_if(|entry| entry.step <= step) {
                    seen = Some(entry.seen).filter(|_| entry.step == step);
                    goes_on = entry.after;
                }
                seen.or(goes_on)
            })
            .collect()
    }

    /// Whether anything was read within the last so many points.
    pub fn is_known(&self, now: Timestamp, count: usize) -> bool {
        self.points(now, count).iter().any(Option::is_some)
    }

    /// Whether the last so many points would be others one step later, with nothing new read.
    pub fn moves(&self, now: Timestamp, count: usize) -> bool {
        self.points(now, count).windows(2).any(|pair| pair[0] != pair[1])
    }

    /// A clock that was put back stands still here.
    fn step(&self, now: Timestamp) -> i64 {
        self.entries.back().map_or(i64::MIN, |last| last.step).max(now.div_euclid(STEP))
    }

    fn push(&mut self, entry: Entry) {
        // The one before the first point tells what goes on.
        let first = entry.step - i64::try_from(KEPT).unwrap_or(i64::MAX);
        while self.entries.get(1).is_some_and(|second| second.step <= first) {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(percent: u32, mebibytes: u64) -> Usage {
        Usage { cpu_tenths: Some(percent * 10), memory_bytes: mebibytes << 20 }
    }

    fn percents(history: &History, step: i64, count: usize) -> Vec<Option<u32>> {
        let points = history.points(step * STEP, count);
        points.into_iter().map(|point| point?.cpu_tenths.map(|tenths| tenths / 10)).collect()
    }

    #[test]
    fn what_was_read_last_goes_on_and_a_step_has_its_peak() {
        let mut history = History::default();
        history.read(10 * STEP, usage(3, 84));
        history.read(12 * STEP, usage(90, 84));
        history.read(12 * STEP + 1, usage(1, 99));
        assert_eq!(percents(&history, 14, 6), [None, Some(3), Some(3), Some(90), Some(1), Some(1)]);
        assert_eq!(history.points(14 * STEP, 3).last().unwrap().unwrap().memory_bytes, 99 << 20);
        // It was at 1 when the step began that ends at 0.
        history.read(15 * STEP, usage(0, 99));
        assert_eq!(percents(&history, 16, 2), [Some(1), Some(0)]);
    }

    #[test]
    fn a_pause_is_a_gap() {
        let mut history = History::default();
        history.pause(STEP);
        history.read(10 * STEP, usage(3, 84));
        history.pause(12 * STEP);
        history.pause(13 * STEP);
        history.read(15 * STEP, usage(5, 84));
        history.pause(15 * STEP);
        assert_eq!(percents(&history, 16, 7), [Some(3), Some(3), Some(3), None, None, Some(5), None]);
        assert!(history.is_known(16 * STEP, 2) && !history.is_known(20 * STEP, 2));
    }

    #[test]
    fn it_moves_until_all_points_are_alike() {
        let mut history = History::default();
        assert!(!history.moves(0, 8));
        history.read(10 * STEP, usage(3, 84));
        assert!(history.moves(16 * STEP, 8), "the empty part leaves");
        assert!(!history.moves(17 * STEP, 8));
    }

    #[test]
    fn it_is_bounded_and_knows_what_goes_on() {
        let mut history = History::default();
        history.read(0, usage(7, 1));
        for step in 1000..2000 {
            history.read(step * STEP, usage(u32::try_from(step % 2).unwrap(), 1));
        }
        assert!(history.entries.len() <= KEPT + 1, "{}", history.entries.len());
        assert!(history.points(1999 * STEP, KEPT).iter().all(Option::is_some));
        // A clock that is put back loses nothing.
        history.read(5 * STEP, usage(50, 1));
        assert_eq!(percents(&history, 1999, 1), [Some(50)]);
    }
}
