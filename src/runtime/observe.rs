//! Observes a project in its engine.

use std::{collections::BTreeMap, path::Path};

use futures_util::future::{join_all, try_join4};

use crate::core::{
    facts::Facts,
    image::Bootstrap,
    naming,
    observed::{Container, HealthState, Observed, Stranger},
    project::Project,
    service::{ImageSource, ServiceKind},
    spec::{build, service},
};
use crate::engine::{
    Engine, ErrorKind,
    port::{LabelFilter, Result},
};
use crate::runtime::{receipts, server_log};

/// Everything that plans are made from, receipts included.
///
/// # Errors
/// When the engine does not answer.
pub async fn observe(engine: &dyn Engine, project: &Project, facts: &Facts) -> Result<Observed> {
    let mut observed = objects(engine, project, facts).await?;
    receipts::read(engine, project, &mut observed).await?;
    dead_server(engine, project, &mut observed).await;
    Ok(observed)
}

/// A server that has ended leaves its container running, and for some seconds healthy: a
/// health check rests after a success.
async fn dead_server(engine: &dyn Engine, project: &Project, observed: &mut Observed) {
    let Some(service) = project.of_kind(ServiceKind::Django) else { return };
    let name = project.container_name(naming::Role::Service, &service.name);
    let Some(container) = observed.containers.get_mut(&name).filter(|container| container.is_ready()) else { return };
    if server_log::of_dead_server(engine, container).await.is_some() {
        container.health = Some(HealthState::Unhealthy);
        "its server has ended".clone_into(&mut container.health_said);
    }
}

/// The project's objects without its receipts: what can be had in some milliseconds.
///
/// # Errors
/// When the engine does not answer.
pub async fn objects(engine: &dyn Engine, project: &Project, facts: &Facts) -> Result<Observed> {
    let labels: LabelFilter = project.labels();
    let none = LabelFilter::new();
    let (containers, all, networks, volumes) =
        try_join4(engine.containers(&labels), engine.all_containers(), engine.networks(&none), engine.volumes(&none))
            .await?;
    let mut strangers = strange_containers(project, &all);
    let (networks, strange): (Vec<_>, Vec<_>) = networks
        .into_iter()
        .filter(|network| project.owns(&network.labels) || network.name == project.network_name())
        .partition(|network| project.owns(&network.labels));
    strangers.extend(strange.iter().map(|network| stranger(&network.name, &network.labels)));
    let wanted = wanted_volumes(project);
    let (volumes, strange): (Vec<_>, Vec<_>) = volumes
        .into_iter()
        .filter(|volume| project.owns(&volume.labels) || wanted.contains(&volume.name))
        .partition(|volume| project.owns(&volume.labels));
    strangers.extend(strange.iter().map(|volume| stranger(&volume.name, &volume.labels)));
    Ok(Observed {
        containers: containers.into_iter().map(|container| (container.name.clone(), container)).collect(),
        networks: networks.into_iter().map(|network| (network.name.clone(), network)).collect(),
        volumes: volumes.into_iter().map(|volume| (volume.name.clone(), volume)).collect(),
        images: images(engine, project, facts).await?,
        strangers,
        ..Observed::default()
    })
}

fn wanted_volumes(project: &Project) -> Vec<String> {
    let ours = crate::core::spec::volumes(project).into_iter().map(|kind| project.volume_name(kind.as_str()));
    ours.chain(service::user_volumes(project)).collect()
}

fn strange_containers(project: &Project, all: &[Container]) -> Vec<Stranger> {
    let wanted: Vec<String> = project
        .wanted()
        .map(|service| project.container_name(naming::Role::Service, &service.name))
        .chain(project.steps.iter().map(|step| project.container_name(naming::Role::Task, &step.name)))
        .collect();
    all.iter()
        .filter(|container| wanted.contains(&container.name) && !project.owns(&container.labels))
        .map(|container| stranger(&container.name, &container.labels))
        .collect()
}

fn stranger(name: &str, labels: &BTreeMap<String, String>) -> Stranger {
    let root = labels.get(naming::LABEL_ROOT).cloned().unwrap_or_default();
    let root_is_gone = !root.is_empty() && !Path::new(&root).exists();
    Stranger { name: name.to_owned(), root, root_is_gone }
}

/// Which of the images that the project could need are there.
async fn images(engine: &dyn Engine, project: &Project, facts: &Facts) -> Result<std::collections::BTreeSet<String>> {
    let mut wanted = std::collections::BTreeSet::new();
    for service in project.wanted() {
        wanted.insert(build::reference(project, facts, service));
        if matches!(service.image, ImageSource::Builtin(_)) {
            let base = build::base(project, service);
            if base.bootstrap != Bootstrap::Never {
                wanted.insert(base.bootstrapped());
            }
            wanted.insert(base.image);
        }
    }
    let answers = join_all(wanted.iter().map(|reference| engine.image(reference))).await;
    let mut there = std::collections::BTreeSet::new();
    for (reference, answer) in wanted.into_iter().zip(answers) {
        match answer {
            Ok(_) => drop(there.insert(reference)),
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(there)
}
