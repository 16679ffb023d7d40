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
    /// How far it is scrolled, where not all of it fits.
    pub offset: usize,
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

/// As many lines as have room; where that is not all of them the last tells how many more there are.
fn in_view(lines: &[Line<'static>], room: usize, offset: usize) -> Vec<Line<'static>> {
    if lines.len() <= room || room == 0 {
        return lines.iter().take(room).cloned().collect();
    }
    let above = offset.min(lines.len() - (room - 1));
    let below = lines.len() - (room - 1) - above;
    let told = match (above, below) {
        (0, below) => format!("↓ {below} lines more"),
        (above, 0) => format!("↑ {above} lines more"),
        (above, below) => format!("↑ {above} and ↓ {below} lines more"),
    };
    let shown = lines[above..above + room - 1].iter().cloned();
    shown.chain([Line::styled(told, BOLD)]).collect()
}

impl Dialog<'_> {
    /// Its lines, and where it is.
    fn placed(&self, area: Rect) -> (Vec<Line<'static>>, Rect) {
        let width = WIDTH.min(area.width);
        let lines = self.lines(width.saturating_sub(4));
        // A screen has fewer rows than a u16 can count.
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        (lines, middle(area, width, height))
    }

    /// How far it can be scrolled.
    pub fn last_offset(&self, area: Rect) -> usize {
        let (lines, place) = self.placed(area);
        // Without frame and prompt; where not all fits one more tells that.
        let room = usize::from(place.height.saturating_sub(3));
        if lines.len() - 1 <= room { 0 } else { lines.len() - room }
    }
}

impl Widget for Dialog<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let (lines, place) = self.placed(area);
        Clear.render(place, buf);
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD).title(" question ");
        let inner = block.inner(place);
        block.render(place, buf);
        // Where not all of it fits, the prompt is what must be seen, and that there is more.
        let (prompt, rest) = lines.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
        let room = usize::from(inner.height.saturating_sub(1));
        for (row, line) in inner.rows().zip(in_view(rest, room, self.offset)) {
            buf.set_line(row.x + 1, row.y, &line, row.width.saturating_sub(1));
        }
        if let Some((row, prompt)) = inner.rows().next_back().zip(prompt) {
            buf.set_line(row.x + 1, row.y, prompt, row.width.saturating_sub(1));
        }
    }
}
