//! The palette: a line that names an action, and its arguments.

use crate::actions::complete::{self, Known};
use crate::actions::registry::{self, Action};
use crate::app::line::Line;
use crate::app::matching;

/// The palette.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Palette {
    /// What was typed.
    pub line: Line,
    /// Which of the offered actions is selected.
    pub selected: usize,
    /// How many commands back the line was taken from the history.
    pub recalled: Option<usize>,
    /// The words that Tab goes through.
    pub cycle: Option<Cycle>,
    /// What is wrong with the line, since it was last tried.
    pub wrong: Option<String>,
}

/// Words that Tab puts into the line one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    start: usize,
    words: Vec<String>,
    next: usize,
}

/// What the line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// An action: those that match.
    Actions(Vec<&'static Action>),
    /// The arguments of an action: the words that can come next.
    Arguments(&'static Action, Vec<String>),
}

impl Palette {
    /// With this text in its line.
    pub fn new(text: &str) -> Self {
        Self { line: Line::new(text), ..Self::default() }
    }

    /// The action that the line names, and the text behind its name.
    pub fn named(&self) -> Option<(&'static Action, &str)> {
        let text = self.line.text().trim_start();
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        registry::find(name).filter(|action| action.is_in_dashboard()).map(|action| (action, rest))
    }

    /// What the line asks for.
    pub fn stage(&self, known: &Known) -> Stage {
        let is_behind_name = self.line.text().trim_start().contains(char::is_whitespace);
        match self.named() {
            Some((action, _)) if is_behind_name => Stage::Arguments(action, self.words(action, known)),
            _ => Stage::Actions(matching::actions(self.line.text())),
        }
    }

    /// The words that can stand at the cursor.
    fn words(&self, action: &Action, known: &Known) -> Vec<String> {
        let (before, _) = self.line.halves();
        let start = self.word_start();
        let words = split(before[..start].trim_start());
        matching::words(&before[start..], complete::candidates(action, words.get(1..).unwrap_or_default(), known))
    }

    /// Where the word at the cursor begins.
    fn word_start(&self) -> usize {
        let (before, _) = self.line.halves();
        before.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8())
    }

    /// Puts the first word that can come next into the line; the next one when asked again.
    pub fn complete(&mut self, known: &Known) {
        match self.stage(known) {
            Stage::Actions(found) => {
                if let Some(action) = found.get(self.selected) {
                    self.line = Line::new(format!("{} ", action.id));
                    self.selected = 0;
                }
            }
            Stage::Arguments(_, words) => self.complete_word(words),
        }
    }

    fn complete_word(&mut self, words: Vec<String>) {
        let start = self.word_start();
        let mut cycle = match self.cycle.take() {
            Some(cycle) => cycle,
            None if words.is_empty() => return,
            None => Cycle { start, words, next: 0 },
        };
        let word = shell_words::quote(&cycle.words[cycle.next]).into_owned();
        let is_only = cycle.words.len() == 1;
        self.line.replace_from(cycle.start, &if is_only { format!("{word} ") } else { word });
        cycle.next = (cycle.next + 1) % cycle.words.len();
        self.cycle = (!is_only).then_some(cycle);
    }

    /// Goes so many commands back (or forward, below 0) in the history.
    pub fn recall(&mut self, past: &[String], by: isize) {
        let place = match self.recalled {
            None if by > 0 => Some(0),
            None => None,
            Some(place) => place.checked_add_signed(by),
        };
        let command = place.and_then(|place| past.iter().rev().nth(place));
        match (command, place) {
            (Some(command), _) => (self.line, self.recalled) = (Line::new(command.clone()), place),
            // Past the newest one: an empty line again.
            (None, None) if self.recalled.is_some() => *self = Self::default(),
            (None, _) => {}
        }
    }
}

/// The words of a text; one with an open quote is split at its spaces.
fn split(text: &str) -> Vec<String> {
    shell_words::split(text).unwrap_or_else(|_| text.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known { services: vec!["db".into(), "web".into()], steps: vec!["migrate".into()], ..Known::default() }
    }

    #[test]
    fn a_name_and_a_space_ask_for_arguments() {
        let stage = |text: &str| Palette::new(text).stage(&known());
        assert!(matches!(stage("res"), Stage::Actions(found) if found[0].id == "restart" || found[0].id == "resume"));
        assert!(matches!(stage("restart"), Stage::Actions(found) if found[0].id == "restart"));
        assert!(
            matches!(stage("restart "), Stage::Arguments(action, words) if action.id == "restart" && words[0] == "db")
        );
        assert!(matches!(stage(" restart w"), Stage::Arguments(_, words) if words == ["web"]));
        assert!(matches!(stage("nothing such"), Stage::Actions(found) if found.is_empty()));
        assert!(
            matches!(stage("completions bash"), Stage::Actions(_)),
            "what the dashboard cannot do has no arguments"
        );
    }

    #[test]
    fn tab_goes_through_the_words() {
        let mut palette = Palette::new("rest");
        let texts: Vec<String> = (0..5)
            .map(|_| {
                palette.complete(&known());
                palette.line.text().to_owned()
            })
            .collect();
        assert_eq!(texts, ["restart ", "restart db", "restart web", "restart --dry-run", "restart db"]);
        let mut palette = Palette::new("up --force m");
        palette.complete(&known());
        assert_eq!(palette.line.text(), "up --force migrate ");
    }

    #[test]
    fn history_goes_back_and_forth() {
        let past = ["up".to_owned(), "migrate forum".to_owned()];
        let mut palette = Palette::default();
        palette.recall(&past, -1);
        assert_eq!(palette.line.text(), "");
        for (by, wanted) in [(1, "migrate forum"), (1, "up"), (1, "up"), (-1, "migrate forum"), (-1, "")] {
            palette.recall(&past, by);
            assert_eq!(palette.line.text(), wanted);
        }
        assert_eq!(palette.recalled, None);
    }
}
