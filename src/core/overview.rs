//! The whole state of a project as `status --json` and `tasks --json` spell it.

use serde_json::{Value, json};

use crate::core::{
    console::{self, ConsoleView},
    facts::Facts,
    migrations::Migrations,
    observed::{Container, Observed, Timestamp},
    project::Project,
    service::{Service, ServiceKind},
    spec::service,
    status::{self, ServiceView, TaskView},
    watching::{Outcome, Reload, Watcher},
};

/// The object that `status --json` prints, with the drift that is known.
pub fn status(project: &Project, drift: &[String], observed: &Observed, endpoint: &str) -> Value {
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
        "drift": drift,
        "migrations_pending": pending(observed),
        "migrations": observed.migrations.as_ref().map(Migrations::to_json),
        "watcher": null,
    })
}

/// How many migrations are pending; `None` where that is not known.
fn pending(observed: &Observed) -> Option<usize> {
    observed.migrations.as_ref().filter(|known| known.error.is_none()).map(|known| known.pending_count)
}

/// The list that `tasks --json` prints.
pub fn tasks(observed: &Observed) -> Value {
    status::task_view(observed).iter().map(task_json).collect()
}

/// The site's address on this host: of the running Django server, else of the first
/// running service with a port.
pub fn url(project: &Project, observed: &Observed) -> Option<String> {
    url_of(project, &status::service_view(project, observed))
}

/// The same from the services as they are shown.
pub fn url_of(project: &Project, views: &[ServiceView]) -> Option<String> {
    // Only what runs has ports in use; whether it is healthy is another question.
    let has_address =
        |view: &&ServiceView| view.is_declared && view.kind != ServiceKind::Postgres && !view.ports.is_empty();
    let candidates: Vec<_> = views.iter().filter(has_address).collect();
    let view = candidates.iter().find(|view| view.kind == ServiceKind::Django).or(candidates.first())?;
    // A debugger's port, or another one, is not where the site is.
    let declared = project.service(&view.name).and_then(|service| service.ports.first()).map(|port| port.container);
    let port = view.ports.iter().find(|port| Some(port.container) == declared).or(view.ports.first())?;
    let address = match port.address.as_str() {
        "0.0.0.0" | "::" | "" => "127.0.0.1",
        address => address,
    };
    Some(format!("http://{address}:{}/", port.host))
}

/// What is there but not as it is wanted.
pub fn drift(project: &Project, facts: &Facts, observed: &Observed) -> Vec<String> {
    let changed = |name| format!("{name}: what it is created from has changed; `up` recreates it");
    let undeclared = |it: &Container| format!("{}: no longer in the configuration; `up` removes it", it.part());
    changed_services(project, facts, observed)
        .map(changed)
        .chain(status::undeclared(project, observed).map(undeclared))
        .collect()
}

/// The services whose containers are not what they would be created as now, or would not be
/// there at all.
pub fn drifted<'a>(project: &'a Project, facts: &'a Facts, observed: &'a Observed) -> Vec<&'a str> {
    let undeclared = status::undeclared(project, observed).map(Container::part);
    changed_services(project, facts, observed).chain(undeclared).collect()
}

fn changed_services<'a>(
    project: &'a Project,
    facts: &'a Facts,
    observed: &'a Observed,
) -> impl Iterator<Item = &'a str> {
    let has_changed = |service: &&Service| {
        let Some(container) = observed.service(&service.name) else { return false };
        service.enabled && container.spec() != service::spec(project, facts, service).hash()
    };
    project.services.iter().filter(has_changed).map(|service| service.name.as_str())
}

