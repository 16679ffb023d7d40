//! Services and tasks as they are shown, on screen and by `status --json` alike.

use serde::Serialize;

use crate::core::{
    naming::{self, Role},
    observed::{Container, HealthState, Observed, Phase, PortInUse, Timestamp},
    project::Project,
    service::{Service, ServiceKind},
    state::{ServiceState, TaskState},
    usage::Usage,
};

/// Exit codes of a process that a stop has ended: SIGINT, SIGKILL, SIGTERM.
pub const STOPPED_BY_SIGNAL: [i64; 3] = [130, 137, 143];

/// The exit code of a process whose terminal has gone: SIGHUP, which ends a console with its container.
pub const HUNG_UP: i64 = 129;

/// A service as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceView {
    /// Its name.
    pub name: String,
    /// What the program knows about it.
    pub kind: ServiceKind,
    /// Whether the configuration has it: a container may outlive its declaration.
    pub is_declared: bool,
    /// What it does.
    pub state: ServiceState,
    /// What its health check says, where it runs and has one; what is paused is not checked.
    pub health: Option<HealthState>,
    /// Its container's name, where there is one.
    pub container: Option<String>,
    /// Its container's id: tells a container from its successor.
    #[serde(skip)]
    pub container_id: Option<String>,
    /// The image that its container was created from.
    pub image: Option<String>,
    /// Published ports in use.
    pub ports: Vec<PortInUse>,
    /// When it was last started; 0 for never.
    pub started_at: Timestamp,
    /// How often the engine has restarted it.
    pub restarts: i64,
    /// The exit code of its last end, where it does not run.
    pub exit_code: Option<i64>,
    /// Whether it was killed for memory.
    #[serde(skip)]
    pub oom_killed: bool,
    /// What it uses, where it runs and that was read.
    #[serde(skip)]
    pub usage: Option<Usage>,
}

/// A task as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskView {
    /// Its name: its step's.
    pub name: String,
    /// What it does.
    pub state: TaskState,
    /// The exit code, where it has ended.
    pub exit_code: Option<i64>,
    /// When it was started; 0 for never.
    pub started_at: Timestamp,
    /// When it ended; 0 for not yet.
    pub finished_at: Timestamp,
    /// Its container's id: tells a run from its successor.
    #[serde(skip)]
    pub container_id: String,
    /// Its command, where it is known.
    #[serde(skip)]
    pub command: Vec<String>,
}

impl TaskView {
    /// What it is called: a free command by its words, a migration to a target with that, all
    /// others by their name.
    pub fn title(&self) -> String {
        match self.command.as_slice() {
            [_, _, migrate, noinput, target @ ..]
                if self.name == "migrate" && migrate == "migrate" && noinput == "--noinput" =>
            {
                shell_words::join(std::iter::once("migrate").chain(target.iter().map(String::as_str)))
            }
            command if command.is_empty() || !self.name.starts_with(naming::FREE_COMMAND) => self.name.clone(),
            [_, manage, words @ ..] if manage == "manage.py" || manage.ends_with("/manage.py") => {
                format!("manage {}", shell_words::join(words))
            }
            command => format!("run {}", shell_words::join(command)),
        }
    }
}

/// The services of a project in the order of their declaration, then those of which only a
/// container is left.
pub fn service_view(project: &Project, observed: &Observed) -> Vec<ServiceView> {
    let provisioning = observed.containers.values().any(|c| c.role() == Some(Role::Task) && c.is_up());
    let declared = project.services.iter().map(|service| view_of(service, observed, provisioning));
    declared.chain(undeclared(project, observed).map(|container| view_of_undeclared(container, observed))).collect()
}

/// The containers of services that the configuration does not declare any more.
pub fn undeclared<'a>(project: &'a Project, observed: &'a Observed) -> impl Iterator<Item = &'a Container> {
    let services = observed.containers.values().filter(|container| container.role() == Some(Role::Service));
    services.filter(|container| project.service(container.part()).is_none())
}

