//! One line of a terminal: cells that can be overwritten, as progress bars do.

use crate::logs::glyph::{self, Glyph};
use crate::logs::line::{Builder, Style, StyledLine};

/// Columns that a line may have: as many as bytes of it are read, so that it is masked
/// whole before it is cut.
pub const MAX_COLUMNS: usize = 64 * 1024;
/// The farthest column that a sequence may go to beyond what is written: no terminal is
/// wider, and ten bytes must not make a line of thousands of blanks.
const MAX_JUMP: usize = 1000;
/// Combining marks on one character: more only smear over the lines above and below.
pub const MAX_MARKS: u8 = 4;
/// Characters that may be joined to one: a family of four has three.
const MAX_JOINED: u8 = 6;
/// Buffers larger than this are given back after a line.
const KEPT_CELLS: usize = 4 * 1024;

#[derive(Debug, Clone, Default)]
struct Cell {
    /// The character; NUL for the second column of a wide one.
    c: char,
    /// Marks and joined characters.
    extra: String,
    style: Style,
    marks: u8,
    joined: u8,
}

const SECOND_COLUMN: char = '\0';

impl Cell {
    fn new(c: char, style: Style) -> Self {
        Self { c, style, ..Self::default() }
    }

    fn ends_with_joiner(&self) -> bool {
        self.extra.ends_with('\u{200d}')
    }
}

/// A line being written.
#[derive(Debug, Default)]
pub struct ScreenLine {
    cells: Vec<Cell>,
    column: usize,
    /// Bytes that had no place.
    lost: usize,
    /// The style of what is written next.
    pub style: Style,
}

impl ScreenLine {
    /// Writes a character.
    pub fn print(&mut self, c: char) {
        match glyph::sort(c) {
            Glyph::Shown(width) if self.joins() => self.join(c, width),
            Glyph::Shown(width) => self.put(c, width),
            Glyph::Mark => self.mark(c),
            Glyph::Joiner => self.joiner(),
            Glyph::Modifier => self.modifier(c),
            Glyph::WrittenOut => glyph::written_out(c).chars().for_each(|c| self.put(c, 1)),
            Glyph::Dropped => {}
        }
    }

    /// `\r`: what follows overwrites.
    pub fn carriage_return(&mut self) {
        self.column = 0;
    }

    /// `\b`: one column back.
    pub fn backspace(&mut self) {
        self.column = self.column.saturating_sub(1);
    }

    /// `\t`: on to the next column that eight divides.
    pub fn tab(&mut self) {
        self.go_to((self.column / 8 + 1) * 8);
    }

    /// Goes to the column that a sequence asks for.
    pub fn jump_to(&mut self, column: usize) {
        self.go_to(column.min(self.cells.len().max(MAX_JUMP)));
    }

    /// Goes to a column; what was never written before it is blank.
    fn go_to(&mut self, column: usize) {
        self.column = column.min(MAX_COLUMNS);
        while self.cells.len() < self.column {
            self.cells.push(Cell::new(' ', Style::default()));
        }
    }

    /// Erases from the cursor on.
    pub fn erase_right(&mut self) {
        self.split_wide(self.column);
        self.cells.truncate(self.column);
    }

    /// Erases up to the cursor, which is included.
    pub fn erase_left(&mut self) {
        let end = (self.column + 1).min(self.cells.len());
        self.split_wide(end);
        self.cells[..end].fill(Cell::new(' ', Style::default()));
    }

    /// Erases the whole line; the cursor stays.
    pub fn erase(&mut self) {
        let column = self.column;
        self.cells.clear();
        self.go_to(column);
    }

    /// The finished line, at most `cap` bytes of it, and how many bytes of it are missing.
    /// The line is empty again afterwards.
    pub fn take(&mut self, cap: usize) -> (StyledLine, usize) {
        let mut builder = Builder::default();
        let mut missing = self.lost;
        for cell in self.cells.iter().filter(|cell| cell.c != SECOND_COLUMN) {
            let size = cell.c.len_utf8() + cell.extra.len();
            if builder.len() + size > cap {
                missing += size;
                continue;
            }
            builder.push(cell.c.encode_utf8(&mut [0; 4]), cell.style);
            builder.push(&cell.extra, cell.style);
        }
        self.reset();
        (builder.build(), missing)
    }

    fn reset(&mut self) {
        self.cells.clear();
        self.cells.shrink_to(KEPT_CELLS);
        (self.column, self.lost, self.style) = (0, 0, Style::default());
    }

