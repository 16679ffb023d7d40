//! Where panes go: another layout, panes that move, borders that do.

use ratatui::layout::Rect;

use crate::app::layout::{self, Area};
use crate::app::model::{Model, Pane, Zoom};
use crate::app::update::act::{Handler, cannot, quietly};
use crate::core::layout::{Direction, Leaf, Node, PRESETS, What};
use crate::core::notice::Notice;

/// What the keys of this file do, by the action's id.
pub(super) const HANDLERS: &[(&str, Handler)] = &[
    ("move-left", |model| quietly(|| exchange(model, "move-left", -1, 0))),
    ("move-right", |model| quietly(|| exchange(model, "move-right", 1, 0))),
    ("move-up", |model| quietly(|| exchange(model, "move-up", 0, -1))),
    ("move-down", |model| quietly(|| exchange(model, "move-down", 0, 1))),
    ("split-beside", |model| quietly(|| split(model, "split-beside", Direction::Beside))),
    ("split-below", |model| quietly(|| split(model, "split-below", Direction::Below))),
    ("wider", |model| quietly(|| resize(model, "wider", Direction::Beside, 2))),
    ("narrower", |model| quietly(|| resize(model, "narrower", Direction::Beside, -2))),
    ("taller", |model| quietly(|| resize(model, "taller", Direction::Below, 1))),
    ("lower", |model| quietly(|| resize(model, "lower", Direction::Below, -1))),
];

/// The least columns and rows of a place: its frame and something in it.
const LEAST: (u16, u16) = (12, 3);

/// Lays panes out by a name or as it is written; without either in the next known way.
pub(super) fn lay_out(model: &mut Model, words: &[String]) {
    let text = words.join(" ");
    let known = known(model);
    let named = match text.as_str() {
        "" => next(model, &known),
        name => known.iter().find(|(other, _)| other == name).cloned(),
    };
    match named.map(Ok).unwrap_or_else(|| Node::parse(&text).map(|node| (text.clone(), node))) {
        Ok((name, node)) => {
            model.screen.layout = node;
            model.screen.zoom = Zoom::Out;
            model.tell(Notice::info(format!("the layout is {name}")));
        }
        Err(bad) => {
            let names = known.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            let notice =
                Notice::error(format!("`{text}` is no layout: {bad}")).because(format!("column {}", bad.at.start + 1));
            model.tell(notice.remedy(format!("one of {names}, or as in `(services / tasks) | logs*2`")));
        }
    }
}

/// All layouts by their names: the shipped ones, then the configuration's.
pub(super) fn known(model: &Model) -> Vec<(String, Node)> {
    let own = |name: &str| model.screen.layouts.iter().any(|(other, _)| other == name);
    let shipped = PRESETS.iter().filter(|(name, _)| !own(name));
    let shipped = shipped.filter_map(|(name, _)| Some(((*name).to_owned(), Node::preset(name)?)));
    shipped.chain(model.screen.layouts.iter().cloned()).collect()
}

fn next(model: &Model, known: &[(String, Node)]) -> Option<(String, Node)> {
    let place = known.iter().position(|(_, node)| *node == model.screen.layout);
    known.get(place.map_or(0, |place| (place + 1) % known.len())).cloned()
}

/// Exchanges the focused pane with its neighbour that lies there.
fn exchange(model: &mut Model, action: &str, right: i32, down: i32) {
    if neighbour(model, right, down).is_some_and(|pane| is_beside_in_logs(model, pane)) {
        unfold_logs(model);
    }
    let focused = layout::leaf_of(model, model.screen.focus);
    let other = neighbour(model, right, down).and_then(|pane| layout::leaf_of(model, pane));
    match focused.zip(other).filter(|(one, other)| one != other && !layout::is_folded(model)) {
        Some((one, other)) => model.screen.layout.swap(&one, &other),
        None => cannot(model, action, "no pane is there"),
    }
}

/// Whether a log shares its place with the focused one.
fn is_beside_in_logs(model: &Model, pane: Pane) -> bool {
    let leaf = layout::leaf_of(model, pane);
    leaf == Some(Leaf::Logs) && leaf == layout::leaf_of(model, model.screen.focus)
}

