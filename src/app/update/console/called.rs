//! A console gets a name of the user's.

use crate::app::console_prompt::ConsolePrompt;
use crate::app::effect::{ConsoleAsk, Effect};
use crate::app::model::{Model, Overlay};
use crate::app::update::console::ask;
use crate::core::console;
use crate::core::notice::Notice;

/// Asks what the console is to be called.
pub(super) fn ask_for_name(model: &mut Model, name: &str) -> Vec<Effect> {
    if console::terminal_of(name).is_some() {
        model.tell(Notice::info("a service's own terminal has the service's name"));
        return Vec::new();
    }
    let called = model.consoles.entry(name).called.clone();
    model.screen.overlay = Overlay::ConsolePrompt(ConsolePrompt::name(name, &called));
    Vec::new()
}

/// A name that was typed; none takes it away.
pub(in crate::app::update) fn call(model: &mut Model, name: &str, called: &str) -> Vec<Effect> {
    let Some(place) = model.consoles.place(name) else { return Vec::new() };
    model.consoles.list[place].call(called);
    let called = model.consoles.list[place].called.clone();
    vec![ask(name, ConsoleAsk::Call(called))]
}
