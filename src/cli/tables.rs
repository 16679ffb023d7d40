//! The parts of the README that are made from the registry.

use std::fmt::Write as _;

use crate::actions::registry::{ACTIONS, Action, Argument, Form, Scope};

/// The table of verbs.
pub fn verbs() -> String {
    let mut text = "| verb | what it does |\n|---|---|\n".to_owned();
    for action in ACTIONS.iter().filter(|action| action.is_verb()) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| `{}` | {} |", usage(action), action.summary);
    }
    text
}

/// The table of the dashboard's keys.
pub fn keys() -> String {
    let mut text = "| key | action | what it does |\n|---|---|---|\n".to_owned();
    for action in ACTIONS.iter().filter(|action| !action.keys.is_empty() && action.scope != Scope::CommandLine) {
        let keys: Vec<String> = action.keys.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", keys.join(" "), action.id, action.summary);
    }
    text
}

fn usage(action: &Action) -> String {
    let words = action.arguments.iter().map(argument);
    std::iter::once(action.id.to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn argument(argument: &Argument) -> String {
    let name = argument.name;
    match argument.form {
        Form::Switch => format!("[--{name}]"),
        Form::Value(word) => format!("[--{name} {word}]"),
        Form::Values(word) => format!("[--{name} {word}]..."),
        Form::Trailing | Form::Many => format!("[{}...]", name.to_uppercase()),
        Form::Optional => format!("[{}]", name.to_uppercase()),
        // A bar would end the table's cell.
        Form::Choice(words) => words.join(" or "),
    }
}
