//! The parts of the README that are made from the registry.

use std::fmt::Write as _;

use crate::actions::registry::ACTIONS;

/// The table of verbs.
pub fn verbs() -> String {
    let mut text = "| verb | what it does |\n|---|---|\n".to_owned();
    for action in ACTIONS.iter().filter(|action| action.is_verb()) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| `{}` | {} |", action.usage(), action.summary);
    }
    text
}

/// The table of the dashboard's keys.
pub fn keys() -> String {
    let mut text = "| key | action | what it does |\n|---|---|---|\n".to_owned();
    for action in ACTIONS.iter().filter(|action| !action.keys.is_empty()) {
        let keys: Vec<String> = action.keys.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", keys.join(" "), action.id, action.summary);
    }
    text
}
