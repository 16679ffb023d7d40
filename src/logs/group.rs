//! Lines that belong together: a traceback with its causes, a failed test with its traceback,
//! a message of PostgreSQL with its detail and statement. Found as the lines come in; the
//! lines themselves stay where they are.

use std::collections::VecDeque;
use std::ops::Range;

use crate::logs::level::Level;
use crate::logs::postgres::Message;
use crate::logs::{python, unittest};

/// Lines that one entry may have. Python cuts deep recursions short by itself; what has more
/// lines than this is no traceback.
const MAX_LINES: u64 = 5000;
/// Blank lines between an exception and the words that lead to the next.
pub const MAX_BLANKS: u64 = 3;

/// What the lines of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Python traceback.
    Traceback,
    /// What a failed test leaves.
    Test,
    /// A message of PostgreSQL.
    Database,
}

impl Kind {
    /// Whether frames of Python are in it. It is folded at first then.
    pub const fn has_frames(self) -> bool {
        !matches!(self, Self::Database)
    }
}

/// The title of a traceback whose exception has not come.
const UNTITLED: &str = "Traceback";

/// Lines that are one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its first line's number.
    pub first: u64,
    /// The number after its last line's.
    pub end: u64,
    /// What it is.
    pub kind: Kind,
    /// What it is about, where it tells: how a test ended and its name.
    pub subject: Option<Box<str>>,
    /// What it comes to: the exception, or the message.
    pub title: Box<str>,
    /// How much it matters.
    pub level: Level,
    /// The line with the project's innermost frame.
    pub place: Option<u64>,
}

/// Where a traceback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Among its frames.
    Frames,
    /// Behind its exception, and so many blank lines.
    After { blanks: u64 },
    /// Between a cause and what it caused.
    Link,
    /// In an exception group, whose lines all have a margin.
    Margin,
}

impl Phase {
    /// Behind the line that a traceback begins with.
    fn first(text: &str) -> Self {
        if text.starts_with('T') { Self::Frames } else { Self::Margin }
    }

    /// Where it stands behind a line; `None` where the line is not of it.
    fn behind(self, text: &str) -> Option<Self> {
        let is_blank = text.trim().is_empty();
        Some(match self {
            Self::Frames if text.starts_with(' ') => self,
            Self::Frames if python::is_exception(text) => Self::After { blanks: 0 },
            // Not part of it unless words of a link follow.
            Self::After { blanks } if is_blank && blanks < MAX_BLANKS => Self::After { blanks: blanks + 1 },
            Self::After { .. } if python::chains(text) => Self::Link,
            Self::After { blanks: 0 } if goes_on(text) => self,
            Self::Link if is_blank => self,
            Self::Link if python::begins(text) => Self::Frames,
            Self::Margin if text.trim_start().starts_with(['|', '+']) => self,
            _ => return None,
        })
    }

    /// The exception that a line of it is. The first within a margin is the whole group's.
    fn exception(self, text: &str, has_title: bool) -> Option<&str> {
        let content = match self {
            Self::Frames => text,
            Self::Margin if !has_title => text.trim_start().strip_prefix("| ")?,
            _ => return None,
        };
        (!content.starts_with(' ') && python::is_exception(content)).then_some(content)
    }
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// In the traceback that is the last group.
    Python(Phase),
    /// Behind the line above a failed test's heading.
    Rule,
    /// In a failed test, which is the last group.
    Test {
        /// Whether the line below its heading has come.
        is_headed: bool,
        /// Where its traceback stands.
        traceback: Option<Phase>,
    },
    /// Behind this message of PostgreSQL; it is the last group once it has a second line.
    Database { first: u64, message: Message, is_group: bool },
}

/// The groups of a run of numbered lines.
#[derive(Debug, Default)]
pub struct Groups {
    list: VecDeque<Group>,
    state: State,
    /// The line before, where it told of an error: the heading of a traceback behind it.
    heading: Option<u64>,
}

impl Groups {
    /// Takes the next line.
    pub fn push(&mut self, number: u64, text: &str, level: Option<Level>) {
        if !self.continues(number, text) {
            self.state = State::Idle;
            self.begins(number, text, level);
        }
        self.heading = level.filter(|level| *level >= Level::Error).map(|_| number);
    }

    /// Something came between the lines.
    pub fn interrupt(&mut self) {
        (self.state, self.heading) = (State::Idle, None);
    }

    /// Lines before this number are gone.
    pub fn trim(&mut self, first: u64) {
        while self.list.front().is_some_and(|group| group.end <= first) {
            self.list.pop_front();
        }
        if let Some(group) = self.list.front_mut() {
            group.first = group.first.max(first);
        }
    }

    /// Lines from this number on will come anew, under other numbers.
    pub fn cut(&mut self, from: u64) {
        self.interrupt();
        while self.list.back().is_some_and(|group| group.end > from) {
            self.list.pop_back();
        }
    }

