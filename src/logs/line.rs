//! A sanitised line: text without any control character, and where which style begins.

use crate::core::theme::xterm;

/// One of the 16 colours that every terminal has: 0 to 7 normal, 8 to 15 bright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour(u8);

impl Colour {
    /// The colour of this number; numbers from 16 on are xterm's 256.
    pub fn indexed(number: u8) -> Self {
        match number {
            0..=15 => Self(number),
            _ => {
                let (red, green, blue) = xterm(number);
                Self::nearest(red, green, blue)
            }
        }
    }

    /// The nearest of the 16: the user's palette stays readable on any background.
    pub fn nearest(red: u8, green: u8, blue: u8) -> Self {
        let distance = |number: &u8| {
            let (r, g, b) = xterm(*number);
            [(r, red), (g, green), (b, blue)].iter().map(|&(x, y)| (i32::from(x) - i32::from(y)).pow(2)).sum::<i32>()
        };
        (0..16).min_by_key(distance).map_or(Self(7), Self)
    }

    /// Its number, 0 to 15.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// How a piece of text looks. `None` is the terminal's own colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Style {
    /// Foreground.
    pub fg: Option<Colour>,
    /// Background.
    pub bg: Option<Colour>,
    /// Bold.
    pub bold: bool,
    /// Dim.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Foreground and background exchanged.
    pub reverse: bool,
}

impl Style {
    /// Dim text in the terminal's own colours.
    pub const DIM: Self =
        Self { fg: None, bg: None, bold: false, dim: true, italic: false, underline: false, reverse: false };
}

/// A piece of a line in one style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<'a> {
    /// Its text.
    pub text: &'a str,
    /// How it looks.
    pub style: Style,
}

/// A sanitised line. Most lines have no style at all and cost no more than their text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StyledLine {
    text: Box<str>,
    /// Where a style begins (byte offset) that goes on to the next; default before the first.
    runs: Box<[(u32, Style)]>,
}

impl StyledLine {
    /// A line in the default style. The caller vouches that the text is sanitised.
    pub(in crate::logs) fn plain(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), runs: Box::default() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        self.text.len() + std::mem::size_of_val(&*self.runs)
    }

    /// The pieces of the line in order; none of them is empty.
    pub fn spans(&self) -> impl Iterator<Item = Span<'_>> {
        let starts = std::iter::once((0, Style::default())).chain(self.runs.iter().map(|&(at, s)| (at as usize, s)));
        let ends = self.runs.iter().map(|&(at, _)| at as usize).chain(std::iter::once(self.text.len()));
        let piece = |((start, style), end): ((usize, Style), usize)| Span { text: &self.text[start..end], style };
        starts.zip(ends).map(piece).filter(|span| !span.text.is_empty())
    }
}

/// Builds a line piece by piece.
#[derive(Debug, Default)]
pub(in crate::logs) struct Builder {
    text: String,
    runs: Vec<(u32, Style)>,
}

impl Builder {
    pub(in crate::logs) fn len(&self) -> usize {
        self.text.len()
    }

    pub(in crate::logs) fn push(&mut self, text: &str, style: Style) {
        let current = self.runs.last().map_or(Style::default(), |&(_, style)| style);
        if style != current {
            // Lines are capped far below 4 GiB, so the offset always fits.
            self.runs.push((u32::try_from(self.text.len()).unwrap_or(u32::MAX), style));
        }
        self.text.push_str(text);
    }

    pub(in crate::logs) fn build(self) -> StyledLine {
        StyledLine { text: self.text.into(), runs: self.runs.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_beyond_the_sixteen_become_the_nearest() {
        assert_eq!(Colour::indexed(9).number(), 9);
        assert_eq!(Colour::indexed(196).number(), 9);
        assert_eq!(Colour::indexed(232).number(), 0);
        assert_eq!(Colour::nearest(250, 250, 250).number(), 15);
    }

    #[test]
    fn spans_cover_the_text() {
        let mut builder = Builder::default();
        builder.push("a", Style::default());
        builder.push("b", Style::DIM);
        builder.push("c", Style::default());
        let line = builder.build();
        let texts: Vec<_> = line.spans().map(|span| (span.text, span.style.dim)).collect();
        assert_eq!(texts, [("a", false), ("b", true), ("c", false)]);
    }
}
