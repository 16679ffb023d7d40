//! How many requests a service answers now, and how many of them fail: counted by the second, for
//! the lines themselves may be a million.

use crate::core::observed::Timestamp;
use crate::logs::request;
use crate::logs::window::LogLine;

/// Nanoseconds of a second.
const SECOND: Timestamp = 1_000_000_000;
/// Seconds that failures are counted over.
pub const KEPT: usize = 60;
/// Seconds that the rate is taken over: short enough for "now", long enough to count single clicks.
pub const RATED: usize = 10;

/// What was answered in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    answered: u32,
    failed: u32,
}

/// The requests of the last minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traffic {
    /// By the second, each in its place of the ring.
    counts: [Count; KEPT],
    /// The newest second that is in it.
    newest: i64,
}

impl Default for Traffic {
    fn default() -> Self {
        Self { counts: [Count::default(); KEPT], newest: 0 }
    }
}

/// What the requests of the last moments come to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Requests a second, over the last ten.
    pub per_second: f64,
    /// Requests of the last minute that the server has failed to answer (status from 500 on).
    pub failed: u32,
}

impl Traffic {
    /// Counts a line, where it tells of a request.
    pub fn count(&mut self, line: &LogLine) {
        let second = line.time / SECOND;
        // What is read from long ago, a million lines perhaps, is not looked at.
        if second + (KEPT as i64) <= self.newest {
            return;
        }
        if let Some(request) = request::recognise(line.text()) {
            self.go_on_to(second);
            let count = &mut self.counts[place(second)];
            count.answered = count.answered.saturating_add(1);
            count.failed = count.failed.saturating_add(u32::from(request.status >= 500));
        }
    }

    fn go_on_to(&mut self, second: i64) {
        if second - self.newest >= KEPT as i64 {
            self.counts = [Count::default(); KEPT];
        } else {
            (self.newest + 1..=second).for_each(|passed| self.counts[place(passed)] = Count::default());
        }
        self.newest = self.newest.max(second);
    }

    /// What they come to at a moment.
    pub fn rate(&self, now: Timestamp) -> Rate {
        let now = now / SECOND;
        let sum = |seconds: usize, of: fn(&Count) -> u32| -> u32 {
            // The engine's clock may be ahead of ours.
            let first = (now - seconds as i64 + 1).max(self.newest - KEPT as i64 + 1);
            (first..=self.newest).map(|second| of(&self.counts[place(second)])).sum()
        };
        // A count of ten seconds is far below 2^52, so a float holds it exactly.
        Rate { per_second: f64::from(sum(RATED, |it| it.answered)) / RATED as f64, failed: sum(KEPT, |it| it.failed) }
    }
}

/// The place of a second in the ring.
fn place(second: i64) -> usize {
    // The remainder is below the ring's length.
    usize::try_from(second.rem_euclid(KEPT as i64)).unwrap_or_default()
}

impl Rate {
    /// Of several services together.
    pub fn sum(rates: impl IntoIterator<Item = Self>) -> Self {
        let add = |a: Self, b: Self| Self { per_second: a.per_second + b.per_second, failed: a.failed + b.failed };
        rates.into_iter().fold(Self::default(), add)
    }

    /// Whether there is anything to tell, now or within the minute.
    pub fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::assemble::RawLine;
    use crate::logs::sanitise::Sanitiser;

    fn line(second: i64, text: &str) -> LogLine {
        let raw = RawLine { time: second * SECOND, bytes: text.into(), beyond: 0 };
        LogLine::new(&raw, &mut Sanitiser::default())
    }

    const GOOD: &str = r#"[22/Nov/2026 16:15:57] "GET /p/5/ HTTP/1.1" 200 4446"#;
    const BAD: &str = r#"[22/Nov/2026 16:15:57] "GET /p/5/ HTTP/1.1" 500 4446"#;

    #[test]
    fn requests_are_counted_for_a_while() {
        let mut traffic = Traffic::default();
        for second in 1000..1020 {
            traffic.count(&line(second, GOOD));
            traffic.count(&line(second, "Watching for file changes"));
        }
        traffic.count(&line(1019, BAD));
        let at = |traffic: &Traffic, second: i64| {
            let Rate { per_second, failed } = traffic.rate(second * SECOND);
            (format!("{per_second:.1}"), failed)
        };
        assert_eq!(at(&traffic, 1019), ("1.1".to_owned(), 1));
        assert_eq!(at(&traffic, 1024), ("0.6".to_owned(), 1));
        assert_eq!(at(&traffic, 1029), ("0.0".to_owned(), 1));
        assert!(traffic.rate(1079 * SECOND).is_quiet());
        // What comes late counts in its own second, what is long over not at all.
        traffic.count(&line(1018, BAD));
        traffic.count(&line(900, BAD));
        assert_eq!(at(&traffic, 1019), ("1.2".to_owned(), 2));
        traffic.count(&line(1100, GOOD));
        assert_eq!(at(&traffic, 1100), ("0.1".to_owned(), 0));
        assert_eq!(at(&traffic, 1090), ("0.1".to_owned(), 0), "a clock that is behind the engine's");
    }

    #[test]
    fn services_are_told_together() {
        let rates = [Rate { per_second: 0.5, failed: 1 }, Rate { per_second: 1.0, failed: 2 }];
        assert_eq!(Rate::sum(rates), Rate { per_second: 1.5, failed: 3 });
    }
}
