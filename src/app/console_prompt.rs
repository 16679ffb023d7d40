//! What is typed about a console: a search in its scrollback, or a name for it.

use crate::app::line::Line;
use crate::logs::pattern::Pattern;

/// What is typed about a console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What is searched for in its scrollback.
    Search,
    /// What it is to be called.
    Name,
}

/// A line that is typed at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolePrompt {
    /// The console's name.
    pub console: String,
    /// What it is for.
    pub kind: Kind,
    /// The text.
    pub line: Line,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl ConsolePrompt {
    /// A search, with nothing in it.
    pub fn search(console: &str) -> Self {
        Self { console: console.to_owned(), kind: Kind::Search, line: Line::default(), problem: None }
    }

    /// A name, with what it is now.
    pub fn name(console: &str, called: &str) -> Self {
        Self { kind: Kind::Name, line: Line::new(called), ..Self::search(console) }
    }

    /// Whether it is an expression, where that is wanted; what is wrong is kept.
    pub fn is_right(&mut self) -> bool {
        self.problem = match self.kind {
            Kind::Search => Pattern::new(self.line.text()).err().map(|bad| crate::app::log_prompt::problem(&bad)),
            Kind::Name => None,
        };
        self.problem.is_none()
    }
}
