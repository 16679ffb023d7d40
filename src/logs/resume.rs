//! Going on with a stream of log lines where it was cut: no line lost, none twice.
//!
//! The engine's `since` includes its moment, and its times are those of two writers (output
//! and error) that can overtake each other by a little. So a stream is taken up again at the
//! floor of the last second, and what was seen of that second is known by time and content.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash as _, Hasher};

use crate::core::observed::Timestamp;
use crate::logs::reach::Reach;
use crate::logs::window::LogLine;

/// Nanoseconds in a second.
const SECOND: Timestamp = 1_000_000_000;
/// Lines that are remembered. An engine hands out some 24,000 lines a second at most, and
/// rotation repeats the last ones without any reconnect.
const REMEMBERED: usize = 32 * 1024;
/// How far before the last line a stream begins that did not get out of its second again: the
/// second may have more lines than come before each cut. Writers overtake each other by less.
const CLOSE: Timestamp = SECOND / 5;
/// A line this much older than the last one tells of a clock that was set back.
const CLOCK_STEP: Timestamp = 5 * SECOND;

/// What a follower knows of one container's log: where to go on, and what it has seen.
#[derive(Debug, Default)]
pub struct Resume {
    last: Timestamp,
    recent: VecDeque<Identity>,
    known: HashSet<Identity, BuildHasherDefault<Digested>>,
    /// Everything at or before it was seen, if it is not remembered; set by a reconnect.
    seen_up_to: Timestamp,
    /// Where a reading began that left out what was before: that comes again with a second
    /// that is asked for again. 0 where nothing was left out.
    begun: Timestamp,
    /// The second that the stream before this one began with, and this one.
    seconds: [Timestamp; 2],
    /// How far back the next stream is asked for.
    pub reach: Reach,
}

/// By what a line is known: its time and a digest of its text.
pub type Identity = (Timestamp, u64);

/// By what a line is known.
pub fn identity(line: &LogLine) -> Identity {
    identity_of(line.time, line.text())
}

/// By what a line of this time and text, as it is shown and kept, is known: so one that was
/// read back from the spool is known too.
pub fn identity_of(time: Timestamp, text: &str) -> Identity {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    (time, hasher.finish())
}

/// A digest and a time need no hash that withstands attacks: multiplied, as rustc's own maps do.
#[derive(Debug, Default)]
struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        // The upper bits are the better ones, a table looks at the lower.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = self.0.wrapping_add(number).wrapping_mul(0xf135_7aea_2e62_a9c5);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }
}

impl Resume {
    /// From which moment to ask for lines; `None` before the first.
    pub fn since(&self) -> Option<Timestamp> {
        let is_stuck = self.seconds == [self.second(); 2];
        (self.last > 0).then(|| if is_stuck { self.second().max(self.last - CLOSE) } else { self.second() })
    }

    fn second(&self) -> Timestamp {
        self.last - self.last % SECOND
    }

    /// A new stream begins: what it repeats is to be dropped.
    pub fn reconnected(&mut self) {
        self.seconds = [self.seconds[1], self.second()];
        // Within the memory lines are told apart one by one, before it only by their time.
        self.seen_up_to = match self.recent.front() {
            Some(&(oldest, _)) if self.recent.len() == REMEMBERED => oldest,
            _ => self.since().unwrap_or(0).max(self.begun).saturating_sub(1),
        };
    }

    /// Where a log was left whose newest lines these are.
    pub fn restored(lines: &[LogLine]) -> Self {
        let mut resume = Self::default();
        for line in lines {
            resume.accept(line);
        }
        resume
    }

    /// What was before this line was left out, and is to be.
    pub fn began_at(&mut self, first: &LogLine) {
        self.begun = first.time;
    }

    /// When the newest line was; 0 before the first.
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// Whether a line was seen.
    pub fn knows(&self, line: &LogLine) -> bool {
        self.knows_by(&identity(line))
    }

    fn knows_by(&self, mark: &Identity) -> bool {
        mark.0 != 0 && (mark.0 <= self.seen_up_to || self.known.contains(mark))
    }

    /// Whether the line is new. Lines without a time always are.
    pub fn accept(&mut self, line: &LogLine) -> bool {
        self.accept_known_by(identity(line))
    }

    /// The same of a line that is known by this.
    pub fn accept_known_by(&mut self, mark: Identity) -> bool {
        let (time, _) = mark;
        if time == 0 {
            return true;
        }
        if self.knows_by(&mark) {
            return false;
        }
        self.remember(mark);
        let is_set_back = time < self.last - CLOCK_STEP;
        if is_set_back {
            self.begun = self.begun.min(time);
        }
        if time > self.last || is_set_back {
            self.last = time;
        }
        true
    }

    fn remember(&mut self, mark: Identity) {
        self.known.insert(mark);
        self.recent.push_back(mark);
        let old = |mark: &Identity, last| mark.0 < last - 2 * SECOND;
        while self.recent.len() > REMEMBERED || self.recent.front().is_some_and(|mark| old(mark, self.last)) {
            if let Some(mark) = self.recent.pop_front() {
                self.known.remove(&mark);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::assemble::RawLine;
    use crate::logs::sanitise::Sanitiser;
    use proptest::prelude::*;

    fn line(time: Timestamp, text: &str) -> LogLine {
        let raw = RawLine { time, bytes: text.into(), beyond: 0 };
        LogLine::new(&raw, &mut Sanitiser::default())
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
    fn a_second_of_more_lines_than_come_before_a_cut_is_passed() {
        let log: Vec<_> = (0..10_000).map(|n| line(SECOND + n * SECOND / 10_000, "x")).collect();
        let (mut resume, mut read) = (Resume::default(), Vec::new());
        for _ in 0..12 {
            resume.reconnected();
            let since = resume.since().unwrap_or(0);
            let stream = log.iter().filter(|line| line.time >= since).take(3000);
            read.extend(stream.filter(|line| resume.accept(line)).cloned());
        }
        assert_eq!(read, log);
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
    fn what_was_before_the_first_line_stays_away_from_a_second_stream() {
        let mut resume = Resume::default();
        (500..600).for_each(|n| assert!(resume.accept(&line(SECOND + n, "x"))));
        resume.began_at(&line(SECOND + 500, "x"));
        resume.reconnected();
        let fresh: Vec<_> = (0..700).filter(|n| resume.accept(&line(SECOND + n, "x"))).collect();
        assert_eq!(fresh, (600..700).collect::<Vec<_>>());
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
