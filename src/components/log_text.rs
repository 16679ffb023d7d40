//! A line of a log on rows of so many columns: broken, scrolled sideways, finds marked.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// A text in pieces of one style each.
pub type Styled<'a> = Vec<(Cow<'a, str>, Style)>;

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The bytes of each row when a text is broken at this many columns; at least one row.
pub fn broken(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(2);
    if text.is_ascii() {
        let rows = text.len().div_ceil(columns).max(1);
        return (0..rows).map(|row| row * columns..((row + 1) * columns).min(text.len())).collect();
    }
    let (mut rows, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, glyph) in text.grapheme_indices(true) {
        let width = glyph.width();
        if used + width > columns && at > start {
            rows.push(start..at);
            (start, used) = (at, 0);
        }
        used += width;
    }
    rows.push(start..text.len());
    rows
}

/// The bytes of a text from this column on, and by how many columns a wide character that
/// was cut has moved them.
pub fn from_column(text: &str, column: usize) -> (Range<usize>, usize) {
    if text.is_ascii() {
        return (column.min(text.len())..text.len(), 0);
    }
    let mut used = 0;
    for (at, glyph) in text.grapheme_indices(true) {
        if used >= column {
            return (at..text.len(), used - column);
        }
        used += glyph.width();
    }
    (text.len()..text.len(), 0)
}

/// The part of a styled text between two bytes, with what was found in it in another style.
/// The finds are in order and do not overlap.
pub fn part<'a>(text: &'a Styled<'_>, range: &Range<usize>, finds: &[Range<usize>], find: Style) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    let mut start = 0;
    for (piece, style) in text {
        let whole = start..start + piece.len();
        start = whole.end;
        let wanted = whole.start.max(range.start)..whole.end.min(range.end);
        let mut at = wanted.start;
        for found in finds.iter().filter(|found| found.start < wanted.end && found.end > wanted.start) {
            let (from, to) = (found.start.max(wanted.start), found.end.min(wanted.end));
            push(&mut spans, piece, &whole, at..from, *style);
            push(&mut spans, piece, &whole, from..to, style.patch(find));
            at = to;
        }
        push(&mut spans, piece, &whole, at..wanted.end, *style);
    }
    spans
}

fn push<'a>(spans: &mut Vec<Span<'a>>, piece: &'a str, whole: &Range<usize>, part: Range<usize>, style: Style) {
    // A find may end within a glyph's bytes only if the expression asked for bytes, which it
    // cannot; `get` keeps even that from being fatal.
    let text = (part.start < part.end).then(|| piece.get(part.start - whole.start..part.end - whole.start)).flatten();
    spans.extend(text.map(|text| Span::styled(text, style)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Modifier;

    fn rows(text: &str, columns: usize) -> Vec<&str> {
        broken(text, columns).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn lines_are_broken_by_columns() {
        assert_eq!(rows("", 4), [""]);
        assert_eq!(rows("abcdefgh", 4), ["abcd", "efgh"]);
        assert_eq!(rows("日本語x", 4), ["日本", "語x"]);
        assert_eq!(rows("a日本", 2), ["a", "日", "本"]);
    }

    #[test]
    fn a_cut_wide_character_moves_the_rest() {
        assert_eq!(from_column("日本", 1), (3..6, 1));
        assert_eq!(from_column("abc", 1), (1..3, 0));
        assert_eq!(from_column("abc", 9), (3..3, 0));
    }

    #[test]
    fn finds_are_marked_across_styles() {
        let (plain, bold, found) = (Style::new(), Style::new().add_modifier(Modifier::BOLD), Style::new().reversed());
        let text = vec![("abc".into(), plain), ("def".into(), bold)];
        let spans = part(&text, &(1..6), &[0..2, 2..5], found);
        let told: Vec<_> = spans.iter().map(|span| (&*span.content, span.style)).collect();
        let both = bold.patch(found);
        assert_eq!(told, [("b", found), ("c", found), ("de", both), ("f", bold)]);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_and_nothing_is_lost(text in "\\PC{0,60}", columns in 2_usize..20) {
            let rows = rows(&text, columns);
            prop_assert_eq!(rows.concat(), text.clone());
            for row in rows {
                // One glyph may be wider than the pane, and graphemes are wider together than apart.
                prop_assert!(width(row) <= columns.max(2) || row.graphemes(true).count() == 1 || !row.is_ascii());
            }
        }
    }
}
