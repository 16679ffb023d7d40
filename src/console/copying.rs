//! Copying from a terminal's screen and scrollback: what is asked of an emulator.

use crate::console::frame::Direction;

/// What is asked of an emulator about copying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copying {
    /// Begin: a cursor of its own appears where the program's is.
    Begin,
    /// Move the cursor.
    Move(Motion),
    /// Begin a selection at the cursor, or drop the one that there is.
    Select(Unit),
    /// Go to the next find of this expression.
    Search(String, Direction),
    /// Go to the next find of the same.
    Again(Direction),
    /// The mouse has gone down at this column and row of the view.
    Press(u16, u16, Unit),
    /// It was drawn to this cell.
    Drag(u16, u16),
    /// Give what is selected, or the cursor's line, and end.
    Take,
    /// End.
    End,
}

/// How the cursor moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// So many columns to the right; negative to the left.
    Columns(i32),
    /// So many lines up; negative down.
    Lines(i32),
    /// So many lines up, and the view with the cursor; negative down.
    Page(i32),
    /// To the next word.
    NextWord,
    /// To the word before.
    PreviousWord,
    /// To the end of a word.
    WordEnd,
    /// To the line's first column.
    LineStart,
    /// To the line's last column.
    LineEnd,
    /// To the oldest line.
    Top,
    /// To the newest line.
    Bottom,
}

/// What a selection is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Characters.
    Characters,
    /// Words.
    Words,
    /// Lines.
    Lines,
    /// A rectangle.
    Block,
}

impl Motion {
    /// The motion of a key that no action of the keymap has while something is copied.
    pub const fn of_char(c: char) -> Option<Self> {
        Some(match c {
            'w' => Self::NextWord,
            'b' => Self::PreviousWord,
            'e' => Self::WordEnd,
            '0' | '^' => Self::LineStart,
            '$' => Self::LineEnd,
            _ => return None,
        })
    }
}