    fn put(&mut self, c: char, width: usize) {
        if self.column + width > MAX_COLUMNS {
            self.lost += c.len_utf8();
            return;
        }
        self.go_to(self.column);
        self.split_wide(self.column);
        self.split_wide(self.column + width);
        self.write(Cell::new(c, self.style));
        if width == 2 {
            self.write(Cell::new(SECOND_COLUMN, self.style));
        }
    }

    fn write(&mut self, cell: Cell) {
        match self.cells.get_mut(self.column) {
            Some(place) => *place = cell,
            None => self.cells.push(cell),
        }
        self.column += 1;
    }

    /// Blanks a wide character that a cut before `column` would leave half of.
    fn split_wide(&mut self, column: usize) {
        if self.cells.get(column).is_some_and(|cell| cell.c == SECOND_COLUMN) {
            self.cells[column - 1] = Cell::new(' ', self.style);
            self.cells[column] = Cell::new(' ', self.style);
        }
    }

    /// The character that was written last, if the cursor stands right behind one.
    fn previous(&mut self) -> Option<&mut Cell> {
        let last = self.column.checked_sub(1)?;
        let is_second = self.cells.get(last)?.c == SECOND_COLUMN;
        self.cells.get_mut(if is_second { last.checked_sub(1)? } else { last })
    }

    fn mark(&mut self, c: char) {
        match self.previous() {
            Some(cell) if cell.marks < MAX_MARKS => {
                cell.extra.push(c);
                cell.marks += 1;
            }
            Some(_) => {}
            // A mark without a character to stand on would stand on the pane's border.
            None => {
                self.put(' ', 1);
                self.mark(c);
            }
        }
    }

    fn joiner(&mut self) {
        if let Some(cell) = self.previous().filter(|cell| cell.joined < MAX_JOINED && !cell.ends_with_joiner()) {
            cell.extra.push('\u{200d}');
            cell.joined += 1;
        }
    }

    fn joins(&mut self) -> bool {
        self.previous().is_some_and(|cell| cell.ends_with_joiner())
    }

    /// A figure behind a joiner is drawn over the one before; a letter is drawn beside it.
    fn join(&mut self, c: char, width: usize) {
        let is_figure = |c: char| matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}');
        match self.previous() {
            Some(cell) if is_figure(c) && is_figure(cell.c) => cell.extra.push(c),
            _ => self.put(c, width),
        }
    }

    fn modifier(&mut self, c: char) {
        let is_figure = |cell: &&mut Cell| matches!(cell.c, '\u{261d}'..='\u{270d}' | '\u{1f000}'..='\u{1faff}');
        match self.previous().filter(is_figure).filter(|cell| cell.joined < MAX_JOINED) {
            Some(cell) => {
                cell.extra.push(c);
                cell.joined += 1;
            }
            None => self.put(c, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut ScreenLine)) -> String {
        let mut line = ScreenLine::default();
        write(&mut line);
        line.take(MAX_COLUMNS).0.text().to_owned()
    }

    fn print(line: &mut ScreenLine, text: &str) {
        text.chars().for_each(|c| line.print(c));
    }

    #[test]
    fn a_return_overwrites() {
        let line = text(|line| {
            print(line, "10 %   ");
            line.carriage_return();
            print(line, "100 %");
        });
        assert_eq!(line, "100 %  ");
    }

    #[test]
    fn half_of_a_wide_character_is_blanked() {
        let line = text(|line| {
            print(line, "日本");
            line.go_to(1);
            print(line, "x");
        });
        assert_eq!(line, " x本");
    }

    #[test]
    fn a_family_takes_two_columns() {
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        let line = text(|line| {
            print(line, family);
            line.tab();
            print(line, "x");
        });
        assert_eq!(line, format!("{family}      x"));
    }

    #[test]
    fn marks_are_capped() {
        let line = text(|line| print(line, &format!("a{}b", "\u{301}".repeat(2000))));
        assert_eq!(line, format!("a{}b", "\u{301}".repeat(usize::from(MAX_MARKS))));
    }

    #[test]
    fn tabs_and_erasing() {
        let line = text(|line| {
            print(line, "ab");
            line.tab();
            print(line, "c");
            line.go_to(1);
            line.erase_left();
            line.go_to(8);
            line.erase_right();
        });
        assert_eq!(line, "        ");
    }
}
