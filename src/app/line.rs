//! A line of text that is edited.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::core::input::{Key, KeyCode};

/// The longest line, in bytes: far more than a command has, and little enough to draw.
const LONGEST: usize = 1000;

/// A line of text that is edited, with its cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    text: String,
    /// Where the next character goes, in bytes; always between two glyphs.
    cursor: usize,
}

impl Line {
    /// This text, the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before and behind the cursor.
    pub fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Puts a text at the cursor. Line ends are spaces, other control characters are left out.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !c.is_control()) {
            if self.text.len() + c.len_utf8() > LONGEST {
                return;
            }
            self.text.insert(self.cursor, c);
            self.cursor += c.len_utf8();
        }
    }

    /// Replaces the text from a place before the cursor up to it.
    pub fn replace_from(&mut self, start: usize, text: &str) {
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
        self.insert(text);
    }

    /// Edits by a key as shells do; false where the key edits nothing.
    pub fn key(&mut self, key: Key) -> bool {
        match key.code {
            KeyCode::Char('a') if key.ctrl => self.cursor = 0,
            KeyCode::Char('e') if key.ctrl => self.cursor = self.text.len(),
            KeyCode::Char('u') if key.ctrl => self.cut(0),
            KeyCode::Char('w') if key.ctrl => self.cut(self.word_before()),
            KeyCode::Char(c) if !key.ctrl && !key.alt => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.cut(self.glyph_before()),
            KeyCode::Delete => self.text.replace_range(self.cursor..self.glyph_behind(), ""),
            KeyCode::Left => self.cursor = self.glyph_before(),
            KeyCode::Right => self.cursor = self.glyph_behind(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn cut(&mut self, start: usize) {
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
    }

    fn glyph_before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn glyph_behind(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |glyph| self.cursor + glyph.len())
    }

    fn word_before(&self) -> usize {
        let before = self.text[..self.cursor].trim_end();
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keyed(line: &mut Line, keys: &str) {
        for key in keys.split(' ') {
            assert!(line.key(key.parse().unwrap()), "{key}");
        }
    }

    #[test]
    fn edits_as_shells_do() {
        let mut line = Line::new("migrate forum");
        keyed(&mut line, "ctrl-w x left backspace");
        assert_eq!(line.halves(), ("migrate", "x"));
        keyed(&mut line, "end delete ctrl-u");
        assert_eq!(line.text(), "");
        line.insert("a\nb\u{1b}👩‍👩‍👧");
        keyed(&mut line, "backspace");
        assert_eq!(line.text(), "a b");
        keyed(&mut line, "home right delete");
        assert_eq!(line.halves(), ("a", "b"));
        assert!(!line.key("f5".parse().unwrap()) && !line.key("ctrl-x".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn no_keys_break_it(text in "\\PC{0,20}", keys in proptest::collection::vec(0_usize..12, 0..40)) {
            let names = ["ctrl-a", "ctrl-e", "ctrl-u", "ctrl-w", "é", "backspace", "delete", "left", "right", "home", "end", "x"];
            let mut line = Line::default();
            for key in keys {
                line.insert(&text);
                line.key(names[key].parse().unwrap());
                prop_assert!(line.text().len() <= LONGEST);
            }
        }
    }
}
