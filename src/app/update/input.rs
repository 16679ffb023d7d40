//! Keys, mouse and size. The top layer is asked first.

use crate::actions::registry::{Action, Scope};
use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::logs;
use crate::app::model::{Model, Overlay, Pane};
use crate::app::update::act::{act, quietly};
use crate::app::update::{arrange, console, focus, log_select, overlay, scroll};
use crate::app::view;
use crate::core::input::{Button, Input, Key, Mouse, MouseKind};
use crate::core::notice::Notice;

/// Lines that a notch of the wheel scrolls.
const WHEEL: i64 = 3;

pub(super) fn update(model: &mut Model, input: Input) -> Vec<Effect> {
    let before = model.screen.focus;
    let effects = taken(model, input);
    if model.screen.focus != before {
        console::moved(model);
    }
    effects
}

fn taken(model: &mut Model, input: Input) -> Vec<Effect> {
    match input {
        Input::Key(key) => key_pressed(model, key),
        Input::Mouse(mouse) => mouse_used(model, mouse),
        Input::Resize(columns, rows) => quietly(|| model.screen.size = (columns, rows)),
        Input::Background(ground) => quietly(|| model.screen.look.ground = ground),
        Input::Focus(has) => quietly(|| model.screen.has_attention = has),
        Input::Paste(text) => match console::paste(model, &text) {
            Some(effects) => effects,
            None => quietly(|| overlay::paste(model, &text)),
        },
    }
}

fn key_pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    match overlay::key(model, key) {
        overlay::Taken::Yes(effects) => effects,
        overlay::Taken::No => console::key(model, key).unwrap_or_else(|| by_keymap(model, key)),
    }
}

fn by_keymap(model: &mut Model, key: Key) -> Vec<Effect> {
    match model.keymap.action(key) {
        Some(action) if is_meant_for_a_console(model, action) => quietly(|| model.tell(not_entered(key))),
        Some(action) if action.id == "pane" => act(model, action, vec![key.to_string()]),
        Some(action) => act(model, action, Vec::new()),
        None => Vec::new(),
    }
}

/// After a start the focus is in the console that it was in, and nobody has entered that yet: a
/// letter of what is typed there must not halt the project.
fn is_meant_for_a_console(model: &Model, action: &Action) -> bool {
    model.consoles.is_resting && matches!(model.screen.focus, Pane::Console(_)) && action.scope == Scope::Everywhere
}

fn not_entered(key: Key) -> Notice {
    Notice::info(format!("{key} does nothing here: the console is not entered yet"))
        .remedy("Enter types in it; Tab goes to the next pane")
}

fn mouse_used(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    if layout::is_too_small(model) || !matches!(model.screen.overlay, Overlay::None) {
        return overlay::mouse(model, mouse);
    }
    match mouse.kind {
        MouseKind::Dragged(Button::Left) if model.screen.dragged.is_some() => {
            return quietly(|| arrange::drag(model, mouse.column, mouse.row));
        }
        MouseKind::Dragged(Button::Left) if logs::is_pressed(model) => {
            return quietly(|| log_select::drag(model, mouse.row));
        }
        MouseKind::Released(Button::Left) if logs::is_pressed(model) => return log_select::release(model),
        MouseKind::Press => model.screen.dragged = layout::border_at(model, mouse.column, mouse.row),
        MouseKind::Released(_) => model.screen.dragged = None,
        _ => {}
    }
    let places = layout::places(model);
    if let Some(effects) = console::mouse(model, &places, mouse) {
        return effects;
    }
    let tabs = places.tabs.filter(|area| area.y == mouse.row && mouse.kind == MouseKind::Press);
    if let Some(area) = tabs {
        let tab = view::with_tabs(model, |tabs| tabs.at(mouse.column, area.width));
        tab.into_iter().for_each(|tab| focus::number(model, tab + 1));
    } else if let Some(pane) = places.at(mouse.column, mouse.row) {
        match mouse.kind {
            MouseKind::Press => pressed(model, pane, mouse),
            MouseKind::WheelUp => scroll::pane_by(model, pane, -WHEEL),
            MouseKind::WheelDown => scroll::pane_by(model, pane, WHEEL),
            _ => {}
        }
    }
    Vec::new()
}

/// Focuses a pane; among tasks selects the one at this row, in a log lines from there on.
fn pressed(model: &mut Model, pane: Pane, mouse: Mouse) {
    model.screen.focus = pane;
    console::moved(model);
    if pane == Pane::Tasks {
        scroll::select_task_at(model, mouse.row);
    }
    if pane == Pane::Notices {
        scroll::select_notice_at(model, mouse.row);
    }
    if let Some(log) = logs::focused(model).filter(|_| model.screen.dragged.is_none()) {
        log_select::press(model, log, mouse);
    }
}
