//! Does what actions do, however they were asked for: by a key, or by name in the palette.

use crate::actions::registry::{Action, Scope};
use crate::app::choice;
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, Pane, Reading, Then, Zoom};
use crate::app::palette::Palette;
use crate::app::task_list;
use crate::app::update::{
    arrange, asking, console, editing, environment, focus, log_keys, log_select, outside, overlay, run, scroll, search,
    shown, task_page, watch,
};
use crate::core::multiplexer::Opens;
use crate::core::notice::Notice;

pub(super) type Handler = fn(&mut Model) -> Vec<Effect>;

/// What the screen's own actions do, by id.
const HANDLERS: &[(&str, Handler)] = &[
    ("quit", |model| editing::leave(model, Effect::Quit)),
    ("environment", |model| environment::switch(model, None)),
    ("shell", console::open_shell),
    ("close-console", console::close),
    // Outside of a console there is nothing to lead out of.
    ("leader", |_| Vec::new()),
    ("rename-console", only_in_consoles),
    ("select", |model| quietly(|| log_select::toggle(model))),
    ("select-lines", |model| quietly(|| log_select::toggle(model))),
    ("select-block", only_in_consoles),
    ("paste", only_in_consoles),
    ("to-shell", |_| vec![Effect::Suspend]),
    ("redraw", |_| vec![Effect::Redraw]),
    ("palette", |model| quietly(|| model.screen.overlay = Overlay::Palette(Palette::default()))),
    ("help", |model| quietly(|| model.screen.overlay = Overlay::Help(Reading::default()))),
    ("history", |model| quietly(|| history(model))),
    ("next-pane", |model| quietly(|| focus::step(model, 1))),
    ("previous-pane", |model| quietly(|| focus::step(model, -1))),
    ("zoom", |model| quietly(|| zoom(model))),
    ("open", open),
    ("retry", retry),
    ("remedy", outside::remedy),
    ("browse", outside::browse),
    ("copy-address", outside::copy_address),
    ("allow-copy", console::offered::allow),
    ("open-beside", |model| outside::open(model, Opens::Beside)),
    ("open-below", |model| outside::open(model, Opens::Below)),
    ("open-window", |model| outside::open(model, Opens::Window)),
    ("open-popup", |model| outside::open(model, Opens::Popup)),
    ("mouse", outside::mouse),
    ("cancel", cancel),
    ("back", |model| quietly(|| back(model))),
    ("accept-offer", watch::accept),
    ("decline-offer", watch::decline),
    ("pause-watching", |_| vec![Effect::PauseWatching]),
    ("follow", |model| quietly(|| scroll::toggle_follow(model))),
    ("scroll-up", |model| quietly(|| scroll::lines(model, -1))),
    ("scroll-down", |model| quietly(|| scroll::lines(model, 1))),
    ("page-up", |model| quietly(|| scroll::half_pages(model, -1))),
    ("page-down", |model| quietly(|| scroll::half_pages(model, 1))),
    ("top", |model| quietly(|| scroll::top(model))),
    ("bottom", |model| quietly(|| scroll::bottom(model))),
];

/// What there is to do where one console is shown and nothing else.
const ALONE: &[&str] = &["quit", "to-shell", "redraw", "help", "close-console", "leader", "mouse", "allow-copy"];

/// Does something that asks for no effect.
pub(super) fn quietly(change: impl FnOnce()) -> Vec<Effect> {
    change();
    Vec::new()
}

