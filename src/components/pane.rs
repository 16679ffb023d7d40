//! The frame of a pane, and panes that are lists of lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget};
use unicode_width::UnicodeWidthStr as _;

use crate::components::look::DIM;

/// Whether keys go to a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// They do: its border is thick and bold.
    Here,
    /// They go to another.
    Elsewhere,
}

/// Draws a pane's frame and gives the area inside it. `number` is the digit that focuses it.
pub fn frame(title: Line<'_>, number: Option<usize>, focus: Focus, area: Rect, buf: &mut Buffer) -> Rect {
    let (border, style) = match focus {
        Focus::Here => (BorderType::Thick, Style::new().add_modifier(Modifier::BOLD)),
        Focus::Elsewhere => (BorderType::Plain, Style::new().add_modifier(Modifier::DIM)),
    };
    let mut line = Line::from(number.map_or_else(|| " ".to_owned(), |n| format!(" {n} ")));
    line.spans.extend(title.spans);
    // The blank that comes behind it is not missed.
    let is_cut = line.width() > usize::from(area.width.saturating_sub(2)) && area.width > 3;
    line.spans.push(" ".into());
    let title_style = if focus == Focus::Here { style } else { Style::new() };
    let block = Block::bordered().border_type(border).border_style(style).title(line.style(title_style));
    let inner = block.inner(area);
    block.render(area, buf);
    if is_cut {
        buf.set_span(area.right() - 2, area.y, &Span::styled("›", DIM), 1);
    }
    inner
}

/// Draws lines from `offset` on; a mark in the last row tells of more below.
pub fn list(lines: &[Line<'_>], offset: usize, area: Rect, buf: &mut Buffer) {
    let offset = offset.min(last_offset(lines.len(), area.height));
    for (row, line) in area.rows().zip(&lines[offset..]) {
        buf.set_line(row.x, row.y, line, row.width);
        clip_mark(line, row, buf);
    }
    let below = lines.len().saturating_sub(offset + usize::from(area.height));
    if let Some(row) = area.rows().next_back().filter(|_| below > 0) {
        let more = Line::from(format!(" ↓ {below} more ")).style(Modifier::REVERSED).right_aligned();
        more.render(row, buf);
    }
}

/// The row in the lower border of a frame, between its corners.
pub fn lower_border(frame: Rect) -> Rect {
    let y = frame.bottom().saturating_sub(1);
    Rect { x: frame.x + 1, y, width: frame.width.saturating_sub(2), height: 1 }
}

/// Writes a line over a border; gives the rest of its row.
pub fn over_border(line: &Line<'_>, row: Rect, buf: &mut Buffer) -> Rect {
    let used = row.width.min(u16::try_from(line.width()).unwrap_or(u16::MAX));
    // Cells keep what was there where nothing new is said of them: not the border's style.
    buf.set_style(Rect { width: used, ..row }, Style::reset());
    buf.set_line(row.x, row.y, line, row.width);
    Rect { x: row.x + used, width: row.width - used, ..row }
}

/// The last column tells that a line goes on beyond the pane.
pub fn clip_mark(line: &Line<'_>, row: Rect, buf: &mut Buffer) {
    let text: String = line.iter().map(|span| span.content.as_ref()).collect();
    // Blanks at its end are not missed.
    if text.trim_end().width() > usize::from(row.width) && row.width > 1 {
        buf.set_span(row.right() - 1, row.y, &Span::styled("›", DIM), 1);
    }
}

/// The largest offset at which a list of lines still fills its area.
pub fn last_offset(lines: usize, height: u16) -> usize {
    lines.saturating_sub(usize::from(height))
}
