//! `install`, `migrate`, `reindex`, `collectstatic`, `manage`, `run`: a step or a command
//! as a task, with what it needs.

use crate::actions::{
    renew,
    up::{self, Intent},
};
use crate::core::{
    facts::Facts,
    naming,
    notice::Notice,
    observed::Observed,
    plan::{Plan, PlanKind, Refusal},
    project::Project,
    service::ServiceKind,
    step::Step,
};

/// The plan that runs a step of the project now, whatever its receipt says, with what it
/// needs; and what has to be forced for it.
///
/// # Errors
/// Where there is no such step, and as `up`.
pub fn step(project: &Project, facts: &Facts, observed: &Observed, name: &str) -> Result<(Plan, Intent), Refusal> {
    steps(project, facts, observed, [&name.to_owned()])
}

/// The same for several steps, each after what it needs.
///
/// # Errors
/// As [`step`].
pub(super) fn steps<'a>(
    project: &Project,
    facts: &Facts,
    observed: &Observed,
    names: impl IntoIterator<Item = &'a String>,
) -> Result<(Plan, Intent), Refusal> {
    let names: Vec<&String> = names.into_iter().collect();
    if let Some(missing) = names.iter().find(|name| project.step(name).is_none()) {
        return Err(Refusal(project.no_step(missing)));
    }
    let tasks: Vec<String> = names.iter().map(|name| format!("task {name}")).collect();
    let intent = Intent::forcing(tasks.iter().cloned());
    let whole = up::plan(project, facts, observed, &intent)?;
    // The last one is what was asked for; it comes after the others.
    let Some(task) = tasks.last() else { return Ok((Plan::default(), intent)) };
    let mut plan = whole.only(task);
    // What follows from the task itself: a server that has the old packages loaded.
    let follows = |step: &&crate::core::plan::PlanStep| step.kind == PlanKind::Reload && step.needs.contains(task);
    plan.steps.extend(whole.steps.iter().filter(follows).cloned().map(|mut step| {
        step.needs.retain(|need| need == task);
        step
    }));
    Ok((plan, intent))
}

/// The project with a command as one more step, and that step's name.
///
/// # Errors
/// Where the project has no Django service to run it in.
pub fn with_command(project: &Project, name: Option<&str>, run: Vec<String>) -> Result<(Project, String), Refusal> {
    let service = renew::default_service(project).filter(|service| service.kind == ServiceKind::Django);
    let service = service.ok_or_else(|| {
        Refusal(
            Notice::error("there is no Django service to run it in")
                .remedy("declare [services.web] with kind = \"django\""),
        )
    })?;
    let name = name.map_or_else(|| naming::task_of_command(&run), str::to_owned);
    let step = Step::of_command(name.clone(), run, service.name.clone());
    let mut project = project.clone();
    project.steps.retain(|other| other.name != name);
    project.steps.push(step);
    Ok((project, name))
}

/// The words in front of `migrate`'s own arguments.
pub const MIGRATE: [&str; 2] = ["migrate", "--noinput"];

/// The project's Python, `manage.py` and these words, from the project's folder.
pub fn manage(project: &Project, words: &[String]) -> Vec<String> {
    let path = match project.manage.as_deref() {
        None | Some("" | ".") => "manage.py".to_owned(),
        Some(folder) => format!("{folder}/manage.py"),
    };
    [project.python().to_owned(), path].into_iter().chain(words.iter().cloned()).collect()
}
