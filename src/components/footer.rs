//! The last line: which keys do what here, and why some do nothing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::look::{BOLD, DIM};
use crate::components::wrap::fitting;

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

impl Hint {
    /// The same with a label of at most so many columns.
    fn cut(&self, most: usize) -> Self {
        Self { label: fitting(&self.label, most), ..self.clone() }
    }
}

/// The footer of keys.
#[derive(Debug)]
pub struct Footer<'a> {
    /// What is possible here, the most important first.
    pub hints: &'a [Hint],
}

impl Widget for Footer<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        // What is offered gives words away before other keys go.
        let most = usize::from(area.width) * 2 / 5;
        let hints: Vec<Hint> = self.hints.iter().map(|hint| hint.cut(most)).collect();
        let whole: Vec<&Hint> = self.hints.iter().collect();
        let fits = Self::line(&whole).width() <= usize::from(area.width);
        let mut shown = if fits { whole } else { hints.iter().collect() };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(hints: &[(&str, &str)], width: u16) -> String {
        let hint = |&(key, label): &(&str, &str)| Hint { key: key.into(), label: label.into(), unavailable: None };
        let hints: Vec<_> = hints.iter().map(hint).collect();
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        Footer { hints: &hints }.render(buf.area, &mut buf);
        buf.content().iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn an_offer_leaves_room_for_the_other_keys() {
        let offer = "up: the configuration has changed: containers and steps follow it with `up`";
        let hints = [("a", offer), ("A", "leave it"), ("?", "help"), ("q", "quit")];
        assert_eq!(row(&hints, 60), " a up: the configuration h…  A leave it  ? help  q quit");
        assert!(row(&hints, 120).contains("with `up`  A leave it  ? help  q quit"));
    }
}
