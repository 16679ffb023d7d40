//! The output of a task: lines of one store, as they are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::look::{Colours, DIM};
use crate::components::pane;
use crate::logs::{Entry, Mark, Store};

/// Which lines are in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scroll {
    /// Always the last.
    #[default]
    Following,
    /// The reader scrolled up.
    Paused {
        /// The number of the entry below the last in view.
        bottom: u64,
        /// The number that the next entry would have had when it was paused.
        end: u64,
    },
}

/// Draws the entries that are in view.
pub fn entries(store: &Store, scroll: Scroll, colours: Colours, area: Rect, buf: &mut Buffer) {
    let (from, to) = window(store, scroll, area.height);
    for (row, shown) in area.rows().zip(store.range(from, to)) {
        entry(shown, colours, row, buf);
    }
    if store.end() == 0 {
        let text = Line::styled("no lines yet", DIM);
        buf.set_line(area.x, area.y, &text, area.width);
    }
}

/// Whether it follows, and what was dropped.
pub fn position(store: &Store, scroll: Scroll) -> String {
    let position = match scroll {
        Scroll::Following => "following".to_owned(),
        Scroll::Paused { end, .. } => format!("paused, +{} new", store.end().saturating_sub(end)),
    };
    match store.dropped() {
        0 => position,
        dropped => format!("{position} · {dropped} older lines dropped"),
    }
}

/// The numbers of the entries that are in view.
pub fn window(store: &Store, scroll: Scroll, height: u16) -> (u64, u64) {
    let height = u64::from(height);
    let bottom = match scroll {
        Scroll::Following => store.end(),
        // What was in view may have been dropped since: then the oldest that are left are.
        Scroll::Paused { bottom, .. } => bottom.max(store.first() + height).min(store.end()),
    };
    (bottom.saturating_sub(height).max(store.first()), bottom)
}

fn entry(entry: &Entry, colours: Colours, row: Rect, buf: &mut Buffer) {
    match entry {
        Entry::Mark { mark, .. } => mark_line(*mark, row.width).render(row, buf),
        Entry::Line(line) => {
            let spans = line.content().spans().map(|span| Span::styled(span.text, colours.log(span.style)));
            let line = Line::from_iter(spans);
            buf.set_line(row.x, row.y, &line, row.width);
            pane::clip_mark(&line, row, buf);
        }
    }
}

/// A mark across a row.
pub fn mark_line(mark: Mark, width: u16) -> Line<'static> {
    let text = format!(" {} ", mark.as_str());
    let rule = "─".repeat((usize::from(width).saturating_sub(text.len()) / 2).min(16));
    Line::from(format!("{rule}{text}{rule}")).centered().style(Modifier::DIM)
}
