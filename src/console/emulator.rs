//! The emulator as the program sees it: a small trait, so that the core behind it can be
//! another one day.

use std::time::Instant;

use crate::console::copying::Copying;
use crate::console::frame::{Frame, Modes};
use crate::core::console::Size;

/// Where bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the program, now: its questions are answered.
    Live,
    /// From its history: its questions were answered when they were asked. An answer now
    /// would be typed into the program.
    History,
}

/// What a program tells its terminal besides what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It rings the bell.
    Bell,
    /// It has a new title.
    Title,
    /// It asks for this text to be put into the clipboard (OSC 52): foreign text.
    Copy(String),
}

/// Lines of scrollback: some 29 MB where all are written at 120 columns.
pub const SCROLLBACK: usize = 10_000;

/// An emulated terminal. It is fed and answered by the task that reads the program's
/// output; what draws it gets pictures.
pub trait Emulator: Send {
    /// Takes the program's output.
    fn feed(&mut self, bytes: &[u8], source: Source);

    /// Changes the size; brought into the bounds of [`Size`].
    fn resize(&mut self, size: Size);

    /// The size.
    fn size(&self) -> Size;

    /// Takes what has to be sent to the program, in the order of its questions.
    fn replies(&mut self) -> Vec<u8>;

    /// Takes what the program has told.
    fn events(&mut self) -> Vec<Event>;

    /// What the program has asked for.
    fn modes(&self) -> Modes;

    /// A picture of the screen, scrollback where it is scrolled back.
    fn frame(&self) -> Frame;

    /// Scrolls the view by lines: up for positive numbers, as far as there is something.
    fn scroll(&mut self, lines: i32);

    /// Whether the view is scrolled back.
    fn is_scrolled(&self) -> bool;

    /// Scrolls to the end.
    fn scroll_to_end(&mut self);

    /// Does what is asked about copying; gives the text that is taken.
    fn copy(&mut self, ask: Copying) -> Option<String>;

    /// The text that is selected, where there is some.
    fn selected(&self) -> Option<String>;

    /// When a synchronised output (mode 2026) is shown even if the program has not ended
    /// it: a program that stalls must not freeze its pane.
    fn deadline(&self) -> Option<Instant>;

    /// Ends a synchronised output whose deadline is over.
    fn expire(&mut self, now: Instant);
}
