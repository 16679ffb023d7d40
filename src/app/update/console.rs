//! Consoles: who gets a key, what is known of them, which sizes the panes have.

mod called;
mod copying;
pub(super) mod offered;
mod open;
mod server;

pub(super) use called::call;
pub(super) use copying::{act, search};
pub(super) use open::{alone, close, open, open_place, open_shell};
pub(in crate::app) use server::place as debugger_place;
pub(super) use server::{attach, heard};

use crate::app::consoles::{Console, Leader, Restored};
use crate::app::effect::{ConsoleAsk, Effect, Start};
use crate::app::layout::{self, Places};
use crate::app::message::ConsoleMsg;
use crate::app::model::{Model, Overlay, Pane};
use crate::app::update::editing;
use crate::core::console::{self, Attachment, ConsoleState, ConsoleView, Size};
use crate::core::input::{Key, KeyCode, Mouse, MouseKind};

/// The console that is meant where none is named.
pub(super) const USUAL: &str = "django";

/// Within so many nanoseconds Ctrl-C is pressed again.
const AGAIN: i64 = 2_000_000_000;

fn ask(console: &str, ask: ConsoleAsk) -> Effect {
    Effect::Console { console: console.to_owned(), ask }
}

pub(super) fn update(model: &mut Model, msg: ConsoleMsg) -> Vec<Effect> {
    match msg {
        ConsoleMsg::Frame { console, frame, .. } => {
            // Of one that was closed meanwhile nothing is shown any more.
            let shown = model.consoles.list.iter_mut().filter(|it| it.name == console && it.takes_frames());
            shown.for_each(|console| console.frame = Some(frame.clone()));
        }
        ConsoleMsg::Attachment { console, attachment } => {
            if let Some(effects) = editing::ended(model, &console, &attachment) {
                return effects;
            }
            attached(model, &console, attachment);
            let is_over = model.consoles.list.first().is_none_or(|console| !console.attachment.takes_keys());
            if model.screen.alone && is_over {
                return vec![Effect::Quit];
            }
        }
        ConsoleMsg::Bell { console } => {
            let is_focused = in_focus(model).is_some_and(|focused| focused.name == console);
            model.consoles.entry(&console).rang = !is_focused;
        }
        ConsoleMsg::Called { console, called } => model.consoles.entry(&console).call(&called),
        ConsoleMsg::Offered { console, text } => offered::offer(model, &console, text),
        ConsoleMsg::Taken(text) => return copying::taken(model, text),
        ConsoleMsg::Said { console } => {
            let service = console::terminal_of(&console).map(str::to_owned);
            return service.map(|service| Effect::Debuggers { service }).into_iter().collect();
        }
        ConsoleMsg::Debuggers { service, debuggers } => return server::told(model, &service, debuggers),
    }
    Vec::new()
}

fn attached(model: &mut Model, name: &str, attachment: Attachment) {
    if attachment == Attachment::Closed {
        return forget(model, name);
    }
    if let Attachment::Failed(notice) = &attachment {
        model.tell(notice.clone());
    }
    model.consoles.entry(name).attachment = attachment;
}

/// A console whose container is gone: its pane goes, too, unless it is the first.
pub(super) fn forget(model: &mut Model, name: &str) {
    match model.consoles.place(name) {
        // The first place is the project's, or of the one console that is shown alone.
        Some(0) if console::editor_of(name).is_none() => {
            let console = &mut model.consoles.list[0];
            *console = Console { service: console.service.take(), size: console.size, ..Console::new(name) };
        }
        Some(place) => {
            model.consoles.list.remove(place);
            model.consoles.shown = model.consoles.shown.min(model.consoles.list.len().saturating_sub(1));
            if let Pane::Console(focused) = model.screen.focus {
                model.screen.focus =
                    Pane::Console(if focused > place { focused - 1 } else { focused.min(place.saturating_sub(1)) });
            }
        }
        None => {}
    }
}

