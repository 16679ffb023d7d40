//! What the user was told, the newest first.

use ratatui::text::{Line, Span};

use crate::components::look::{BOLD, Colours, DIM};
use crate::components::wrap::wrap;
use crate::core::notice::Notice;
use crate::logs::sanitise::{plain, plain_lines};

/// A notice and how often it came in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The notice.
    pub notice: Notice,
    /// How often it came.
    pub count: u32,
}

/// The pane of notices.
#[derive(Debug)]
pub struct Notices<'a> {
    /// The notices, the newest first.
    pub notices: &'a [Noted],
    /// Colours.
    pub colours: Colours,
}

impl Notices<'_> {
    /// The lines of the pane, broken at its width.
    pub fn lines(&self, width: u16) -> Vec<Line<'static>> {
        if self.notices.is_empty() {
            return vec![Line::styled("none", DIM)];
        }
        self.notices.iter().flat_map(|noted| lines(noted, self.colours, width)).collect()
    }
}

/// The lines of one notice: severity and summary, cause, remedy.
pub fn lines(noted: &Noted, colours: Colours, width: u16) -> Vec<Line<'static>> {
    let notice = &noted.notice;
    let (shape, style) = colours.severity(notice.severity);
    let times = if noted.count > 1 { format!(" ({} times)", noted.count) } else { String::new() };
    let word = format!("{shape} {}: ", notice.severity.as_str());
    let mut lines = block(&word, &format!("{}{times}", plain(&notice.summary)), width);
    if let Some(head) = lines.first_mut() {
        head.spans[0].style = style;
        head.spans[1].style = BOLD;
    }
    for (word, text) in [("  cause: ", &notice.cause), ("  remedy: ", &notice.remedy)] {
        lines.extend(text.iter().flat_map(|text| block(word, &plain_lines(text), width)));
    }
    lines
}

/// A text behind a word, broken so that it stays right of the word.
fn block(word: &str, text: &str, width: u16) -> Vec<Line<'static>> {
    let indent = word.chars().count();
    let blank = " ".repeat(indent);
    let pieces = wrap(text, usize::from(width).saturating_sub(indent).max(12));
    let line = |(n, text): (usize, String)| {
        Line::from(vec![Span::raw(if n == 0 { word.to_owned() } else { blank.clone() }), Span::raw(text)])
    };
    pieces.into_iter().enumerate().map(line).collect()
}
