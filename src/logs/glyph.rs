//! What becomes of a character: shown, joined to the one before, written out, or dropped.

use unicode_width::UnicodeWidthChar as _;

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// Takes so many columns (1 or 2).
    Shown(usize),
    /// A mark on the character before it.
    Mark,
    /// Joins the character before it with the one behind it.
    Joiner,
    /// Changes the skin of the figure before it; alone it takes two columns.
    Modifier,
    /// Would reorder or hide text: shown as `<U+202E>`.
    WrittenOut,
    /// A control character.
    Dropped,
}

/// Zero width joiner: emoji families and some scripts are made with it.
const JOINER: char = '\u{200d}';

/// Sorts a character.
pub fn sort(c: char) -> Glyph {
    match c {
        ' '..='~' => Glyph::Shown(1),
        JOINER => Glyph::Joiner,
        '\u{1f3fb}'..='\u{1f3ff}' => Glyph::Modifier,
        _ if c.is_control() => Glyph::Dropped,
        _ if is_deceptive(c) => Glyph::WrittenOut,
        _ => match c.width() {
            Some(0) => Glyph::Mark,
            Some(width) => Glyph::Shown(width.min(2)),
            None => Glyph::Dropped,
        },
    }
}

/// Whether a character reorders text, or takes part in it without being seen.
pub fn is_deceptive(c: char) -> bool {
    is_bidi_control(c) || is_invisible(c)
}

/// Whether a character reorders the text around it.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character cannot be seen and is no part of how others are written. The
/// joiners and variation selectors of real text are not among them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A character written out: `<U+202E>`.
pub fn written_out(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_every_sort() {
        for (c, wanted) in [
            ('a', Glyph::Shown(1)),
            ('日', Glyph::Shown(2)),
            ('א', Glyph::Shown(1)),
            ('\u{301}', Glyph::Mark),
            ('\u{fe0f}', Glyph::Mark),
            ('\u{200c}', Glyph::Mark),
            (JOINER, Glyph::Joiner),
            ('\u{202e}', Glyph::WrittenOut),
            ('\u{e0041}', Glyph::WrittenOut),
            ('\u{9b}', Glyph::Dropped),
            ('\u{7}', Glyph::Dropped),
        ] {
            assert_eq!(sort(c), wanted, "{c:?}");
        }
    }
}
