//! Going on with a stream of log lines where it was cut: no line lost, none twice.
//!
//! The engine's `since` includes its moment, and its times are those of two writers (output
//! and error) that can overtake each other by a little. So a stream is taken up again at the
//! floor of the last second, and what was seen of that second is known by time and content.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::core::observed::Timestamp;
use crate::logs::assemble::RawLine;

/// Nanoseconds in a second.
const SECOND: Timestamp = 1_000_000_000;
/// Lines that are remembered. An engine hands out some 24,000 lines a second at most, and
/// rotation repeats the last ones without any reconnect.
const REMEMBERED: usize = 32 * 1024;
/// A line this much older than the last one tells of a clock that was set back.
const CLOCK_STEP: Timestamp = 5 * SECOND;

/// What a follower knows of one container's log: where to go on, and what it has seen.
#[derive(Debug, Default)]
pub struct Resume {
    last: Timestamp,
    recent: VecDeque<(Timestamp, u64)>,
    known: HashSet<(Timestamp, u64)>,
    /// Everything at or before it was seen, if it is not remembered; set by a reconnect.
    seen_up_to: Timestamp,
}

impl Resume {
    /// From which moment to ask for lines; `None` before the first.
    pub fn since(&self) -> Option<Timestamp> {
        (self.last > 0).then(|| self.last - self.last % SECOND)
    }

    /// A new stream begins: what it repeats is to be dropped.
    pub fn reconnected(&mut self) {
        // Within the memory lines are told apart one by one, before it only by their time.
        self.seen_up_to = match self.recent.front() {
            Some(&(oldest, _)) if self.recent.len() == REMEMBERED => oldest,
            _ => self.since().unwrap_or(0).saturating_sub(1),
        };
    }

    /// Whether the line is new. Lines without a time always are.
    pub fn accept(&mut self, line: &RawLine) -> bool {
        let time = line.time;
        let mark = (time, fingerprint(line));
        if time == 0 {
            return true;
        }
        if self.known.contains(&mark) || (time <= self.seen_up_to) {
            return false;
        }
        self.remember(mark);
        if time > self.last || time < self.last - CLOCK_STEP {
            self.last = time;
        }
        true
    }

    fn remember(&mut self, mark: (Timestamp, u64)) {
        self.known.insert(mark);
        self.recent.push_back(mark);
        let old = |mark: &(Timestamp, u64), last| mark.0 < last - 2 * SECOND;
        while self.recent.len() > REMEMBERED || self.recent.front().is_some_and(|mark| old(mark, self.last)) {
            if let Some(mark) = self.recent.pop_front() {
                self.known.remove(&mark);
            }
        }
    }
}

fn fingerprint(line: &RawLine) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&line.bytes, line.beyond).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(time: Timestamp, text: &str) -> RawLine {
        RawLine { time, bytes: text.into(), beyond: 0 }
    }

    #[test]
    fn a_first_stream_starts_anywhere() {
        assert_eq!(Resume::default().since(), None);
    }

    #[test]
    fn equal_times_are_told_apart_by_content() {
        let mut resume = Resume::default();
        assert!(resume.accept(&line(5 * SECOND + 7, "a")));
        resume.reconnected();
        assert_eq!(resume.since(), Some(5 * SECOND));
        assert!(!resume.accept(&line(5 * SECOND + 7, "a")));
        assert!(resume.accept(&line(5 * SECOND + 7, "b")));
    }

    #[test]
    fn what_rotation_repeats_is_dropped_without_a_reconnect() {
        let mut resume = Resume::default();
        for n in 0..1000 {
            assert!(resume.accept(&line(SECOND + n, "x")));
        }
        assert!(!(0..1000).any(|n| resume.accept(&line(SECOND + n, "x"))));
    }

    #[test]
    fn a_late_line_of_the_other_stream_is_not_lost() {
        let mut resume = Resume::default();
        resume.accept(&line(SECOND + 20, "out"));
        resume.reconnected();
        assert!(!resume.accept(&line(SECOND + 20, "out")));
        assert!(resume.accept(&line(SECOND + 10, "err")));
    }

    #[test]
    fn a_clock_set_back_is_followed() {
        let mut resume = Resume::default();
        resume.accept(&line(1000 * SECOND, "before"));
        assert!(resume.accept(&line(100 * SECOND, "after")));
        assert_eq!(resume.since(), Some(100 * SECOND));
    }

    proptest! {
        /// A log read in pieces, cut anywhere, each time from `since` on, gives the log.
        #[test]
        fn cut_anywhere_the_lines_are_exact(
            steps in prop::collection::vec(0_i64..400_000_000, 1..200),
            cuts in prop::collection::vec(1_usize..50, 1..40),
        ) {
            let mut time = 7 * SECOND;
            let log: Vec<_> = steps.iter().enumerate().map(|(n, step)| { time += step; line(time, &n.to_string()) }).collect();
            let mut resume = Resume::default();
            let mut read = Vec::new();
            for cut in cuts.into_iter().map(Some).chain([None]) {
                resume.reconnected();
                let since = resume.since().unwrap_or(0);
                let mut fresh = 0;
                for line in log.iter().filter(|line| line.time >= since) {
                    if resume.accept(line) {
                        read.push(line.clone());
                        fresh += 1;
                    }
                    if cut == Some(fresh) { break }
                }
            }
            prop_assert_eq!(read, log);
        }
    }
}
