//! Create specs of one-shot helper containers.

use crate::core::{
    container::ContainerSpec,
    facts::Facts,
    naming::{self, Role},
    observed::Observed,
    project::Project,
    service::ServiceKind,
    spec::{self, TOOLS_DIR, VolumeKind, build, files, service},
};

/// The part name of the helper that prepares volumes; its container stays, for its exit
/// code is the receipt of the preparation.
pub const PREPARE: &str = "prepare";

/// Label: which volumes (by their instance labels) were prepared.
pub const LABEL_VOLUMES: &str = "biostar-tui.volumes";

/// The create spec of the helper that makes folders, owners and the password in the
/// volumes. `None` where the project has no volume of ours to prepare.
pub fn prepare(project: &Project, facts: &Facts, observed: &Observed) -> Option<ContainerSpec> {
    let kinds = spec::volumes(project);
    let image = prepare_image(project, facts)?;
    if kinds.is_empty() {
        return None;
    }
    let mut spec = one_shot(project, PREPARE, image);
    let (uid, gid) = spec::run_as(project, facts);
    spec.command = Some(vec!["sh".into(), format!("{TOOLS_DIR}/prepare.sh")]);
    spec.env = [
        ("RUN_UID".to_owned(), uid.to_string()),
        ("RUN_GID".to_owned(), gid.to_string()),
        ("PG_USER".to_owned(), spec::database_name(project)),
        ("PG_HOST".to_owned(), database_host(project)),
    ]
    .into();
    spec.mounts = kinds
        .iter()
        .filter(|kind| **kind != VolumeKind::Database)
        .map(|kind| spec::volume_mount(project, *kind, false))
        .collect();
    spec.files = files::tool("prepare.sh").into_iter().collect();
    spec.labels.insert(LABEL_VOLUMES.to_owned(), volumes_stamp(project, observed));
    Some(spec)
}

/// A helper container of root's without a network, to be filled in.
pub fn one_shot(project: &Project, part: &str, image: String) -> ContainerSpec {
    ContainerSpec {
        entrypoint: Some(Vec::new()),
        labels: service::labels(project, Role::Helper, part),
        user: Some("0:0".to_owned()),
        working_dir: Some("/".to_owned()),
        stop_timeout: 1,
        ..ContainerSpec::new(project.container_name(Role::Helper, part), image)
    }
}

/// Tells volumes from their successors of the same name.
fn volumes_stamp(project: &Project, observed: &Observed) -> String {
    let stamp: Vec<_> = spec::volumes(project)
        .into_iter()
        .filter(|kind| *kind != VolumeKind::Database)
        .map(|kind| {
            observed
                .volumes
                .get(&spec::volume_name(project, kind))
                .and_then(|volume| volume.labels.get(naming::LABEL_INSTANCE))
        })
        .collect();
    crate::core::digest::short(&crate::core::digest::of(&stamp)).to_owned()
}

/// Any image with a shell that the project needs anyway.
fn prepare_image(project: &Project, facts: &Facts) -> Option<String> {
    let service = project.of_kind(ServiceKind::Postgres).or_else(|| project.of_kind(ServiceKind::Django))?;
    Some(build::reference(project, facts, service))
}

/// The service whose image the preparation uses.
pub fn prepare_service(project: &Project) -> Option<&str> {
    let service = project.of_kind(ServiceKind::Postgres).or_else(|| project.of_kind(ServiceKind::Django))?;
    Some(&service.name)
}

/// Whether a label set is one of a helper of ours.
pub fn is_helper(labels: &std::collections::BTreeMap<String, String>) -> bool {
    labels.get(naming::LABEL_ROLE).map(String::as_str) == Some(Role::Helper.as_str())
}

fn database_host(project: &Project) -> String {
    project.of_kind(ServiceKind::Postgres).map_or_else(|| "db".to_owned(), |service| service.name.clone())
}
