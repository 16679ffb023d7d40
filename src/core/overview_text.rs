//! The whole state of a project as `status` prints it, and the dashboard shows it.

use crate::core::{
    console::{self, ConsoleView},
    migrations::Migrations,
    observed::Observed,
    overview,
    project::Project,
    status::{self, ServiceView, TaskView},
};

/// A line for the project, one for each service, task and drift.
pub fn status(project: &Project, drift: &[String], observed: &Observed) -> String {
    let url = overview::url(project, observed).unwrap_or_else(|| "no address yet".to_owned());
    let mut lines = vec![format!("{} ({}) {url}", project.name, project.environment.name)];
    lines.extend(status::service_view(project, observed).iter().map(service));
    let tasks = status::task_view(observed);
    if !tasks.is_empty() {
        lines.push("tasks:".to_owned());
        lines.extend(tasks.iter().map(task));
    }
    let consoles = console::console_view(observed);
    if !consoles.is_empty() {
        lines.push("consoles:".to_owned());
        lines.extend(consoles.iter().map(|view| self::console(view, observed)));
    }
    let migrations = observed.migrations.as_ref().and_then(Migrations::summary);
    lines.extend(migrations.map(|summary| format!("migrations: {summary}; `biostar-tui migrations` lists them")));
    if observed.containers.is_empty() {
        lines.push("nothing of it is there yet: `biostar-tui up` brings it up".to_owned());
    }
    lines.extend(drift.iter().map(|entry| format!("drift: {entry}")));
    lines.join("\n")
}

/// A line for each task.
pub fn tasks(observed: &Observed) -> String {
    status::task_view(observed).iter().map(task).collect::<Vec<_>>().join("\n")
}

fn service(view: &ServiceView) -> String {
    let ports: Vec<String> = view.ports.iter().map(|port| format!("{}:{}", port.address, port.host)).collect();
    let health = view.health.map(|health| format!(" ({})", health.as_str())).unwrap_or_default();
    let usage = view.usage.map(|usage| format!(" cpu {} mem {}", usage.cpu_text(), usage.memory_text()));
    let usage = usage.unwrap_or_default();
    let remark = if view.is_declared { "" } else { ", not declared" };
    let ending = if view.oom_killed && view.exit_code.is_some() { " (out of memory)" } else { "" };
    format!("  {:<12} {}{health}{remark}{ending}{usage} {}", view.name, view.state.as_str(), ports.join(" "))
        .trim_end()
        .to_owned()
}

fn console(view: &ConsoleView, observed: &Observed) -> String {
    let clients = observed.clients.get(&view.container_id).map(|clients| format!(" clients {clients}"));
    let end = view.exit_code.map(|code| format!(" exit code {code}"));
    format!("  {:<16} {}{}{}", view.name, view.state.as_str(), end.unwrap_or_default(), clients.unwrap_or_default())
}

/// Nanoseconds as seconds: with their tenths where these tell something.
fn seconds(nanoseconds: i64) -> String {
    let tenths = nanoseconds.max(0) / 100_000_000;
    if tenths < 100 { format!("{}.{}", tenths / 10, tenths % 10) } else { (tenths / 10).to_string() }
}

fn task(view: &TaskView) -> String {
    let seconds = seconds(view.finished_at - view.started_at);
    let end = view.exit_code.map(|code| format!(" exit code {code}, {seconds} s")).unwrap_or_default();
    let title = Some(view.title()).filter(|title| *title != view.name);
    // A quoted word may hold line ends.
    let title = title.map(|title| format!("  {}", title.replace(['\n', '\r'], " "))).unwrap_or_default();
    format!("  {:<16} {}{end}{title}", view.name, view.state.as_str())
}
