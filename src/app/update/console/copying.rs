//! Copying out of a console: while it goes on, keys move its cursor and not the program's.

use crate::app::console_prompt::ConsolePrompt;
use crate::app::effect::{ConsoleAsk, Effect};
use crate::app::log_effect::LogEffect;
use crate::app::model::{Model, Overlay};
use crate::app::update::console::called::ask_for_name;
use crate::app::update::console::{ask, in_focus, size_of};
use crate::console::copying::{Copying, Motion, Unit};
use crate::console::frame::Direction;
use crate::core::input::{Key, KeyCode};
use crate::core::notice::Notice;

/// What a console does with an action of the keymap.
pub(in crate::app::update) fn act(model: &mut Model, action: &str) -> Option<Vec<Effect>> {
    let console = in_focus(model)?;
    let name = console.name.clone();
    let half = i32::from(size_of(model, &name).rows / 2).max(1);
    let copying = match action {
        "copy" if is_copying(model) => Copying::Take,
        "copy" => Copying::Begin,
        "back" if is_copying(model) => Copying::End,
        "scroll-up" => Copying::Move(Motion::Lines(1)),
        "scroll-down" => Copying::Move(Motion::Lines(-1)),
        "page-up" => Copying::Move(Motion::Page(half)),
        "page-down" => Copying::Move(Motion::Page(-half)),
        "scroll-left" => Copying::Move(Motion::Columns(-1)),
        "scroll-right" => Copying::Move(Motion::Columns(1)),
        "top" => Copying::Move(Motion::Top),
        "bottom" => Copying::Move(Motion::Bottom),
        "next-match" => Copying::Again(Direction::Older),
        "previous-match" => Copying::Again(Direction::Newer),
        "select" => Copying::Select(Unit::Characters),
        "select-lines" => Copying::Select(Unit::Lines),
        "select-block" => Copying::Select(Unit::Block),
        "paste" => return Some(paste(model, &name)),
        "rename-console" => return Some(ask_for_name(model, &name)),
        "search" => {
            model.screen.overlay = Overlay::ConsolePrompt(ConsolePrompt::search(&name));
            return Some(Vec::new());
        }
        _ => return None,
    };
    if matches!(copying, Copying::Move(_) | Copying::Begin) {
        model.consoles.entry(&name).copying = true;
    }
    if matches!(copying, Copying::Take | Copying::End) {
        model.consoles.entry(&name).copying = false;
    }
    Some(vec![ask(&name, ConsoleAsk::Copy(copying))])
}

/// Whether the console in focus has its keys for copying.
pub(in crate::app::update) fn is_copying(model: &Model) -> bool {
    in_focus(model).is_some_and(|console| console.copying)
}

/// A key while something is copied; `None` where nothing is.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    if !is_copying(model) {
        return None;
    }
    let name = in_focus(model)?.name.clone();
    let action = model.keymap.action(key).map(|action| action.id);
    if action == Some("quit") {
        return act(model, "back");
    }
    if let Some(motion) = plain(key).and_then(Motion::of_char) {
        return Some(vec![ask(&name, ConsoleAsk::Copy(Copying::Move(motion)))]);
    }
    Some(action.and_then(|action| act(model, action)).unwrap_or_default())
}

const fn plain(key: Key) -> Option<char> {
    match key.code {
        KeyCode::Char(c) if !key.ctrl && !key.alt => Some(c),
        _ => None,
    }
}

/// A search that was typed.
pub(in crate::app::update) fn search(model: &mut Model, name: &str, text: &str) -> Vec<Effect> {
    if text.is_empty() || model.consoles.place(name).is_none() {
        return Vec::new();
    }
    model.consoles.entry(name).copying = true;
    vec![ask(name, ConsoleAsk::Copy(Copying::Search(text.to_owned(), Direction::Older)))]
}

/// A text that was taken goes to the clipboard, and is kept for pasting.
pub(super) fn taken(model: &mut Model, text: String) -> Vec<Effect> {
    model.consoles.taken = Some(text.clone());
    vec![Effect::Log(LogEffect::Copy(text))]
}

/// What was taken last, typed into the console as a paste.
fn paste(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(text) = model.consoles.taken.clone() else {
        model.tell(Notice::info("nothing was copied here yet").remedy("your terminal's own paste works as anywhere"));
        return Vec::new();
    };
    super::paste(model, &text).unwrap_or_else(|| {
        model.tell(Notice::info(format!("the console {name} takes no keys now")));
        Vec::new()
    })
}
