//! What the key after the leader can be, for whoever hesitates.

use std::time::Duration;

use crate::app::consoles::Leader;
use crate::app::model::{Model, Overlay};
use crate::app::view::key_names;
use crate::components::next_keys::{Choice, NextKeys};

/// Who knows the next key has pressed it by then.
pub const HESITATION: Duration = Duration::from_millis(400);

/// What is of use in a console comes first, in this order.
const FIRST: &[&str] = &[
    "leader",
    "next-pane",
    "pane",
    "zoom",
    "quit",
    "palette",
    "help",
    "copy",
    "search",
    "page-up",
    "paste",
    "rename-console",
    "close-console",
    "console",
    "open-beside",
    "open-window",
    "mouse",
    "allow-copy",
];

/// Whether the next key is awaited.
pub fn is_awaited(model: &Model) -> bool {
    model.consoles.leader == Leader::Pressed && model.screen.overlay == Overlay::None
}

/// The keys, when they have been awaited for a while.
pub fn shown(model: &Model) -> Option<NextKeys> {
    let waited = u128::try_from(model.now.saturating_sub(model.consoles.led_at)).unwrap_or_default();
    let leader = model.keymap.of("leader").filter(|_| is_awaited(model) && waited >= HESITATION.as_nanos())?;
    Some(NextKeys { after: leader.key.to_string(), choices: choices(model) })
}

fn choices(model: &Model) -> Vec<Choice> {
    let bindings: Vec<_> = model.keymap.bindings().iter().collect();
    let mut actions: Vec<_> = bindings.chunk_by(|one, other| one.action == other.action).collect();
    // Those that are not named keep the registry's order.
    actions.sort_by_key(|bindings| FIRST.iter().position(|id| *id == bindings[0].action.id).unwrap_or(FIRST.len()));
    let choice = |bindings: &[&_]| {
        let first: &crate::app::keymap::Binding = bindings[0];
        let keys = if first.action.id == "pane" { key_names(bindings) } else { first.key.to_string() };
        Choice { keys, label: label(first.action.id) }
    };
    actions.into_iter().map(choice).collect()
}

fn label(action: &str) -> String {
    match action {
        "leader" => "for the program".to_owned(),
        "quit" => "leave".to_owned(),
        other => other.replace('-', " "),
    }
}