/// The last run of each step or command, those that began first in front.
pub fn task_view(observed: &Observed) -> Vec<TaskView> {
    let tasks = observed.containers.values().filter(|c| c.role() == Some(Role::Task));
    let mut views: Vec<_> = tasks.map(task_of).collect();
    views.sort_by(|a, b| (a.started_at, &a.name).cmp(&(b.started_at, &b.name)));
    views
}

fn view_of(service: &Service, observed: &Observed, provisioning: bool) -> ServiceView {
    let container = observed.service(&service.name);
    let state = state_of(service, container, provisioning);
    view(&service.name, service.kind, state, container, observed)
}

/// What it was for is not known any more.
fn view_of_undeclared(container: &Container, observed: &Observed) -> ServiceView {
    let kind = ServiceKind::Custom;
    let state = state_of_container(kind, container);
    ServiceView { is_declared: false, ..view(container.part(), kind, state, Some(container), observed) }
}

fn view(
    name: &str,
    kind: ServiceKind,
    state: ServiceState,
    container: Option<&Container>,
    observed: &Observed,
) -> ServiceView {
    ServiceView {
        name: name.to_owned(),
        kind,
        is_declared: true,
        state,
        health: container.filter(|c| c.is_up() && c.phase != Phase::Paused).and_then(|c| c.health),
        container: container.map(|c| c.name.clone()),
        container_id: container.map(|c| c.id.clone()),
        image: container.map(|c| c.image.clone()),
        ports: container.map(|c| c.ports.clone()).unwrap_or_default(),
        started_at: container.map_or(0, |c| c.started_at),
        restarts: container.map_or(0, |c| c.restarts),
        exit_code: container.filter(|c| has_ended(c)).map(|c| c.exit_code),
        oom_killed: container.is_some_and(|c| c.oom_killed),
        usage: container.and_then(|c| observed.usage.get(&c.id).copied()),
    }
}

fn state_of(service: &Service, container: Option<&Container>, provisioning: bool) -> ServiceState {
    let state = match container {
        Some(container) => state_of_container(service.kind, container),
        None if service.enabled => ServiceState::Absent,
        None => ServiceState::Disabled,
    };
    let waits = matches!(state, ServiceState::Absent | ServiceState::Created);
    let provisioned = service.kind == ServiceKind::Django;
    if provisioning && waits && provisioned { ServiceState::Provisioning } else { state }
}

fn state_of_container(kind: ServiceKind, container: &Container) -> ServiceState {
    match container.phase {
        // The engine keeps the reason of a start that it refused.
        Phase::Created if !container.error.is_empty() => ServiceState::Failed,
        Phase::Created => ServiceState::Created,
        Phase::Running => running_state(container.health),
        Phase::Paused => ServiceState::Paused,
        Phase::Restarting => ServiceState::Restarting,
        Phase::Removing => ServiceState::Stopped,
        Phase::Exited => ended_state(kind, container),
        Phase::Dead => ServiceState::Failed,
    }
}

fn running_state(health: Option<HealthState>) -> ServiceState {
    match health {
        None | Some(HealthState::Healthy) => ServiceState::Running,
        Some(HealthState::Starting) => ServiceState::Starting,
        Some(HealthState::Unhealthy) => ServiceState::Failed,
    }
}

/// A server of ours ends with 0 when it is stopped and never by itself; a program of the
/// user's may be done.
fn ended_state(kind: ServiceKind, container: &Container) -> ServiceState {
    let ours = kind != ServiceKind::Custom;
    match container.exit_code {
        _ if container.oom_killed => ServiceState::Failed,
        0 if ours => ServiceState::Stopped,
        0 => ServiceState::Exited,
        code if STOPPED_BY_SIGNAL.contains(&code) => ServiceState::Stopped,
        _ => ServiceState::Failed,
    }
}

/// One that is being removed has ended before.
fn has_ended(container: &Container) -> bool {
    matches!(container.phase, Phase::Exited | Phase::Removing | Phase::Dead)
}

