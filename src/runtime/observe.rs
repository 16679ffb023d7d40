//! Observes a project in its engine.

use futures_util::future::{join_all, try_join4};

use crate::actions::request::Request;
use crate::core::{
    claim::Claim,
    facts::Facts,
    image::Bootstrap,
    naming,
    observed::{HealthState, Observed},
    project::Project,
    service::{ImageSource, ServiceKind},
    spec::build,
};
use crate::engine::{
    Engine, ErrorKind,
    port::{LabelFilter, Result},
};
use crate::runtime::{holdings, migrations, receipts, server_log, snapshots, strangers};

/// Everything that plans are made from, receipts included.
///
/// # Errors
/// When the engine does not answer.
pub async fn observe(engine: &dyn Engine, project: &Project, facts: &Facts) -> Result<Observed> {
    let mut observed = objects(engine, project, facts).await?;
    receipts::read(engine, project, &mut observed).await?;
    Ok(observed)
}

/// The same with what this request has to know besides.
///
/// # Errors
/// When the engine does not answer.
pub async fn for_request(
    engine: &dyn Engine,
    project: &Project,
    request: &Request,
    mut observed: Observed,
) -> Result<Observed> {
    if let Some((app, target)) = request.migrates_to() {
        observed.undone = migrations::undone(engine, project, &observed, app, target).await?;
    }
    if matches!(request, Request::Clean(_)) {
        observed.holdings = Some(holdings::read(engine, &project.host).await?);
    }
    if request.needs_snapshots() {
        observed.snapshots = snapshots::read(engine, project, &observed).await?;
    }
    Ok(observed)
}

/// A server that has ended leaves its container running, and for some seconds healthy: a
/// health check rests after a success.
pub async fn dead_server(engine: &dyn Engine, project: &Project, observed: &mut Observed) {
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
    let claim = Claim::latest(project, &volumes);
    let (networks, volumes, strangers) = strangers::tell_apart(project, claim.as_ref(), &all, networks, volumes);
    let mut observed = Observed {
        containers: containers.into_iter().map(|container| (container.name.clone(), container)).collect(),
        networks: networks.into_iter().map(|network| (network.name.clone(), network)).collect(),
        volumes: volumes.into_iter().map(|volume| (volume.name.clone(), volume)).collect(),
        images: images(engine, project, facts).await?,
        strangers,
        claim,
        ..Observed::default()
    };
    dead_server(engine, project, &mut observed).await;
    Ok(observed)
}

/// Which of the images that the project could need are there.
async fn images(engine: &dyn Engine, project: &Project, facts: &Facts) -> Result<std::collections::BTreeSet<String>> {
    let mut wanted = std::collections::BTreeSet::new();
    // What is switched off may be switched on by the plan that is made of this.
    for service in &project.services {
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