/// Gives each log a place of its own, where all of them are shown.
fn unfold_logs(model: &mut Model) {
    let (places, logs) = (layout::places(model), layout::panes_of(model, &Leaf::Logs));
    if logs.iter().all(|log| places.of(*log).is_some()) {
        let services: Vec<String> = logs.iter().map(|log| model.title(*log).to_owned()).collect();
        model.screen.layout.unfold_logs(&services);
    }
}

/// The pane that lies next to the middle of the focused one's edge.
fn neighbour(model: &Model, right: i32, down: i32) -> Option<Pane> {
    let places = layout::places(model);
    let area = places.of(model.screen.focus)?;
    let of = |start: u16, length: u16, step: i32| match step {
        -1 => start.checked_sub(1),
        0 => Some(start + length / 2),
        _ => Some(start + length),
    };
    let (column, row) = (of(area.x, area.width, right)?, of(area.y, area.height, down)?);
    places.at(column, row)
}

fn split(model: &mut Model, action: &str, direction: Direction) {
    let leaf = |pane| layout::leaf_of(model, pane);
    match leaf(model.screen.focus).zip(leaf(model.screen.before)).filter(|(one, other)| one != other) {
        Some((moved, target)) => model.screen.layout.split(&moved, &target, direction),
        None => cannot(model, action, "focus the pane that it goes to, then the one that moves"),
    }
}

/// Gives the focused pane more or less room, which the next one gives or takes.
fn resize(model: &mut Model, action: &str, direction: Direction, by: i32) {
    let body = layout::places(model).body;
    let Some(focused) = layout::places(model).of(model.screen.focus).filter(|_| !layout::is_folded(model)) else {
        return cannot(model, action, "one pane has the whole screen");
    };
    let areas = layout::solve(model, body);
    let middle = ratatui::layout::Position { x: focused.x + focused.width / 2, y: focused.y + focused.height / 2 };
    let around = areas.iter().filter(|area| area.within == Some(direction) && area.area.contains(middle));
    let Some(area) = around.max_by_key(|area| area.path.len()) else {
        return cannot(model, action, "nothing lies beside it that could give room");
    };
    let siblings = siblings(&areas, area);
    let place = siblings.iter().position(|other| other.path == area.path).unwrap_or(0);
    let (first, by) = if place + 1 < siblings.len() { (place, by) } else { (place.saturating_sub(1), -by) };
    if let Some((last, rest)) = siblings[first].path.split_last() {
        shift(model, rest, *last, by);
    }
}

fn siblings<'a>(areas: &'a [Area], area: &Area) -> Vec<&'a Area> {
    let parent = area.path.split_last().map(|(_, rest)| rest);
    let is_sibling =
        |other: &&Area| other.path.len() == area.path.len() && other.path.split_last().map(|(_, rest)| rest) == parent;
    areas.iter().filter(is_sibling).collect()
}

/// Drags the border behind a place to a cell.
pub(super) fn drag(model: &mut Model, column: u16, row: u16) {
    let Some((path, place)) = model.screen.dragged.clone() else { return };
    let areas = layout::solve(model, layout::places(model).body);
    let own: Vec<usize> = path.iter().copied().chain([place]).collect();
    let Some(area) = areas.iter().find(|area| area.path == own) else { return };
    let to = |at: u16, end: u16| i32::from(at) - i32::from(end);
    let by = match area.within {
        Some(Direction::Beside) => to(column, area.area.right()),
        _ => to(row, area.area.bottom()),
    };
    shift(model, &path, place, by);
}

/// Moves the border between a place and the next: all of them get their size as a weight.
fn shift(model: &mut Model, path: &[usize], place: usize, by: i32) {
    let areas = layout::solve(model, layout::places(model).body);
    let is_child = |area: &&Area| area.path.split_last().is_some_and(|(_, rest)| rest == path);
    let children: Vec<Area> = areas.iter().filter(is_child).cloned().collect();
    let Some(first) = children.iter().position(|area| area.path.last() == Some(&place)) else { return };
    let Some(second) = children.get(first + 1) else { return };
    let direction = second.within.unwrap_or(Direction::Beside);
    let (least, size) = match direction {
        Direction::Beside => (LEAST.0, (|area: Rect| area.width) as fn(Rect) -> u16),
        Direction::Below => (LEAST.1, (|area: Rect| area.height) as fn(Rect) -> u16),
    };
    let lost = |area: &Area| i32::from(size(area.area).saturating_sub(least));
    let by = by.clamp(-lost(&children[first]), lost(second));
    let Some(What::Split(_, nodes)) = model.screen.layout.at_mut(path).map(|node| &mut node.what) else { return };
    for (n, child) in children.iter().enumerate() {
        let change = if n == first {
            by
        } else if n == first + 1 {
            -by
        } else {
            0
        };
        // A screen has fewer cells in a row than a u16 counts, and what is lost is bounded.
        let weight = u16::try_from(i32::from(size(child.area)) + change).unwrap_or(1).max(1);
        if let Some(node) = child.path.last().and_then(|place| nodes.get_mut(*place)) {
            node.weight = Some(weight);
        }
    }
}

