//! The core's cells, colours and cursor as ours.

use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::{Cell as CoreCell, Flags};
use alacritty_terminal::vte::ansi::{Color, CursorShape, NamedColor};

use crate::console::alacritty::Terminal;
use crate::console::frame::{Cell, Colour, Cursor, Marked, Shape, Style, Underline, Width};

impl Terminal {
    pub(super) fn cursor(&self) -> Option<Cursor> {
        let grid = self.term.grid();
        let is_programs = self.term.mode().contains(TermMode::SHOW_CURSOR) && self.shape() != CursorShape::Hidden;
        let visible = is_programs || self.is_copying();
        let point = if self.is_copying() { self.term.vi_mode_cursor.point } else { grid.cursor.point };
        let row = point.line.0 + i32::try_from(grid.display_offset()).ok()?;
        let row = u16::try_from(row).ok().filter(|row| visible && *row < self.size.rows)?;
        let column = u16::try_from(point.column.0).ok()?;
        let shape = match self.shape() {
            _ if self.is_copying() => Shape::Block,
            CursorShape::Underline => Shape::Underline,
            CursorShape::Beam => Shape::Beam,
            _ => Shape::Block,
        };
        Some(Cursor { column, row, shape })
    }

    pub(super) fn cell(&self, cell: &CoreCell) -> Cell {
        let flags = cell.flags;
        Cell {
            c: cell.c,
            marks: cell.zerowidth().filter(|marks| !marks.is_empty()).map(|marks| marks.iter().collect()),
            width: width(flags),
            fg: self.colour(cell.fg),
            bg: self.colour(cell.bg),
            style: Style {
                bold: flags.contains(Flags::BOLD),
                dim: flags.contains(Flags::DIM) || is_dim(cell.fg),
                italic: flags.contains(Flags::ITALIC),
                underline: underline(flags),
                reverse: flags.contains(Flags::INVERSE),
                hidden: flags.contains(Flags::HIDDEN),
                strikeout: flags.contains(Flags::STRIKEOUT),
            },
            marked: Marked::Not,
            link: cell.hyperlink().map(|link| link.uri().into()),
        }
    }

    /// A colour, as the program's own palette has it where it has set one.
    fn colour(&self, colour: Color) -> Colour {
        let index = match colour {
            Color::Spec(rgb) => return Colour::Rgb(rgb.r, rgb.g, rgb.b),
            Color::Indexed(index) => usize::from(index),
            Color::Named(name) => undimmed(name) as usize,
        };
        match self.term.colors()[index] {
            Some(rgb) => Colour::Rgb(rgb.r, rgb.g, rgb.b),
            None => u8::try_from(index).map_or(Colour::Default, Colour::Indexed),
        }
    }
}

fn underline(flags: Flags) -> Underline {
    let all = [
        (Flags::UNDERLINE, Underline::Single),
        (Flags::DOUBLE_UNDERLINE, Underline::Double),
        (Flags::UNDERCURL, Underline::Curl),
        (Flags::DOTTED_UNDERLINE, Underline::Dots),
        (Flags::DASHED_UNDERLINE, Underline::Dashes),
    ];
    all.into_iter().find(|(flag, _)| flags.contains(*flag)).map_or(Underline::None, |(_, underline)| underline)
}

const fn width(flags: Flags) -> Width {
    if flags.contains(Flags::WIDE_CHAR) {
        Width::Wide
    } else if flags.contains(Flags::WIDE_CHAR_SPACER) {
        Width::Spacer
    } else {
        Width::Narrow
    }
}

/// A dim colour's own number: dim is an attribute here.
fn undimmed(name: NamedColor) -> NamedColor {
    if is_dim(Color::Named(name)) { name.to_bright() } else { name }
}

fn is_dim(colour: Color) -> bool {
    matches!(colour, Color::Named(name) if name as usize >= NamedColor::DimBlack as usize && name != NamedColor::BrightForeground)
}
