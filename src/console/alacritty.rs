//! The emulator on Alacritty's terminal core.

mod cells;
mod copying;
mod modes;
mod shims;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use alacritty_terminal::event::{Event as CoreEvent, EventListener};
use alacritty_terminal::grid::{Dimensions, Scroll};
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::term::{Config, Osc52, Term};
use alacritty_terminal::vte::ansi::{CursorShape, Processor};

use crate::console::copying::Copying;
use crate::console::emulator::{Emulator, Event, SCROLLBACK, Source};
use crate::console::frame::{CopyState, Frame, MOST_MARKS, Modes};
use crate::console::prescan::{Piece, Prescan};
use crate::core::console::Size;

/// The longest title that is kept.
const LONGEST_TITLE: usize = 256;

/// Where the core's events go: it hands them out by a shared reference.
struct Outbox(Sender<CoreEvent>);

impl EventListener for Outbox {
    fn send_event(&self, event: CoreEvent) {
        // The receiver lives as long as the core does.
        let _ = self.0.send(event);
    }
}

/// An emulated terminal.
pub struct Terminal {
    term: Term<Outbox>,
    parser: Processor,
    prescan: Prescan,
    inbox: Receiver<CoreEvent>,
    replies: Vec<u8>,
    events: Vec<Event>,
    title: String,
    folder: Option<String>,
    modify_other_keys: u8,
    margins: shims::Margins,
    size: Size,
    search: copying::Search,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terminal({}x{})", self.size.columns, self.size.rows)
    }
}

/// A size as the core wants it.
struct Area(Size);

impl Dimensions for Area {
    fn total_lines(&self) -> usize {
        self.screen_lines()
    }

    fn screen_lines(&self) -> usize {
        usize::from(self.0.rows)
    }

    fn columns(&self) -> usize {
        usize::from(self.0.columns)
    }
}

impl Terminal {
    /// An empty screen with [`SCROLLBACK`].
    pub fn new(size: Size) -> Self {
        Self::with_scrollback(size, SCROLLBACK)
    }

    /// An empty screen with so many lines of scrollback.
    pub fn with_scrollback(size: Size, lines: usize) -> Self {
        let size = Size::of((size.columns, size.rows));
        let (outbox, inbox) = channel();
        let config =
            Config { scrolling_history: lines, kitty_keyboard: true, osc52: Osc52::OnlyCopy, ..Config::default() };
        Self {
            term: Term::new(config, &Area(size), Outbox(outbox)),
            parser: Processor::new(),
            prescan: Prescan::default(),
            inbox,
            replies: Vec::new(),
            events: Vec::new(),
            title: String::new(),
            folder: None,
            modify_other_keys: 0,
            margins: shims::Margins::default(),
            size,
            search: copying::Search::default(),
        }
    }

    fn parse(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }

