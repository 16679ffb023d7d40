//! What is typed about a log: a search, a filter, a moment.

use crate::app::line::Line;
use crate::components::log_view::Position;
use crate::logs::pattern::{BadPattern, Pattern};
use crate::logs::walk::Folds;

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An expression to search for.
    Search,
    /// An expression to filter by.
    Filter,
    /// A moment to go to.
    Time,
}

impl Kind {
    /// What stands before the text.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Search => "search: ",
            Self::Filter => "only lines with (!: without): ",
            Self::Time => "go to: ",
        }
    }
}

/// Where the reader was when a prompt was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Which entries were in view.
    pub position: Position,
    /// The line under the cursor.
    pub cursor: Option<(usize, u64)>,
    /// What was folded.
    pub folds: Folds,
    /// What was searched for.
    pub pattern: Option<Pattern>,
}

/// A line that is typed at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPrompt {
    /// What is typed.
    pub kind: Kind,
    /// The pane that it is about.
    pub pane: usize,
    /// The text.
    pub line: Line,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Where to go back to.
    pub before: Before,
}

/// What is wrong with an expression, with its place counted from 1.
pub fn problem(bad: &BadPattern) -> String {
    match bad.at {
        Some(at) => format!("{} at character {}", bad.why, at + 1),
        None => bad.why.clone(),
    }
}