/// Takes the consoles over from a snapshot. Those that run are attached: they were left
/// running, or another client has started them.
pub(super) fn observed(model: &mut Model, views: Vec<ConsoleView>) -> Vec<Effect> {
    let gone = |console: &Console| views.iter().all(|view| view.name != console.name);
    let is_over = |console: &Console| !console.attachment.takes_keys();
    let names: Vec<String> = model
        .consoles
        .list
        .iter()
        .filter(|it| it.view.is_some() && gone(it) && is_over(it))
        .map(|it| it.name.clone())
        .collect();
    names.iter().for_each(|name| forget(model, name));
    let restored = model.consoles.restored.take();
    let mut effects: Vec<Effect> = views.into_iter().flat_map(|view| seen(model, view)).collect();
    restored.into_iter().for_each(|restored| restore(model, &restored));
    effects.extend(server::look(model));
    effects
}

/// Shows the console again that an earlier dashboard has shown, where it is still there.
fn restore(model: &mut Model, restored: &Restored) {
    let Some(place) = model.consoles.place(&restored.name) else { return };
    model.consoles.shown = place;
    if restored.is_focused {
        model.screen.focus = Pane::Console(place);
        model.consoles.is_resting = true;
    }
}

fn seen(model: &mut Model, view: ConsoleView) -> Option<Effect> {
    model.consoles.entry(&view.name);
    let size = size_of(model, &view.name);
    let console = model.consoles.entry(&view.name);
    let is_new = console.view.as_ref().is_none_or(|before| before.container_id != view.container_id);
    let runs = matches!(view.state, ConsoleState::Running | ConsoleState::Paused);
    let (name, service, code) = (view.name.clone(), view.service.clone(), view.exit_code);
    console.view = Some(view);
    console.service = console.service.take().or(service.clone());
    match &console.attachment {
        Attachment::Closed | Attachment::Ended(_) | Attachment::Failed(_) if runs && is_new => {
            console.attachment = Attachment::Opening;
            console.size = Some(size);
            Some(ask(&name, ConsoleAsk::Open { service, folder: None, size, start: Start::Never }))
        }
        Attachment::Closed if !runs => {
            console.attachment = code.map_or(Attachment::Closed, Attachment::Ended);
            None
        }
        _ => None,
    }
}

/// The console in focus.
pub(super) fn in_focus(model: &Model) -> Option<&Console> {
    match model.screen.focus {
        Pane::Console(place) => model.consoles.list.get(place),
        _ => None,
    }
}

fn is_leader(model: &Model, key: Key) -> bool {
    model.keymap.action(key).is_some_and(|action| action.id == "leader")
}

/// Gives a key to the console in focus; `None` where it is the dashboard's.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let console = in_focus(model)?;
    let (name, is_early) = (console.name.clone(), server::holds_back(console));
    if !console.attachment.takes_keys() || model.consoles.is_resting {
        model.consoles.leader = Leader::Waiting;
        return (key == Key::plain(KeyCode::Enter)).then(|| open_place(model, &name));
    }
    let was_pressed = std::mem::take(&mut model.consoles.leader) == Leader::Pressed;
    if let Some(effects) = (!was_pressed && !is_leader(model, key)).then(|| copying::key(model, key)).flatten() {
        return Some(effects);
    }
    match (was_pressed, is_leader(model, key)) {
        (false, true) => {
            (model.consoles.leader, model.consoles.led_at) = (Leader::Pressed, model.now);
            Some(Vec::new())
        }
        (false, false) if holds_back(model, &name, key) => Some(Vec::new()),
        (false, false) if is_early && !is_interrupt(key) => Some(Vec::new()),
        // Pressed twice it is the program's.
        (true, true) | (false, false) => Some(vec![ask(&name, ConsoleAsk::Key(key))]),
        (true, false) => None,
    }
}

fn is_interrupt(key: Key) -> bool {
    key.ctrl && key.code == KeyCode::Char('c')
}

/// Whether a key waits for being pressed again: Ctrl-C where it would end a server.
fn holds_back(model: &mut Model, name: &str, key: Key) -> bool {
    let now = model.now;
    let console = model.consoles.entry(name);
    let before = console.held.take();
    let is_again = before.is_some_and(|before| now - before < AGAIN);
    let holds = console.guarded && is_interrupt(key) && !is_again;
    console.held = holds.then_some(now);
    holds
}

