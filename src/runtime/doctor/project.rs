//! Facts about the project's folder and its ports.

use crate::core::{
    container::PublishedPort,
    doctor::surroundings::{Folder, Folders, Held, WantedPort},
    naming::Role,
    observed::Container,
    project::Project,
    service::{Port, Service},
};
use crate::engine::{Engine, docker::DockerEngine};
use crate::runtime::{doctor::folders, ports};

/// The folder itself.
pub(super) fn folder(project: &Project) -> Folder {
    Folder {
        path: project.root.display().to_string(),
        uid: project.owner.uid,
        gid: project.owner.gid,
        writable: rustix::fs::access(&project.root, rustix::fs::Access::WRITE_OK).is_ok(),
        mounts: std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default(),
    }
}

/// The folders in it, counted aside: a large tree takes its time.
pub(super) async fn folders(project: Option<&Project>) -> Option<Folders> {
    let root = project?.root.clone();
    tokio::task::spawn_blocking(move || folders::count(&root)).await.ok()
}

/// The ports that its services want.
pub(super) async fn ports(engine: Option<&DockerEngine>, project: &Project, local: bool) -> Vec<WantedPort> {
    let containers = match engine {
        Some(engine) => engine.all_containers().await.unwrap_or_default(),
        None => Vec::new(),
    };
    let each = project.wanted().flat_map(|service| service.ports.iter().map(move |port| (service, port)));
    each.filter(|(_, port)| port.host != 0)
        .map(|(service, port)| look(project, service, port, &containers, local))
        .collect()
}

fn look(project: &Project, service: &Service, port: &Port, containers: &[Container], local: bool) -> WantedPort {
    let publish = PublishedPort {
        container: port.container,
        address: port.address.clone(),
        wanted: port.host,
        publish: port.host,
    };
    WantedPort {
        service: service.name.clone(),
        address: port.address.clone(),
        port: port.host,
        strict: port.strict,
        held: held(project, service, port, containers, local),
        next: ports::next_free(&publish, port.host, containers),
    }
}

/// Of a remote engine's host only what its containers have is known.
fn held(project: &Project, service: &Service, port: &Port, containers: &[Container], local: bool) -> Held {
    match ports::container_with(containers, port.host) {
        Some(container) if project.owns(&container.labels) => Held::Ours(container.name.clone()),
        None if !local || ports::is_free(&port.address, port.host) => Held::Free,
        _ => {
            let owner = ports::owner(containers, port.host);
            match in_use(project, service, port, containers) {
                Some(port) => Held::Evaded { owner, port },
                None => Held::Other(owner),
            }
        }
    }
}

/// The port of this host that the service's own container has.
fn in_use(project: &Project, service: &Service, port: &Port, containers: &[Container]) -> Option<u16> {
    let name = project.container_name(Role::Service, &service.name);
    let container = containers.iter().find(|c| c.name == name && project.owns(&c.labels))?;
    container.ports.iter().find(|used| used.container == port.container).map(|used| used.host)
}
