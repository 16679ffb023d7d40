//! The line at the bottom where something about a log is typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::components::look::{BOLD, Colours, DIM};
use crate::logs::sanitise::plain;

/// A line that is typed.
#[derive(Debug)]
pub struct PromptLine<'a> {
    /// What is asked for.
    pub label: &'a str,
    /// The text before and behind the cursor.
    pub halves: (&'a str, &'a str),
    /// What is wrong with it.
    pub problem: Option<&'a str>,
    /// What the keys do.
    pub hint: &'a str,
    /// Colours.
    pub colours: Colours,
}

impl Widget for PromptLine<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        // The last row of what is given.
        let row = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        Clear.render(row, buf);
        let (before, behind) = self.halves;
        let behind = plain(behind);
        let mut glyphs = behind.chars();
        let under = glyphs.next().unwrap_or(' ').to_string();
        let mut spans = vec![
            Span::styled(format!(" {}", self.label), BOLD),
            Span::raw(plain(before)),
            Span::styled(under, BOLD.add_modifier(Modifier::REVERSED)),
            Span::raw(glyphs.as_str().to_owned()),
        ];
        match self.problem {
            Some(problem) => spans.push(Span::styled(format!("  {problem}"), self.colours.bad())),
            None => spans.push(Span::styled(format!("  {}", self.hint), DIM)),
        }
        buf.set_line(row.x, row.y, &Line::from(spans), row.width);
    }
}
