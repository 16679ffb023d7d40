//! `suspend` and `resume`: pause everything, and go on where it was.

use crate::core::{
    observed::{Container, Observed, Phase},
    plan::{Plan, PlanKind, PlanStep, Subject},
    project::Project,
    service::Service,
};

/// The plan that pauses all services that run: each before those that it needs, so that
/// nobody waits for one that is paused already.
pub fn suspend(project: &Project, observed: &Observed) -> Plan {
    let running: Vec<&Service> = in_phase(project, observed, Phase::Running);
    let needed_by = |service: &Service| {
        running
            .iter()
            .filter(|other| other.needs.contains(&service.name))
            .map(|other| format!("pause {}", other.name))
            .collect()
    };
    let steps = running.iter().map(|service| step(PlanKind::Pause, service, "it runs", needed_by(service)));
    Plan::ordered(steps.collect())
}

/// The plan that lets all paused services go on, and waits until they are healthy.
pub fn resume(project: &Project, observed: &Observed) -> Plan {
    let paused = in_phase(project, observed, Phase::Paused);
    let mut steps = Vec::new();
    for service in &paused {
        let there = |name: &&String| paused.iter().any(|other| other.name == **name);
        let needs = service.needs.iter().filter(there).map(|name| format!("unpause {name}")).collect();
        steps.push(step(PlanKind::Unpause, service, "it is paused", needs));
        if service.health.is_some() {
            let needs = vec![format!("unpause {}", service.name)];
            steps.push(step(PlanKind::Healthy, service, "it has to be healthy", needs));
        }
    }
    Plan::ordered(steps)
}

fn in_phase<'a>(project: &'a Project, observed: &Observed, phase: Phase) -> Vec<&'a Service> {
    let is = |container: &Container| container.phase == phase;
    project.services.iter().filter(|service| observed.service(&service.name).is_some_and(is)).collect()
}

fn step(kind: PlanKind, service: &Service, reason: &str, needs: Vec<String>) -> PlanStep {
    PlanStep {
        name: format!("{} {}", kind.as_str(), service.name),
        kind,
        subject: Subject::Service(service.name.clone()),
        reason: reason.to_owned(),
        destroys: None,
        undetermined: false,
        needs,
    }
}
