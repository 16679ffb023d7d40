//! Digests of steps: what a receipt is compared with.

use std::collections::BTreeSet;

use crate::core::{
    digest,
    facts::Facts,
    project::Project,
    spec::build,
    step::{Step, StepKind},
};

/// The digest of everything that a step's result depends on: its command and inputs, the
/// environment it runs in and, where it comes after the packages, what is installed.
pub fn step(project: &Project, facts: &Facts, step: &Step) -> String {
    let inputs = facts.inputs.get(&step.name);
    let image = project.service(&step.service).map(|service| build::reference(project, facts, service));
    match step.kind {
        StepKind::Packages => digest::of(&("packages", &facts.requirements, &facts.constraints, image)),
        StepKind::Database | StepKind::Command | StepKind::Snapshot => {
            let packages = follows_packages(project, step).then_some((&facts.requirements, &facts.constraints));
            let environment = &project.environment;
            let sourced = environment.sourced.as_ref().map(|sourced| &sourced.digest);
            let settings = (&environment.settings, &environment.overlay, &environment.variables, sourced);
            digest::of(&(&step.run, &step.verify, settings, inputs, packages))
        }
    }
}

/// Whether a step comes, by any way, after the one that installs packages.
fn follows_packages(project: &Project, step: &Step) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = step.after.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        let Some(before) = project.step(name).filter(|_| seen.insert(name)) else { continue };
        if before.kind == StepKind::Packages {
            return true;
        }
        open.extend(before.after.iter().map(String::as_str));
    }
    false
}
