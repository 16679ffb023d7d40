//! What verbs print on standard output.

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use crate::core::{loss, notice::Notice, observed::Observed, plan::Plan, project::Project};
use crate::logs::sanitise;

/// Whether somebody sees it at once, and types here.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal() && std::io::stdin().is_terminal()
}

/// A line; a pipe that is closed ends nothing.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A line on standard error, sanitised; one that is closed ends nothing.
pub fn aside(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", sanitise::plain_lines(text));
}

/// A notice on standard error. Names and an engine's words come from outside.
pub fn notice(notice: &Notice) {
    aside(&notice.to_string());
}

/// A JSON value on a line of its own: one of many.
pub fn json_line(value: &Value) {
    line(&value.to_string());
}

/// A JSON value, indented.
pub fn json(value: &Value) {
    line(&format!("{value:#}"));
}

/// What a plan destroys, for the question (on standard error, where it is asked).
pub fn losses(plan: &Plan, project: &Project, observed: &Observed) {
    let destroyed = loss::lines(plan, project, observed);
    let heading = (!destroyed.is_empty()).then(|| "will be destroyed:".to_owned());
    let destroyed = destroyed.iter().map(|line| format!("  {line}"));
    for line in heading.into_iter().chain(destroyed).chain(loss::kept(plan)) {
        let _ = writeln!(std::io::stderr(), "{}", sanitise::plain(&line));
    }
}
