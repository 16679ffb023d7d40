//! Create specs of services.

use std::collections::BTreeMap;

use crate::core::{
    container::{ContainerSpec, Mount, MountSource, Network, PublishedPort},
    facts::Facts,
    naming::{self, Role},
    project::Project,
    service::{Health, ImageSource, Service, ServiceKind, UserMount},
    spec::{self, PROJECT_DIR, TOOLS_DIR, VolumeKind, build, environment, files, health},
};

/// The create spec of a service's container.
pub fn spec(project: &Project, facts: &Facts, service: &Service) -> ContainerSpec {
    let spec = common(project, facts, service);
    match service.kind {
        ServiceKind::Postgres => postgres(project, service, spec),
        ServiceKind::Django => django(project, facts, service, spec),
        ServiceKind::Custom if runs_project_code(project, service) => worker(project, facts, service, spec),
        ServiceKind::Custom => spec,
    }
}

/// Whether a service runs the project's code: Django itself, or one of the user's own
/// that uses Django's image.
pub fn runs_project_code(project: &Project, service: &Service) -> bool {
    match &service.image {
        _ if service.kind == ServiceKind::Django => true,
        ImageSource::Service(other) => project.service(other).is_some_and(|other| other.kind == ServiceKind::Django),
        _ => false,
    }
}

fn common(project: &Project, facts: &Facts, service: &Service) -> ContainerSpec {
    let mut files: Vec<_> = files::certificates(project).into_iter().collect();
    if !matches!(service.health, None | Some(Health::Command(_))) {
        files.extend(files::tool("health.sh"));
    }
    ContainerSpec {
        command: service.command.clone(),
        env: environment::custom(project, service),
        labels: labels(project, Role::Service, &service.name),
        mounts: service.mounts.iter().map(|mount| user_mount(project, mount)).collect(),
        network: network(project, vec![service.name.clone()]),
        ports: ports(service),
        health: service.health.as_ref().map(health::check),
        files,
        memory: service.memory,
        ..ContainerSpec::new(
            project.container_name(Role::Service, &service.name),
            build::reference(project, facts, service),
        )
    }
}

fn postgres(project: &Project, service: &Service, mut spec: ContainerSpec) -> ContainerSpec {
    spec.env = environment::postgres(project, service);
    spec.mounts.push(spec::volume_mount(project, VolumeKind::Database, false));
    spec.mounts.push(spec::volume_mount(project, VolumeKind::Secrets, true));
    // A fast shutdown: sessions are ended, nothing has to be recovered at the next start.
    spec.stop_signal = Some("SIGINT".to_owned());
    spec.stop_timeout = 30;
    spec
}

fn django(project: &Project, facts: &Facts, service: &Service, spec: ContainerSpec) -> ContainerSpec {
    let port = service.ports.first().map_or(8000, |port| port.container);
    let mut spec = worker(project, facts, service, spec);
    let serve = service.serve.as_deref().unwrap_or_default();
    spec.command = Some(spec::sourced(project, supervised(serve, port, &server(project, serve, port))));
    spec.entrypoint = Some(Vec::new());
    spec.env.extend(service.own_env.clone());
    if project.environment.live_reload {
        spec.env.insert("BIOSTAR_TUI_LIVE_RELOAD".to_owned(), "1".to_owned());
    }
    // So that `breakpoint()` works, and consoles can be attached.
    spec.tty = true;
    // Named although it is the usual one: a paused container that names none is let go on by
    // the engine at any signal (moby, daemon/kill.go), and the supervisor is sent some.
    spec.stop_signal = Some("SIGTERM".to_owned());
    spec.stop_timeout = 5;
    spec
}

