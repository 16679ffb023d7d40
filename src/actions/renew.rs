//! `reload`, `restart` and `rebuild`: the server's process, a service's container, its image.

use std::collections::BTreeSet;

use crate::actions::up::{self, Intent};
use crate::core::{
    facts::Facts,
    notice::Notice,
    observed::{Observed, Phase},
    plan::{ASKED_FOR, Plan, PlanKind, PlanStep, Refusal, Subject},
    project::Project,
    service::{ImageSource, Service, ServiceKind},
    spec::service,
};

/// The plan that starts the server's process anew, its container untouched.
///
/// # Errors
/// Where the service has no supervisor, or does not run.
pub fn reload(project: &Project, observed: &Observed, name: &str) -> Result<Plan, Refusal> {
    let known = declared(project, name)?;
    if known.kind != ServiceKind::Django {
        return Err(cannot(
            name,
            "cannot be reloaded",
            "only the Django server reloads in place; `restart` renews its container",
        ));
    }
    match observed.service(name).map(|container| container.phase) {
        // Its supervisor would hear of it when it goes on, not now.
        Some(Phase::Paused) => return Err(cannot(name, "is suspended", "`biostar-tui resume` lets it go on")),
        Some(Phase::Running | Phase::Restarting) => {}
        _ => return Err(cannot(name, "does not run", "`biostar-tui up` starts it")),
    }
    Ok(Plan { steps: vec![step(PlanKind::Reload, name, Vec::new())] })
}

/// The plan that stops a service's container and starts it again.
///
/// # Errors
/// Where the service is not declared, or has no container.
pub fn restart(project: &Project, observed: &Observed, name: &str) -> Result<Plan, Refusal> {
    let known = declared(project, name)?;
    let Some(container) = observed.service(name) else {
        return Err(cannot(name, "has no container", "`biostar-tui up` makes one"));
    };
    let mut steps = Vec::new();
    if container.is_up() {
        let subject = Subject::Container { id: container.id.clone(), name: container.name.clone() };
        steps.push(PlanStep { subject, ..step(PlanKind::Stop, name, Vec::new()) });
    }
    steps.push(step(PlanKind::Start, name, vec![format!("stop {name}")]));
    if known.health.is_some() {
        steps.push(step(PlanKind::Healthy, name, vec![format!("start {name}")]));
    }
    Ok(Plan { steps })
}

/// The plan that builds a service's image anew, then recreates its container and those of
/// all services with the same image; and what has to be forced for it.
///
/// # Errors
/// Where the service is not declared or has no image of ours to build, and as `up`.
pub fn rebuild(project: &Project, facts: &Facts, observed: &Observed, name: &str) -> Result<(Plan, Intent), Refusal> {
    let builder = builder(project, declared(project, name)?);
    if matches!(builder.image, ImageSource::Reference(_)) {
        return Err(cannot(
            name,
            "has an image that is not built here",
            "pull it with the engine's own tools, then `up`",
        ));
    }
    let mut force: BTreeSet<String> = project
        .wanted()
        .filter(|service| builder_name(project, service) == builder.name)
        .map(|service| format!("create {}", service.name))
        .collect();
    force.insert(format!("build {}", builder.name));
    let intent = Intent::forcing(force);
    Ok((up::plan(project, facts, observed, &intent)?, intent))
}

fn builder<'a>(project: &'a Project, service: &'a Service) -> &'a Service {
    match &service.image {
        ImageSource::Service(other) => project.service(other).unwrap_or(service),
        _ => service,
    }
}

fn builder_name<'a>(project: &'a Project, service: &'a Service) -> &'a str {
    &builder(project, service).name
}

/// The service that a verb means where none is named: the one that runs Django, else the first.
pub fn default_service(project: &Project) -> Option<&Service> {
    let runs_code = |service: &&Service| service::runs_project_code(project, service);
    project
        .of_kind(ServiceKind::Django)
        .or_else(|| project.wanted().find(runs_code))
        .or_else(|| project.wanted().next())
}

/// The declared service of this name.
///
/// # Errors
/// There is none: those that there are.
pub fn declared<'a>(project: &'a Project, name: &str) -> Result<&'a Service, Refusal> {
    project.service(name).ok_or_else(|| Refusal(project.no_service(name)))
}

fn cannot(name: &str, what: &str, remedy: &str) -> Refusal {
    Refusal(Notice::error(format!("{name} {what}")).remedy(remedy))
}

fn step(kind: PlanKind, name: &str, needs: Vec<String>) -> PlanStep {
    PlanStep {
        name: format!("{} {name}", kind.as_str()),
        kind,
        subject: Subject::Service(name.to_owned()),
        reason: ASKED_FOR.to_owned(),
        destroys: None,
        undetermined: false,
        needs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        naming::{LABEL_NAME, LABEL_ROLE, Role},
        observed::Container,
        status::tests::project,
    };

    fn web(phase: Phase) -> Observed {
        let project = project();
        let mut labels = project.labels();
        labels.insert(LABEL_ROLE.to_owned(), "service".to_owned());
        labels.insert(LABEL_NAME.to_owned(), "web".to_owned());
        let name = project.container_name(Role::Service, "web");
        let container = Container { name: name.clone(), phase, labels, ..Container::default() };
        Observed { containers: [(name, container)].into(), ..Observed::default() }
    }

    #[test]
    fn only_a_server_that_runs_is_reloaded() {
        let told = |phase| reload(&project(), &web(phase), "web").map_err(|refusal| refusal.0);
        assert_eq!(told(Phase::Running).unwrap().steps.len(), 1);
        let paused = told(Phase::Paused).unwrap_err();
        assert_eq!(paused.summary, "web is suspended");
        assert!(paused.remedy.unwrap().contains("biostar-tui resume"));
        assert_eq!(told(Phase::Exited).unwrap_err().summary, "web does not run");
    }
}
