//! Sample projects.

use std::collections::BTreeMap;

use biostar_tui::core::{
    environment::Environment,
    image::{Base, Bootstrap},
    project::{EngineSettings, Owner, Project},
    service::{Health, ImageSource, Port, Service, ServiceKind},
    step::{Scope, Step, StepKind, When},
};
use proptest::prelude::*;

/// A service and nothing around it.
pub fn service(name: &str, kind: ServiceKind, image: ImageSource) -> Service {
    Service {
        name: name.into(),
        kind,
        enabled: true,
        image,
        base: None,
        python: None,
        system_packages: Vec::new(),
        command: None,
        serve: None,
        env: BTreeMap::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        memory: None,
        haystack: None,
        own_env: Default::default(),
        needs: Vec::new(),
        health: None,
    }
}

fn step(name: &str, kind: StepKind, when: When, scope: Scope, after: &[&str]) -> Step {
    Step {
        name: name.into(),
        kind,
        run: vec!["python3".into(), "manage.py".into(), name.into()],
        after: after.iter().map(|name| (*name).to_owned()).collect(),
        when,
        scope,
        inputs: Vec::new(),
        outputs: if scope == Scope::Project { vec!["search_index".into()] } else { Vec::new() },
        verify: Vec::new(),
        probe: Vec::new(),
        progress: None,
        service: "web".into(),
    }
}

fn steps() -> Vec<Step> {
    vec![
        step("packages", StepKind::Packages, When::Changed, Scope::Packages, &[]),
        step("database", StepKind::Database, When::Changed, Scope::Database, &["packages"]),
        step("migrate", StepKind::Command, When::Changed, Scope::Database, &["packages", "database"]),
        step("initialize", StepKind::Command, When::Once, Scope::Database, &["migrate"]),
        step("fixtures", StepKind::Command, When::Once, Scope::Database, &["initialize"]),
        step("index", StepKind::Command, When::Once, Scope::Project, &["fixtures"]),
    ]
}

fn services() -> Vec<Service> {
    let mut db = service("db", ServiceKind::Postgres, ImageSource::Builtin("db".into()));
    db.health = Some(Health::Postgres);
    let mut web = service("web", ServiceKind::Django, ImageSource::Builtin("web".into()));
    web.health = Some(Health::Tcp(8000));
    web.needs = vec!["db".into()];
    web.ports = vec![Port { address: "127.0.0.1".into(), host: 8000, container: 8000, strict: false }];
    vec![db, web]
}

/// The demo, about.
pub fn project() -> Project {
    Project {
        root: "/srv/demo".into(),
        name: "demo".into(),
        slug: "demo".into(),
        host: "machine".into(),
        manage: Some(String::new()),
        environment: Environment {
            name: "development".into(),
            settings: "demo.settings".into(),
            overlay: Some(serde_json::Map::new()),
            ..Environment::default()
        },
        environments: vec!["development".into()],
        owner: Owner { uid: 1000, gid: 1000, name: "ada".into() },
        base: Base { image: "debian:bookworm-slim".into(), bootstrap: Bootstrap::Auto, mirror: String::new() },
        engine: EngineSettings::default(),
        ca_bundle: None,
        services: services(),
        steps: steps(),
        consoles: Vec::new(),
        snapshots: Default::default(),
    }
}

/// Projects with and without a worker, a search service, a database, extra steps.
pub fn any_project() -> impl Strategy<Value = Project> {
    (any::<[bool; 5]>(), prop::sample::select(vec![When::Always, When::Probe, When::Once, When::Changed])).prop_map(
        |([worker, search, disabled, plain, extra], when)| {
            let mut project = project();
            if plain {
                project.services.clear();
                project.steps.clear();
                project.manage = None;
            }
            if worker && !plain {
                let mut worker = service("worker", ServiceKind::Custom, ImageSource::Service("web".into()));
                worker.needs = vec!["db".into()];
                project.services.push(worker);
            }
            if search || plain {
                let mut search = service("search", ServiceKind::Custom, ImageSource::Reference("search:1".into()));
                search.enabled = !disabled || plain;
                search.health = Some(Health::Tcp(9200));
                project.services.push(search);
            }
            if extra && !plain {
                let mut step = step("extra", StepKind::Command, when, Scope::Database, &["migrate"]);
                step.probe = vec!["false".into()];
                project.steps.push(step);
            }
            project
        },
    )
}
