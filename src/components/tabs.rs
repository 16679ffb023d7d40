//! The panes as tabs, where only one of them fits.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr as _;

use crate::components::look::BOLD;
use crate::logs::sanitise::plain;

/// Columns of the mark that tells of tabs that have no room.
const MARK: usize = 2;

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

    /// The tabs that are drawn, each of them whole, the active one among them; tabs that
    /// have no room are told by a mark on their side.
    fn shown(&self, texts: &[String], width: u16) -> Range<usize> {
        let widths: Vec<_> = texts.iter().map(|text| text.width()).collect();
        let room = |shown: &Range<usize>| {
            let marks = usize::from(shown.start > 0) + usize::from(shown.end < texts.len());
            usize::from(width).saturating_sub(marks * MARK)
        };
        let fits = |shown: &Range<usize>| widths[shown.clone()].iter().sum::<usize>() <= room(shown);
        let active = self.active..self.active + 1;
        let first = (0..=self.active).map(|first| first..self.active + 1).find(fits).unwrap_or(active);
        (first.end..=texts.len()).rev().map(|end| first.start..end).find(fits).unwrap_or(first)
    }

    /// Which tab is at a column of a row that begins at 0; a mark leads to the tab behind it.
    pub fn at(&self, column: u16, width: u16) -> Option<usize> {
        let texts = self.texts();
        let shown = self.shown(&texts, width);
        let mut end = if shown.start > 0 { MARK } else { 0 };
        if usize::from(column) < end {
            return Some(shown.start - 1);
        }
        let at = shown.clone().find(|n| {
            end += texts[*n].width();
            usize::from(column) < end
        });
        at.or_else(|| (shown.end < texts.len() && usize::from(column) < end + MARK).then_some(shown.end))
    }
}

impl Widget for Tabs<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let texts = self.texts();
        if self.active >= texts.len() {
            return;
        }
        let shown = self.shown(&texts, area.width);
        let style = |n| if n == self.active { BOLD.add_modifier(Modifier::REVERSED) } else { Style::new() };
        let before = (shown.start > 0).then(|| Span::styled("‹ ", BOLD));
        let behind = (shown.end < texts.len()).then(|| Span::styled(" ›", BOLD));
        let tabs = shown.map(|n| Span::styled(texts[n].as_str(), style(n)));
        let spans = before.into_iter().chain(tabs).chain(behind);
        buf.set_line(area.x, area.y, &Line::from_iter(spans), area.width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(active: usize, width: u16) -> String {
        let titles = ["services", "db", "web", "tasks", "notices", "console django"].map(str::to_owned);
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        Tabs { titles: &titles, active }.render(buf.area, &mut buf);
        buf.content().iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn tabs_are_whole_and_those_without_room_are_told() {
        assert_eq!(row(0, 80), "[1 services] 2 db  3 web  4 tasks  5 notices  6 console django");
        assert_eq!(row(0, 60), "[1 services] 2 db  3 web  4 tasks  5 notices  ›");
        assert_eq!(row(5, 60), "‹  2 db  3 web  4 tasks  5 notices [6 console django]");
        assert_eq!(row(2, 20), "‹  2 db [3 web] ›");
        assert_eq!(row(5, 4), "‹ [6");
    }

    #[test]
    fn a_click_finds_what_is_drawn() {
        let titles = ["services", "db", "web", "tasks", "notices", "console django"].map(str::to_owned);
        let tabs = Tabs { titles: &titles, active: 0 };
        assert_eq!(
            [0, 11, 12, 44, 46, 50].map(|column| tabs.at(column, 60)),
            [Some(0), Some(0), Some(1), Some(4), Some(5), None]
        );
        assert_eq!(Tabs { titles: &titles, active: 5 }.at(0, 60), Some(0));
    }
}
