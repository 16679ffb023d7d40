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
        let mut shown: Vec<&Hint> = self.hints.iter().collect();
        let mut line = Self::line(&shown);
        // The least important ones go, whole, until the rest fits.
        while line.width() > usize::from(area.width) && shown.pop().is_some() {
            line = Self::line(&shown);
        }
        buf.set_line(area.x, area.y, &line, area.width);
    }
}

impl Footer<'_> {
    fn line(hints: &[&Hint]) -> Line<'static> {
        let (can, cannot): (Vec<&Hint>, Vec<&Hint>) =
            hints.iter().copied().partition(|hint| hint.unavailable.is_none());
        let mut spans = vec![Span::raw(" ")];
        for hint in can {
            spans.push(Span::styled(hint.key.clone(), BOLD));
            spans.push(Span::raw(format!(" {}  ", hint.label)));
        }
        spans.extend(unavailable(&cannot));
        if let Some(last) = spans.last_mut() {
            last.content = last.content.trim_end().to_owned().into();
        }
        Line::from(spans)
    }
}

/// The hints that do nothing now, with each reason once.
fn unavailable(hints: &[&Hint]) -> Vec<Span<'static>> {
    let mut hints = hints.to_vec();
    let reasons: Vec<_> = hints.iter().map(|hint| hint.unavailable.clone()).collect();
    // Those of one reason stand together, where the first of them stands.
    hints.sort_by_key(|hint| reasons.iter().position(|reason| *reason == hint.unavailable));
    let group = |hints: &[&Hint]| {
        let keys: Vec<_> = hints.iter().map(|hint| format!("{} {}", hint.key, hint.label)).collect();
        let reason = hints[0].unavailable.clone().unwrap_or_default();
        Span::styled(format!("{} ({reason})  ", keys.join("  ")), DIM)
    };
    hints.chunk_by(|a, b| a.unavailable == b.unavailable).map(group).collect()
}
