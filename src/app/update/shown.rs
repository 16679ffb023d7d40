//! Actions that show what the command line prints: as a page, or in a pane that has it.

use crate::actions::arguments::Arguments;
use crate::actions::registry::Action;
use crate::app::activity::Looking;
use crate::app::availability::unavailable;
use crate::app::effect::{Asked, Effect};
use crate::app::model::{Model, Pane};
use crate::app::task_list;
use crate::app::update::act::{cannot, focus_tasks, quietly};
use crate::app::update::{console, editing, overlay, run, task_page, watch};
use crate::core::notice::Notice;

/// Arguments that mean something on the command line alone, and why.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("doctor", "fix", "it installs as root, and asks nothing"),
    ("init", "force", "it writes over the file that this dashboard is open on"),
    ("logs", "tail", "the pane has the last lines"),
    ("logs", "since", "the pane has the last lines"),
    ("logs", "until", "the pane has the last lines"),
    ("logs", "grep", "the pane has the action filter"),
    ("logs", "level", "the pane has the action level"),
    ("logs", "merge", "the pane has the action merged"),
    ("logs", "timestamps", "the pane has the action times"),
];

/// Shows what an action has to say.
pub(super) fn start(model: &mut Model, action: &'static Action, words: Vec<String>) -> Vec<Effect> {
    if let Some(reason) = unavailable(model, action.id) {
        return quietly(|| cannot(model, action.id, &reason));
    }
    let arguments = match Arguments::read(action, &words) {
        Ok(arguments) => arguments,
        Err(notice) => return quietly(|| model.tell(notice)),
    };
    let elsewhere = ELSEWHERE.iter().find(|(id, name, _)| *id == action.id && arguments.has(name));
    if let Some((id, name, reason)) = elsewhere {
        let notice = Notice::info(format!("{id} --{name} is for the command line alone")).because(*reason);
        return quietly(|| model.tell(notice));
    }
    match action.id {
        "config" if arguments.one("what") == Some("edit") => {
            let path = model.project.root.join("biostar-tui.toml");
            editing::edit(model, path, 1)
        }
        "watch" => quietly(|| overlay::show(model, watch::history(model))),
        "logs" => quietly(|| log(model, arguments.one("service"))),
        "tasks" => task(model, arguments.one("task")),
        "console" => console::open(model, arguments.one("console")),
        "attach" => console::attach(model, arguments.one("service")),
        _ => look(model, action, words),
    }
}

/// Looks at what an action has to say, unless that is done already.
fn look(model: &mut Model, action: &'static Action, words: Vec<String>) -> Vec<Effect> {
    let focused = run::focused_service(model, action, &words);
    let asked = Asked { action: action.id, service: None, words: words.into_iter().chain(focused).collect() };
    if model.runs.looks.iter().any(|look| look.asked == asked) {
        return Vec::new();
    }
    model.runs.looks.push(Looking { asked: asked.clone(), since: model.now });
    vec![Effect::Show(asked)]
}

/// It has been shown.
pub(super) fn ended(model: &mut Model, asked: &Asked) {
    model.runs.looks.retain(|look| look.asked != *asked);
}

/// Focuses a service's log, at its end.
fn log(model: &mut Model, service: Option<&str>) {
    let place = match service {
        None => Some(0).filter(|place| *place < model.logs.len()),
        Some(name) => model.logs.iter().position(|log| log.service == name),
    };
    match place {
        Some(place) => {
            model.screen.focus = Pane::Log(place);
            model.logs[place].view.follow();
        }
        None => {
            let notice = model.project.no_service(service.unwrap_or_default());
            model.tell(notice);
        }
    }
}

/// Focuses the tasks, or opens one.
fn task(model: &mut Model, name: Option<&str>) -> Vec<Effect> {
    focus_tasks(model);
    let Some(name) = name else { return Vec::new() };
    let found = task_list::ordered(model).into_iter().find(|task| task.view.name == name);
    match found.map(|task| task.view.container_id.clone()) {
        Some(container) => task_page::open(model, container),
        None => quietly(|| {
            let notice = model.project.no_task(name);
            model.tell(notice);
        }),
    }
}