    /// The group that a line is in.
    pub fn at(&self, number: u64) -> Option<&Group> {
        let place = self.list.partition_point(|group| group.end <= number);
        self.list.get(place).filter(|group| group.first <= number)
    }

    /// The lines of the entry that a line is in: its group's, or itself.
    pub fn unit(&self, number: u64) -> Range<u64> {
        self.at(number).map_or(number..number + 1, |group| group.first..group.end)
    }

    /// All groups, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Group> {
        self.list.iter()
    }

    fn begins(&mut self, number: u64, text: &str, level: Option<Level>) {
        if python::begins(text) {
            let has_heading = self.heading.is_some_and(|heading| heading + 1 == number && self.at(heading).is_none());
            let first = if has_heading { number - 1 } else { number };
            self.start(Kind::Traceback, first, number + 1, UNTITLED, level.unwrap_or(Level::Error));
            self.state = State::Python(Phase::first(text));
        } else if unittest::begins(text) {
            self.state = State::Rule;
        } else if let Some(message) = Message::read(text).filter(|message| !message.is_further) {
            self.state = State::Database { first: number, message, is_group: false };
        }
    }

    fn start(&mut self, kind: Kind, first: u64, end: u64, title: &str, level: Level) {
        self.list.push_back(Group { first, end, kind, subject: None, title: title.into(), level, place: None });
    }

    /// Whether a line goes on with the group before it; takes it in then.
    fn continues(&mut self, number: u64, text: &str) -> bool {
        if self.list.back().is_some_and(|group| group.end - group.first >= MAX_LINES) {
            return false;
        }
        match std::mem::take(&mut self.state) {
            State::Idle => false,
            State::Python(phase) => self.traceback(number, text, phase),
            State::Rule => self.failed_test(number, text),
            State::Test { is_headed, traceback } => self.test(number, text, is_headed, traceback),
            State::Database { first, message, is_group } => self.database(number, text, first, message, is_group),
        }
    }

    fn traceback(&mut self, number: u64, text: &str, phase: Phase) -> bool {
        let Some(next) = phase.behind(text) else { return false };
        self.title(phase, text);
        if next == (Phase::After { blanks: 0 }) || !matches!(next, Phase::After { .. }) {
            self.take(number, text);
        }
        self.state = State::Python(next);
        true
    }

    /// The heading of a failed test, behind the line above it.
    fn failed_test(&mut self, number: u64, text: &str) -> bool {
        let Some(heading) = unittest::heading(text) else { return false };
        self.start(Kind::Test, number.saturating_sub(1), number + 1, UNTITLED, Level::Error);
        if let Some(group) = self.list.back_mut() {
            group.subject = Some(heading.into());
        }
        self.state = State::Test { is_headed: false, traceback: None };
        true
    }

    /// All up to the next rule is of the test: what it has printed comes behind its traceback.
    fn test(&mut self, number: u64, text: &str, is_headed: bool, traceback: Option<Phase>) -> bool {
        if unittest::begins(text) || (is_headed && unittest::divides(text)) {
            return false;
        }
        if let Some(phase) = traceback {
            self.title(phase, text);
        }
        let begun = || python::begins(text).then(|| Phase::first(text));
        let traceback = traceback.and_then(|phase| phase.behind(text)).or_else(begun);
        self.take(number, text);
        self.state = State::Test { is_headed: is_headed || unittest::divides(text), traceback };
        true
    }

    fn title(&mut self, phase: Phase, text: &str) {
        let Some(group) = self.list.back_mut() else { return };
        if let Some(exception) = phase.exception(text, &*group.title != UNTITLED) {
            group.title = python::short_exception(exception).into();
        }
    }

    /// The last group reaches up to this line.
    fn take(&mut self, number: u64, text: &str) {
        if let Some(group) = self.list.back_mut() {
            group.end = number + 1;
            if python::frame(text).is_some_and(|frame| frame.is_of_project()) {
                group.place = Some(number);
            }
        }
    }

    fn database(&mut self, number: u64, text: &str, first: u64, message: Message, is_group: bool) -> bool {
        if !message.goes_on(text) {
            return false;
        }
        if is_group {
            self.take(number, "");
        } else {
            self.start(Kind::Database, first, number + 1, &message.text, message.level);
        }
        self.state = State::Database { first, message, is_group: true };
        true
    }
}

/// Whether a line goes on with the message of an exception: it is indented, or one of those
/// that PostgreSQL adds to its errors.
fn goes_on(text: &str) -> bool {
    text.starts_with("  ") || ["LINE ", "DETAIL:", "HINT:", "CONTEXT:", "QUERY:"].iter().any(|w| text.starts_with(w))
}

#[cfg(test)]
mod tests;
