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

/// Fewer columns of a notice say too little of it to give any away.
const LEAST: usize = 30;

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
        let summary = plain(&self.notice.summary);
        let all = usize::from(row.width).saturating_sub(head.width());
        let beside = |rest: &String| all.saturating_sub(rest.width());
        // Where the rest is is told if what was told can still be understood.
        let is_told = |rest: &String| beside(rest) >= summary.width().min(LEAST);
        let rest = Some(self.rest()).filter(is_told).unwrap_or_else(|| " ".to_owned());
        let summary = fitting(&summary, beside(&rest));
        let line = Text::from(vec![Span::styled(head, style), Span::styled(summary, BOLD), Span::raw(rest)]);
        pane::over_border(&line, row, buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_rest_is_goes_before_what_was_told() {
        let notice = Notice::error("the step migrate failed: no such app");
        for (width, shown) in [
            (70, " ✕ error: the step migrate failed: no such app · 2 more · pane 5 "),
            (59, " ✕ error: the step migrate failed: no s… · 2 more · pane 5 "),
            (46, " ✕ error: the step migrate failed: no such a… "),
            (39, " ✕ error: the step migrate failed: no… "),
        ] {
            let row = Rect::new(0, 0, width, 1);
            let mut buf = Buffer::empty(row);
            Line { notice: &notice, others: 2, number: Some(5), colours: Colours::None }.render(row, &mut buf);
            let text: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert_eq!(text.trim_end(), shown.trim_end(), "{width}");
        }
    }
}
