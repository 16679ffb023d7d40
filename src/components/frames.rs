//! The frames of a traceback to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::choice_list::ChoiceList;
use crate::components::look::{BOLD, DIM};
use crate::logs::python::Frame;
use crate::logs::sanitise::plain;

/// Columns that a frame takes.
const WIDTH: u16 = 108;

/// The frames of a traceback.
#[derive(Debug)]
pub struct FrameList<'a> {
    /// The frames, the innermost last.
    pub frames: &'a [Frame],
    /// The chosen one.
    pub selected: usize,
}

fn line(frame: &Frame, width: usize) -> Line<'static> {
    let style = if frame.is_of_project() { BOLD } else { DIM };
    let end = plain(&frame.place_in_file());
    // The end of a path tells more than its beginning.
    let path: Vec<char> = plain(&frame.path).chars().collect();
    let room = width.saturating_sub(end.chars().count());
    let path = match path.len() > room {
        true => format!("…{}", path[path.len() + 1 - room.max(1)..].iter().collect::<String>()),
        false => path.into_iter().collect(),
    };
    Line::from(vec![Span::raw(path), Span::raw(end)]).style(style)
}

impl Widget for FrameList<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let width = usize::from(WIDTH.min(area.width.saturating_sub(2)));
        let list = ChoiceList {
            title: "frames, the innermost last",
            hint: " enter opens in your editor · esc closes ",
            lines: self.frames.iter().map(|frame| line(frame, width)).collect(),
            selected: self.selected,
        };
        list.render(area, buf);
    }
}
