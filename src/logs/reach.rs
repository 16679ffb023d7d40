//! How far back from its end a log is read by a stream that goes on where another was cut.
//!
//! An engine finds a moment by reading the log from its beginning, and its last lines from its
//! end: either takes it about a second for a million lines. So the last lines are asked for,
//! more of them until they reach back to what is known.
//!
//! Where streams are cut again and again each has but so long. What the search has come to is
//! therefore kept: the next stream begins with what this one has left unread, and goes on from
//! there. One that was cut while the engine still looked for its place is followed by one from
//! the other end, which may be the nearer one.

/// What is missed between two streams are mostly a few lines.
const FEWEST: u64 = 2_000;
/// So much more is asked for where it was too little. With more, the place could be passed by
/// so far that no stream gets to it in time.
const GROWTH: u64 = 2;
/// Before more than that the log's beginning is as near.
const MOST: u64 = 512_000;

/// How many of a log's last lines are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    lines: u64,
    whole: bool,
    /// Whether it was too little at first for the stream that is open.
    grown: bool,
}

/// What a stream has come to before it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It gave so many lines.
    Lines(u64),
    /// For most of its time the engine looked for its place.
    Late,
}

impl Default for Reach {
    fn default() -> Self {
        Self { lines: FEWEST, whole: false, grown: false }
    }
}

impl Reach {
    /// How many of the last lines; `None` for all.
    pub fn lines(&self) -> Option<u64> {
        (!self.whole).then_some(self.lines)
    }

    /// It was too little: more; `false` where all was asked for.
    pub fn grow(&mut self) -> bool {
        let was_whole = self.whole;
        self.lines = (self.lines * GROWTH).min(MOST);
        self.whole = was_whole || self.lines == MOST;
        self.grown = true;
        !was_whole
    }

    /// A stream that began so far back has ended.
    pub fn ended(&mut self, came: Came) {
        let grown = std::mem::take(&mut self.grown);
        self.lines = match came {
            // Half of them, as the log grows meanwhile: who writes faster than that is caught up
            // with by growing.
            Came::Lines(lines) => self.lines.saturating_sub(lines / 2),
            // What was come to by growing costs less when it is begun with.
            Came::Late if grown || self.whole => self.lines,
            Came::Late => self.lines / 2,
        }
        .max(FEWEST);
        self.whole = came == Came::Late && self.whole == grown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An engine that takes one unit of time for a line that it gives or passes over.
    struct Engine {
        log: u64,
        cut_after: u64,
    }

    impl Engine {
        /// The lines that a stream gives before it is cut, from this place on.
        fn stream(&self, reach: &mut Reach, place: u64) -> u64 {
            let mut left = self.cut_after;
            let given = loop {
                let first = reach.lines().map_or(0, |lines| self.log.saturating_sub(lines));
                let passed = reach.lines().map_or(place, |lines| lines.min(self.log));
                left = left.saturating_sub(passed);
                if left == 0 || first <= place || !reach.grow() {
                    break left.min(self.log - place);
                }
            };
            let late = given < self.cut_after / 2;
            reach.ended(if late { Came::Late } else { Came::Lines(given) });
            given
        }
    }

    #[test]
    fn it_grows_to_the_whole() {
        let mut reach = Reach::default();
        let mut asked = vec![reach.lines()];
        while reach.grow() {
            asked.push(reach.lines());
        }
        let tails = [2, 4, 8, 16, 32, 64, 128, 256].map(|thousands| Some(thousands * 1000));
        assert_eq!(asked, [&tails[..], &[None]].concat());
    }

    #[test]
    fn a_quiet_stream_begins_with_the_fewest() {
        let mut reach = Reach::default();
        reach.grow();
        reach.ended(Came::Lines(1_000_000));
        assert_eq!(reach, Reach::default());
    }

    proptest! {
        /// However far behind it begins, a log that is cut again and again comes to its end, if
        /// the engine passes over three quarters of it in the time: the place is within them from
        /// the log's beginning, or three times as near to its end.
        #[test]
        fn a_log_that_is_cut_again_and_again_comes_to_its_end(
            log in 1_u64..1_000_000, behind in 0_u64..1_000_000, spare in 1_000_u64..100_000,
        ) {
            let engine = Engine { log, cut_after: log * 3 / 4 + 2 * FEWEST + spare };
            let mut place = log - behind.min(log);
            let mut reach = Reach::default();
            let mut attempts = 0;
            while place < log {
                place += engine.stream(&mut reach, place);
                attempts += 1;
                prop_assert!(attempts < 5_000, "stands at {place} of {log}");
            }
        }
    }
}