/// A paste for the console in focus.
pub(super) fn paste(model: &Model, text: &str) -> Option<Vec<Effect>> {
    let console = in_focus(model).filter(|_| model.screen.overlay == Overlay::None)?;
    if model.consoles.is_resting {
        return None;
    }
    let paste = (!server::holds_back(console)).then(|| ask(&console.name, ConsoleAsk::Paste(text.to_owned())));
    console.attachment.takes_keys().then(|| paste.into_iter().collect())
}

/// Gives the mouse to the program of the console in focus; `None` where it is the
/// dashboard's.
pub(super) fn mouse(model: &Model, places: &Places, mouse: Mouse) -> Option<Vec<Effect>> {
    let console = in_focus(model)?;
    let area = places.of(model.screen.focus).filter(|_| !model.consoles.is_resting)?;
    let inside = area.inner(ratatui::layout::Margin::new(1, 1));
    let at = ratatui::layout::Position { x: mouse.column, y: mouse.row };
    let is_wheel = matches!(mouse.kind, MouseKind::WheelUp | MouseKind::WheelDown);
    // What was begun inside goes on beyond the edge.
    let goes_on = matches!(mouse.kind, MouseKind::Dragged(_) | MouseKind::Released(_)) && !inside.is_empty();
    if !(inside.contains(at) || goes_on) || !(console.attachment.takes_keys() || is_wheel) {
        return None;
    }
    let column = mouse.column.clamp(inside.x, inside.right().max(inside.x + 1) - 1) - inside.x;
    let row = mouse.row.clamp(inside.y, inside.bottom().max(inside.y + 1) - 1) - inside.y;
    let mouse = Mouse { column, row, ..mouse };
    Some(vec![ask(&console.name, ConsoleAsk::Mouse(mouse))])
}

/// The size of a console's pane, or of the one that a console would have.
pub(super) fn size_of(model: &Model, name: &str) -> Size {
    let places = layout::places(model);
    let own = model.consoles.place(name).and_then(|place| places.of(Pane::Console(place)));
    let any = places.panes.iter().find(|(pane, _)| matches!(pane, Pane::Console(_))).map(|(_, area)| *area);
    let area = own.or(any).unwrap_or(places.body);
    Size::of((area.width.saturating_sub(2), area.height.saturating_sub(2)))
}

/// What follows from the focus having been moved by the user: where keys go is known now.
pub(super) fn moved(model: &mut Model) {
    model.consoles.is_resting = false;
    model.consoles.restored.iter_mut().for_each(|restored| restored.is_focused = false);
}

/// After something that may have moved panes or the focus: tells the programs.
pub(super) fn settle(model: &mut Model) -> Vec<Effect> {
    if let Pane::Console(place) = model.screen.focus {
        model.consoles.shown = place.min(model.consoles.list.len().saturating_sub(1));
    } else {
        model.consoles.leader = Leader::Waiting;
    }
    let mut effects = server::let_go(model);
    effects.extend(focus_told(model));
    let is_open = model.consoles.list.iter().any(|console| console.attachment.takes_keys());
    if !is_open || layout::is_too_small(model) {
        return effects;
    }
    let places = layout::places(model);
    for (pane, area) in &places.panes {
        let Pane::Console(place) = pane else { continue };
        let Some(console) = model.consoles.list.get_mut(*place) else { continue };
        let size = Size::of((area.width.saturating_sub(2), area.height.saturating_sub(2)));
        if console.attachment.takes_keys() && console.size != Some(size) {
            console.size = Some(size);
            effects.push(ask(&console.name, ConsoleAsk::Resize(size)));
        }
    }
    effects
}

fn focus_told(model: &mut Model) -> Vec<Effect> {
    let now = in_focus(model).map(|console| console.name.clone());
    if now == model.consoles.focused {
        return Vec::new();
    }
    let before = std::mem::replace(&mut model.consoles.focused, now.clone());
    if let Some(name) = &now {
        model.consoles.entry(name).rang = false;
    }
    let told = |name: Option<String>, is_here| name.map(|name| ask(&name, ConsoleAsk::Focus(is_here)));
    told(before, false).into_iter().chain(told(now, true)).collect()
}