/// Notes which pane was in focus before, and which log or console last.
pub(super) fn note_focus(model: &mut Model, before: Pane) {
    if model.screen.focus != before {
        model.screen.before = before;
    }
    if let Pane::Log(_) | Pane::Console(_) = model.screen.focus {
        model.screen.main = model.screen.focus;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::update::tests::{connected, press};

    fn layout(model: &Model) -> String {
        model.screen.layout.to_string()
    }

    #[test]
    fn layouts_go_round_and_have_names() {
        let mut model = connected();
        let first = layout(&model);
        press(&mut model, "V");
        assert_eq!(layout(&model), Node::preset("focus").unwrap().to_string());
        press(&mut model, "V V V");
        assert_eq!(layout(&model), first);
        lay_out(&mut model, &["logs".to_owned()]);
        assert_eq!(model.screen.layout, Node::preset("logs").unwrap());
        lay_out(&mut model, &["tasks | lgos".to_owned()]);
        assert_eq!(model.screen.layout, Node::preset("logs").unwrap());
        assert!(model.notices[0].notice.summary.contains("there is no pane `lgos`"));
    }

    #[test]
    fn panes_move_and_borders_do() {
        let mut model = connected();
        press(&mut model, "shift-down");
        assert!(layout(&model).starts_with("((tasks / services / notices)"), "{}", layout(&model));
        let width = |model: &Model| layout::places(model).of(Pane::Services).unwrap().width;
        let before = width(&model);
        press(&mut model, "ctrl-right");
        assert_eq!(width(&model), before + 2);
        press(&mut model, "ctrl-left ctrl-left");
        assert_eq!(width(&model), before - 2);
        for _ in 0..200 {
            press(&mut model, "ctrl-left");
        }
        assert_eq!(width(&model), LEAST.0);
        press(&mut model, "2 1 %");
        assert!(layout(&model).contains("(logs*1 | services*1)"), "{}", layout(&model));
        press(&mut model, "z ctrl-right");
        assert!(model.notices[0].notice.summary.contains("one pane has the whole screen"));
    }

    #[test]
    fn logs_that_share_a_place_are_exchanged() {
        let mut model = connected();
        let titles = |model: &Model| -> Vec<String> {
            let shown = layout::places(model).panes;
            let logs = shown.iter().filter(|(pane, _)| matches!(pane, Pane::Log(_)));
            logs.map(|(pane, _)| model.title(*pane).to_owned()).collect()
        };
        let before = titles(&model);
        model.screen.focus = Pane::Log(0);
        press(&mut model, "shift-down");
        let after = titles(&model);
        assert_eq!((after[0].as_str(), after[1].as_str()), (before[1].as_str(), before[0].as_str()));
        assert_eq!(after.len(), before.len(), "none is shown twice");
        assert!(layout(&model).contains("logs"), "what comes later has a place: {}", layout(&model));
    }

    #[test]
    fn a_border_is_dragged() {
        let mut model = connected();
        let area = layout::places(&model).of(Pane::Services).unwrap();
        let (path, place) = layout::border_at(&model, area.right(), area.y + 1).unwrap();
        assert_eq!((path.as_slice(), place), (&[][..], 0));
        model.screen.dragged = Some((path, place));
        drag(&mut model, area.right() + 10, 5);
        assert_eq!(layout::places(&model).of(Pane::Services).unwrap().width, area.width + 10);
        assert_eq!(layout::border_at(&model, 3, area.y + 1), None);
    }
}
