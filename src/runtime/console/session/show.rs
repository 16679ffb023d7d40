//! What a session shows: pictures of its screen, and words of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use crate::app::{Msg, message::ConsoleMsg};
use crate::console::Emulator as _;
use crate::core::debugger::MARK;
use crate::core::notice::Notice;
use crate::runtime::console::open::Target;
use crate::runtime::console::session::{CANNOT, Session};

/// Between two pictures of a program that writes on and on: 30 a second.
const FRAME: Duration = Duration::from_millis(33);
/// A key's echo is shown at once. So is no more than this of an answer, in bytes: a longer
/// one is a screen that comes in pieces, and they are shown together.
const SHORT: usize = 256;
const TOGETHER: Duration = Duration::from_millis(1);
/// Output so soon after a key is its echo.
const AFTER_KEY: Duration = Duration::from_millis(150);
/// Until the drawing has room for another picture.
const CROWDED: Duration = Duration::from_millis(5);

impl Session {
    /// The text on the screen.
    pub(super) fn said(&self) -> String {
        self.emulator.frame().text()
    }

    /// The notice of a program that cannot be run, in PID 1's own words.
    pub(super) fn cannot(&self) -> Notice {
        let said = self.said().replace('\n', " ");
        let cause = said.split_once(CANNOT).map(|(_, cause)| cause.trim().to_owned()).unwrap_or_default();
        Notice::error(format!("the console {} cannot run its program", self.target.name()))
            .because(format!("cannot run {cause}"))
            .remedy("name another program, or the service whose image has it, with [[consoles]] in biostar-tui.toml")
    }

    fn is_echo(&self) -> bool {
        self.typed_at.is_some_and(|at| at.elapsed() < AFTER_KEY)
    }

    /// Asks for a picture: at once or soon after a key, at the next frame otherwise.
    pub(super) fn changed(&mut self) {
        let now = Instant::now();
        let wanted = match self.is_echo() {
            true if self.answered <= SHORT => now,
            true => now + TOGETHER,
            false => now.max(self.shown_at + FRAME),
        };
        self.due.frame = Some(self.due.frame.map_or(wanted, |due| due.min(wanted)));
    }

    /// A server's own terminal may show a line of ours: then there is something to look at.
    pub(super) fn listen(&mut self, bytes: &[u8]) {
        let mark = MARK.as_bytes();
        let is_ours = || bytes.windows(mark.len()).any(|window| window == mark);
        self.said |= matches!(self.target, Target::Service(_)) && is_ours();
    }

    pub(super) fn show(&mut self) {
        if self.said {
            let said = ConsoleMsg::Said { console: self.target.console() };
            // Where there is no room, there is at the next picture.
            self.said = self.messages.try_send(Msg::Console(said)).is_err();
        }
        if self.renamed {
            let called = ConsoleMsg::Called { console: self.target.console(), called: self.called.clone() };
            self.renamed = self.messages.try_send(Msg::Console(called)).is_err();
        }
        let frame = ConsoleMsg::Frame {
            console: self.target.console(),
            frame: Arc::new(self.emulator.frame()),
            urgent: self.is_echo(),
        };
        self.due.frame = match self.messages.try_send(Msg::Console(frame)) {
            Err(TrySendError::Full(_)) => Some(Instant::now() + CROWDED),
            _ => None,
        };
        self.shown_at = Instant::now();
    }
}