fn service_json(view: &ServiceView) -> Value {
    json!({
        "name": view.name,
        "kind": view.kind,
        "declared": view.is_declared,
        "state": view.state,
        "health": view.health,
        "container": view.container,
        "image": view.image,
        "ports": view.ports,
        "started_at": moment(view.started_at),
        "restarts": view.restarts,
        "exit_code": view.exit_code,
        "cpu_percent": view.usage.and_then(|usage| usage.cpu_percent()),
        "memory_bytes": view.usage.map(|usage| usage.memory_bytes),
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
    let of_view = |view: &ConsoleView| {
        json!({
            "name": view.name,
            "state": view.state,
            "service": view.service,
            "started_at": moment(view.started_at),
            "clients": observed.clients.get(&view.container_id),
        })
    };
    console::console_view(observed).iter().map(of_view).collect()
}

/// The watcher as `status --json` spells it; `null` where nobody watches.
pub fn watcher(watcher: Option<&Watcher>) -> Value {
    let reload = |reload: &Reload| {
        let (outcome, milliseconds) = match reload.outcome {
            Outcome::Answered(milliseconds) => ("answered", Some(milliseconds)),
            Outcome::Failed => ("failed", None),
            Outcome::Unknown => ("unknown", None),
        };
        json!({
            "cause": reload.cause,
            "saved_at": moment(reload.saved_at),
            "outcome": outcome,
            "milliseconds": milliseconds,
        })
    };
    watcher.map_or(Value::Null, |watcher| {
        json!({
            "state": watcher.state,
            "pid": watcher.pid,
            "kind": watcher.kind,
            "since": moment(watcher.since),
            "folders": watcher.folders,
            "reloads": watcher.reloads.iter().map(reload).collect::<Vec<_>>(),
        })
    })
}

/// RFC 3339, `null` for never.
pub fn moment(time: Timestamp) -> Option<String> {
    let known = (time > 0).then_some(time)?;
    jiff::Timestamp::from_nanosecond(i128::from(known)).ok().map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        naming::{self, Role},
        observed::{Phase, PortInUse},
        overview_text,
        status::tests::project,
        usage::Usage,
    };

    fn container(role: Role, part: &str) -> Container {
        let labels = [(naming::LABEL_ROLE, role.as_str()), (naming::LABEL_NAME, part)];
        Container {
            id: format!("id-{part}"),
            name: naming::container("p", "development", role, part),
            labels: labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            phase: Phase::Running,
            started_at: 1,
            ..Container::default()
        }
    }

    fn report() -> Value {
        let parts = [(Role::Service, "db"), (Role::Task, "migrate"), (Role::Console, "django")];
        let containers = parts.map(|(role, part)| container(role, part));
        let observed = Observed {
            containers: containers.map(|it| (it.name.clone(), it)).into(),
            usage: [("id-db".to_owned(), Usage { cpu_tenths: Some(34), memory_bytes: 88_080_384 })].into(),
            ..Observed::default()
        };
        super::status(&project(), &[], &observed, "unix:///x")
    }

    fn fields(value: &Value) -> Vec<&str> {
        let mut fields: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        fields
    }

    /// What scripts rely on: a field may be null, never missing.
    #[test]
    fn the_fields_of_status_are_these() {
        let report = report();
        let sorted = |fields: &str| {
            let mut fields: Vec<String> = fields.split(", ").map(str::to_owned).collect();
            fields.sort_unstable();
            fields
        };
        assert_eq!(
            fields(&report),
            sorted(
                "project, environment, endpoint, connected, url, services, tasks, consoles, drift, \
                 migrations_pending, migrations, watcher"
            )
        );
        let service = "name, kind, declared, state, health, container, image, ports, started_at, restarts, exit_code, \
                       cpu_percent, memory_bytes";
        assert_eq!(fields(&report["services"][0]), sorted(service));
        assert_eq!(fields(&report["tasks"][0]), sorted("name, state, exit_code, started_at, finished_at"));
        assert_eq!(fields(&report["consoles"][0]), sorted("name, state, service, started_at, clients"));
    }

    #[test]
    fn what_is_declared_no_more_is_drift_and_gives_no_address() {
        let (project, facts) = (project(), Facts::default());
        let port = PortInUse { container: 8000, address: String::new(), host: 8000 };
        let beat = Container { ports: vec![port], ..container(Role::Service, "beat") };
        let observed = Observed { containers: [(beat.name.clone(), beat)].into(), ..Observed::default() };
        assert_eq!(drift(&project, &facts, &observed), ["beat: no longer in the configuration; `up` removes it"]);
        assert_eq!(drifted(&project, &facts, &observed), ["beat"]);
        assert_eq!(url(&project, &observed), None);
        let report = super::status(&project, &[], &observed, "unix:///x");
        let services = report["services"].as_array().unwrap();
        let shown: Vec<_> = services.iter().map(|it| (it["name"].as_str(), it["declared"].as_bool())).collect();
        assert_eq!((shown[0], shown[3]), ((Some("db"), Some(true)), (Some("beat"), Some(false))));
        assert!(overview_text::status(&project, &[], &observed).contains("  beat         running, not declared"));
    }

    #[test]
    fn usage_is_told_where_it_was_read() {
        let report = report();
        let usage =
            |n: usize| (report["services"][n]["cpu_percent"].clone(), report["services"][n]["memory_bytes"].clone());
        assert_eq!(usage(0), (json!(3.4), json!(88_080_384)));
        assert_eq!(usage(1), (Value::Null, Value::Null));
    }
}