fn task_of(container: &Container) -> TaskView {
    let ended = has_ended(container);
    TaskView {
        name: container.part().to_owned(),
        state: task_state(container),
        exit_code: ended.then_some(container.exit_code),
        started_at: container.started_at,
        finished_at: if ended { container.finished_at } else { 0 },
        container_id: container.id.clone(),
        // A label that cannot be read is another program's.
        command: container
            .label(naming::LABEL_COMMAND)
            .map(shell_words::split)
            .and_then(Result::ok)
            .unwrap_or_default(),
    }
}

fn task_state(container: &Container) -> TaskState {
    match (container.phase, container.exit_code) {
        _ if container.was_left_out() => TaskState::Skipped,
        (Phase::Created, _) if container.error.is_empty() => TaskState::Waiting,
        (Phase::Running | Phase::Paused | Phase::Restarting, _) => TaskState::Running,
        (Phase::Exited | Phase::Removing, 0) => TaskState::Done,
        (Phase::Exited, code) if STOPPED_BY_SIGNAL.contains(&code) && !container.oom_killed => TaskState::Cancelled,
        _ => TaskState::Failed,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::core::{environment::Environment, image::Base, image::Bootstrap, project, service::ImageSource};

    fn service(name: &str, kind: ServiceKind, enabled: bool) -> Service {
        Service {
            name: name.into(),
            kind,
            enabled,
            image: ImageSource::Builtin(name.into()),
            base: None,
            python: None,
            system_packages: Vec::new(),
            command: None,
            serve: None,
            env: Default::default(),
            ports: Vec::new(),
            mounts: Vec::new(),
            memory: None,
            haystack: None,
            own_env: Default::default(),
            needs: Vec::new(),
            health: None,
        }
    }

    pub(crate) fn project() -> Project {
        Project {
            root: "/p".into(),
            name: "p".into(),
            slug: "p".into(),
            host: "h".into(),
            manage: None,
            environment: Environment { name: "development".into(), ..Default::default() },
            environments: Vec::new(),
            owner: project::Owner { uid: 0, gid: 0, name: "root".into() },
            base: Base { image: "debian:bookworm".into(), bootstrap: Bootstrap::Auto, mirror: String::new() },
            engine: Default::default(),
            ca_bundle: None,
            services: vec![
                service("db", ServiceKind::Postgres, true),
                service("web", ServiceKind::Django, true),
                service("search", ServiceKind::Custom, false),
            ],
            steps: Vec::new(),
            consoles: Vec::new(),
            snapshots: Default::default(),
        }
    }

    fn container(role: Role, part: &str, phase: Phase) -> Container {
        let labels = [(naming::LABEL_ROLE, role.as_str()), (naming::LABEL_NAME, part)];
        Container {
            id: format!("id-{part}"),
            name: naming::container("p", "development", role, part),
            labels: labels.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            phase,
            ..Default::default()
        }
    }

    fn observed(containers: impl IntoIterator<Item = Container>) -> Observed {
        Observed { containers: containers.into_iter().map(|c| (c.name.clone(), c)).collect(), ..Default::default() }
    }

    fn state(part: &str, container: Container) -> ServiceState {
        let views = service_view(&project(), &observed([container]));
        views.into_iter().find(|v| v.name == part).unwrap().state
    }

    #[test]
    fn nothing_there() {
        let states: Vec<_> = service_view(&project(), &Observed::default()).iter().map(|v| v.state).collect();
        assert_eq!(states, [ServiceState::Absent, ServiceState::Absent, ServiceState::Disabled]);
    }

    #[test]
    fn states_of_a_live_container() {
        let with = |phase, health| Container { health, ..container(Role::Service, "web", phase) };
        for (phase, health, wanted) in [
            (Phase::Created, None, ServiceState::Created),
            (Phase::Running, None, ServiceState::Running),
            (Phase::Running, Some(HealthState::Starting), ServiceState::Starting),
            (Phase::Running, Some(HealthState::Healthy), ServiceState::Running),
            (Phase::Running, Some(HealthState::Unhealthy), ServiceState::Failed),
            (Phase::Paused, Some(HealthState::Healthy), ServiceState::Paused),
            (Phase::Restarting, None, ServiceState::Restarting),
            (Phase::Dead, None, ServiceState::Failed),
        ] {
            assert_eq!(state("web", with(phase, health)), wanted, "{phase:?} {health:?}");
        }
    }

    #[test]
    fn what_is_paused_has_no_health() {
        let health = |phase| {
            let web = Container { health: Some(HealthState::Healthy), ..container(Role::Service, "web", phase) };
            service_view(&project(), &observed([web]))[1].health
        };
        assert_eq!((health(Phase::Running), health(Phase::Paused)), (Some(HealthState::Healthy), None));
    }

    #[test]
    fn states_of_an_ended_container() {
        let with = |part, exit_code, oom_killed| Container {
            exit_code,
            oom_killed,
            ..container(Role::Service, part, Phase::Exited)
        };
        for (part, code, oom, wanted) in [
            ("web", 0, false, ServiceState::Stopped),
            ("search", 0, false, ServiceState::Exited),
            ("search", 143, false, ServiceState::Stopped),
            ("db", 130, false, ServiceState::Stopped),
            ("db", 137, false, ServiceState::Stopped),
            ("db", 137, true, ServiceState::Failed),
            ("web", 1, false, ServiceState::Failed),
        ] {
            assert_eq!(state(part, with(part, code, oom)), wanted, "{part} {code}");
        }
    }

    #[test]
    fn what_is_declared_no_more_is_shown_as_what_it_does() {
        let beat = container(Role::Service, "beat", Phase::Running);
        let views = service_view(&project(), &observed([beat, container(Role::Task, "old", Phase::Exited)]));
        let shown: Vec<_> = views.iter().map(|v| (v.name.as_str(), v.is_declared, v.state)).collect();
        assert_eq!(
            shown,
            [
                ("db", true, ServiceState::Absent),
                ("web", true, ServiceState::Absent),
                ("search", true, ServiceState::Disabled),
                ("beat", false, ServiceState::Running),
            ]
        );
    }

    #[test]
    fn a_refused_start_is_a_failure() {
        let refused = Container { error: "no such file".into(), ..container(Role::Service, "web", Phase::Created) };
        assert_eq!(state("web", refused), ServiceState::Failed);
    }

    #[test]
    fn web_is_provisioned_while_a_task_runs() {
        let observed = observed([container(Role::Task, "migrate", Phase::Running)]);
        let states: Vec<_> = service_view(&project(), &observed).iter().map(|v| v.state).collect();
        assert_eq!(states, [ServiceState::Absent, ServiceState::Provisioning, ServiceState::Disabled]);
    }

    #[test]
    fn a_task_that_is_being_removed_has_taken_as_long_as_it_took() {
        let ended = Container { started_at: 5, finished_at: 8, ..container(Role::Task, "migrate", Phase::Exited) };
        let removed = Container { phase: Phase::Removing, ..ended.clone() };
        assert_eq!(task_view(&observed([removed])), task_view(&observed([ended])));
    }

    #[test]
    fn tasks_in_the_order_of_their_start() {
        let run = |name, phase, exit_code, started_at| Container {
            exit_code,
            started_at,
            ..container(Role::Task, name, phase)
        };
        let observed = observed([
            run("migrate", Phase::Exited, 1, 2),
            run("packages", Phase::Exited, 0, 1),
            run("index", Phase::Running, 0, 3),
            run("fixtures", Phase::Exited, 143, 4),
        ]);
        let tasks: Vec<_> = task_view(&observed).into_iter().map(|t| (t.name, t.state, t.exit_code)).collect();
        assert_eq!(
            tasks,
            [
                ("packages".into(), TaskState::Done, Some(0)),
                ("migrate".into(), TaskState::Failed, Some(1)),
                ("index".into(), TaskState::Running, None),
                ("fixtures".into(), TaskState::Cancelled, Some(143)),
            ]
        );
    }
}
