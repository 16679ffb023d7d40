//! The line of a file that a problem is in, with the span marked.

use unicode_width::UnicodeWidthChar as _;

use crate::{config::source::Place, core::secret};

/// The widest excerpt that is shown, in characters before and after the span.
const AROUND: usize = 60;

/// The excerpt of a place; `None` where it has no line.
pub fn of(place: &Place) -> Option<String> {
    let (line, column) = place.position()?;
    let text: Vec<char> = shown(place.source.line_at(place.span.start)).chars().collect();
    let first = (column - 1).saturating_sub(AROUND);
    let marked = marked_characters(place).min(text.len().saturating_sub(column - 1)).max(1);
    let last = (column - 1 + marked.min(AROUND) + AROUND).min(text.len());
    let visible: String = text.get(first..last)?.iter().collect();
    let indent = width(text.get(first..column - 1)?);
    let carets = width(text.get(column - 1..column - 1 + marked.min(AROUND)).unwrap_or(&['^']));
    let gutter = " ".repeat(line.to_string().len());
    Some(format!("{line} | {visible}\n{gutter} | {}{}", " ".repeat(indent), "^".repeat(carets)))
}

fn marked_characters(place: &Place) -> usize {
    let spanned = place.source.text.get(place.span.clone()).unwrap_or_default();
    spanned.split('\n').next().unwrap_or_default().trim_end_matches('\r').chars().count()
}

/// The line as it may be shown: control characters are no business of the terminal, and
/// the values of a line that names a secret are blanked out at their length.
fn shown(line: &str) -> String {
    let plain: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match plain.split_once('=') {
        Some((key, value)) if secret::is_secret_key(&plain) => format!("{key}={}", blanked(value)),
        _ => plain,
    }
}

fn blanked(value: &str) -> String {
    value.chars().map(|c| if c.is_alphanumeric() { '*' } else { c }).collect()
}

fn width(characters: &[char]) -> usize {
    characters.iter().map(|c| c.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source::Source;

    fn excerpt(text: &str, span: std::ops::Range<usize>) -> String {
        of(&Place { source: Source::file("f", text), span }).expect("a line")
    }

    #[test]
    fn the_span_is_marked() {
        assert_eq!(excerpt("a = 1\nbcd = 2\n", 6..9), "2 | bcd = 2\n  | ^^^");
        assert_eq!(excerpt("日本 = 2\n", 7..8), "1 | 日本 = 2\n  |      ^");
    }

    #[test]
    fn a_span_at_the_end_of_a_line_has_one_mark() {
        assert_eq!(excerpt("a =\n", 3..3), "1 | a =\n  |    ^");
    }

    #[test]
    fn secrets_are_blanked_at_their_length() {
        assert_eq!(
            excerpt("env = { API_TOKEN = \"hunter22\" }", 0..3),
            "1 | env = { ***_***** = \"********\" }\n  | ^^^"
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_span() {
        let long = format!("{} = 1", "x".repeat(500));
        assert!(excerpt(&long, 300..301).lines().all(|line| line.chars().count() < 130));
    }
}
