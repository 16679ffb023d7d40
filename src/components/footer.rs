//! The last line: which keys do what here, and why some do nothing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::look::{BOLD, DIM};

/// A key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: String,
    /// What it does.
    pub label: String,
    /// Why it cannot do it now.
    pub unavailable: Option<String>,
}

/// The footer of keys.
#[derive(Debug)]
pub struct Footer<'a> {
    /// What is possible here, the most important first.
    pub hints: &'a [Hint],
}

impl Widget for Footer<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let (can, cannot): (Vec<_>, Vec<_>) = self.hints.iter().partition(|hint| hint.unavailable.is_none());
        let mut spans = vec![Span::raw(" ")];
        for hint in can {
            spans.push(Span::styled(hint.key.clone(), BOLD));
            spans.push(Span::raw(format!(" {}  ", hint.label)));
        }
        spans.extend(unavailable(&cannot));
        buf.set_line(area.x, area.y, &Line::from(spans), area.width);
    }
}

/// The hints that do nothing now, with each reason once.
fn unavailable(hints: &[&Hint]) -> Vec<Span<'static>> {
    let same_reason = |a: &&Hint, b: &&Hint| a.unavailable == b.unavailable;
    let group = |hints: &[&Hint]| {
        let keys: Vec<_> = hints.iter().map(|hint| format!("{} {}", hint.key, hint.label)).collect();
        let reason = hints[0].unavailable.clone().unwrap_or_default();
        Span::styled(format!("{} ({reason})  ", keys.join("  ")), DIM)
    };
    hints.chunk_by(same_reason).map(group).collect()
}
