//! Text broken into lines of a width.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Breaks a text at its line ends and between words; a word that is too long is broken.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(line, width.max(2))).collect()
}

/// Words with what clings to them: `(log)`, `--force`, a path. One that no line could hold is
/// taken apart.
fn pieces(line: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_same = |c: char| c.is_whitespace() == first.is_whitespace();
        let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        match piece.width() <= width {
            true => pieces.push(piece),
            false => pieces.extend(piece.split_word_bounds()),
        }
        rest = behind;
    }
    pieces
}

/// A text that ends in a sign where not all of it fits.
pub fn fitting(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if format!("{cut}{c}…").width() > width {
            break;
        }
        cut.push(c);
    }
    format!("{cut}…")
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in pieces(line, width) {
        if width_with(&lines, word) <= width {
            push(&mut lines, word);
        } else if word.trim().is_empty() {
            lines.push(String::new());
        } else {
            push_long(&mut lines, word, width);
        }
    }
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
    if lines.len() > 1 {
        lines.retain(|line| !line.is_empty());
    }
    lines
}

/// The last line's width with a text behind it: not the sum of both, for what is joined may
/// be wider or narrower than its parts.
fn width_with(lines: &[String], text: &str) -> usize {
    lines.last().map_or(0, |line| format!("{line}{text}").width())
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

fn push_long(lines: &mut Vec<String>, word: &str, width: usize) {
    if lines.last().is_some_and(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    for glyph in word.graphemes(true) {
        if lines.last().is_some_and(|line| !line.is_empty()) && width_with(lines, glyph) > width {
            lines.push(String::new());
        }
        push(lines, glyph);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn breaks_between_words() {
        assert_eq!(wrap("start the engine now", 10), ["start the", "engine now"]);
        assert_eq!(wrap("a\nb", 10), ["a", "b"]);
        assert_eq!(wrap("web (its log)", 11), ["web (its", "log)"]);
        assert_eq!(wrap("unix:///nonexistent.sock", 10).concat(), "unix:///nonexistent.sock");
    }

    #[test]
    fn texts_are_cut_with_a_sign() {
        assert_eq!(fitting("hello", 5), "hello");
        assert_eq!(fitting("hello", 4), "hel…");
        assert_eq!(fitting("日本語", 5), "日本…");
    }

    proptest! {
        #[test]
        fn no_line_is_wider(text in "\\PC{0,80}", width in 2_usize..30) {
            for line in wrap(&text, width) {
                // One glyph cannot be broken, however wide it is.
                prop_assert!(line.width() <= width || line.graphemes(true).count() == 1, "{line:?}");
            }
        }
    }
}
