//! The tasks in the order in which they are shown, and which of them is selected.

use std::collections::BTreeSet;

use crate::actions::complete::Known;
use crate::actions::retry::{self, Again};
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay, Pane, Task};
use crate::core::progress::{Operation, Question, RunId, StepState};
use crate::core::state::TaskState;

/// What runs first, then the newest.
pub fn ordered(model: &Model) -> Vec<&Task> {
    let mut tasks: Vec<_> = model.tasks.iter().rev().collect();
    tasks.sort_by_key(|task| task.view.state != TaskState::Running);
    tasks
}

/// The operation, where it is more than one of the tasks, which is shown by itself. `up` is more,
/// whatever it finds to do.
pub fn operation(model: &Model) -> Option<&Operation> {
    let operation = model.runs.operation.as_ref().filter(|operation| !is_asked(model, operation))?;
    let [step] = operation.steps.as_slice() else { return Some(operation) };
    if model.runs.asked.as_ref().is_none_or(|asked| asked.action == "up") {
        return Some(operation);
    }
    let is_shown =
        |task: &Task| step.name == format!("task {}", task.view.name) && task.view.state == state(step.state);
    (!model.tasks.iter().any(is_shown)).then_some(operation)
}

/// Whether it waits for an answer: nothing of it goes on.
fn is_asked(model: &Model, operation: &Operation) -> bool {
    matches!(&model.screen.overlay, Overlay::Question { question, .. } if question.run == operation.run)
}

/// How a task stands whose step stands so.
const fn state(step: StepState) -> TaskState {
    match step {
        StepState::Waiting => TaskState::Waiting,
        StepState::Running => TaskState::Running,
        StepState::Done => TaskState::Done,
        StepState::Failed => TaskState::Failed,
        StepState::Skipped => TaskState::Skipped,
    }
}

/// The place of the selected task in the list.
pub fn selected_place(model: &Model) -> usize {
    let selected = model.screen.selected.as_ref();
    let tasks = ordered(model);
    selected.and_then(|id| tasks.iter().position(|task| &task.view.container_id == id)).unwrap_or(0)
}

/// The task that is open, else the selected one, where the list has the focus.
pub fn chosen(model: &Model) -> Option<&Task> {
    match (&model.screen.overlay, &model.open) {
        (Overlay::Task, Some(open)) => of_container(model, &open.container),
        _ if model.screen.focus == Pane::Tasks => ordered(model).get(selected_place(model)).copied(),
        _ => None,
    }
}

/// The task with this container.
pub fn of_container<'a>(model: &'a Model, container: &str) -> Option<&'a Task> {
    model.tasks.iter().find(|task| task.view.container_id == container)
}

/// Names that can be completed now.
pub fn known(model: &Model) -> Known {
    let manage = |task: &Task| match task.view.command.as_slice() {
        [_, manage, command, ..] if manage.ends_with("manage.py") => Some(command.clone()),
        _ => None,
    };
    let commands: BTreeSet<String> = model.tasks.iter().filter_map(manage).collect();
    Known {
        services: model.project.services.iter().map(|service| service.name.clone()).collect(),
        steps: model.project.steps.iter().map(|step| step.name.clone()).collect(),
        tasks: ordered(model).iter().map(|task| task.view.name.clone()).collect(),
        consoles: model.consoles.names(&model.project),
        panes: model.panes().iter().map(|pane| model.title(*pane).to_owned()).collect(),
        environments: model.project.environments.clone(),
        commands: commands.into_iter().collect(),
        snapshots: model.drift.snapshots.clone(),
    }
}

/// What tries again what has failed.
///
/// # Errors
/// Why there is nothing to try again.
pub fn again(model: &Model) -> Result<Again, &'static str> {
    let has_failed =
        |task: &&Task| matches!(task.view.state, TaskState::Failed | TaskState::Cancelled | TaskState::Skipped);
    if let Some(task) = chosen(model).filter(has_failed) {
        return retry::of_task(&model.project, &task.view.name, &task.view.command);
    }
    let unfinished = model.runs.operation.as_ref().is_some_and(|operation| operation.unfinished.is_some());
    match &model.runs.asked {
        Some(asked) if unfinished => {
            let words = asked.service.iter().chain(&asked.words).cloned().collect();
            Ok(Again { action: asked.action, words })
        }
        _ if chosen(model).is_some() => Err("the task has not failed"),
        _ => Err("nothing has failed"),
    }
}

/// What can be cancelled now: the question, and what does it.
///
/// # Errors
/// Why there is nothing to cancel.
pub fn cancel(model: &Model) -> Result<(Question, Effect), &'static str> {
    let operation = model.runs.running();
    let is_free = |task: &&Task| task.view.state == TaskState::Running && !is_of(operation, &task.view.name);
    match (chosen(model), operation) {
        (Some(task), _) if is_free(&task) => Ok(cancel_task(model, task)),
        (_, Some(operation)) => Ok(cancel_operation(operation)),
        (Some(_), None) => Err("the task does not go on"),
        (None, None) => match ordered(model).into_iter().find(is_free) {
            Some(task) => Ok(cancel_task(model, task)),
            None => Err("nothing goes on"),
        },
    }
}

/// Whether a task is a step of an operation that goes on now.
pub fn is_of(operation: Option<&Operation>, task: &str) -> bool {
    let name = format!("task {task}");
    operation.is_some_and(|it| it.steps.iter().any(|step| step.name == name && step.state == StepState::Running))
}

fn cancel_task(model: &Model, task: &Task) -> (Question, Effect) {
    let title = task.view.title();
    let mut remarks = vec!["it was not begun here: whoever has begun it is told".to_owned()];
    remarks.push(match model.project.step(&task.view.name) {
        Some(_) => "what it has begun is rolled back by its next run".to_owned(),
        None => "what it has done so far stays".to_owned(),
    });
    let question = question(RunId(0), format!("cancel {title}?"), remarks);
    (question, Effect::CancelTask { task: title, container: task.view.container_id.clone() })
}

fn cancel_operation(operation: &Operation) -> (Question, Effect) {
    let running = operation.steps.iter().filter(|step| step.state == StepState::Running);
    let mut remarks: Vec<String> = running.map(|step| format!("{} {}", step.name, fate(&step.name))).collect();
    remarks.push("steps that are done stay so".to_owned());
    let question = question(operation.run, format!("cancel {}?", operation.action), remarks);
    (question, Effect::Cancel(operation.run))
}

/// What becomes of a step that is cancelled.
fn fate(step: &str) -> &'static str {
    match step.split(' ').next() {
        Some("task") if step.starts_with("task run-") => "is stopped; what it has done so far stays",
        Some("task") => "is stopped; what it has begun is rolled back by its next run",
        Some("build" | "base" | "pull") => "is given up; the image from before stays",
        Some("healthy") => "is not waited for any more",
        _ => "is given up",
    }
}

fn question(run: RunId, title: String, remarks: Vec<String>) -> Question {
    Question { run, title, destroys: Vec::new(), remarks, command: String::new(), type_name: None }
}
