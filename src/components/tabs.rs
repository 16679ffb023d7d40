//! The panes as tabs, where only one of them fits.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::look::BOLD;
use crate::logs::sanitise::plain;

/// The panes as tabs.
#[derive(Debug)]
pub struct Tabs<'a> {
    /// Their titles in order.
    pub titles: &'a [String],
    /// Which of them is shown.
    pub active: usize,
}

impl Tabs<'_> {
    /// The text of each tab; brackets mark the one that is shown.
    fn texts(&self) -> Vec<String> {
        let text = |(n, title): (usize, &String)| match n == self.active {
            true => format!("[{} {}]", n + 1, plain(title)),
            false => format!(" {} {} ", n + 1, plain(title)),
        };
        self.titles.iter().enumerate().map(text).collect()
    }

    /// The first tab that is drawn, so that the active one is in view.
    fn first(&self, texts: &[String], width: u16) -> usize {
        let widths: Vec<_> = texts.iter().map(|text| Line::from(text.as_str()).width()).collect();
        let fits = |first: &usize| widths[*first..=self.active].iter().sum::<usize>() <= usize::from(width);
        (0..=self.active).find(fits).unwrap_or(self.active)
    }

    /// Which tab is at a column.
    pub fn at(&self, column: u16, width: u16) -> Option<usize> {
        let texts = self.texts();
        let mut end = 0;
        (self.first(&texts, width)..texts.len()).find(|n| {
            end += Line::from(texts[*n].as_str()).width();
            usize::from(column) < end
        })
    }
}

impl Widget for Tabs<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let texts = self.texts();
        if self.active >= texts.len() {
            return;
        }
        let first = self.first(&texts, area.width);
        let style =
            |n| if n == self.active { BOLD.add_modifier(Modifier::REVERSED) } else { ratatui::style::Style::new() };
        let spans = (first..texts.len()).map(|n| Span::styled(texts[n].as_str(), style(n)));
        buf.set_line(area.x, area.y, &Line::from_iter(spans), area.width);
    }
}
