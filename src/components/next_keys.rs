//! The keys that can follow a key, in columns at the foot of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};
use unicode_width::UnicodeWidthStr as _;

use crate::components::look::{BOLD, DIM};
use crate::components::wrap::fitting;

/// Columns of a choice at least: shorter ones would be guesses.
const COLUMN: usize = 24;

/// A key that can follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The key, or a range of them.
    pub keys: String,
    /// What it does.
    pub label: String,
}

/// The keys that can follow a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextKeys {
    /// The key before.
    pub after: String,
    /// What can follow, the most useful first.
    pub choices: Vec<Choice>,
}

impl NextKeys {
    /// How many fit beside each other.
    fn columns(area: Rect) -> usize {
        (usize::from(area.width.saturating_sub(2)) / COLUMN).max(1)
    }

    fn place(&self, area: Rect) -> Rect {
        let rows = self.choices.len().div_ceil(Self::columns(area));
        // What is typed at stays in view above it.
        let most = (area.height / 3).max(5);
        let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2).min(most).min(area.height);
        Rect { y: area.bottom() - height, height, ..area }
    }
}

impl Widget for NextKeys {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let place = self.place(area);
        Clear.render(place, buf);
        let title = format!(" {} and then ", self.after);
        let block = Block::bordered().border_type(BorderType::Thick).title(title);
        let inner = block.inner(place);
        let columns = Self::columns(area);
        let room = usize::from(inner.height) * columns;
        let hidden = self.choices.len().saturating_sub(room);
        let block = match hidden {
            0 => block,
            more => block.title_bottom(Line::styled(format!(" {more} more: ? shows all "), DIM).right_aligned()),
        };
        block.render(place, buf);
        let width = usize::from(inner.width) / columns;
        let keys = self.choices.iter().take(room).map(|choice| choice.keys.width()).max().unwrap_or(0);
        for (row, choices) in inner.rows().zip(self.choices.chunks(columns)) {
            let spans = choices.iter().flat_map(|choice| cell(choice, keys, width));
            buf.set_line(row.x, row.y, &Line::from(spans.collect::<Vec<_>>()), row.width);
        }
    }
}

/// A choice in a column of this width.
fn cell(choice: &Choice, keys: usize, width: usize) -> [Span<'static>; 2] {
    let key = format!(" {}{} ", " ".repeat(keys.saturating_sub(choice.keys.width())), choice.keys);
    let label = fitting(&choice.label, width.saturating_sub(key.width() + 1));
    let pad = " ".repeat(width.saturating_sub(key.width() + label.width()));
    [Span::styled(key, BOLD), Span::raw(format!("{label}{pad}"))]
}
