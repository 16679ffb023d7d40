//! The first line: project, environment, endpoint, connection.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::look::{BOLD, Colours, DIM};
use crate::core::connection::Connection;
use crate::logs::sanitise::plain;

/// The first line of the screen.
#[derive(Debug)]
pub struct StatusLine<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The environment's name.
    pub environment: &'a str,
    /// The endpoint.
    pub endpoint: &'a str,
    /// How the program stands with its engine.
    pub connection: &'a Connection,
    /// Colours.
    pub colours: Colours,
}

impl Widget for StatusLine<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let left = Line::from(vec![
            Span::styled(format!(" {} ", plain(self.project)), BOLD),
            Span::raw(format!("· {} ", plain(self.environment))),
        ]);
        let (used, _) = buf.set_line(area.x, area.y, &left, area.width);
        let rest = Rect { x: used, width: area.right().saturating_sub(used), height: 1, ..area };
        let state = self.state();
        let endpoint = format!("{} ", plain(self.endpoint));
        let fits = Line::from(endpoint.as_str()).width() + state.width() < usize::from(rest.width);
        let endpoint = Span::styled(if fits { endpoint } else { String::new() }, DIM);
        Line::from(vec![endpoint, state]).right_aligned().render(rest, buf);
    }
}

impl StatusLine<'_> {
    fn state(&self) -> Span<'static> {
        match self.connection {
            Connection::Connecting => Span::styled("◐ connecting ", self.colours.fg(Color::Yellow)),
            Connection::Connected { version } => {
                Span::styled(format!("● connected, engine {} ", plain(version)), self.colours.fg(Color::Green))
            }
            Connection::Lost { .. } => Span::styled("✕ disconnected, trying again ", self.colours.bad()),
        }
    }
}