/// Does what an action does with these words; asks for the words where it needs some.
pub(super) fn act(model: &mut Model, action: &'static Action, words: Vec<String>) -> Vec<Effect> {
    if action.needs_words() && words.is_empty() {
        let palette = Palette::new(&format!("{} ", action.id));
        return quietly(|| model.screen.overlay = Overlay::Palette(palette));
    }
    if model.screen.alone && !ALONE.contains(&action.id) {
        return console::act(model, action.id).unwrap_or_default();
    }
    match action.scope {
        Scope::Everywhere => run::start(model, action, words),
        Scope::Shown => shown::start(model, action, words),
        Scope::Screen if action.id == "environment" => environment::switch(model, words.first()),
        Scope::Screen if action.id == "layout" => quietly(|| arrange::lay_out(model, &words)),
        Scope::Screen if action.id == "pane" => quietly(|| focus::named(model, &words)),
        Scope::Screen => console::act(model, action.id).unwrap_or_else(|| of_screen(model, action)),
        Scope::CommandLine(reason) => quietly(|| cannot(model, action.id, reason)),
    }
}

fn of_screen(model: &mut Model, action: &Action) -> Vec<Effect> {
    handler(action.id).map(|handler| handler(model)).unwrap_or_default()
}

fn handler(id: &str) -> Option<Handler> {
    let mut handlers = HANDLERS.iter().chain(log_keys::HANDLERS).chain(arrange::HANDLERS);
    handlers.find(|(other, _)| *other == id).map(|(_, handler)| *handler)
}

fn only_in_consoles(model: &mut Model) -> Vec<Effect> {
    quietly(|| model.tell(Notice::info("that is for consoles: C opens one")))
}

/// Tells why an action does nothing.
pub(super) fn cannot(model: &mut Model, action: &str, reason: &str) {
    model.tell(Notice::info(format!("{action} can do nothing now: {reason}")));
}

/// What was done, to be done again.
fn history(model: &mut Model) {
    match choice::history(model) {
        Some(choice) => overlay::offer(model, choice),
        None => cannot(model, "history", "nothing was done from this dashboard yet"),
    }
}

fn zoom(model: &mut Model) {
    model.screen.zoom = if model.screen.zoom == Zoom::In { Zoom::Out } else { Zoom::In };
}

/// One level back: what is selected is dropped, then out of the zoom, then to the end of a log that was scrolled.
fn back(model: &mut Model) {
    if log_select::drop_it(model) {
        return;
    }
    if search::end(model) {
        return;
    }
    match model.screen.zoom {
        Zoom::In => model.screen.zoom = Zoom::Out,
        Zoom::Out => scroll::follow(model),
    }
}

fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = (model.screen.focus == Pane::Notices).then(|| outside::mend(model)).flatten() {
        return effects;
    }
    match task_list::chosen(model).map(|task| task.view.container_id.clone()) {
        Some(container) => task_page::open(model, container),
        None => log_keys::open(model).unwrap_or_else(|| quietly(|| enlarge(model))),
    }
}

/// Into the pane; what leads out of it again are `zoom` and `back`.
fn enlarge(model: &mut Model) {
    if model.screen.zoom == Zoom::Out {
        zoom(model);
    }
}

fn retry(model: &mut Model) -> Vec<Effect> {
    match task_list::again(model) {
        Ok(again) => {
            let action = crate::actions::registry::find(again.action);
            action.map(|action| run::start(model, action, again.words)).unwrap_or_default()
        }
        Err(reason) => quietly(|| cannot(model, "retry", reason)),
    }
}

fn cancel(model: &mut Model) -> Vec<Effect> {
    match task_list::cancel(model) {
        Ok((_, effect)) if asking::is_silent(model, "cancel") => vec![effect],
        Ok((question, effect)) => {
            quietly(|| model.screen.overlay = Overlay::Confirm { question, then: Then::Carry(effect) })
        }
        Err(reason) => quietly(|| cannot(model, "cancel", reason)),
    }
}

/// Focuses the list of tasks, for what is asked for by name.
pub(super) fn focus_tasks(model: &mut Model) {
    model.screen.focus = Pane::Tasks;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::registry::ACTIONS;

    #[test]
    fn every_action_of_the_screen_does_something() {
        for action in
            ACTIONS.iter().filter(|action| action.scope == Scope::Screen && !matches!(action.id, "pane" | "layout"))
        {
            assert!(handler(action.id).is_some(), "{}", action.id);
        }
    }
}
