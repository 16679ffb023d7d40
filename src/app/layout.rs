//! Where everything goes on a screen of some size.

mod solve;

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::model::{Model, Pane, Zoom};
use crate::core::layout::{Direction, Leaf};
pub use solve::{Area, solve};

/// The smallest screen that panes are shown on.
pub const SMALLEST: (u16, u16) = (60, 15);
/// The smallest screen that shows all panes at once.
pub const WIDE: (u16, u16) = (120, 30);
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
    /// The panes that share a place with one that is shown, and that place.
    pub behind: Vec<(Vec<Pane>, Rect)>,
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

/// The smallest screen that shows a console alone.
const SMALLEST_ALONE: (u16, u16) = (10, 4);

/// Whether the screen is too small for what is to be on it.
pub const fn is_too_small(model: &Model) -> bool {
    let (columns, rows) = model.screen.size;
    let least = if model.screen.alone { SMALLEST_ALONE } else { SMALLEST };
    columns < least.0 || rows < least.1
}

/// Whether one pane is shown, with tabs for the others: on a small screen, when it is zoomed,
/// or when the layout has no place for it.
pub fn is_folded(model: &Model) -> bool {
    let (columns, rows) = model.screen.size;
    let is_small = columns < WIDE.0 || rows < WIDE.1;
    is_small || model.screen.zoom == Zoom::In || leaf_of(model, model.screen.focus).is_none()
}

/// Whether a pane is on the screen, as far as that follows from its size and the focus:
/// logs that have no room beside others count as shown.
pub fn shows(model: &Model, pane: Pane) -> bool {
    if is_too_small(model) || model.screen.alone {
        return false;
    }
    match (is_folded(model), pane) {
        (true, _) => model.screen.focus == pane,
        (false, _) => solve::is_in_front(model, &model.screen.layout, pane),
    }
}

/// The place of the layout in which a pane is shown.
pub fn leaf_of(model: &Model, pane: Pane) -> Option<Leaf> {
    let leaves = model.screen.layout.leaves();
    // A place of its own comes before one that it shares.
    let is_own = |leaf: &&&Leaf| matches!(leaf, Leaf::Log(_) | Leaf::ConsoleOf(_));
    let shows = |leaf: &&&Leaf| panes_of(model, leaf).contains(&pane);
    let own = leaves.iter().filter(is_own).find(|leaf| shows(leaf));
    own.or_else(|| leaves.iter().find(shows)).map(|leaf| (*leaf).clone())
}

/// The panes that a place of the layout can show.
pub fn panes_of(model: &Model, leaf: &Leaf) -> Vec<Pane> {
    let consoles = || (0..model.consoles.list.len()).map(Pane::Console);
    match leaf {
        Leaf::Services => vec![Pane::Services],
        Leaf::Tasks => vec![Pane::Tasks],
        Leaf::Notices => vec![Pane::Notices],
        Leaf::Logs => (0..model.logs.len()).map(Pane::Log).filter(|pane| !has_own_place(model, *pane)).collect(),
        Leaf::Log(name) => model.logs.iter().position(|log| log.service == *name).map(Pane::Log).into_iter().collect(),
        Leaf::Console => consoles().filter(|pane| !has_own_place(model, *pane)).collect(),
        Leaf::ConsoleOf(name) => model.consoles.place(name).map(Pane::Console).into_iter().collect(),
        Leaf::Main => (0..model.logs.len()).map(Pane::Log).chain(consoles()).collect(),
    }
}

/// Whether the layout names a log or a console of its own.
fn has_own_place(model: &Model, pane: Pane) -> bool {
    model.screen.layout.leaves().iter().any(|leaf| match (leaf, pane) {
        (Leaf::Log(name), Pane::Log(n)) => model.logs.get(n).is_some_and(|log| log.service == *name),
        (Leaf::ConsoleOf(name), Pane::Console(n)) => model.consoles.place(name) == Some(n),
        _ => false,
    })
}

/// Where everything goes on the model's screen.
pub fn places(model: &Model) -> Places {
    let (columns, rows) = model.screen.size;
    if model.screen.alone {
        let body = Rect::new(0, 0, columns, rows);
        return Places { body, panes: vec![(model.screen.focus, body)], ..Places::default() };
    }
    let folded = is_folded(model);
    let line = |shown: bool| Constraint::Length(u16::from(shown));
    let lines = [line(true), line(model.header.is_production), line(folded), Constraint::Fill(1), line(true)];
    let [status, banner, tabs, body, footer] = Rect::new(0, 0, columns, rows).layout(&Layout::vertical(lines));
    let mut places = Places {
        status,
        banner: model.header.is_production.then_some(banner),
        tabs: folded.then_some(tabs),
        body,
        footer,
        ..Places::default()
    };
    if folded {
        places.panes.push((model.screen.focus, body));
    } else {
        solve::fill(model, body, &mut places);
    }
    places
}

/// The border between two places that a cell is on: the way to what they are in, and the first
/// of the two.
pub fn border_at(model: &Model, column: u16, row: u16) -> Option<(Vec<usize>, usize)> {
    let places = places(model);
    if places.tabs.is_some() {
        return None;
    }
    let areas = solve(model, places.body);
    let first = |area: &Area| areas.iter().find(|other| is_before(other, area)).map(|other| other.path.clone());
    let found = areas.iter().find(|area| is_border(area, column, row) && first(area).is_some())?;
    let path = first(found)?;
    let (last, rest) = path.split_last()?;
    Some((rest.to_vec(), *last))
}

/// Whether a place lies right before another of the same group.
fn is_before(one: &Area, other: &Area) -> bool {
    let is_sibling = one.path.len() == other.path.len()
        && one.path.split_last().map(|(_, rest)| rest) == other.path.split_last().map(|(_, rest)| rest);
    let meets = match other.within {
        Some(Direction::Beside) => one.area.right() == other.area.x,
        Some(Direction::Below) => one.area.bottom() == other.area.y,
        None => false,
    };
    is_sibling && one.path != other.path && meets
}

/// Whether a cell is on the border before a place: between columns both frames count, between
/// rows the lower one, which has the title.
fn is_border(area: &Area, column: u16, row: u16) -> bool {
    let Area { area, within, .. } = area;
    match within {
        Some(Direction::Beside) => (area.y..area.bottom()).contains(&row) && (column == area.x || column + 1 == area.x),
        Some(Direction::Below) => (area.x..area.right()).contains(&column) && row == area.y,
        None => false,
    }
}
