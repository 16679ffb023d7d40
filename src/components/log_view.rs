//! How a log is shown: from where, which of its entries, in which form.

use jiff::tz::TimeZone;

use crate::components::log_word::Word;
use crate::core::observed::Timestamp;
use crate::logs::pattern::Pattern;
use crate::logs::request::Statistics;
use crate::logs::scan::{Filter, Scan};
use crate::logs::walk::{Folds, Place, Source};

/// Which entries are in view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Position {
    /// Always the newest.
    #[default]
    Following,
    /// The reader is elsewhere, and stays there.
    Paused {
        /// Behind the last entry in view.
        at: Place,
        /// Rows of that entry which are below the view.
        hidden: usize,
        /// What the numbers of the next entries came to, all logs together, when it was paused.
        end: u64,
    },
}

impl Position {
    /// Behind the newest entries, where it stays.
    pub fn paused_at_end(sources: &[Source<'_>]) -> Self {
        let at = sources.iter().map(|source| source.store.end()).collect();
        Self::Paused { at, hidden: 0, end: ends(sources) }
    }
}

/// Whose entries are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shows {
    /// The service's own.
    #[default]
    One,
    /// All services', in the order of time.
    All,
}

/// What becomes of lines that are longer than the pane is wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Long {
    /// They are cut; the pane scrolls sideways.
    #[default]
    Cut,
    /// They go on in the next row.
    Wrapped,
}

/// Which time stands before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Times {
    /// None.
    #[default]
    Off,
    /// The time of day.
    Clock,
    /// How long ago it was.
    Relative,
}

impl Times {
    /// The next form.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Off => Self::Clock,
            Self::Clock => Self::Relative,
            Self::Relative => Self::Off,
        }
    }
}

/// The time zone that times of day are told in.
#[derive(Debug, Clone)]
pub struct Zone(pub TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

/// What is filtered, and what passed.
#[derive(Debug, Clone, Default)]
pub struct Filtered {
    /// What passes.
    pub filter: Filter,
    /// The entries that passed, of each log.
    pub scans: Vec<Scan>,
    /// What the requests among them come to.
    pub requests: Statistics,
}

/// In which direction the next find is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards older entries.
    Older,
    /// Towards newer entries.
    Newer,
}

/// A search.
#[derive(Debug, Clone)]
pub struct Search {
    /// What is searched for.
    pub pattern: Pattern,
    /// What was found, in each log.
    pub scans: Vec<Scan>,
    /// Tells answers to this search from those to an earlier one.
    pub id: u64,
    /// How far the spool of each log was looked through; `None` where that has not begun.
    pub spooled: Vec<Option<u64>>,
    /// Where to go as soon as something is found.
    pub pending: Option<Direction>,
}

impl Search {
    /// How many lines were found.
    pub fn count(&self) -> u64 {
        self.scans.iter().map(Scan::count).sum()
    }
}

/// How a log is shown.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Which entries are in view.
    pub position: Position,
    /// The line that keys are about: its log among those that are shown, and its number.
    pub cursor: Option<(usize, u64)>,
    /// Where the lines begin that are selected; they reach to the cursor, either way.
    pub selected_from: Option<(usize, u64)>,
    /// The line that the mouse was pressed on, as long as it is held.
    pub pressed: Option<(usize, u64)>,
    /// When and at which column and row the mouse was pressed last.
    pub clicked: Option<(Timestamp, u16, u16)>,
    /// The word that was selected by a double click.
    pub word: Option<Word>,
    /// Whose entries.
    pub shows: Shows,
    /// What becomes of long lines.
    pub long: Long,
    /// The first column that is shown of each line.
    pub column: usize,
    /// Which time stands before a line.
    pub times: Times,
    /// Which groups are folded.
    pub folds: Folds,
    /// What is filtered.
    pub filtered: Filtered,
    /// What is searched for.
    pub search: Option<Search>,
    /// Entries before these numbers were cleared away.
    pub floors: Vec<u64>,
    /// An entry that was asked for from the spool: its log and number.
    pub awaited: Option<(usize, u64)>,
}

