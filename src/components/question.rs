//! The question dialog: what will be destroyed, and No unless Yes is given.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::components::help::middle;
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::wrap::wrap;
use crate::core::progress::Question;
use crate::logs::sanitise::plain;

/// Columns that the dialog takes.
const WIDTH: u16 = 72;

/// The question dialog.
#[derive(Debug)]
pub struct Dialog<'a> {
    /// The question.
    pub question: &'a Question,
    /// What was typed so far, where a name has to be.
    pub typed: &'a str,
    /// Colours.
    pub colours: Colours,
}

impl Dialog<'_> {
    fn lines(&self, width: u16) -> Vec<Line<'static>> {
        let width = usize::from(width);
        let wrapped = |text: &str, width| wrap(&plain(text), width).into_iter();
        let mut lines: Vec<_> =
            wrapped(&self.question.title, width).map(|line| Line::styled(line, self.colours.bad())).collect();
        if !self.question.destroys.is_empty() {
            lines.push(Line::raw("will be destroyed:"));
        }
        for object in &self.question.destroys {
            let mark = |n| if n == 0 { "  ✕ " } else { "    " };
            let object = wrapped(object, width.saturating_sub(4)).enumerate();
            lines.extend(object.map(|(n, line)| Line::styled(format!("{}{line}", mark(n)), BOLD)));
        }
        for remark in &self.question.remarks {
            lines.extend(wrapped(remark, width).map(Line::raw));
        }
        if !self.question.command.is_empty() {
            let command = format!("same as: {}", self.question.command);
            lines.extend(wrapped(&command, width).map(|line| Line::styled(line, DIM)));
        }
        lines.push(Line::default());
        lines.push(self.prompt());
        lines
    }

    fn prompt(&self) -> Line<'static> {
        let key = |key: &'static str| Span::styled(key, BOLD);
        match &self.question.type_name {
            None => Line::from(vec![key("y"), " yes   ".into(), key("n, enter, esc"), " NO (default)".into()]),
            Some(name) => Line::from(vec![
                format!("type {} and enter for yes, esc for NO: ", plain(name)).into(),
                Span::styled(format!("{}▏", plain(self.typed)), BOLD),
                if name.starts_with(self.typed) { Span::raw("") } else { Span::styled(" not that name", DIM) },
            ]),
        }
    }
}

impl Widget for Dialog<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let width = WIDTH.min(area.width);
        let lines = self.lines(width.saturating_sub(4));
        // A screen has fewer rows than a u16 can count.
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let place = middle(area, width, height);
        Clear.render(place, buf);
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD).title(" question ");
        let inner = block.inner(place);
        block.render(place, buf);
        // Where not all of it fits, the prompt is what must be seen, and that there is more.
        let (prompt, rest) = lines.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
        let room = usize::from(inner.height.saturating_sub(1));
        let hidden = if rest.len() > room { rest.len() + 1 - room } else { 0 };
        for (n, row) in inner.rows().take(room).enumerate() {
            let more = Line::styled(format!("… and {hidden} lines more, on a taller terminal"), BOLD);
            let line = if hidden > 0 && n + 1 == room { Some(&more) } else { rest.get(n) };
            buf.set_line(row.x + 1, row.y, line.unwrap_or(&Line::default()), row.width.saturating_sub(1));
        }
        if let Some((row, prompt)) = inner.rows().next_back().zip(prompt) {
            buf.set_line(row.x + 1, row.y, prompt, row.width.saturating_sub(1));
        }
    }
}
