//! The open task: its whole output, live while it runs.

use crate::actions::test;
use crate::app::effect::Effect;
use crate::app::model::{Model, OpenTask, Overlay};
use crate::app::update::overlay::Taken;
use crate::app::update::{act, log_keys, traceback};
use crate::app::{logs, overlays, task_list};
use crate::components::log_entry::Shown;
use crate::components::log_rows::Size;
use crate::components::log_view::{Direction, Position, View};
use crate::core::input::Key;
use crate::core::state::TaskState;
use crate::logs::{Entry, LogLine, Store};

/// Opens the output of a task's run.
pub(super) fn open(model: &mut Model, container: String) -> Vec<Effect> {
    model.screen.selected = Some(container.clone());
    model.open = Some(OpenTask { container: container.clone(), output: Store::default(), view: View::default() });
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
        "open" => of_cursor(model).unwrap_or_else(|| close(model)),
        "quit" | "back" | "zoom" => close(model),
        "console" if shows_tests(model) => {
            let mut effects = close(model);
            effects.extend(act::act(model, action, vec![test::TASK.to_owned()]));
            effects
        }
        id if LOOKS.iter().any(|(other, _)| *other == id) => act::quietly(|| look(model, id)),
        "frames" => act::quietly(|| frames(model)),
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

/// The failed tests' own console has a debugger in the first of them.
fn shows_tests(model: &Model) -> bool {
    let task = model.open.as_ref().and_then(|open| task_list::of_container(model, &open.container));
    task.is_some_and(|task| task.view.name == test::TASK && task.view.state == TaskState::Failed)
}

/// Another look at the output, from how it is shown now and the room for it.
type Look = fn(&Shown<'_>, Size) -> View;

/// What changes the look, by id.
const LOOKS: &[(&str, Look)] = &[
    ("follow", |shown, _| match shown.view.position {
        Position::Following => View { position: Position::paused_at_end(shown.sources), ..shown.view.clone() },
        Position::Paused { .. } => following(shown),
    }),
    ("scroll-up", |shown, size| moved(shown, size, -1)),
    ("scroll-down", |shown, size| moved(shown, size, 1)),
    ("page-up", |shown, size| moved(shown, size, -half(size))),
    ("page-down", |shown, size| moved(shown, size, half(size))),
    ("top", |shown, size| View { position: shown.top(size), ..shown.view.clone() }),
    ("bottom", |shown, _| following(shown)),
    ("fold", |shown, _| changed(shown, |view| view.fold(logs::group_at_cursor(shown)))),
    ("wrap", |shown, _| changed(shown, View::wrap)),
    ("scroll-left", |shown, _| changed(shown, |view| view.sideways(log_keys::LEFT))),
    ("scroll-right", |shown, _| changed(shown, |view| view.sideways(log_keys::RIGHT))),
    ("previous-error", |shown, size| at_error(shown, size, Direction::Older)),
    ("next-error", |shown, size| at_error(shown, size, Direction::Newer)),
];

fn changed(shown: &Shown<'_>, change: impl FnOnce(&mut View)) -> View {
    let mut view = shown.view.clone();
    change(&mut view);
    view
}

fn following(shown: &Shown<'_>) -> View {
    changed(shown, View::follow)
}

fn moved(shown: &Shown<'_>, size: Size, by: i64) -> View {
    View { position: shown.moved(size, by), ..shown.view.clone() }
}

fn half((_, height): Size) -> i64 {
    (i64::from(height) / 2).max(1)
}

/// The cursor on the error before or behind it; as it is where there is none.
fn at_error(shown: &Shown<'_>, size: Size, direction: Direction) -> View {
    let Some((source, number)) = logs::error_from(shown, direction) else { return shown.view.clone() };
    let cursor = Some((source, number));
    View { position: shown.showing(size, source, number), cursor, ..shown.view.clone() }
}

fn look(model: &mut Model, id: &str) {
    let Some((_, look)) = LOOKS.iter().find(|(other, _)| *other == id) else { return };
    change(model, *look);
}

fn change(model: &mut Model, look: impl FnOnce(&Shown<'_>, Size) -> View) {
    let size = overlays::task_output(model);
    let view = overlays::with_task(model, |task| look(&task.shown, size));
    if let Some((open, view)) = model.open.as_mut().zip(view) {
        open.view = view;
    }
}

/// Scrolls by lines.
pub(super) fn by(model: &mut Model, by: i64) {
    change(model, |shown, size| moved(shown, size, by));
}

/// Opens the place of the traceback under the cursor.
fn of_cursor(model: &mut Model) -> Option<Vec<Effect>> {
    let frames = overlays::with_task(model, |task| traceback::under_cursor(&task.shown))??;
    traceback::open_innermost(model, &frames)
}

fn frames(model: &mut Model) {
    let frames = overlays::with_task(model, |task| traceback::of_chosen(&task.shown)).flatten();
    traceback::list_these(model, frames);
}
