//! The open task: its whole output, live while it runs.

use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, OpenTask, Overlay};
use crate::app::update::overlay::Taken;
use crate::app::update::{act, scroll};
use crate::app::{overlays, task_list};
use crate::components::output::Scroll;
use crate::core::input::Key;
use crate::logs::{Entry, LogLine, Store};

/// Opens the output of a task's run.
pub(super) fn open(model: &mut Model, container: String) -> Vec<Effect> {
    model.screen.selected = Some(container.clone());
    model.open = Some(OpenTask { container: container.clone(), output: Store::default(), scroll: Scroll::Following });
    model.screen.overlay = Overlay::Task;
    vec![Effect::ReadTask { container }]
}

/// Takes lines in, where their task is still open.
pub(super) fn lines(model: &mut Model, container: &str, lines: Vec<LogLine>) {
    if let Some(open) = model.open.as_mut().filter(|open| open.container == container) {
        lines.into_iter().for_each(|line| open.output.push(Entry::Line(line)));
    }
}

/// Follows a task that is run again while it is open: the new run takes the place of the old.
pub(super) fn observed(model: &mut Model, before: Option<String>) -> Vec<Effect> {
    let (Some(name), Overlay::Task) = (before, &model.screen.overlay) else { return Vec::new() };
    let Some(open) = &model.open else { return Vec::new() };
    let newer = model.tasks.iter().find(|task| task.view.name == name && task.view.container_id != open.container);
    match (task_list::of_container(model, &open.container), newer.map(|task| task.view.container_id.clone())) {
        (None, Some(container)) => self::open(model, container),
        _ => Vec::new(),
    }
}

/// The name of the task that is open.
pub(super) fn name(model: &Model) -> Option<String> {
    let open = model.open.as_ref()?;
    task_list::of_container(model, &open.container).map(|task| task.view.name.clone())
}

/// A key while it is open: it scrolls, does something to the task, or closes.
pub(super) fn key(model: &mut Model, key: Key) -> Taken {
    model.screen.overlay = Overlay::Task;
    let Some(action) = model.keymap.action(key) else { return Taken::Yes(Vec::new()) };
    Taken::Yes(match action.id {
        "quit" if key.ctrl => vec![Effect::CloseTask, Effect::Quit],
        "quit" | "back" | "open" | "zoom" => close(model),
        "follow" => act::quietly(|| toggle_follow(model)),
        "scroll-up" => act::quietly(|| by(model, -1)),
        "scroll-down" => act::quietly(|| by(model, 1)),
        "page-up" => act::quietly(|| by(model, -half_page(model))),
        "page-down" => act::quietly(|| by(model, half_page(model))),
        "top" => act::quietly(|| by(model, i64::MIN / 2)),
        "bottom" => act::quietly(|| by(model, i64::MAX / 2)),
        "palette" => {
            let mut effects = close(model);
            effects.extend(act::act(model, action, Vec::new()));
            effects
        }
        "cancel" | "retry" | "help" | "redraw" | "to-shell" => act::act(model, action, Vec::new()),
        _ => Vec::new(),
    })
}

fn close(model: &mut Model) -> Vec<Effect> {
    model.screen.overlay = Overlay::None;
    model.open = None;
    vec![Effect::CloseTask]
}

fn toggle_follow(model: &mut Model) {
    if let Some(open) = &mut model.open {
        open.scroll = scroll::toggled(&open.output, open.scroll);
    }
}

/// Scrolls by lines.
pub(super) fn by(model: &mut Model, by: i64) {
    let height = overlays::task_output(model, layout::places(model).body).height;
    if let Some(open) = &mut model.open {
        open.scroll = scroll::moved(&open.output, open.scroll, by, height);
    }
}

fn half_page(model: &Model) -> i64 {
    (i64::from(overlays::task_output(model, layout::places(model).body).height) / 2).max(1)
}
