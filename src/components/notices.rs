//! What the user was told, the newest first.

use ratatui::style::Modifier;
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
    /// What has become of what it offers.
    pub offer: OfferState,
}

/// What has become of what a notice offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferState {
    /// It is offered.
    #[default]
    Open,
    /// It was begun: others are offered before it.
    Begun,
    /// It was done, was left alone, or need not be done any more.
    Settled,
}

/// What a notice offers to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The notice's place.
    pub place: usize,
    /// The key that does it.
    pub key: String,
    /// What it does.
    pub label: String,
}

/// The pane of notices.
#[derive(Debug)]
pub struct Notices<'a> {
    /// The notices, the newest first.
    pub notices: &'a [Noted],
    /// Which of them is selected, where keys go to them.
    pub selected: Option<usize>,
    /// What one of them offers to do about it.
    pub offer: Option<Offer>,
    /// Colours.
    pub colours: Colours,
}

impl Notices<'_> {
    /// The lines of the pane, broken at its width.
    pub fn lines(&self, width: u16) -> Vec<Line<'static>> {
        if self.notices.is_empty() {
            return vec![Line::styled("none", DIM)];
        }
        (0..self.notices.len()).flat_map(|place| self.of(place, width)).collect()
    }

    /// The line at which a notice begins.
    pub fn head(&self, place: usize, width: u16) -> usize {
        (0..place.min(self.notices.len())).map(|place| self.of(place, width).len()).sum()
    }

    fn of(&self, place: usize, width: u16) -> Vec<Line<'static>> {
        let mut lines = lines(&self.notices[place], self.colours, width);
        if let Some(offer) = self.offer.as_ref().filter(|offer| offer.place == place) {
            let key = Span::styled(offer.key.clone(), BOLD);
            lines.push(Line::from(vec![Span::raw("  "), key, Span::raw(format!(" does it: {}", plain(&offer.label)))]));
        }
        if self.selected == Some(place) {
            lines.first_mut().into_iter().for_each(|head| head.style = head.style.add_modifier(Modifier::REVERSED));
        }
        lines
    }
}

/// The lines of one notice: severity and summary, cause, remedy.
pub fn lines(noted: &Noted, colours: Colours, width: u16) -> Vec<Line<'static>> {
    let notice = &noted.notice;
    let (shape, style) = colours.severity(notice.severity);
    let times = if noted.count > 1 { format!(" ({} times)", noted.count) } else { String::new() };
    let is_settled = noted.offer == OfferState::Settled;
    let settled = if is_settled { " · settled" } else { "" };
    let word = format!("{shape} {}: ", notice.severity.as_str());
    let mut lines = block(&word, &format!("{}{times}{settled}", plain(&notice.summary)), width);
    if let Some(head) = lines.first_mut() {
        head.spans[0].style = style;
        head.spans[1].style = BOLD;
    }
    // What was done, or is not to be done any more, needs no remedy.
    let remedy = if is_settled { &None } else { &notice.remedy };
    for (word, text) in [("  cause: ", &notice.cause), ("  remedy: ", remedy)] {
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
