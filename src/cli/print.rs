//! What verbs print on standard output.

use std::io::Write as _;

use serde_json::Value;

use crate::core::{
    notice::Notice,
    observed::Observed,
    plan::Plan,
    project::Project,
    status::{self, ServiceView, TaskView},
};
use crate::logs::sanitise;

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

/// A JSON value, indented.
pub fn json(value: &Value) {
    line(&format!("{value:#}"));
}

/// A plan, a line for each step.
pub fn plan(plan: &Plan) {
    if plan.is_empty() {
        return line("nothing to do");
    }
    for step in &plan.steps {
        let maybe = if step.undetermined { "maybe " } else { "" };
        let loss = step.destroys.as_ref().map(|loss| format!("; destroys {loss}")).unwrap_or_default();
        line(&format!("{maybe}{}: {}{loss}", step.name, step.reason));
    }
}

/// What a plan destroys, for the question (on standard error, where it is asked).
pub fn losses(plan: &Plan) {
    for step in plan.steps.iter().filter(|step| step.destroys.is_some()) {
        let loss = step.destroys.as_deref().unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "  {} ({loss})", step.name);
    }
}

/// A project's state as text.
pub fn status(project: &Project, observed: &Observed, report: &Value) {
    let url = report.get("url").and_then(Value::as_str).unwrap_or("no address yet");
    line(&format!("{} ({}) {url}", sanitise::plain(&project.name), project.environment.name));
    for view in status::service_view(project, observed) {
        line(&service(&view));
    }
    let drift = report.get("drift").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for entry in drift.iter().filter_map(Value::as_str) {
        line(&format!("drift: {entry}"));
    }
}

fn service(view: &ServiceView) -> String {
    let ports: Vec<String> = view.ports.iter().map(|port| format!("{}:{}", port.address, port.host)).collect();
    let health = view.health.map(|health| format!(" ({})", health.as_str())).unwrap_or_default();
    format!("  {:<12} {}{health} {}", view.name, view.state.as_str(), ports.join(" ")).trim_end().to_owned()
}

/// The tasks as text.
pub fn tasks(observed: &Observed) {
    for view in status::task_view(observed) {
        line(&task(&view));
    }
}

fn task(view: &TaskView) -> String {
    let seconds = (view.finished_at - view.started_at).max(0) / 1_000_000_000;
    let end = view.exit_code.map(|code| format!(" exit code {code}, {seconds} s")).unwrap_or_default();
    format!("  {:<16} {}{end}", view.name, view.state.as_str())
}
