//! The help overlay: every key, from the live keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::components::look::BOLD;
use crate::components::pane;
use crate::components::wrap::wrap;
use crate::logs::sanitise::plain;

/// Columns that the overlay takes.
const WIDTH: u16 = 76;

/// One group of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its title.
    pub title: String,
    /// Keys and what they do.
    pub rows: Vec<(String, String)>,
}

/// The help overlay.
#[derive(Debug)]
pub struct Help<'a> {
    /// The groups.
    pub groups: &'a [Group],
    /// How far it is scrolled.
    pub offset: usize,
    /// What is looked for.
    pub wanted: &'a str,
    /// Whether it is being typed.
    pub is_typed: bool,
}

/// The place of an overlay in the middle of an area.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Keys, and right of them what they do.
fn row(keys: &str, indent: usize, text: Vec<String>) -> impl Iterator<Item = Line<'static>> {
    let keys = format!("  {keys}");
    let line = move |(n, text): (usize, String)| {
        let left = if n == 0 { keys.as_str() } else { "" };
        Line::from(vec![Span::styled(format!("{left:indent$}"), BOLD), Span::raw(text)])
    };
    text.into_iter().enumerate().map(line)
}

impl Help<'_> {
    /// The lines of the overlay, broken at its width.
    pub fn lines(&self, width: u16) -> Vec<Line<'static>> {
        let keys = self.groups.iter().flat_map(|group| &group.rows).map(|(keys, _)| keys.chars().count());
        let indent = keys.max().unwrap_or(0) + 4;
        let room = usize::from(width).saturating_sub(indent).max(12);
        let lines = |group: &Group| {
            let rows = group.rows.iter().flat_map(|(keys, text)| row(keys, indent, wrap(text, room)));
            std::iter::once(Line::styled(group.title.clone(), BOLD)).chain(rows).collect::<Vec<_>>()
        };
        if self.groups.is_empty() {
            return vec![Line::raw("no key does that; the palette (`:`) finds actions by their names")];
        }
        self.groups.iter().flat_map(lines).collect()
    }

    /// Where the overlay is: as high as its lines need, as far as there is room.
    fn place(&self, area: Rect) -> Rect {
        // A screen has fewer rows than a u16 can count.
        let lines = u16::try_from(self.lines(WIDTH.min(area.width).saturating_sub(2)).len()).unwrap_or(u16::MAX);
        middle(area, WIDTH, lines.saturating_add(2))
    }

    /// Where the overlay's lines are drawn.
    pub fn inner(&self, area: Rect) -> Rect {
        self.block().inner(self.place(area))
    }

    fn block(&self) -> Block<'static> {
        let title = match (self.is_typed, self.wanted) {
            (true, wanted) => format!(" keys · /{}▏· enter keeps it · esc shows all ", plain(wanted)),
            (false, "") => " keys · / searches · esc closes · j and k scroll ".to_owned(),
            (false, wanted) => format!(" keys · /{} · esc closes · j and k scroll ", plain(wanted)),
        };
        Block::bordered().border_type(BorderType::Thick).title(title)
    }
}

impl Widget for Help<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let place = self.place(area);
        Clear.render(place, buf);
        self.block().render(place, buf);
        let inner = self.inner(area);
        let lines = self.lines(inner.width);
        pane::list(&lines, self.offset, inner, buf);
    }
}
