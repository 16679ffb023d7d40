//! The palette: a line to type in, and below it what that stands for.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};
use unicode_width::UnicodeWidthStr as _;

use crate::components::look::{BOLD, Colours, DIM};
use crate::components::wrap::{fitting, wrap};
use crate::logs::sanitise::plain;

/// Columns that it takes.
const WIDTH: u16 = 100;
/// Rows of the list.
const ROWS: u16 = 16;
/// Columns of names, and of keys.
const NAMES: usize = 15;
const KEYS: usize = 9;

/// An action that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Its keys.
    pub keys: String,
    /// What it does.
    pub summary: &'static str,
    /// Why it can do nothing now.
    pub unavailable: Option<String>,
}

/// What is offered for the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// Actions.
    Actions {
        /// Those that match, the best first.
        rows: Vec<Row>,
        /// The selected one.
        selected: usize,
    },
    /// Arguments of an action.
    Arguments {
        /// How it is written.
        usage: String,
        /// Words that can come next.
        words: Vec<String>,
        /// Each argument, and what it is for.
        helps: Vec<(String, &'static str)>,
        /// Why the action can do nothing now.
        unavailable: Option<String>,
    },
}

/// The palette.
#[derive(Debug)]
pub struct PaletteBox<'a> {
    /// The line before and behind the cursor.
    pub halves: (&'a str, &'a str),
    /// What is wrong with it.
    pub wrong: Option<&'a str>,
    /// What is offered.
    pub offer: Offer,
    /// Colours.
    pub colours: Colours,
}

impl PaletteBox<'_> {
    /// Where it is: at the top, so that the line stays where it is while the list changes.
    fn place(area: Rect) -> Rect {
        let (width, height) = (WIDTH.min(area.width), (ROWS + 3).min(area.height));
        Rect { x: area.x + (area.width - width) / 2, y: area.y, width, height }
    }

    fn block(&self) -> Block<'static> {
        let hint = match self.offer {
            Offer::Actions { .. } => " enter runs · tab: arguments · ↑ history · esc closes ",
            Offer::Arguments { .. } => " enter runs · tab completes · ↑ history · esc closes ",
        };
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD);
        block.title(" actions ").title_bottom(hint)
    }

    /// The line's row, and the rows below it.
    fn parts(&self, area: Rect) -> [Rect; 2] {
        let inner = self.block().inner(Self::place(area));
        inner.layout(&Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]))
    }

    /// The place of the action that is drawn at a cell.
    pub fn row_at(&self, area: Rect, at: Position) -> Option<usize> {
        let Offer::Actions { rows, selected } = &self.offer else { return None };
        let [_, list] = self.parts(area);
        let place = first(*selected, list.height) + usize::from(at.y.saturating_sub(list.y));
        (list.contains(at) && place < rows.len()).then_some(place)
    }

    /// The line with its cursor; of a long one the part around it.
    fn line(&self, width: u16) -> Line<'static> {
        let (before, behind) = self.halves;
        let (before, behind) = (plain(before), plain(behind));
        let room = usize::from(width).saturating_sub(4);
        let shown = tail(&before, room);
        let mut behind = behind.chars();
        let under = behind.next().unwrap_or(' ').to_string();
        Line::from(vec![
            Span::styled(": ", BOLD),
            Span::raw(shown.to_owned()),
            Span::styled(under, Modifier::REVERSED),
            Span::raw(behind.collect::<String>()),
        ])
    }

    fn lines(&self, width: u16, height: u16) -> Vec<Line<'static>> {
        let mut lines: Vec<_> = match self.wrong {
            Some(wrong) => {
                let wrong = wrap(&format!("✕ {}", plain(wrong)), usize::from(width));
                wrong.into_iter().map(|line| Line::styled(line, self.colours.bad())).collect()
            }
            None => Vec::new(),
        };
        lines.extend(match &self.offer {
            Offer::Actions { rows, .. } if rows.is_empty() => vec![Line::styled("nothing matches", DIM)],
            Offer::Actions { rows, selected } => action_lines(rows, *selected, width, height),
            Offer::Arguments { usage, words, helps, unavailable } => {
                self.argument_lines(usage, words, helps, unavailable.as_deref(), width)
            }
        });
        lines
    }

    fn argument_lines(
        &self,
        usage: &str,
        words: &[String],
        helps: &[(String, &'static str)],
        unavailable: Option<&str>,
        width: u16,
    ) -> Vec<Line<'static>> {
        let width = usize::from(width);
        let mut lines: Vec<_> = wrap(usage, width).into_iter().map(|line| Line::styled(line, BOLD)).collect();
        lines.extend(
            unavailable.map(|reason| Line::styled(format!("can do nothing now: {reason}"), self.colours.bad())),
        );
        if !words.is_empty() {
            let offered = format!("tab: {}", words.iter().map(|word| plain(word)).collect::<Vec<_>>().join("  "));
            lines.extend(wrap(&offered, width).into_iter().take(3).map(Line::raw));
        }
        for (argument, help) in helps {
            lines.push(Line::styled(fitting(&format!("  {argument}: {help}"), width), DIM));
        }
        lines
    }
}

/// The first of the rows in view, so that the selected one is among them.
fn first(selected: usize, height: u16) -> usize {
    (selected + 1).saturating_sub(usize::from(height))
}

fn action_lines(rows: &[Row], selected: usize, width: u16, height: u16) -> Vec<Line<'static>> {
    let shown = rows.iter().enumerate().skip(first(selected, height)).take(usize::from(height));
    shown.map(|(place, row)| action_line(row, place == selected, usize::from(width))).collect()
}

fn action_line(row: &Row, is_selected: bool, width: usize) -> Line<'static> {
    let mark = if is_selected { "›" } else { " " };
    let head = format!("{mark} {:NAMES$} {:KEYS$} ", row.name, row.keys);
    let reason = row.unavailable.as_ref().map(|reason| format!("({reason}) ")).unwrap_or_default();
    let text = fitting(&format!("{reason}{}", row.summary), width.saturating_sub(head.width()));
    let line = Line::from(vec![Span::styled(head, BOLD), Span::raw(text)]);
    match (is_selected, row.unavailable.is_some()) {
        (true, _) => line.style(Modifier::REVERSED),
        (false, true) => line.style(DIM),
        (false, false) => line,
    }
}

/// The end of a text that fits.
fn tail(text: &str, width: usize) -> &str {
    let fits = |start: &usize| text[*start..].width() <= width;
    text.char_indices().map(|(at, _)| at).find(fits).map_or("", |start| &text[start..])
}

impl Widget for PaletteBox<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let place = Self::place(area);
        Clear.render(place, buf);
        self.block().render(place, buf);
        let [line, list] = self.parts(area);
        buf.set_line(line.x, line.y, &self.line(line.width), line.width);
        for (row, text) in list.rows().zip(self.lines(list.width, list.height)) {
            buf.set_line(row.x, row.y, &text, row.width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_shows_its_end() {
        assert_eq!(tail("hello", 3), "llo");
    }

    #[test]
    fn the_selected_row_is_in_view() {
        assert_eq!((first(0, 5), first(4, 5), first(5, 5)), (0, 0, 1));
    }
}
