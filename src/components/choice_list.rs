//! Rows to choose one from, in the middle of the panes.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::components::help::middle;
use crate::components::look::BOLD;
use crate::components::pane;

/// Columns that a list takes at the least: its title and the hint below have room.
const LEAST: u16 = 60;

/// Rows to choose one from.
#[derive(Debug)]
pub struct ChoiceList<'a> {
    /// What they are.
    pub title: &'a str,
    /// What the keys do with them.
    pub hint: &'a str,
    /// The rows.
    pub lines: Vec<Line<'a>>,
    /// The chosen one.
    pub selected: usize,
}

impl ChoiceList<'_> {
    fn place(&self, area: Rect) -> Rect {
        // A screen has fewer rows and columns than a u16 can count.
        let fitting = |count: usize| u16::try_from(count).unwrap_or(u16::MAX).saturating_add(2);
        let width = self.lines.iter().map(Line::width).chain([self.title.len() + 2]).max().unwrap_or(0);
        middle(area, fitting(width).max(LEAST), fitting(self.lines.len()))
    }

    fn block(&self) -> Block<'_> {
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD);
        block.title(format!(" {} ", self.title)).title_bottom(self.hint)
    }

    fn offset(&self, inner: Rect) -> usize {
        (self.selected + 1).saturating_sub(usize::from(inner.height))
    }

    /// The row at a cell of the area that the list lies over.
    pub fn row_at(&self, area: Rect, at: Position) -> Option<usize> {
        let inner = self.block().inner(self.place(area));
        let row = inner.contains(at).then(|| usize::from(at.y - inner.y) + self.offset(inner))?;
        (row < self.lines.len()).then_some(row)
    }
}

impl Widget for ChoiceList<'_> {
    fn render(mut self, area: Rect, buf: &mut Buffer) {
        let place = self.place(area);
        Clear.render(place, buf);
        let inner = self.block().inner(place);
        self.block().render(place, buf);
        let offset = self.offset(inner);
        if let Some(line) = self.lines.get_mut(self.selected) {
            *line = std::mem::take(line).patch_style(Modifier::REVERSED);
        }
        pane::list(&self.lines, offset, inner, buf);
    }
}
