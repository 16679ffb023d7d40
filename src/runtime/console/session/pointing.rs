//! The mouse in a console: the program's where it has asked for it, else for scrolling and
//! selecting; and what is copied.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::{Msg, message::ConsoleMsg};
use crate::console::copying::{Copying, Unit};
use crate::console::{Emulator as _, mouse};
use crate::core::input::{Button, Mouse, MouseKind};
use crate::runtime::console::session::Session;

/// Lines that a notch of the wheel scrolls.
const WHEEL: i32 = 3;
/// Presses at one cell within this belong together.
const TOGETHER: Duration = Duration::from_millis(400);

/// Presses of the mouse at one cell, one soon after the other.
#[derive(Debug, Default)]
pub(super) struct Presses {
    last: Option<(Instant, u16, u16)>,
    count: u8,
    /// Whether the mouse was moved since, or the press was a double one: something is selected.
    selects: bool,
}

impl Presses {
    /// What this press selects by: one characters, two words, three lines.
    fn press(&mut self, column: u16, row: u16) -> Unit {
        let now = Instant::now();
        let goes_on = self.last.is_some_and(|(at, x, y)| now - at < TOGETHER && (x, y) == (column, row));
        self.count = if goes_on { self.count % 3 + 1 } else { 1 };
        self.last = Some((now, column, row));
        self.selects = self.count > 1;
        match self.count {
            1 => Unit::Characters,
            2 => Unit::Words,
            _ => Unit::Lines,
        }
    }
}

impl Session {
    pub(super) async fn mouse(&mut self, mouse: Mouse) {
        let modes = self.emulator.modes();
        let notch = match mouse.kind {
            MouseKind::WheelUp => WHEEL,
            MouseKind::WheelDown => -WHEEL,
            _ => 0,
        };
        let lines = usize::from(notch.unsigned_abs() as u16);
        let told = mouse::encode(mouse, &modes).or_else(|| mouse::wheel_as_arrows(mouse.kind, lines, &modes));
        match (told, mouse.kind) {
            (Some(bytes), _) => self.type_in(bytes),
            (None, MouseKind::Press) => {
                let unit = self.presses.press(mouse.column, mouse.row);
                self.copy(Copying::Press(mouse.column, mouse.row, unit)).await;
            }
            (None, MouseKind::Dragged(Button::Left)) => {
                self.presses.selects = true;
                self.copy(Copying::Drag(mouse.column, mouse.row)).await;
            }
            (None, MouseKind::Released(Button::Left)) if self.presses.selects => self.take_selected().await,
            (None, _) => self.scroll(notch),
        }
    }

    pub(super) fn scroll(&mut self, lines: i32) {
        if lines != 0 {
            self.emulator.scroll(lines);
            self.due.frame = Some(Instant::now());
        }
    }

    /// Does what is asked about copying, and passes on what is taken.
    pub(super) async fn copy(&mut self, ask: Copying) {
        let text = self.emulator.copy(ask);
        self.due.frame = Some(Instant::now());
        self.taken(text).await;
    }

    /// What the mouse has selected is copied when it is let go; it stays marked.
    async fn take_selected(&mut self) {
        let text = self.emulator.selected();
        self.taken(text).await;
    }

    async fn taken(&mut self, text: Option<String>) {
        if let Some(text) = text {
            // Without a receiver the dashboard has ended.
            let _ = self.messages.send(Msg::Console(ConsoleMsg::Taken(text))).await;
        }
    }
}