/// What any container that runs the project's code is given.
fn worker(project: &Project, facts: &Facts, service: &Service, mut spec: ContainerSpec) -> ContainerSpec {
    let (uid, gid) = spec::run_as(project, facts);
    spec.command = spec.command.map(|command| spec::sourced(project, command));
    spec.env = environment::django(project, facts);
    spec.env.extend(service.env.clone());
    spec.user = Some(format!("{uid}:{gid}"));
    spec.working_dir = Some(PROJECT_DIR.to_owned());
    spec.mounts.extend(code_mounts(project));
    spec.files = files::tools(project);
    spec.passwd = Some(files::passwd(project, facts));
    spec
}

/// The project's folder, the packages, the state and (readable alone) the secrets.
pub(super) fn code_mounts(project: &Project) -> Vec<Mount> {
    vec![
        spec::project_mount(project),
        spec::volume_mount(project, VolumeKind::Packages, false),
        spec::volume_mount(project, VolumeKind::State, false),
        spec::volume_mount(project, VolumeKind::Secrets, true),
    ]
}

/// The supervisor with its server. The port of a server that we know is held by it: so it
/// answers while one server takes the place of another. A command of the user's binds its own.
fn supervised(serve: &str, port: u16, server: &[String]) -> Vec<String> {
    let mut all = words(&["sh", &format!("{TOOLS_DIR}/run.sh"), "supervisor"]);
    if environment::serve_kind(serve) != "command" {
        all.extend(words(&["--listen", &format!("0.0.0.0:{port}")]));
    }
    all.push("--".to_owned());
    all.extend(server.iter().cloned());
    all
}

/// The server's command. Django's own reloader stays off: the supervisor does its work.
fn server(project: &Project, serve: &str, port: u16) -> Vec<String> {
    let (python, address) = (project.python(), format!("0.0.0.0:{port}"));
    match serve {
        "" | "runserver" => words(&[python, &manage(project), "runserver", "--noreload", &address]),
        "waitress" => words(&[python, &format!("{TOOLS_DIR}/serve.py"), &port.to_string()]),
        // Validation has split it before.
        command => shell_words::split(command).unwrap_or_else(|_| vec![command.to_owned()]),
    }
}

/// `manage.py` relative to the project's folder.
fn manage(project: &Project) -> String {
    match project.manage.as_deref() {
        None | Some("" | ".") => "manage.py".to_owned(),
        Some(folder) => format!("{folder}/manage.py"),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn ports(service: &Service) -> Vec<PublishedPort> {
    let published = |port: &crate::core::service::Port| PublishedPort {
        container: port.container,
        address: port.address.clone(),
        wanted: port.host,
        publish: port.host,
    };
    service.ports.iter().map(published).collect()
}

fn user_mount(project: &Project, mount: &UserMount) -> Mount {
    let is_path = mount.source.starts_with('.') || mount.source.starts_with('/');
    let source = if is_path {
        MountSource::Bind(project.root.join(&mount.source).display().to_string())
    } else {
        MountSource::Volume(project.volume_name(&format!("user-{}", mount.source)))
    };
    Mount { source, target: mount.target.clone(), read_only: mount.read_only }
}

/// The environment's network under these names.
pub fn network(project: &Project, aliases: Vec<String>) -> Network {
    Network::Named { name: project.network_name(), aliases }
}

/// The labels of a container of the project.
pub(super) fn labels(project: &Project, role: Role, part: &str) -> BTreeMap<String, String> {
    let mut labels = project.labels();
    labels.insert(naming::LABEL_ROLE.to_owned(), role.as_str().to_owned());
    labels.insert(naming::LABEL_NAME.to_owned(), part.to_owned());
    labels
}

/// The names of the user's own volumes, which the program makes with its labels.
pub fn user_volumes(project: &Project) -> Vec<String> {
    let mut names: Vec<String> = project
        .wanted()
        .flat_map(|service| &service.mounts)
        .filter(|mount| !mount.source.starts_with(['.', '/']))
        .map(|mount| project.volume_name(&format!("user-{}", mount.source)))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The folder in which the project's code lies in containers.
pub const fn code_folder() -> &'static str {
    PROJECT_DIR
}
