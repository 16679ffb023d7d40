//! The word of a log that a double click is about.

use std::ops::Range;

use crate::components::log_entry::Shown;
use crate::components::log_rows::{Row, Size};
use crate::components::log_text::from_column;
use crate::components::log_view::Long;

/// What words end at: the same as in a console (`semantic_escape_chars` of Alacritty).
const BETWEEN: &str = ",│`|:\"' ()[]{}<>\t";

/// A word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The line's log, among those that are shown.
    pub source: usize,
    /// The line's number.
    pub number: u64,
    /// Its bytes in the line as it is shown.
    pub bytes: Range<usize>,
    /// The word.
    pub text: String,
}

impl Shown<'_> {
    /// The word at a column of a row inside a pane; `None` between words and behind the line.
    pub fn word_at(&self, row: Row, size: Size, column: usize) -> Option<Word> {
        let column = column.checked_sub(self.prefix_width())?;
        let plain: String = self.text(row.item).iter().map(|(piece, _)| &**piece).collect();
        let start = match self.view.long {
            Long::Cut => from_column(&plain, self.view.column + column).0.start,
            Long::Wrapped => {
                let part = self.parts(row.item, size.0.into()).get(row.part)?.clone();
                part.start + from_column(&plain[part], column).0.start
            }
        };
        let bytes = word_around(&plain, start)?;
        Some(Word { source: row.item.source, number: row.item.number, text: plain[bytes.clone()].to_owned(), bytes })
    }
}

/// The bytes of the word that the character at this byte belongs to.
fn word_around(text: &str, at: usize) -> Option<Range<usize>> {
    let is_between = |c: char| BETWEEN.contains(c);
    text.get(at..)?.chars().next().filter(|c| !is_between(*c))?;
    let start = text[..at].rfind(is_between).map_or(0, |found| {
        // One that is found begins a character.
        found + text[found..].chars().next().map_or(0, char::len_utf8)
    });
    let end = text[at..].find(is_between).map_or(text.len(), |found| at + found);
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, at: usize) -> Option<&str> {
        word_around(text, at).map(|bytes| &text[bytes])
    }

    #[test]
    fn a_word_reaches_to_what_stands_between() {
        let line = "GET /tag/näh (forum.views) 200";
        assert_eq!(word(line, 0), Some("GET"));
        assert_eq!(word(line, 5), Some("/tag/näh"));
        assert_eq!(word(line, 16), Some("forum.views"));
        assert_eq!(word(line, line.len() - 1), Some("200"));
        assert_eq!(word(line, 3), None, "a blank is no word");
        assert_eq!(word(line, line.len()), None, "behind the line");
        assert_eq!(word("a│b", 4), Some("b"));
    }
}
