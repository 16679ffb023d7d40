//! `halt`: stop everything in reverse order, keep everything.

use crate::core::{
    naming::Role,
    observed::{Container, Observed},
    plan::{Plan, PlanKind, PlanStep, Subject},
    project::Project,
};

/// The plan that stops what runs: tasks and consoles first, then services before those
/// that they need.
pub fn plan(project: &Project, observed: &Observed) -> Plan {
    let running: Vec<&Container> = observed.containers.values().filter(|container| container.is_up()).collect();
    let steps = running.iter().map(|container| stop(project, container, &running)).collect();
    Plan::ordered(steps)
}

fn stop(project: &Project, container: &Container, running: &[&Container]) -> PlanStep {
    let needs = running.iter().filter(|other| stops_before(project, other, container)).map(|other| step_name(other));
    PlanStep {
        name: step_name(container),
        kind: PlanKind::Stop,
        subject: Subject::Container { id: container.id.clone(), name: container.name.clone() },
        reason: "it runs".to_owned(),
        destroys: None,
        undetermined: false,
        needs: needs.collect(),
    }
}

fn step_name(container: &Container) -> String {
    format!("stop {}", container.name)
}

fn stops_before(project: &Project, first: &Container, then: &Container) -> bool {
    let service = |container: &Container| container.role() == Some(Role::Service);
    match (service(first), service(then)) {
        (false, true) => true,
        (true, true) => project.service(first.part()).is_some_and(|s| s.needs.iter().any(|name| name == then.part())),
        _ => false,
    }
}
