//! Tasks begin, write and end.

use crate::app::effect::Effect;
use crate::app::message::TaskMsg;
use crate::app::model::{Model, Task};
use crate::app::update::task_page;
use crate::core::status::TaskView;

pub(super) fn update(model: &mut Model, msg: TaskMsg) -> Vec<Effect> {
    match msg {
        TaskMsg::Output { task, container, lines } => {
            let waits_for = lines.last().and_then(|last| waits_for(model, last.content().text()));
            // Output of a run that has been replaced by a later one is of no interest.
            let is_run = |known: &&mut Task| known.view.name == task && known.view.container_id == container;
            if let Some(known) = model.tasks.iter_mut().find(is_run) {
                known.waits_for = waits_for;
                lines.into_iter().for_each(|line| known.push(line));
            }
        }
        TaskMsg::Whole { container, lines } => task_page::lines(model, &container, lines),
    }
    Vec::new()
}

/// Whose turn it is, in the task runner's words: `waiting for fixtures (class database)`.
fn waits_for(model: &Model, line: &str) -> Option<String> {
    let (_, rest) = line.split_once("waiting for ")?;
    let (task, _) = rest.rsplit_once(" (class ").filter(|(_, class)| class.ends_with(')'))?;
    let known = model.tasks.iter().find(|known| known.view.name == task);
    Some(known.map_or_else(|| task.to_owned(), |known| known.view.title()))
}

/// Takes the tasks over from a snapshot; what is known of a run stays with it.
pub(super) fn observed(model: &mut Model, views: Vec<TaskView>) -> Vec<Effect> {
    let open = task_page::name(model);
    let mut known = std::mem::take(&mut model.tasks);
    let same =
        |task: &Task, view: &TaskView| task.view.name == view.name && task.view.container_id == view.container_id;
    let task = |view: TaskView| match known.iter().position(|task| same(task, &view)) {
        Some(place) => known.swap_remove(place).seen_as(view),
        None => Task::new(view, &model.patterns),
    };
    model.tasks = views.into_iter().map(task).collect();
    task_page::observed(model, open)
}
