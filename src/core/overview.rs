//! The whole state of a project as `status --json` and `tasks --json` spell it.

use serde_json::{Value, json};

use crate::core::{
    facts::Facts,
    naming::Role,
    observed::{Observed, Timestamp},
    project::Project,
    service::ServiceKind,
    spec::service,
    status::{self, ServiceView, TaskView},
};

/// The object that `status --json` prints.
pub fn status(project: &Project, facts: &Facts, observed: &Observed, endpoint: &str) -> Value {
    let services: Vec<Value> = status::service_view(project, observed).iter().map(service_json).collect();
    json!({
        "project": project.name,
        "environment": project.environment.name,
        "endpoint": endpoint,
        "connected": true,
        "url": url(project, observed),
        "services": services,
        "tasks": tasks(observed),
        "consoles": consoles(observed),
        "drift": drift(project, facts, observed),
        "migrations_pending": null,
        "watcher": null,
    })
}

/// The list that `tasks --json` prints.
pub fn tasks(observed: &Observed) -> Value {
    status::task_view(observed).iter().map(task_json).collect()
}

/// The site's address on this host: of the running Django server, else of the first
/// running service with a port.
pub fn url(project: &Project, observed: &Observed) -> Option<String> {
    let views = status::service_view(project, observed);
    // Only what runs has ports in use; whether it is healthy is another question.
    let has_address = |view: &&ServiceView| view.kind != ServiceKind::Postgres && !view.ports.is_empty();
    let candidates: Vec<_> = views.iter().filter(has_address).collect();
    let view = candidates.iter().find(|view| view.kind == ServiceKind::Django).or(candidates.first())?;
    let port = view.ports.first()?;
    let address = match port.address.as_str() {
        "0.0.0.0" | "::" | "" => "127.0.0.1",
        address => address,
    };
    Some(format!("http://{address}:{}/", port.host))
}

/// What is there but not as it is wanted.
pub fn drift(project: &Project, facts: &Facts, observed: &Observed) -> Vec<String> {
    let drifted = |name: &str| {
        let service = project.service(name)?;
        let container = observed.service(name)?;
        let wanted = service::spec(project, facts, service).hash();
        (service.enabled && container.spec() != wanted)
            .then(|| format!("{name}: what it is created from has changed; `up` recreates it"))
    };
    project.services.iter().filter_map(|service| drifted(&service.name)).collect()
}

fn service_json(view: &ServiceView) -> Value {
    json!({
        "name": view.name,
        "kind": view.kind,
        "state": view.state,
        "health": view.health,
        "container": view.container,
        "image": view.image,
        "ports": view.ports,
        "started_at": moment(view.started_at),
        "restarts": view.restarts,
        "exit_code": view.exit_code,
        "cpu_percent": null,
        "memory_bytes": null,
    })
}

fn task_json(view: &TaskView) -> Value {
    json!({
        "name": view.name,
        "state": view.state,
        "exit_code": view.exit_code,
        "started_at": moment(view.started_at),
        "finished_at": moment(view.finished_at),
    })
}

fn consoles(observed: &Observed) -> Value {
    let all = observed.containers.values().filter(|container| container.role() == Some(Role::Console));
    all.map(|container| {
        let state = if container.is_up() { "running" } else { "exited" };
        json!({
            "name": container.part(),
            "state": state,
            "service": null,
            "started_at": moment(container.started_at),
            "clients": null,
        })
    })
    .collect()
}

/// RFC 3339, `null` for never.
fn moment(time: Timestamp) -> Option<String> {
    let known = (time > 0).then_some(time)?;
    jiff::Timestamp::from_nanosecond(i128::from(known)).ok().map(|moment| moment.to_string())
}
