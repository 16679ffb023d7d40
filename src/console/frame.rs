//! What a terminal shows, as data: cells, cursor, modes.

use crate::core::console::Size;

/// A picture of a terminal's screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// Columns and rows.
    pub size: Size,
    /// The cells, row by row.
    pub cells: Vec<Cell>,
    /// The cursor, where it is shown and in view.
    pub cursor: Option<Cursor>,
    /// Lines that the view is scrolled back.
    pub offset: usize,
    /// Lines of scrollback.
    pub history: usize,
    /// What the program has asked for.
    pub modes: Modes,
    /// The title that the program has set, as it was written: foreign text.
    pub title: String,
    /// The path of the folder that the program says it is in: foreign text.
    pub folder: Option<String>,
    /// Bytes dropped so far of a control sequence that goes on and on: all that the program writes.
    pub dropped: Option<u64>,
    /// Whether something is being copied by keys.
    pub copying: CopyState,
}

/// Whether something is being copied by keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CopyState {
    /// Nothing is.
    #[default]
    Off,
    /// Something is: the cursor is the copier's.
    On,
    /// The same, and the last search has found nothing.
    Missed,
}

/// Where a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To older lines.
    Older,
    /// To newer ones.
    Newer,
}

/// What a cell is besides what the program has made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marked {
    /// Nothing.
    #[default]
    Not,
    /// Part of what a search has found.
    Found,
    /// Part of what is selected.
    Selected,
}

impl Frame {
    /// The cells of a row, none where there is no such row.
    pub fn row(&self, row: u16) -> &[Cell] {
        let width = usize::from(self.size.columns);
        let start = usize::from(row) * width;
        self.cells.get(start..start + width).unwrap_or_default()
    }
}

impl Frame {
    /// The text of the screen, line by line, without blanks at the lines' ends and without
    /// blank lines below. Foreign text still.
    pub fn text(&self) -> String {
        let line = |row: u16| -> String {
            let cells = self.row(row).iter().filter(|cell| cell.width != Width::Spacer);
            let text: String =
                cells.map(|cell| format!("{}{}", cell.c, cell.marks.as_deref().unwrap_or_default())).collect();
            text.trim_end().to_owned()
        };
        let lines: Vec<String> = (0..self.size.rows).map(line).collect();
        lines.join("\n").trim_end().to_owned()
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its character, foreign: may be a control character (a tab stands in its cell).
    pub c: char,
    /// Combining characters upon it, at most [`MOST_MARKS`].
    pub marks: Option<Box<str>>,
    /// How wide it is.
    pub width: Width,
    /// The text's colour.
    pub fg: Colour,
    /// The colour behind it.
    pub bg: Colour,
    /// How it is written.
    pub style: Style,
    /// What it is besides.
    pub marked: Marked,
    /// Where it links to: foreign text.
    pub link: Option<std::sync::Arc<str>>,
}

/// Combining characters that a cell holds. Emoji sequences need five or six.
pub const MOST_MARKS: usize = 8;

/// How wide a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// One column.
    #[default]
    Narrow,
    /// Two columns: the next cell is a spacer.
    Wide,
    /// Covered by the wide one before it.
    Spacer,
}

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// The terminal's own.
    #[default]
    Default,
    /// One of the 256.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Dim.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// How it is underlined.
    pub underline: Underline,
    /// Colours swapped.
    pub reverse: bool,
    /// Not shown.
    pub hidden: bool,
    /// Struck out.
    pub strikeout: bool,
}

/// How text is underlined (SGR 4:0 to 4:5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Underline {
    /// Not at all.
    #[default]
    None,
    /// By a line.
    Single,
    /// By two.
    Double,
    /// By a wave.
    Curl,
    /// By dots.
    Dots,
    /// By dashes.
    Dashes,
}

/// The cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Column, from 0.
    pub column: u16,
    /// Row, from 0.
    pub row: u16,
    /// How it looks.
    pub shape: Shape,
}

/// How a cursor looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// The whole cell.
    #[default]
    Block,
    /// A line below.
    Underline,
    /// A line at the left.
    Beam,
}

/// What a program has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// Arrows are sent in the application's form (DECCKM).
    pub application_cursor: bool,
    /// The keypad is (DECNKM). The host's terminal does not tell it from the digits.
    pub application_keypad: bool,
    /// Enter is CR LF (LNM).
    pub newline: bool,
    /// Pastes are bracketed (2004).
    pub bracketed_paste: bool,
    /// Focus is reported (1004).
    pub focus: bool,
    /// The alternate screen is shown (1049).
    pub alternate_screen: bool,
    /// The wheel is arrows in the alternate screen (1007).
    pub alternate_scroll: bool,
    /// What of the mouse is reported.
    pub mouse: Tracking,
    /// How it is.
    pub mouse_form: MouseForm,
    /// Flags of the kitty keyboard protocol: 1 disambiguate, 2 event types, 4 alternate
    /// keys, 8 all keys as sequences, 16 associated text.
    pub kitty: u8,
    /// xterm's modifyOtherKeys: 0, 1 or 2.
    pub modify_other_keys: u8,
}

/// What of the mouse is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Tracking {
    /// Nothing.
    #[default]
    Off,
    /// Presses and releases (1000).
    Clicks,
    /// Moves with a button down, too (1002).
    Drags,
    /// All moves (1003).
    Moves,
}

/// How the mouse is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseForm {
    /// X10's three bytes.
    #[default]
    Bytes,
    /// The same as UTF-8 characters (1005).
    Utf8,
    /// Numbers (1006).
    Numbers,
}
