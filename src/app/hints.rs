//! Which keys the last line names.

use crate::app::availability::unavailable;
use crate::app::consoles::Leader;
use crate::app::logs;
use crate::app::model::{Model, Overlay, Pane};
use crate::app::remedy;
use crate::app::task_list;
use crate::components::footer::Hint;

/// What the footer shows, the most important first.
const FOOTER: &[&str] = &[
    "accept-offer",
    "decline-offer",
    "help",
    "quit",
    "palette",
    "up",
    "cancel",
    "retry",
    "remedy",
    "next-match",
    "previous-match",
    "open",
    "next-pane",
    "resume",
    "halt",
    "zoom",
    "browse",
    "follow",
    "search",
    "level",
    "previous-error",
    "merged",
    "migrate",
    "reload",
    "restart",
    "rebuild",
    "suspend",
    "run",
    "manage",
    "destroy",
];

/// What is of interest only where it can do something.
const OCCASIONAL: &[&str] = &["accept-offer", "decline-offer", "cancel", "retry", "remedy", "browse", "resume"];

/// What the footer shows now.
pub fn hints(model: &Model) -> Vec<Hint> {
    if !matches!(model.screen.overlay, Overlay::None) {
        // Keys go to what lies above; its own border tells which.
        return Vec::new();
    }
    let is_idle = |action: &str| match action {
        "open" => task_list::chosen(model).is_none(),
        "next-match" | "previous-match" => !is_searched(model),
        "previous-error" => logs::focused(model).is_none(),
        _ => OCCASIONAL.contains(&action) && unavailable(model, action).is_some(),
    };
    let bound = FOOTER.iter().filter(|action| !is_idle(action)).filter_map(|action| model.keymap.of(action));
    let here = bound.map(|binding| Hint {
        key: binding.key.to_string(),
        label: label(model, binding.action.id),
        unavailable: unavailable(model, binding.action.id),
    });
    leader(model).into_iter().chain(here).collect()
}

fn is_searched(model: &Model) -> bool {
    logs::focused(model).is_some_and(|pane| model.logs[pane].view.search.is_some())
}

/// In a console these keys are the program's: which one has to come first.
fn leader(model: &Model) -> Option<Hint> {
    let Pane::Console(place) = model.screen.focus else { return None };
    if model.consoles.is_resting {
        return None;
    }
    let takes_keys = model.consoles.list.get(place)?.attachment.takes_keys();
    let binding = model.keymap.of("leader").filter(|_| takes_keys && model.consoles.leader == Leader::Waiting)?;
    Some(Hint { key: binding.key.to_string(), label: "then:".to_owned(), unavailable: None })
}

/// An offer says what it does, and why.
fn label(model: &Model, action: &str) -> String {
    match (action, model.watching.offers.first()) {
        ("accept-offer", Some(offer)) => offer.describe(),
        ("decline-offer", _) => "leave it".to_owned(),
        ("remedy", _) => remedy::next(model).map_or_else(String::new, |(_, deed)| deed.label()),
        _ => action.replace('-', " "),
    }
}
