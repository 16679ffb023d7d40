//! What verbs print on standard output.

use std::borrow::Cow;
use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use crate::core::{loss, notice::Notice, observed::Observed, plan::Plan, project::Project, theme::Shapes};
use crate::logs::sanitise;
use crate::runtime::appearance;

/// Whether somebody sees it at once, and types here.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal() && std::io::stdin().is_terminal()
}

/// A line; a pipe that is closed ends nothing.
pub fn line(text: &str) {
    let shapes = if std::io::stdout().is_terminal() { appearance::shapes() } else { Shapes::Unicode };
    let _ = writeln!(std::io::stdout(), "{}", marks(text, shapes));
}

/// A line on standard error, sanitised; one that is closed ends nothing.
pub fn aside(text: &str) {
    let shapes = if std::io::stderr().is_terminal() { appearance::shapes() } else { Shapes::Unicode };
    let _ = writeln!(std::io::stderr(), "{}", marks(&sanitise::plain_lines(text), shapes));
}

/// Text with our own marks as the terminal is able to show them.
pub fn marks(text: &str, shapes: Shapes) -> Cow<'_, str> {
    match shapes {
        Shapes::Unicode => text.into(),
        Shapes::Ascii => text.replace('✓', "ok").replace('✗', "x").replace('…', "...").into(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words_where_the_locale_has_none() {
        assert_eq!(marks("✓ build web… ✗", Shapes::Ascii), "ok build web... x");
        assert_eq!(marks("✓ build web…", Shapes::Unicode), "✓ build web…");
    }
}
