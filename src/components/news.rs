//! The newest notice in a row of a frame's border, where the notices themselves are not in view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line as Text, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr as _;

use crate::components::look::{BOLD, Colours};
use crate::components::pane;
use crate::components::wrap::fitting;
use crate::core::notice::Notice;
use crate::logs::sanitise::plain;

/// The line.
#[derive(Debug)]
pub struct Line<'a> {
    /// The newest notice.
    pub notice: &'a Notice,
    /// How many came before it that were not in view either.
    pub others: usize,
    /// The digit that shows them.
    pub number: Option<usize>,
    /// Colours.
    pub colours: Colours,
}

impl Line<'_> {
    /// Where the rest is.
    fn rest(&self) -> String {
        let more = if self.others > 0 { format!(" · {} more", self.others) } else { String::new() };
        match self.number {
            Some(number) => format!("{more} · pane {number} "),
            None => format!("{more} "),
        }
    }
}

impl Widget for Line<'_> {
    fn render(self, row: Rect, buf: &mut Buffer) {
        let (shape, style) = self.colours.severity(self.notice.severity);
        let head = format!(" {shape} {}: ", self.notice.severity.as_str());
        let rest = self.rest();
        let room = usize::from(row.width).saturating_sub(head.width() + rest.width());
        let summary = fitting(&plain(&self.notice.summary), room);
        let line = Text::from(vec![Span::styled(head, style), Span::styled(summary, BOLD), Span::raw(rest)]);
        pane::over_border(&line, row, buf);
    }
}
