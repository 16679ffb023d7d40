//! What goes on and is not in view: the line that tells it wherever the user looks.

use crate::app::effect::Asked;
use crate::app::layout;
use crate::app::model::{Model, Overlay, Pane, Task};
use crate::app::task_list;
use crate::components::activity::Activity;
use crate::core::observed::Timestamp;
use crate::core::progress::{Operation, Progress, StepProgress, StepState};
use crate::core::state::TaskState;

/// Something that is looked at, to be shown when it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looking {
    /// What is asked for.
    pub asked: Asked,
    /// Since when.
    pub since: Timestamp,
}

/// What goes on: what was begun here first, then what others have begun.
pub fn shown(model: &Model) -> Option<Activity> {
    let looks = model.runs.looks.iter().map(of_look);
    // The pane of tasks tells more of them, unless it is scrolled or something lies over it.
    let is_told = layout::shows(model, Pane::Tasks)
        && model.screen.offsets.tasks == 0
        && matches!(model.screen.overlay, Overlay::None);
    let tasks = if is_told { Vec::new() } else { of_tasks(model) };
    let mut all = tasks.into_iter().chain(looks);
    let first = all.next()?;
    Some(Activity { others: all.count(), ..first })
}

fn of_tasks(model: &Model) -> Vec<Activity> {
    let operation = model.runs.running();
    let is_of_others =
        |task: &&Task| task.view.state == TaskState::Running && !task_list::is_of(operation, &task.view.name);
    let others = task_list::ordered(model).into_iter().filter(is_of_others).map(of_task);
    operation.map(|operation| of_operation(model, operation)).into_iter().chain(others).collect()
}

fn of_look(look: &Looking) -> Activity {
    Activity {
        name: look.asked.label(),
        detail: "is being looked at".to_owned(),
        since: look.since,
        ..Activity::default()
    }
}

fn of_task(task: &Task) -> Activity {
    Activity {
        name: task.view.title(),
        progress: task.progress.clone(),
        detail: task.waits_for.as_ref().map_or_else(String::new, |other| format!("waits for {other}")),
        since: task.view.started_at,
        ..Activity::default()
    }
}

fn of_operation(model: &Model, operation: &Operation) -> Activity {
    let steps = operation.count();
    let step = told_step(operation);
    let all = Progress { label: String::new(), done: steps.0 as u64, total: steps.1 as u64 };
    let own = step.and_then(|step| step.progress.clone());
    // A step that counts has the bar; else it is of the steps, whose number stands in it then.
    let (progress, steps) = match own {
        Some(own) if own.total > 0 => (Some(own), steps),
        own if steps.1 > 1 => (Some(Progress { label: own.map_or_else(String::new, words), ..all }), (0, 0)),
        own => (own, (0, 0)),
    };
    let part = step.filter(|_| operation.steps.len() > 1).map(|step| step.name.clone());
    let detail = step.map_or_else(String::new, |step| detail(model, step));
    Activity { name: operation.action.clone(), part, progress, steps, detail, since: operation.started_at, others: 0 }
}

/// Of the steps that run, the one that tells most of itself.
fn told_step(operation: &Operation) -> Option<&StepProgress> {
    let running = operation.steps.iter().filter(|step| step.state == StepState::Running);
    running.max_by_key(|step| step.progress.as_ref().map(|progress| progress.total > 0))
}

fn words(progress: Progress) -> String {
    if progress.done > 0 { format!("{} {}", progress.done, progress.label) } else { progress.label }
}

/// What a step says; of a task that waits for its turn, whose turn it is.
fn detail(model: &Model, step: &StepProgress) -> String {
    let task = step.name.strip_prefix("task ").and_then(|name| model.tasks.iter().find(|task| task.view.name == name));
    match task.and_then(|task| task.waits_for.as_ref()).filter(|_| step.state == StepState::Running) {
        Some(other) => format!("waits for {other}"),
        None => step.detail.clone(),
    }
}
