//! The view while there is no engine: which endpoint, what is wrong, what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::notices::{self, Noted, OfferState};
use crate::core::connection::Connection;
use crate::core::observed::Timestamp;
use crate::logs::sanitise::plain;

/// The view while there is no engine.
#[derive(Debug)]
pub struct Offline<'a> {
    /// The endpoint as the user would write it.
    pub endpoint: &'a str,
    /// How the program stands with its engine.
    pub connection: &'a Connection,
    /// The current time.
    pub now: Timestamp,
    /// Colours.
    pub colours: Colours,
}

impl Offline<'_> {
    /// The lines of the view.
    pub fn lines(&self, width: u16) -> Vec<Line<'static>> {
        let endpoint = plain(self.endpoint);
        match self.connection {
            Connection::Connected { version } => {
                vec![Line::from(format!("connected to {endpoint}, engine {}; looking around", plain(version)))]
            }
            Connection::Connecting => vec![Line::styled(format!("connecting to {endpoint}"), BOLD)],
            Connection::Lost { since, notice } => {
                let mut lines = vec![Line::styled(format!("✕ disconnected from {endpoint}"), self.colours.bad())];
                lines.extend(notices::lines(
                    &Noted { notice: notice.clone(), count: 1, offer: OfferState::Open },
                    self.colours,
                    width,
                ));
                let waited = elapsed::span(self.now - since, false);
                lines.push(Line::styled(format!("trying again without end, for {waited} now"), DIM));
                lines
            }
        }
    }
}

impl Widget for Offline<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let lines = self.lines(area.width.saturating_sub(4));
        // A screen has fewer rows than a u16 can count.
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
        let y = area.y + (area.height - height) / 3;
        let place = Rect { y, height, ..area };
        Clear.render(place, buf);
        let block = Block::bordered().title(" engine ");
        let inner = block.inner(place);
        block.render(place, buf);
        for (row, line) in inner.rows().zip(&lines) {
            buf.set_line(row.x + 1, row.y, line, row.width.saturating_sub(1));
        }
    }
}
