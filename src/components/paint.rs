//! The last step of drawing: roles become the theme's colours, and what the terminal cannot
//! show becomes the nearest that it can.
//!
//! Components draw with ratatui's named colours, which stand for roles, and with numbered
//! ones for what programs print.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::core::theme::{Colour, Depth, Look, Role, Shapes, Theme, xterm};

/// Gives what was drawn the look's colours and shapes.
pub fn paint(look: &Look, buf: &mut Buffer) {
    // Neighbours mostly look alike: what was found for one is right for the next.
    let mut last = None;
    for cell in &mut buf.content {
        let drawn = (cell.fg, cell.bg, cell.modifier);
        match last {
            Some((before, after)) if before == drawn => (cell.fg, cell.bg, cell.modifier) = after,
            _ => colour(look, cell),
        }
        last = Some((drawn, (cell.fg, cell.bg, cell.modifier)));
        if look.shapes == Shapes::Ascii && !cell.symbol().is_ascii() {
            let shape = ascii(cell.symbol());
            cell.set_char(shape);
        }
    }
}

fn colour(look: &Look, cell: &mut Cell) {
    if look.depth == Depth::None {
        (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
        return;
    }
    let theme = look.theme();
    // A program that sets a background has chosen what it writes on it: both stay as they are.
    let is_chosen = matches!(cell.bg, Color::Indexed(_) | Color::Rgb(..));
    if cell.modifier.contains(Modifier::DIM) && theme.of(Role::Dim) != Colour::Terminal && !is_chosen {
        // What a terminal makes of dim text has no contrast that anybody could promise.
        cell.modifier.remove(Modifier::DIM);
        if cell.fg == Color::Reset {
            cell.fg = shown(theme.of(Role::Dim));
        }
    }
    cell.fg = at_depth(foreground(theme, cell.fg, is_chosen), look.depth);
    cell.bg = at_depth(background(theme, cell.bg), look.depth);
}

fn foreground(theme: &Theme, colour: Color, is_chosen: bool) -> Color {
    let role = match colour {
        Color::Reset => Role::Text,
        Color::Green => Role::Good,
        Color::Yellow => Role::Busy,
        Color::Red => Role::Bad,
        Color::Cyan => Role::Info,
        Color::Magenta => Role::Second,
        Color::Blue => Role::Third,
        Color::LightCyan => Role::Fourth,
        Color::Black => Role::FindText,
        Color::White => Role::BannerText,
        Color::Indexed(number @ ..16) if !is_chosen => {
            return theme.ansi.map_or(colour, |ansi| shown(ansi[usize::from(number)]));
        }
        other => return other,
    };
    if is_chosen && role == Role::Text { colour } else { shown(theme.of(role)) }
}

fn background(theme: &Theme, colour: Color) -> Color {
    match colour {
        Color::Reset => shown(theme.of(Role::Background)),
        Color::Yellow => shown(theme.of(Role::Find)),
        Color::Red => shown(theme.of(Role::Banner)),
        other => other,
    }
}

const fn shown(colour: Colour) -> Color {
    match colour {
        Colour::Terminal => Color::Reset,
        Colour::Indexed(number) => Color::Indexed(number),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}

fn at_depth(colour: Color, depth: Depth) -> Color {
    match (colour, depth) {
        (Color::Rgb(red, green, blue), Depth::Many) => Color::Indexed(of_many((red, green, blue))),
        (Color::Rgb(red, green, blue), Depth::Sixteen) => Color::Indexed(nearest((red, green, blue), 0..=15)),
        (Color::Indexed(number @ 16..), Depth::Sixteen) => Color::Indexed(nearest(xterm(number), 0..=15)),
        (other, _) => other,
    }
}

/// The nearest of xterm's colours from 16 on, found without a look at each: this is done for
/// every cell of every frame. In the cube each part has its own nearest level; the greys are
/// a line.
fn of_many(wanted: (u8, u8, u8)) -> u8 {
    let level = |part: u8| (1..=5_u8).filter(|n| part > [0, 47, 115, 155, 195, 235][usize::from(*n)]).count() as u8;
    let cube = 16 + 36 * level(wanted.0) + 6 * level(wanted.1) + level(wanted.2);
    let mean = (2 * u32::from(wanted.0) + 4 * u32::from(wanted.1) + u32::from(wanted.2)) / 7;
    let grey = 232 + u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    if distance(wanted, grey) < distance(wanted, cube) { grey } else { cube }
}

/// The nearest of these of the terminal's colours.
fn nearest(wanted: (u8, u8, u8), among: std::ops::RangeInclusive<u8>) -> u8 {
    among.min_by_key(|number| distance(wanted, *number)).unwrap_or_default()
}

/// How different a colour looks from a numbered one.
fn distance(wanted: (u8, u8, u8), number: u8) -> u32 {
    let apart = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
    let (red, green, blue) = xterm(number);
    // The eye sees green best and blue least.
    2 * apart(wanted.0, red) + 4 * apart(wanted.1, green) + apart(wanted.2, blue)
}

/// A shape that says the same in ASCII; a question mark for the letters of others.
fn ascii(symbol: &str) -> char {
    match symbol.chars().next().unwrap_or(' ') {
        '─' | '━' | '░' | '–' => '-',
        '│' | '┃' | '▏' | '‖' | '▕' => '|',
        '┌' | '┐' | '└' | '┘' | '┏' | '┓' | '┗' | '┛' | '├' | '┤' | '┬' | '┴' | '┼' | '┝' | '┥' => {
            '+'
        }
        '●' => '*',
        '◐' => '~',
        '◌' | '○' => 'o',
        '·' | '…' | '▁' | '▂' => '.',
        '✕' => 'x',
        '✓' | '↓' => 'v',
        '↑' => '^',
        '›' | '▸' | '→' => '>',
        '‹' | '←' => '<',
        '▃' | '▄' => '-',
        '▅' | '▆' => '=',
        '▇' | '█' => '#',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::theme::Themes;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn look(depth: Depth, shapes: Shapes) -> Look {
        let mut theme = Theme::default();
        theme.set(Role::Text, Colour::Rgb(200, 200, 200));
        theme.set(Role::Background, Colour::Rgb(10, 10, 10));
        theme.set(Role::Dim, Colour::Rgb(150, 150, 150));
        theme.set(Role::Bad, Colour::Rgb(255, 100, 0));
        theme.ansi = Some(std::array::from_fn(|_| Colour::Rgb(1, 2, 3)));
        Look { themes: Themes { dark: theme.clone(), light: theme }, depth, shapes, ..Look::default() }
    }

    fn painted(look: &Look, text: &str, style: Style) -> Cell {
        let mut buf = Buffer::empty(Rect::new(0, 0, 2, 1));
        buf.set_string(0, 0, text, style);
        paint(look, &mut buf);
        buf[(0, 0)].clone()
    }

    #[test]
    fn roles_become_colours() {
        let look = look(Depth::True, Shapes::Unicode);
        let bad = painted(&look, "x", Style::new().fg(Color::Red));
        assert_eq!((bad.fg, bad.bg), (Color::Rgb(255, 100, 0), Color::Rgb(10, 10, 10)));
        let dim = painted(&look, "x", Style::new().add_modifier(Modifier::DIM));
        assert_eq!((dim.fg, dim.modifier), (Color::Rgb(150, 150, 150), Modifier::empty()));
        let red = painted(&look, "x", Style::new().fg(Color::Indexed(1)));
        assert_eq!(red.fg, Color::Rgb(1, 2, 3), "a program's red is the theme's");
        let chosen = painted(&look, "x", Style::new().fg(Color::Indexed(1)).bg(Color::Indexed(7)));
        assert_eq!(
            (chosen.fg, chosen.bg),
            (Color::Indexed(1), Color::Indexed(7)),
            "on its own background it is its own"
        );
    }

    #[test]
    fn the_nearest_that_a_terminal_can_show() {
        let style = Style::new().fg(Color::Red);
        assert_eq!(painted(&look(Depth::Many, Shapes::Unicode), "x", style).fg, Color::Indexed(202));
        assert_eq!(painted(&look(Depth::Sixteen, Shapes::Unicode), "x", style).fg, Color::Indexed(9));
        let mono = painted(&look(Depth::None, Shapes::Unicode), "x", style);
        assert_eq!((mono.fg, mono.bg), (Color::Reset, Color::Reset));
        assert_eq!((xterm(16), xterm(231), xterm(255)), ((0, 0, 0), (255, 255, 255), (238, 238, 238)));
    }

    proptest::proptest! {
        #[test]
        fn what_is_found_without_a_look_at_each_is_as_near(wanted in proptest::prelude::any::<(u8, u8, u8)>()) {
            let least = distance(wanted, nearest(wanted, 16..=255));
            // Between two greys the mean is rounded: one step of ten at most.
            proptest::prop_assert!(distance(wanted, of_many(wanted)) <= least + 7 * 10);
        }
    }

    #[test]
    fn shapes_become_ascii() {
        let look = look(Depth::None, Shapes::Ascii);
        for (shape, wanted) in [("┏", "+"), ("●", "*"), ("│", "|"), ("a", "a"), ("日", "?"), ("█", "#")] {
            assert_eq!(painted(&look, shape, Style::new()).symbol(), wanted, "{shape}");
        }
    }

    #[test]
    fn the_terminals_own_look_changes_nothing() {
        let cell = painted(&Look::default(), "x", Style::new().fg(Color::Indexed(3)).add_modifier(Modifier::DIM));
        assert_eq!((cell.fg, cell.bg, cell.modifier), (Color::Indexed(3), Color::Reset, Modifier::DIM));
    }
}
