//! Which command shows a pane in a terminal of its own.

use crate::app::model::{Model, Pane};
use crate::core::console;

/// What shows a pane alone: a verb where there is one, else a dashboard with that pane in front.
/// The program's own name is not part of it.
pub fn words(model: &Model, pane: Pane) -> Vec<String> {
    let title = model.title(pane).to_owned();
    let words = match pane {
        Pane::Log(_) => vec!["logs".to_owned(), "--follow".to_owned(), title],
        Pane::Console(place) => console_words(model, place),
        Pane::Services | Pane::Tasks | Pane::Notices => vec!["--pane".to_owned(), title],
    };
    scope(model).into_iter().chain(words).collect()
}

fn console_words(model: &Model, place: usize) -> Vec<String> {
    let name = model.consoles.list.get(place).map_or("", |console| &console.name);
    match console::terminal_of(name) {
        Some(service) => vec!["attach".to_owned(), service.to_owned()],
        None => vec!["console".to_owned(), name.to_owned()],
    }
}

/// The flags that name this project, wherever the command is run.
fn scope(model: &Model) -> Vec<String> {
    let flags = [
        ("--project", model.project.root.display().to_string()),
        ("--environment", model.header.environment.clone()),
        ("--host", model.project.engine.host.clone()),
    ];
    let given = flags.into_iter().filter(|(_, value)| !value.is_empty());
    given.flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
}
