//! Keys, mouse and size. The top layer is asked first.

use crate::app::availability::is_of_project;
use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, Overlay, Zoom};
use crate::app::update::{focus, overlay, run, scroll};
use crate::app::view;
use crate::core::input::{Input, Key, Mouse, MouseKind};

/// Lines that a notch of the wheel scrolls.
const WHEEL: i64 = 3;

type Handler = fn(&mut Model) -> Vec<Effect>;

/// What the screen's own actions do, by id.
const HANDLERS: &[(&str, Handler)] = &[
    ("quit", |_| vec![Effect::Quit]),
    ("to-shell", |_| vec![Effect::Suspend]),
    ("redraw", |_| vec![Effect::Redraw]),
    ("help", |model| quietly(|| model.screen.overlay = Overlay::Help { offset: 0 })),
    ("next-pane", |model| quietly(|| focus::step(model, 1))),
    ("previous-pane", |model| quietly(|| focus::step(model, -1))),
    ("zoom", |model| quietly(|| zoom(model))),
    ("back", |model| quietly(|| back(model))),
    ("follow", |model| quietly(|| scroll::toggle_follow(model))),
    ("scroll-up", |model| quietly(|| scroll::lines(model, -1))),
    ("scroll-down", |model| quietly(|| scroll::lines(model, 1))),
    ("page-up", |model| quietly(|| scroll::half_pages(model, -1))),
    ("page-down", |model| quietly(|| scroll::half_pages(model, 1))),
    ("top", |model| quietly(|| scroll::top(model))),
    ("bottom", |model| quietly(|| scroll::bottom(model))),
];

pub(super) fn update(model: &mut Model, input: Input) -> Vec<Effect> {
    match input {
        Input::Key(key) => key_pressed(model, key),
        Input::Mouse(mouse) => quietly(|| mouse_used(model, mouse)),
        Input::Resize(columns, rows) => quietly(|| model.screen.size = (columns, rows)),
        Input::Paste(text) => quietly(|| overlay::paste(model, &text)),
    }
}

/// Does something that asks for no effect.
fn quietly(change: impl FnOnce()) -> Vec<Effect> {
    change();
    Vec::new()
}

fn key_pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    match overlay::key(model, key) {
        overlay::Taken::Yes(effects) => effects,
        overlay::Taken::No => model.keymap.action(key).map(|action| act(model, action.id, key)).unwrap_or_default(),
    }
}

/// Does what an action does; `key` is what it was called by.
fn act(model: &mut Model, action: &'static str, key: Key) -> Vec<Effect> {
    match action {
        "pane" => quietly(|| focus::digit(model, key)),
        _ if is_of_project(action) => run::start(model, action),
        _ => HANDLERS.iter().find(|(id, _)| *id == action).map(|(_, handler)| handler(model)).unwrap_or_default(),
    }
}

fn zoom(model: &mut Model) {
    model.screen.zoom = if model.screen.zoom == Zoom::In { Zoom::Out } else { Zoom::In };
}

/// One level back: out of the zoom, then to the end of a log that was scrolled.
fn back(model: &mut Model) {
    match model.screen.zoom {
        Zoom::In => model.screen.zoom = Zoom::Out,
        Zoom::Out => scroll::follow(model),
    }
}

fn mouse_used(model: &mut Model, mouse: Mouse) {
    if layout::is_too_small(model.screen.size) || model.screen.overlay != Overlay::None {
        return overlay::wheel(model, mouse.kind);
    }
    let places = layout::places(model);
    let tabs = places.tabs.filter(|area| area.y == mouse.row && mouse.kind == MouseKind::Press);
    if let Some(area) = tabs {
        let tab = view::with_tabs(model, |tabs| tabs.at(mouse.column, area.width));
        tab.into_iter().for_each(|tab| focus::number(model, tab + 1));
    } else if let Some(pane) = places.at(mouse.column, mouse.row) {
        match mouse.kind {
            MouseKind::Press => model.screen.focus = pane,
            MouseKind::WheelUp => scroll::pane_by(model, pane, -WHEEL),
            MouseKind::WheelDown => scroll::pane_by(model, pane, WHEEL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::registry::{ACTIONS, Scope};

    #[test]
    fn every_action_of_the_screen_does_something() {
        for action in ACTIONS.iter().filter(|action| action.scope == Scope::Screen && action.id != "pane") {
            assert!(HANDLERS.iter().any(|(id, _)| *id == action.id), "{}", action.id);
        }
    }
}
