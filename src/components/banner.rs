//! The banner of an environment that is treated as production.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::components::look::Colours;
use crate::logs::sanitise::plain;

/// The banner: red, and the word.
#[derive(Debug)]
pub struct Banner<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// Colours.
    pub colours: Colours,
}

impl Widget for Banner<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let style = match self.colours {
            Colours::Sixteen => Style::new().fg(Color::White).bg(Color::Red),
            Colours::None => Style::new().add_modifier(Modifier::REVERSED),
        };
        buf.set_style(area, style.add_modifier(Modifier::BOLD));
        let name = plain(self.environment);
        let text = match name.as_str() {
            "production" => "PRODUCTION: nothing is destroyed without --allow-production".to_owned(),
            _ => format!("PRODUCTION: {name} is treated as such, nothing is destroyed without --allow-production"),
        };
        Line::from(text).centered().render(area, buf);
    }
}
