//! A service's log.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::look::{BOLD, Colours, DIM};
use crate::components::pane::{self, Focus};
use crate::core::state::ServiceState;
use crate::logs::sanitise::plain;
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

/// A service's log pane.
#[derive(Debug)]
pub struct LogPane<'a> {
    /// The service.
    pub service: &'a str,
    /// Its state.
    pub state: Option<ServiceState>,
    /// The digit that focuses it.
    pub number: Option<usize>,
    /// Its lines.
    pub store: &'a Store,
    /// Which of them are in view.
    pub scroll: Scroll,
    /// Whether keys go to it.
    pub focus: Focus,
    /// Colours.
    pub colours: Colours,
}

impl Widget for LogPane<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let inner = pane::frame(self.title(), self.number, self.focus, area, buf);
        let (from, to) = window(self.store, self.scroll, inner.height);
        for (row, entry) in inner.rows().zip(self.store.range(from, to)) {
            self.entry(entry, row, buf);
        }
        if self.store.end() == 0 {
            let text = Line::styled("no lines yet", DIM);
            buf.set_line(inner.x, inner.y, &text, inner.width);
        }
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

impl LogPane<'_> {
    fn title(&self) -> Line<'static> {
        let mut spans = vec![Span::styled(plain(self.service), BOLD)];
        if let Some(state) = self.state.filter(|state| *state != ServiceState::Running) {
            let (shape, style) = self.colours.service(state);
            spans.push(Span::styled(format!(" {shape} {}", state.as_str()), style));
        }
        spans.push(Span::styled(format!(" · {}", self.position()), DIM));
        if self.store.dropped() > 0 {
            spans.push(Span::raw(format!(" · {} older lines dropped", self.store.dropped())));
        }
        Line::from(spans)
    }

    fn position(&self) -> String {
        match self.scroll {
            Scroll::Following => "following".to_owned(),
            Scroll::Paused { end, .. } => format!("paused, +{} new", self.store.end().saturating_sub(end)),
        }
    }

    fn entry(&self, entry: &Entry, row: Rect, buf: &mut Buffer) {
        match entry {
            Entry::Mark { mark, .. } => mark_line(*mark, row.width).render(row, buf),
            Entry::Line(line) => {
                let spans = line.content().spans().map(|span| Span::styled(span.text, self.colours.log(span.style)));
                let line = Line::from_iter(spans);
                buf.set_line(row.x, row.y, &line, row.width);
                self.clip_mark(&line, row, buf);
            }
        }
    }

    /// The last column tells that a line goes on beyond the pane.
    fn clip_mark(&self, line: &Line<'_>, row: Rect, buf: &mut Buffer) {
        if line.width() > usize::from(row.width) && row.width > 1 {
            buf.set_span(row.right() - 1, row.y, &Span::styled("›", DIM), 1);
        }
    }
}

fn mark_line(mark: Mark, width: u16) -> Line<'static> {
    let text = format!(" {} ", mark.as_str());
    let rule = "─".repeat((usize::from(width).saturating_sub(text.len()) / 2).min(16));
    Line::from(format!("{rule}{text}{rule}")).centered().style(Modifier::DIM)
}
