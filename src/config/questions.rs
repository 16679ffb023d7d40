//! What the dashboard asks before it does it. What destroys something asks whatever is written here.

use std::collections::BTreeMap;

use crate::actions::registry::{self, Action, Asks, Scope};
use crate::config::{
    document::Document,
    error::Problem,
    forms, names,
    value::{Entry, Value},
};
use crate::core::notice::Notice;

/// Whether actions ask, by their ids; one that is not in it asks as it does by itself.
pub type Questions = BTreeMap<String, bool>;

/// The only one of those that lose nothing which asks by itself.
const CANCEL: &str = "cancel";

/// The questions of a configuration, and what is wrong with them.
pub(super) fn read(document: &Document) -> (Questions, Vec<Notice>) {
    let mut questions = Questions::new();
    let mut notices = Vec::new();
    for entry in document.entries(&["questions"]) {
        let Value::Bool(asks) = entry.node.value else { continue };
        match wrong(entry, asks) {
            None => drop(questions.insert(entry.key.clone(), asks)),
            Some(problem) => notices.push(ignored(&problem)),
        }
    }
    (questions, notices)
}

fn wrong(entry: &Entry, asks: bool) -> Option<Problem> {
    let Some(action) = registry::find(&entry.key) else { return Some(unknown(entry)) };
    let (message, help) = match (asks, action.asks) {
        (false, Asks::BeforeLoss) => {
            (format!("`{}` asks before it destroys something, always", entry.key), "take the line out".to_owned())
        }
        (true, _) if !can_ask(action) => (
            format!("`{}` has no question", entry.key),
            format!("what changes the project can ask: halt, restart, migrate; and {CANCEL}"),
        ),
        _ => return None,
    };
    Some(Problem::at(entry.node.origin.place.clone(), message).help(help))
}

fn unknown(entry: &Entry) -> Problem {
    let message = format!("there is no action `{}` that could ask", forms::short(&entry.key));
    Problem::at(entry.origin.place.clone(), message).maybe_help(names::help(&entry.key, "actions", registry::ids()))
}

/// Whether it can ask: what leads to a plan, and cancelling.
fn can_ask(action: &Action) -> bool {
    action.scope == Scope::Everywhere || action.id == CANCEL
}

fn ignored(problem: &Problem) -> Notice {
    let notice = problem.notice();
    Notice { summary: format!("{}; it is left out", notice.summary), ..notice }
}
