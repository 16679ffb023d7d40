//! Which lines `logs` prints: `--grep` takes lines, `--level` whole entries, as the dashboard does.

use clap::ArgMatches;

use crate::cli::exit::Failure;
use crate::core::notice::Notice;
use crate::logs::group::{Groups, MAX_BLANKS};
use crate::logs::level::{self, Level};
use crate::logs::pattern::Pattern;

/// What is asked for.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    grep: Option<Pattern>,
    level: Option<Level>,
}

impl Wanted {
    /// Reads the flags.
    ///
    /// # Errors
    /// An expression or a level that there is not.
    pub(super) fn read(matches: &ArgMatches) -> Result<Self, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        Ok(Self { grep: text("grep").map(pattern).transpose()?, level: text("level").map(level).transpose()? })
    }

    /// Whether nothing is left out.
    pub(super) fn is_all(&self) -> bool {
        self.grep.is_none() && self.level.is_none()
    }
}

fn pattern(text: &str) -> Result<Pattern, Failure> {
    Pattern::new(text).map_err(|bad| {
        let place = bad.at.map_or_else(String::new, |at| format!(" at character {}", at + 1));
        let notice = Notice::error(format!("--grep cannot be {text:?}"));
        Failure::Usage(vec![notice.because(format!("{bad}{place}")).remedy("give a regular expression")])
    })
}

fn level(word: &str) -> Result<Level, Failure> {
    let notice = || Notice::error(format!("--level cannot be {word:?}"));
    let bad = || notice().remedy("give debug, info, warning, error or critical");
    Level::named(word).ok_or_else(|| Failure::Usage(vec![bad()]))
}

/// Lines behind which an entry is forgotten: more than one may have, for its end may be to come.
const KEPT: u64 = 10_000;

/// Takes the wanted lines out of one log.
pub(super) struct Sieve<T> {
    wanted: Wanted,
    groups: Groups,
    next: u64,
    /// Blank lines that an entry may go on behind: only the line after them tells.
    held: Vec<(u64, T)>,
}

impl<T> Sieve<T> {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self { wanted, groups: Groups::default(), next: 0, held: Vec::new() }
    }

    /// What there is to print once the log's next line has come: nothing, that line, or that
    /// line behind the blank ones before it that turn out to be of the same entry.
    pub(super) fn take(&mut self, text: &str, line: T) -> Vec<T> {
        let number = self.next;
        let is_wanted = self.passes(text);
        if !is_wanted && self.wanted.grep.is_none() && text.trim().is_empty() {
            // Further apart nothing is one entry.
            if self.held.len() as u64 == MAX_BLANKS {
                self.held.clear();
            }
            self.held.push((number, line));
            return Vec::new();
        }
        let held = std::mem::take(&mut self.held);
        if !is_wanted {
            return Vec::new();
        }
        let entry = self.groups.unit(number);
        let held = held.into_iter().filter(|(number, _)| entry.contains(number)).map(|(_, line)| line);
        held.chain([line]).collect()
    }

    fn passes(&mut self, text: &str) -> bool {
        let matters = self.wanted.level.is_none_or(|level| self.level(text) >= Some(level));
        matters && self.wanted.grep.as_ref().is_none_or(|pattern| pattern.is_in(text))
    }

    /// The level of the next line, or of the traceback or message that it goes on with.
    fn level(&mut self, text: &str) -> Option<Level> {
        let (number, own) = (self.next, level::recognise(text));
        self.next += 1;
        self.groups.push(number, text, own);
        self.groups.trim(number.saturating_sub(KEPT));
        own.max(self.groups.at(number).map(|group| group.level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passing<'a>(wanted: Wanted, lines: &[&'a str]) -> Vec<&'a str> {
        let mut sieve = Sieve::new(wanted);
        lines.iter().flat_map(|line| sieve.take(line, *line)).collect()
    }

    #[test]
    fn a_level_lets_whole_entries_through() {
        let lines = [
            "INFO forum: begun",
            "ERROR django.request: Internal Server Error: /boom/",
            "Traceback (most recent call last):",
            "  File \"/project/forum/boom.py\", line 10, in inner",
            "    return mapping[\"missing\"]",
            "KeyError: 'missing'",
            "",
            "The above exception was the direct cause of the following exception:",
            "",
            "Traceback (most recent call last):",
            "  File \"/project/forum/boom.py\", line 17, in boom",
            "RuntimeError: no luck",
            "printed by the project",
            "2026-11-30 04:44:51.550 UTC [436] demo@demo ERROR:  column \"a\" does not exist at character 28",
            "2026-11-30 04:44:51.550 UTC [436] demo@demo STATEMENT:  select 1,",
            "               a",
            "2026-11-30 04:44:52.000 UTC [1] LOG:  checkpoint starting: time",
        ];
        let errors = passing(Wanted { level: Some(Level::Error), grep: None }, &lines);
        assert_eq!(errors, [&lines[1..12], &lines[13..16]].concat());
        let both = Wanted { level: Some(Level::Error), grep: Some(Pattern::new("in boom$").unwrap()) };
        assert_eq!(passing(both, &lines), [lines[10]]);
    }

    #[test]
    fn blank_lines_behind_an_entry_are_left_out() {
        let lines = ["Traceback (most recent call last):", "KeyError: 1", "", "printed by the project", "", ""];
        let errors = Wanted { level: Some(Level::Error), grep: None };
        assert_eq!(passing(errors, &lines), &lines[..2]);
    }
}
