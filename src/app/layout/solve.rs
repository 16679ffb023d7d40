//! From a layout and a screen to areas.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::layout::{Places, panes_of};
use crate::app::model::{Model, Pane};
use crate::core::layout::{Direction, Leaf, Node, What};

/// Rows that a log pane needs to be of use.
const LOG_ROWS: u16 = 5;
/// Rows that a console has at least.
const CONSOLE_ROWS: u16 = 10;
/// Columns that lists have at least and at most, where nobody gave them a weight.
const LISTS: (u16, u16) = (52, 84);

/// The area of a node of the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// The way to the node.
    pub path: Vec<usize>,
    /// How it lies among its siblings.
    pub within: Option<Direction>,
    /// Where it is.
    pub area: Rect,
}

/// The areas of all nodes of the layout that have something to show.
pub fn solve(model: &Model, body: Rect) -> Vec<Area> {
    let mut areas = Vec::new();
    let whole = Area { path: Vec::new(), within: None, area: body };
    walk(model, &model.screen.layout, whole, &mut |_, area| areas.push(area.clone()));
    areas
}

/// Gives every place of the layout its panes.
pub(super) fn fill(model: &Model, body: Rect, places: &mut Places) {
    let whole = Area { path: Vec::new(), within: None, area: body };
    walk(model, &model.screen.layout, whole, &mut |node, area| {
        if let What::Tabs(leaves) = &node.what {
            tabs(model, leaves, area.area, places);
        }
    });
}

fn has_panes(model: &Model, node: &Node) -> bool {
    node.leaves().iter().any(|leaf| !panes_of(model, leaf).is_empty())
}

fn walk(model: &Model, node: &Node, area: Area, tell: &mut impl FnMut(&Node, &Area)) {
    tell(node, &area);
    let What::Split(direction, nodes) = &node.what else { return };
    let shown: Vec<(usize, &Node)> = nodes.iter().enumerate().filter(|(_, node)| has_panes(model, node)).collect();
    let nodes: Vec<&Node> = shown.iter().map(|(_, node)| *node).collect();
    for ((place, child), part) in shown.iter().zip(parts(model, *direction, &nodes, area.area)) {
        let path = area.path.iter().copied().chain([*place]).collect();
        walk(model, child, Area { path, within: Some(*direction), area: part }, tell);
    }
}

fn parts(model: &Model, direction: Direction, nodes: &[&Node], area: Rect) -> Vec<Rect> {
    let mut wanted: Vec<Constraint> = nodes.iter().map(|node| wanted(model, direction, node, area)).collect();
    if wanted.iter().all(|wanted| matches!(wanted, Constraint::Length(_))) {
        // Somebody has to take what is left.
        wanted.last_mut().into_iter().for_each(|last| *last = Constraint::Fill(1));
    }
    let layout = match direction {
        Direction::Beside => Layout::horizontal(wanted),
        Direction::Below => Layout::vertical(wanted),
    };
    layout.split(area).to_vec()
}

fn wanted(model: &Model, direction: Direction, node: &Node, area: Rect) -> Constraint {
    match node.weight {
        Some(weight) => Constraint::Fill(weight),
        None => natural(model, direction, node, area).map_or(Constraint::Fill(1), Constraint::Length),
    }
}

/// The size that a node has where nobody gave it a weight; `None` for what is left.
fn natural(model: &Model, direction: Direction, node: &Node, area: Rect) -> Option<u16> {
    let leaves = node.leaves();
    let is_list = |leaf: &&Leaf| matches!(leaf, Leaf::Services | Leaf::Tasks | Leaf::Notices);
    match (direction, leaves.as_slice()) {
        (Direction::Beside, leaves) if leaves.iter().all(is_list) => Some((area.width * 2 / 5).clamp(LISTS.0, LISTS.1)),
        (Direction::Below, [Leaf::Services]) => Some(services(model, area.height)),
        (Direction::Below, [Leaf::Notices]) => Some((area.height / 4).max(6)),
        (Direction::Below, [Leaf::Console | Leaf::ConsoleOf(_)]) => Some((area.height * 2 / 5).max(CONSOLE_ROWS)),
        _ => None,
    }
}

/// Services need a row each, one for a hint, and the frame; they leave room for the others.
fn services(model: &Model, height: u16) -> u16 {
    let wanted = u16::try_from(model.services.len().max(model.logs.len())).unwrap_or(u16::MAX).saturating_add(3);
    wanted.clamp(3, (height / 3).max(3))
}

/// The place that is in front of those that share one: that with the focus, or that had it last.
fn front<'a>(model: &Model, leaves: &'a [Leaf]) -> Option<&'a Leaf> {
    let shows = |pane: Pane| move |leaf: &&Leaf| panes_of(model, leaf).contains(&pane);
    let has_panes = |leaf: &&Leaf| !panes_of(model, leaf).is_empty();
    let used = [model.screen.focus, model.screen.before].into_iter().find_map(|pane| leaves.iter().find(shows(pane)));
    used.or_else(|| leaves.iter().find(has_panes))
}

/// Whether a pane is in front in its place, whatever room that has.
pub(super) fn is_in_front(model: &Model, node: &Node, pane: Pane) -> bool {
    match &node.what {
        What::Tabs(leaves) => front(model, leaves).is_some_and(|leaf| panes_of(model, leaf).contains(&pane)),
        What::Split(_, nodes) => nodes.iter().any(|node| is_in_front(model, node, pane)),
    }
}

/// The panes of one place: the one in focus in front.
fn tabs(model: &Model, leaves: &[Leaf], area: Rect, places: &mut Places) {
    let Some(front) = front(model, leaves) else { return };
    let shown = front_panes(model, front, area);
    let rows = Layout::vertical(shown.iter().map(|_| Constraint::Fill(1))).split(area);
    places.panes.extend(shown.into_iter().zip(rows.iter().copied()));
    let behind: Vec<Pane> =
        leaves.iter().filter(|leaf| *leaf != front).flat_map(|leaf| panes_of(model, leaf)).collect();
    if !behind.is_empty() {
        places.behind.push((behind, area));
    }
}

/// What a place shows of all that it could show.
fn front_panes(model: &Model, leaf: &Leaf, area: Rect) -> Vec<Pane> {
    let panes = panes_of(model, leaf);
    let among = |pane: Pane| panes.contains(&pane).then_some(pane);
    let focused = among(model.screen.focus);
    let one = match leaf {
        Leaf::Logs => return logs(model, &panes, area.height),
        Leaf::Console => focused.or_else(|| among(Pane::Console(model.consoles.shown))),
        Leaf::Main => focused.or_else(|| among(model.screen.main)),
        _ => None,
    };
    one.or_else(|| panes.first().copied()).into_iter().collect()
}

/// The logs that have room, the focused one among them.
fn logs(model: &Model, panes: &[Pane], height: u16) -> Vec<Pane> {
    let room = usize::from(height / LOG_ROWS).max(1).min(panes.len());
    let focused = panes.iter().position(|pane| *pane == model.screen.focus).unwrap_or(0);
    let first = (focused + 1).saturating_sub(room).min(panes.len() - room);
    panes[first..first + room].to_vec()
}
