//! Tasks begin, write and end.

use crate::app::effect::Effect;
use crate::app::message::TaskMsg;
use crate::app::model::{Model, Task};
use crate::core::status::TaskView;
use crate::logs::Entry;

pub(super) fn update(model: &mut Model, msg: TaskMsg) -> Vec<Effect> {
    match msg {
        TaskMsg::Output { task, container, lines } => {
            // Output of a run that has been replaced by a later one is of no interest.
            let is_run = |known: &&mut Task| known.view.name == task && known.view.container_id == container;
            if let Some(known) = model.tasks.iter_mut().find(is_run) {
                lines.into_iter().for_each(|line| known.output.push(Entry::Line(line)));
            }
        }
        TaskMsg::Progress { task, progress } => {
            if let Some(known) = model.tasks.iter_mut().find(|known| known.view.name == task) {
                known.progress = Some(progress);
            }
        }
    }
    Vec::new()
}

/// Takes the tasks over from a snapshot; what is known of a run stays with it.
pub(super) fn observed(model: &mut Model, views: Vec<TaskView>) {
    let mut known = std::mem::take(&mut model.tasks);
    let same =
        |task: &Task, view: &TaskView| task.view.name == view.name && task.view.container_id == view.container_id;
    let task = |view: TaskView| match known.iter().position(|task| same(task, &view)) {
        Some(place) => Task { view, ..known.swap_remove(place) },
        None => Task::new(view),
    };
    model.tasks = views.into_iter().map(task).collect();
}
