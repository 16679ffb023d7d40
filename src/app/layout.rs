//! Where everything goes on a screen of some size.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::model::{Model, Pane, Zoom};

/// The smallest screen that panes are shown on.
pub const SMALLEST: (u16, u16) = (60, 15);
/// The smallest screen that shows all panes at once.
pub const WIDE: (u16, u16) = (120, 30);
/// Rows that a log pane needs to be of use.
const LOG_ROWS: u16 = 5;

/// Where everything goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The first line.
    pub status: Rect,
    /// The banner of production.
    pub banner: Option<Rect>,
    /// The tabs, where one pane is shown.
    pub tabs: Option<Rect>,
    /// All between the lines above and the footer.
    pub body: Rect,
    /// The panes that are shown.
    pub panes: Vec<(Pane, Rect)>,
    /// The last line.
    pub footer: Rect,
}

impl Places {
    /// The area of a pane, if it is shown.
    pub fn of(&self, pane: Pane) -> Option<Rect> {
        self.panes.iter().find(|(other, _)| *other == pane).map(|(_, area)| *area)
    }

    /// The pane at a cell of the screen.
    pub fn at(&self, column: u16, row: u16) -> Option<Pane> {
        let position = ratatui::layout::Position { x: column, y: row };
        self.panes.iter().find(|(_, area)| area.contains(position)).map(|(pane, _)| *pane)
    }
}

/// Whether a screen is too small for panes.
pub const fn is_too_small((columns, rows): (u16, u16)) -> bool {
    columns < SMALLEST.0 || rows < SMALLEST.1
}

/// Where everything goes on the model's screen.
pub fn places(model: &Model) -> Places {
    let (columns, rows) = model.screen.size;
    let folded = columns < WIDE.0 || rows < WIDE.1 || model.screen.zoom == Zoom::In;
    let line = |shown: bool| Constraint::Length(u16::from(shown));
    let lines = [line(true), line(model.header.is_production), line(folded), Constraint::Fill(1), line(true)];
    let [status, banner, tabs, body, footer] = Rect::new(0, 0, columns, rows).layout(&Layout::vertical(lines));
    Places {
        status,
        banner: model.header.is_production.then_some(banner),
        tabs: folded.then_some(tabs),
        body,
        panes: if folded { vec![(model.screen.focus, body)] } else { all(model, body) },
        footer,
    }
}

/// All panes at once: lists on the left, logs stacked on the right.
fn all(model: &Model, body: Rect) -> Vec<(Pane, Rect)> {
    let left = (body.width * 2 / 5).clamp(52, 84);
    let logs = shown_logs(model, body.height);
    let columns = [Constraint::Length(if logs.is_empty() { body.width } else { left }), Constraint::Fill(1)];
    let [left, right] = body.layout(&Layout::horizontal(columns));
    let mut panes = lists(model, left);
    let rows = Layout::vertical(logs.iter().map(|_| Constraint::Fill(1))).split(right);
    panes.extend(logs.into_iter().map(Pane::Log).zip(rows.iter().copied()));
    panes
}

fn lists(model: &Model, area: Rect) -> Vec<(Pane, Rect)> {
    // Services need a row each, one for a hint, and the frame; they leave room for the others.
    let wanted = u16::try_from(model.services.len().max(model.logs.len())).unwrap_or(u16::MAX).saturating_add(3);
    let services = wanted.clamp(3, area.height / 3);
    let notices = (area.height / 4).max(6);
    let rows = [Constraint::Length(services), Constraint::Fill(1), Constraint::Length(notices)];
    let rows: [Rect; 3] = area.layout(&Layout::vertical(rows));
    [Pane::Services, Pane::Tasks, Pane::Notices].into_iter().zip(rows).collect()
}

/// The logs that have room, the focused one among them.
fn shown_logs(model: &Model, height: u16) -> Vec<usize> {
    let room = usize::from(height / LOG_ROWS).max(1).min(model.logs.len());
    let focused = if let Pane::Log(n) = model.screen.focus { n } else { 0 };
    let first = (focused + 1).saturating_sub(room).min(model.logs.len() - room);
    (first..first + room).collect()
}
