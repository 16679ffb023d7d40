//! What the core does not know, or does otherwise than programs expect.

use alacritty_terminal::index::{Line, Point};

use crate::console::alacritty::Terminal;
use crate::console::decrqss;
use crate::console::emulator::{Emulator as _, Source};
use crate::console::prescan::Shim;

/// The margins of scrolling (DECSTBM), which the core keeps to itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Margins {
    /// The first and the last row inside, where there are some.
    rows: Option<(i32, i32)>,
    /// Where the cursor was before it moves up or down, where that is known.
    moves_from: Option<i32>,
}

impl Margins {
    /// Rows from 1; 0 for the screen's own. What is no region is ignored, as by the core.
    fn set(&mut self, top: u16, bottom: u16, rows: u16) {
        let bottom = if bottom == 0 { rows } else { bottom };
        let top = top.max(1);
        if top < bottom {
            self.rows = Some((i32::from(top) - 1, i32::from(bottom.min(rows)) - 1));
        }
    }
}

impl Terminal {
    pub(super) fn answer(&mut self, shim: Shim, source: Source) {
        let reply = match shim {
            Shim::SoftReset => return self.soft_reset(),
            Shim::EraseAbove => return self.erase_above(),
            Shim::Instead(sequence) => return self.parse(sequence),
            Shim::HardReset => {
                (self.modify_other_keys, self.margins, self.folder) = (0, Margins::default(), None);
                return;
            }
            Shim::Margins(top, bottom) => return self.margins.set(top, bottom, self.size.rows),
            Shim::Moves => {
                self.margins.moves_from = self.line();
                return;
            }
            Shim::Moved => return self.stop_at_margins(),
            Shim::ModifyOtherKeys(level) => {
                self.modify_other_keys = level;
                return;
            }
            Shim::Folder(folder) => {
                self.folder = Some(folder);
                return;
            }
            Shim::AskModifyOtherKeys => format!("\x1b[>4;{}m", self.modify_other_keys),
            Shim::Version => format!("\x1bP>|biostar-tui({})\x1b\\", env!("CARGO_PKG_VERSION")),
            Shim::AskSetting(setting) => decrqss::answer(&setting, &self.term.grid().cursor.template, self.shape()),
        };
        if source == Source::Live {
            self.replies.extend_from_slice(reply.as_bytes());
        }
    }

    /// DECSTR (VT510): modes, margins, character set and attributes, but not the screen and
    /// not the cursor's place.
    fn soft_reset(&mut self) {
        let Point { line, column } = self.term.grid().cursor.point;
        self.modify_other_keys = 0;
        let place = format!("\x1b[{};{}H", line.0 + 1, column.0 + 1);
        self.margins = Margins::default();
        self.parse(b"\x1b[?1;6l\x1b[?7;25h\x1b[4;20l\x1b>\x1b[r\x1b(B\x0f\x1b[m\x1b[H\x1b7");
        self.parse(place.as_bytes());
    }

    /// Also the first row, where the cursor is in the second: the core leaves it. While an
    /// update is synchronised nobody knows where the cursor is.
    fn erase_above(&mut self) {
        self.parse(b"\x1b[1J");
        if self.deadline().is_none() && self.term.grid().cursor.point.line == Line(1) {
            self.term.grid_mut().reset_region(..Line(1));
        }
    }

    /// The cursor's row; while an update is synchronised nobody knows it.
    fn line(&self) -> Option<i32> {
        self.deadline().is_none().then(|| self.term.grid().cursor.point.line.0)
    }

    /// A move up or down that was begun inside of a margin ends there (VT510, CUU and CUD):
    /// the core goes on to the screen's edge.
    fn stop_at_margins(&mut self) {
        let from = self.margins.moves_from.take();
        let (Some((top, bottom)), Some(from), Some(now)) = (self.margins.rows, from, self.line()) else { return };
        let least = if from >= top { top } else { 0 };
        let most = if from <= bottom { bottom } else { i32::from(self.size.rows) - 1 };
        self.term.grid_mut().cursor.point.line = Line(now.clamp(least, most));
    }
}
