//! A cell of a console's screen as one of ours.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroU16;

use ratatui::buffer::{Cell as Drawn, CellDiffOption};
use ratatui::style::{Color, Modifier, Style};

use crate::components::look::Colours;
use crate::console::frame::{Cell, Colour, Marked, Underline, Width};
use crate::core::theme::Depth;
use crate::logs::glyph;

/// The longest link that is passed on: beyond what browsers take from a command line.
const LONGEST_LINK: usize = 2000;

/// What the terminal can draw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means {
    /// Colours.
    pub colours: Colours,
    /// How many of them there are.
    pub depth: Depth,
}

/// Draws a cell; one that does not fit is blank.
pub(super) fn draw(cell: &Cell, fits: bool, means: Means, to: &mut Drawn) {
    let mut text = String::new();
    let shown = if fits && !cell.style.hidden { printable(cell.c) } else { ' ' };
    text.push(shown);
    text.extend(cell.marks.iter().flat_map(|marks| marks.chars()).filter(|mark| fits && is_mark(*mark)));
    // A terminal that has but 16 colours may print what it does not know.
    let (kind, link) = match means.depth {
        Depth::None | Depth::Sixteen => (None, None),
        Depth::Many | Depth::True => (kind(cell.style.underline), cell.link.as_deref().filter(|link| is_safe(link))),
    };
    to.set_style(Style::reset().patch(style(cell, means.colours, kind.is_some())));
    if kind.is_none() && link.is_none() {
        to.set_symbol(&text);
        return;
    }
    // The sequences have no width, but the text's would be counted with them.
    let width = if cell.width == Width::Wide && fits { 2 } else { 1 };
    to.set_diff_option(NonZeroU16::new(width).map_or(CellDiffOption::None, CellDiffOption::ForcedWidth));
    to.set_symbol(&linked(link, underlined(kind, text)));
}

/// The text under a line of this kind. The plain one comes first, for terminals that know
/// no other.
fn underlined(kind: Option<u8>, text: String) -> String {
    kind.map_or(text.clone(), |kind| format!("\x1b[4m\x1b[4:{kind}m{text}\x1b[24m"))
}

/// The text as a link (OSC 8). Its cells are one link by their id, for each is written alone.
fn linked(link: Option<&str>, text: String) -> String {
    let Some(link) = link else { return text };
    let mut hasher = DefaultHasher::new();
    link.hash(&mut hasher);
    format!("\x1b]8;id={:x};{link}\x1b\\{text}\x1b]8;;\x1b\\", hasher.finish())
}

/// Whether a link may reach the terminal: a web page's, a mail's or a file's, in nothing but
/// the characters of RFC 3986.
fn is_safe(link: &str) -> bool {
    let is_known = ["http://", "https://", "mailto:", "file://"].iter().any(|scheme| link.starts_with(scheme));
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&c);
    is_known && link.len() <= LONGEST_LINK && link.bytes().all(is_plain)
}

/// SGR's number for a kind of underline that is not the plain one.
const fn kind(underline: Underline) -> Option<u8> {
    match underline {
        Underline::None | Underline::Single => None,
        Underline::Double => Some(2),
        Underline::Curl => Some(3),
        Underline::Dots => Some(4),
        Underline::Dashes => Some(5),
    }
}

/// The character where a terminal prints it: a tab stands in its cell, and whatever else
/// is a command or reorders text is not passed on.
fn printable(c: char) -> char {
    match glyph::sort(c) {
        glyph::Glyph::Shown(_) | glyph::Glyph::Modifier => c,
        _ => ' ',
    }
}

/// Whether a mark may go upon a character. A joiner would make one glyph with the next
/// cell's, and the columns behind it would move.
fn is_mark(c: char) -> bool {
    glyph::sort(c) == glyph::Glyph::Mark
}

fn style(cell: &Cell, colours: Colours, draws_kind: bool) -> Style {
    let written = cell.style;
    let is_underlined = (written.underline != Underline::None || cell.marked == Marked::Found) && !draws_kind;
    let modifiers = [
        (written.bold, Modifier::BOLD),
        (written.dim, Modifier::DIM),
        (written.italic, Modifier::ITALIC),
        (is_underlined, Modifier::UNDERLINED),
        (written.reverse ^ (cell.marked != Marked::Not), Modifier::REVERSED),
        (cell.marked == Marked::Found, Modifier::BOLD),
        (written.strikeout, Modifier::CROSSED_OUT),
    ];
    let set = modifiers.into_iter().filter_map(|(is_on, modifier)| is_on.then_some(modifier)).collect::<Modifier>();
    let style = Style::new().add_modifier(set);
    match colours {
        Colours::None => style,
        _ => style.fg(colour(cell.fg)).bg(colour(cell.bg)),
    }
}

const fn colour(colour: Colour) -> Color {
    match colour {
        Colour::Default => Color::Reset,
        Colour::Indexed(index) => Color::Indexed(index),
        Colour::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(cell: &Cell, depth: Depth) -> String {
        let mut drawn = Drawn::EMPTY;
        draw(cell, true, Means { colours: Colours::Sixteen, depth }, &mut drawn);
        drawn.symbol().replace('\x1b', "^[")
    }

    fn under(underline: Underline) -> Cell {
        let style = crate::console::frame::Style { underline, ..Default::default() };
        Cell { c: 'x', style, ..Cell::default() }
    }

    fn link(to: &str) -> Cell {
        Cell { c: 'x', link: Some(to.into()), ..Cell::default() }
    }

    #[test]
    fn kinds_of_underlines_are_drawn_where_the_terminal_has_many_colours() {
        for (underline, wanted) in [
            (Underline::None, "x"),
            (Underline::Single, "x"),
            (Underline::Double, "^[[4m^[[4:2mx^[[24m"),
            (Underline::Curl, "^[[4m^[[4:3mx^[[24m"),
            (Underline::Dots, "^[[4m^[[4:4mx^[[24m"),
            (Underline::Dashes, "^[[4m^[[4:5mx^[[24m"),
        ] {
            assert_eq!(symbol(&under(underline), Depth::True), wanted);
            assert_eq!(symbol(&under(underline), Depth::Sixteen), "x");
        }
        let mut drawn = Drawn::EMPTY;
        draw(&under(Underline::Curl), true, Means { colours: Colours::None, depth: Depth::None }, &mut drawn);
        assert!(drawn.modifier.contains(Modifier::UNDERLINED), "a plain line then");
    }

    #[test]
    fn links_are_passed_on_where_they_are_nothing_else() {
        let shown = symbol(&link("https://example.org/a?b=c#d"), Depth::Many);
        assert!(
            shown.starts_with("^[]8;id=") && shown.ends_with(";https://example.org/a?b=c#d^[\\x^[]8;;^[\\"),
            "{shown}"
        );
        let long = format!("https://x/{}", "y".repeat(LONGEST_LINK));
        for bad in
            ["https://x/\x07\x1b]52;c;aGk=\x07", "https://x/\u{9c}", "javascript:alert(1)", "https://x/ y", &long]
        {
            assert_eq!(symbol(&link(bad), Depth::True), "x", "{bad:?}");
        }
    }

    #[test]
    fn a_link_is_as_wide_as_its_text() {
        let mut drawn = Drawn::EMPTY;
        let wide = Cell { c: '日', width: Width::Wide, ..link("https://x/") };
        draw(&wide, true, Means { colours: Colours::Sixteen, depth: Depth::True }, &mut drawn);
        assert_eq!(drawn.diff_option, CellDiffOption::ForcedWidth(NonZeroU16::new(2).unwrap()));
    }
}
