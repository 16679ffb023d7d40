//! What is searched for: a regular expression with smart case.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled expression may take: `(a{99}){99}` typed by accident must not.
const LARGEST: usize = 1 << 20;

/// A regular expression. Without a capital letter in it, case does not matter.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

/// Why a text is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct BadPattern {
    /// What is wrong.
    pub why: String,
    /// The character where it is wrong, from 0, where that can be said.
    pub at: Option<usize>,
}

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn new(source: &str) -> Result<Self, BadPattern> {
        let regex = RegexBuilder::new(source)
            .case_insensitive(!has_capital(source))
            .size_limit(LARGEST)
            .build()
            .map_err(|error| bad(&error))?;
        Ok(Self { source: source.to_owned(), regex })
    }

    /// The text that it was read from.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it is anywhere in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where it is in a text, empty finds left out.
    pub fn finds<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty())
    }
}

/// Whether a capital stands in it for itself: `\W` and `\S` do not.
fn has_capital(source: &str) -> bool {
    let mut escaped = false;
    source.chars().any(|c| {
        let counts = c.is_uppercase() && !escaped;
        escaped = c == '\\' && !escaped;
        counts
    })
}

/// The library tells the place by a caret under a copy of the expression, four columns in.
fn bad(error: &regex::Error) -> BadPattern {
    let text = match error {
        regex::Error::CompiledTooBig(_) => "it would take too much memory".to_owned(),
        other => other.to_string(),
    };
    let caret = text.lines().find(|line| line.trim_start().starts_with('^'));
    let at = caret.and_then(|line| line.find('^')).and_then(|column| column.checked_sub(4));
    let why = text.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&text);
    BadPattern { why: why.to_owned(), at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_smart() {
        let is_in = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().is_in(text);
        assert!(is_in("error", "an ERROR"));
        assert!(!is_in("Error", "an ERROR"));
        assert!(is_in(r"\Werror\S", "an ERROR!"));
        assert!(!is_in(r"\\E", r"\error"));
    }

    #[test]
    fn finds_are_places() {
        let pattern = Pattern::new("a*").unwrap();
        assert!(pattern.finds("baac").eq(std::iter::once(1..3)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let bad = |source: &str| Pattern::new(source).unwrap_err();
        assert_eq!(bad("ab(c"), BadPattern { why: "unclosed group".into(), at: Some(2) });
        assert_eq!(bad("[z-a]").at, Some(1));
        assert_eq!(bad("(a{999}){999}{999}").why, "it would take too much memory");
    }
}
