//! Where a value was written: the file (or variable, or flag), the layer and the span.

use std::{ops::Range, sync::Arc};

use serde::Serialize;

/// The layers of the configuration, in the order in which the later wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The embedded `config.toml`.
    Default,
    /// The user's own `config.toml`.
    User,
    /// The profile.
    Profile,
    /// What was read out of the project where it says nothing itself.
    Guess,
    /// `biostar-tui.toml` in the project.
    Project,
    /// A `BIOSTAR_TUI_*` variable.
    Variable,
    /// A flag of the command line.
    Flag,
}

impl Layer {
    /// The word in `config show`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::User => "user",
            Self::Profile => "profile",
            Self::Guess => "guess",
            Self::Project => "project",
            Self::Variable => "variable",
            Self::Flag => "flag",
        }
    }
}

/// A text that values were read from.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is called: a path, a variable, a flag.
    pub name: String,
    /// Its content.
    pub text: String,
    /// Whether it has lines that are worth naming (a variable has none).
    pub has_lines: bool,
}

impl Source {
    /// A file's text.
    pub fn file(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), has_lines: true })
    }

    /// A single value: a variable's or a flag's.
    pub fn value(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), has_lines: false })
    }

    /// Line and column of a byte offset, counted from 1 and in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..self.boundary(offset)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The line (without its end) that the offset is in.
    pub fn line_at(&self, offset: usize) -> &str {
        let offset = self.boundary(offset);
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let rest = &self.text[start..];
        rest.split('\n').next().unwrap_or_default().trim_end_matches('\r')
    }

    /// The nearest character boundary at or before the offset: a span may end in a text
    /// that was made valid after the parser saw it.
    fn boundary(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// A span of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes in it.
    pub span: Range<usize>,
}

impl Place {
    /// The whole of a source: for what has no better place.
    pub fn whole(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), span: 0..0 }
    }

    /// Line and column, where the source has lines.
    pub fn position(&self) -> Option<(usize, usize)> {
        let worth_naming = self.source.has_lines && !self.source.text.is_empty();
        worth_naming.then(|| self.source.position(self.span.start))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.position() {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.source.name),
            None => f.write_str(&self.source.name),
        }
    }
}

/// Which layer set a value, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The layer.
    pub layer: Layer,
    /// The place.
    pub place: Place,
}

impl Origin {
    /// An origin without a span of its own.
    pub fn whole(layer: Layer, source: &Arc<Source>) -> Self {
        Self { layer, place: Place::whole(source) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::file("f", "é = 1\nab = 2\r\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 3));
        assert_eq!(source.position(7), (2, 1));
        assert_eq!(source.line_at(8), "ab = 2");
        assert_eq!(source.position(999), (3, 1));
    }

    #[test]
    fn an_offset_inside_a_character_is_no_panic() {
        let source = Source::file("f", "é");
        assert_eq!(source.position(1), (1, 1));
        assert_eq!(source.line_at(1), "é");
    }
}
