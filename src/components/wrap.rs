//! Text broken into lines of a width.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Breaks a text at its line ends and between words; a word that is too long is broken.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(line, width.max(2))).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_word_bounds() {
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
        assert_eq!(wrap("unix:///nonexistent.sock", 10).concat(), "unix:///nonexistent.sock");
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
