//! A text to read, over the panes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::components::look::BOLD;
use crate::components::pane;
use crate::components::wrap::wrap;

/// A text to read.
#[derive(Debug)]
pub struct TextPage<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its lines.
    pub lines: &'a [String],
    /// What closes it.
    pub hint: &'a str,
    /// How far it is scrolled.
    pub offset: usize,
}

impl TextPage<'_> {
    /// Its lines, broken at this width.
    pub fn wrapped(&self, width: u16) -> Vec<String> {
        let broken = |line: &String| match wrap(line, usize::from(width)) {
            empty if empty.is_empty() => vec![String::new()],
            lines => lines,
        };
        self.lines.iter().flat_map(broken).collect()
    }

    fn block(&self) -> Block<'_> {
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD);
        block.title(format!(" {} ", self.title)).title_bottom(self.hint)
    }

    /// Where its lines are drawn.
    pub fn inner(&self, area: Rect) -> Rect {
        self.block().inner(area)
    }
}

impl Widget for TextPage<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        Clear.render(area, buf);
        self.block().render(area, buf);
        let inner = self.inner(area);
        let lines: Vec<Line<'_>> = self.wrapped(inner.width).into_iter().map(Line::raw).collect();
        pane::list(&lines, self.offset, inner, buf);
    }
}