impl View {
    /// Other logs are shown from now on: what is kept by their places means nothing any more.
    pub fn show(&mut self, shows: Shows) {
        let kept = Self {
            shows,
            long: self.long,
            times: self.times,
            folds: Folds { unfolded: self.folds.unfolded, ..Folds::default() },
            filtered: Filtered { filter: self.filtered.filter.clone(), ..Filtered::default() },
            ..Self::default()
        };
        *self = kept;
    }

    /// Folds the group that the cursor is in, or unfolds it; all of them where there is none.
    pub fn fold(&mut self, group: Option<(usize, u64)>) {
        match group {
            Some((source, first)) => {
                self.folds.toggle(source, first);
                self.cursor = Some((source, first));
            }
            None => {
                self.folds.unfolded = !self.folds.unfolded;
                self.folds.except.clear();
            }
        }
    }

    /// The next way with long lines, from their beginning.
    pub fn wrap(&mut self) {
        self.long = if self.long == Long::Cut { Long::Wrapped } else { Long::Cut };
        self.column = 0;
    }

    /// Shows long lines from another column on.
    pub fn sideways(&mut self, by: impl FnOnce(usize) -> usize) {
        self.column = by(self.column);
        self.long = Long::Cut;
    }

    /// Follows again.
    pub fn follow(&mut self) {
        (self.position, self.cursor, self.selected_from) = (Position::Following, None, None);
        self.word = None;
    }

    /// How many entries have come since it was paused; `None` while it follows.
    pub fn new_since(&self, sources: &[Source<'_>]) -> Option<u64> {
        match &self.position {
            Position::Following => None,
            Position::Paused { end, .. } => Some(ends(sources).saturating_sub(*end)),
        }
    }
}

/// What the numbers of the next entries come to, all logs together.
pub fn ends(sources: &[Source<'_>]) -> u64 {
    sources.iter().map(|source| source.store.end()).sum()
}

/// The time before a line, always of one width.
pub fn time(times: Times, zone: &Zone, time: Timestamp, now: Timestamp) -> String {
    match times {
        Times::Off => String::new(),
        Times::Clock => clock(zone, time),
        Times::Relative => relative(time, now),
    }
}

/// `   -7 s `, or blanks as for a clock: an age since 1970 would be wider than any other.
fn relative(time: Timestamp, now: Timestamp) -> String {
    let age = if time > 0 { ago(now.saturating_sub(time)) } else { String::new() };
    format!("{age:>7} ")
}

/// `16:15:57.123 `; lines without a time, as of engines that tell none, have blanks.
fn clock(zone: &Zone, time: Timestamp) -> String {
    let at = jiff::Timestamp::from_nanosecond(i128::from(time)).ok().filter(|_| time > 0);
    let at = at.map(|at| at.to_zoned(zone.0.clone()));
    at.map_or_else(|| " ".repeat(13), |at| format!("{} ", at.strftime("%H:%M:%S%.3f")))
}

fn ago(nanoseconds: Timestamp) -> String {
    let seconds = nanoseconds.max(0) / 1_000_000_000;
    match seconds {
        0..=99 => format!("-{seconds} s"),
        100..=5999 => format!("-{} m", seconds / 60),
        6000..=359_999 => format!("-{} h", seconds / 3600),
        _ => format!("-{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Timestamp = 1_000_000_000;

    #[test]
    fn times_have_one_width() {
        let zone = Zone::default();
        let now = 1_800_000_000 * SECOND;
        assert_eq!(time(Times::Clock, &zone, now + 5_000_000, now), "08:00:00.005 ");
        assert_eq!(time(Times::Clock, &zone, 0, now), "             ");
        assert_eq!(time(Times::Relative, &zone, now - 7 * SECOND, now), "   -7 s ");
        assert_eq!(time(Times::Relative, &zone, now - 7200 * SECOND, now), "   -2 h ");
        assert_eq!(time(Times::Relative, &zone, now + 7200 * SECOND, now), "   -0 s ");
        assert_eq!(time(Times::Relative, &zone, 0, now), "        ", "no time, no age");
        assert_eq!(time(Times::Off, &zone, now, now), "");
    }
}