    fn take(&mut self, piece: Piece<'_>, source: Source) {
        match piece {
            Piece::Pass(bytes) => self.parse(bytes),
            Piece::Char(c) => self.parse(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Piece::Mark(c) if self.has_room_for_marks() => self.parse(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Piece::Mark(_) => {}
            Piece::Shim(shim) => {
                // What was asked before is answered before.
                self.collect(source);
                self.answer(shim, source);
            }
        }
    }

    /// Whether the cell that a mark would go upon has few of them. While an update is
    /// synchronised the cell is not known yet; `trim_marks` looks at its end.
    fn has_room_for_marks(&self) -> bool {
        let cursor = &self.term.grid().cursor;
        let back = usize::from(!cursor.input_needs_wrap);
        let mut column = cursor.point.column.0.saturating_sub(back);
        let row = &self.term.grid()[cursor.point.line];
        if row[Column(column)].flags.contains(Flags::WIDE_CHAR_SPACER) {
            column = column.saturating_sub(1);
        }
        row[Column(column)].zerowidth().is_none_or(|marks| marks.len() < MOST_MARKS)
    }

    /// Cuts the marks off that a synchronised update has piled up.
    fn trim_marks(&mut self) {
        let (rows, columns) = (i32::from(self.size.rows), usize::from(self.size.columns));
        let grid = self.term.grid_mut();
        for (line, column) in (0..rows).flat_map(|line| (0..columns).map(move |column| (line, column))) {
            let cell = &mut grid[Line(line)][Column(column)];
            let Some(marks) = cell.zerowidth().filter(|marks| marks.len() > MOST_MARKS) else { continue };
            let kept: Vec<char> = marks[..MOST_MARKS].to_vec();
            cell.extra = None;
            kept.into_iter().for_each(|mark| cell.push_zerowidth(mark));
        }
    }

    /// Takes what the core has to say.
    fn collect(&mut self, source: Source) {
        while let Ok(event) = self.inbox.try_recv() {
            match event {
                CoreEvent::PtyWrite(text) if source == Source::Live => self.replies.extend_from_slice(text.as_bytes()),
                CoreEvent::Title(title) => self.retitle(&title),
                CoreEvent::ResetTitle => self.retitle(""),
                CoreEvent::Bell if source == Source::Live => self.events.push(Event::Bell),
                CoreEvent::ClipboardStore(_, text) if source == Source::Live => self.events.push(Event::Copy(text)),
                // Colours and pixels are the host terminal's, which is not asked; what is in the
                // clipboard is told to no program.
                _ => {}
            }
        }
    }

    fn retitle(&mut self, title: &str) {
        self.title = title.chars().take(LONGEST_TITLE).collect();
        self.events.push(Event::Title);
    }

    fn shape(&self) -> CursorShape {
        self.term.cursor_style().shape
    }
}

impl Emulator for Terminal {
    fn feed(&mut self, mut bytes: &[u8], source: Source) {
        let mut was_held = self.deadline().is_some();
        // Taken out, for a piece changes the rest of the terminal.
        let mut prescan = std::mem::take(&mut self.prescan);
        while let Some(piece) = prescan.next(&mut bytes) {
            self.take(piece, source);
            was_held |= self.deadline().is_some();
        }
        self.prescan = prescan;
        self.collect(source);
        if was_held && self.deadline().is_none() {
            self.trim_marks();
        }
    }

    fn resize(&mut self, size: Size) {
        let size = Size::of((size.columns, size.rows));
        if size != self.size {
            self.size = size;
            self.term.resize(Area(size));
            // As the core does.
            self.margins = shims::Margins::default();
        }
    }

    fn size(&self) -> Size {
        self.size
    }

    fn replies(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.replies)
    }

    fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn modes(&self) -> Modes {
        modes::of(*self.term.mode(), self.modify_other_keys)
    }

    fn frame(&self) -> Frame {
        let grid = self.term.grid();
        let mut cells: Vec<_> = grid.display_iter().map(|indexed| self.cell(indexed.cell)).collect();
        self.mark(&mut cells);
        Frame {
            size: self.size,
            cells,
            cursor: self.cursor(),
            offset: grid.display_offset(),
            history: grid.history_size(),
            modes: self.modes(),
            title: self.title.clone(),
            folder: self.folder.clone(),
            dropped: self.prescan.dropped(),
            copying: match (self.is_copying(), self.has_missed()) {
                (false, _) => CopyState::Off,
                (true, false) => CopyState::On,
                (true, true) => CopyState::Missed,
            },
        }
    }

    fn scroll(&mut self, lines: i32) {
        self.term.scroll_display(Scroll::Delta(lines));
    }

    fn is_scrolled(&self) -> bool {
        self.term.grid().display_offset() > 0
    }

    fn scroll_to_end(&mut self) {
        self.term.scroll_display(Scroll::Bottom);
    }

    fn copy(&mut self, ask: Copying) -> Option<String> {
        self.copy_by(ask)
    }

    fn selected(&self) -> Option<String> {
        self.term.selection_to_string().filter(|text| !text.is_empty())
    }

    fn deadline(&self) -> Option<Instant> {
        self.parser.sync_timeout().sync_timeout()
    }

    fn expire(&mut self, now: Instant) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.parser.stop_sync(&mut self.term);
            self.trim_marks();
            self.collect(Source::Live);
        }
    }
}

#[cfg(test)]
mod tests;
