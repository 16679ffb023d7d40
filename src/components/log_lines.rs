//! Rows of logs, without a frame around them.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::log_entry::Shown;
use crate::components::log_rows::Row;
use crate::components::log_text::{from_column, part, width};
use crate::components::log_view::Long;
use crate::components::log_word::Word;
use crate::components::look::{Colours, DIM};
use crate::logs::Mark;

/// What of some logs is in view.
#[derive(Debug)]
pub struct LogLines<'a> {
    /// The logs, and how they are shown.
    pub shown: Shown<'a>,
    /// Whether the line is marked that keys are about.
    pub has_cursor: bool,
}

impl LogLines<'_> {
    /// Draws what fits; says whether there was something.
    pub fn draw_in(&self, area: Rect, buf: &mut Buffer) -> bool {
        let rows = self.shown.rows((area.width, area.height));
        for (place, row) in area.rows().zip(&rows) {
            self.row(*row, place, buf);
            if self.shown.is_selected(row.item) {
                buf.set_style(place, Style::new().add_modifier(Modifier::REVERSED));
            }
        }
        !rows.is_empty()
    }

    fn row(&self, row: Row, place: Rect, buf: &mut Buffer) {
        if let Some(mark) = self.shown.mark(row.item) {
            return mark_line(mark, place.width).render(place, buf);
        }
        let room = usize::from(place.width);
        let text = self.shown.text(row.item);
        let plain: String = text.iter().map(|(piece, _)| &**piece).collect();
        let (range, moved) = match self.shown.view.long {
            Long::Wrapped => (self.shown.parts(row.item, room)[row.part].clone(), 0),
            Long::Cut => from_column(&plain, self.shown.view.column),
        };
        let mut line = Line::from(if row.part == 0 { self.shown.prefix(row.item) } else { self.indent() });
        line.spans.push(Span::raw(" ".repeat(moved)));
        let (marked, style) = self.marked(row, &plain);
        line.spans.extend(part(&text, &range, &marked, style));
        self.draw(row, &line, width(&plain[range]) + moved, place, buf);
    }

    /// Further rows of a line begin below its first.
    fn indent(&self) -> Vec<Span<'static>> {
        vec![Span::raw(" ".repeat(self.shown.prefix_width()))]
    }

    /// What of a line is marked, and how: the word that is selected, or what was found.
    fn marked(&self, row: Row, plain: &str) -> (Vec<Range<usize>>, Style) {
        let view = self.shown.view;
        let is_here = |word: &&Word| (word.source, word.number) == (row.item.source, row.item.number);
        match view.word.as_ref().filter(is_here) {
            Some(word) => (vec![word.bytes.clone()], Style::new().add_modifier(Modifier::REVERSED)),
            None => (view.search.iter().flat_map(|search| search.pattern.finds(plain)).collect(), self.find()),
        }
    }

    fn find(&self) -> Style {
        match self.shown.colours {
            Colours::Sixteen => Style::new().fg(Color::Black).bg(Color::Yellow),
            Colours::None => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// The last column tells that a line goes on beyond the pane.
    fn draw(&self, row: Row, line: &Line<'_>, width: usize, place: Rect, buf: &mut Buffer) {
        buf.set_line(place.x, place.y, line, place.width);
        let is_cut = self.shown.view.long == Long::Cut && width + self.shown.prefix_width() > usize::from(place.width);
        if is_cut && place.width > 1 {
            buf.set_span(place.right() - 1, place.y, &Span::styled("›", DIM), 1);
        }
        let is_cursor =
            |(source, number)| source == row.item.source && (row.item.number..row.item.end).contains(&number);
        if self.has_cursor && self.shown.view.cursor.is_some_and(is_cursor) {
            buf.set_style(place, Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD));
        }
    }
}

/// A mark across a row.
fn mark_line(mark: Mark, width: u16) -> Line<'static> {
    let text = format!(" {} ", mark.as_str());
    let rule = "─".repeat((usize::from(width).saturating_sub(text.len()) / 2).min(16));
    Line::from(format!("{rule}{text}{rule}")).centered().style(Modifier::DIM)
}
