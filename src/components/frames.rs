//! The frames of a traceback to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::components::help::middle;
use crate::components::look::{BOLD, DIM};
use crate::components::pane;
use crate::logs::python::Frame;
use crate::logs::sanitise::plain;

/// Columns that the list takes.
const WIDTH: u16 = 110;

/// The frames of a traceback.
#[derive(Debug)]
pub struct FrameList<'a> {
    /// The frames, the innermost last.
    pub frames: &'a [Frame],
    /// The chosen one.
    pub selected: usize,
}

impl FrameList<'_> {
    fn line(&self, number: usize, frame: &Frame, width: u16) -> Line<'static> {
        let style = if frame.is_of_project() { BOLD } else { DIM };
        let end = format!(":{} in {}", frame.line, plain(&frame.function));
        // The end of a path tells more than its beginning.
        let path: Vec<char> = plain(&frame.path).chars().collect();
        let room = usize::from(width).saturating_sub(end.chars().count());
        let path = match path.len() > room {
            true => format!("…{}", path[path.len() + 1 - room.max(1)..].iter().collect::<String>()),
            false => path.into_iter().collect(),
        };
        let line = Line::from(vec![Span::raw(path), Span::raw(end)]).style(style);
        if number == self.selected { line.patch_style(Modifier::REVERSED) } else { line }
    }
}

impl Widget for FrameList<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        // A screen has fewer rows than a u16 can count.
        let height = u16::try_from(self.frames.len()).unwrap_or(u16::MAX).saturating_add(2);
        let place = middle(area, WIDTH, height);
        Clear.render(place, buf);
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD);
        let block =
            block.title(" frames, the innermost last ").title_bottom(" enter opens in your editor · esc closes ");
        let inner = block.inner(place);
        block.render(place, buf);
        let lines: Vec<_> = (0..).zip(self.frames).map(|(n, frame)| self.line(n, frame, inner.width)).collect();
        let offset = (self.selected + 1).saturating_sub(usize::from(inner.height));
        pane::list(&lines, offset, inner, buf);
    }
}
