//! Consoles are opened and closed.

use crate::app::consoles::Console;
use crate::app::effect::{ConsoleAsk, Effect, Start};
use crate::app::model::{Model, Overlay, Pane, Then};
use crate::app::update::act::quietly;
use crate::app::update::console::{USUAL, ask, in_focus, size_of};
use crate::core::connection::Connection;
use crate::core::console::{self, Attachment, Place, SHELL};
use crate::core::notice::Notice;
use crate::core::paths::Paths;
use crate::core::progress::{Question, RunId};

/// Opens a console, the project's usual one where none is named, or goes to it.
pub(in crate::app::update) fn open(model: &mut Model, name: Option<&str>) -> Vec<Effect> {
    if let Some(name) = name {
        let is_open = model.consoles.place(name).is_some();
        return match console::find(&model.project, name, None) {
            Err(notice) if !is_open => quietly(|| model.tell(notice)),
            _ => open_place(model, name),
        };
    }
    match model.consoles.place(USUAL).or((!model.consoles.list.is_empty()).then_some(0)) {
        Some(place) => {
            let name = model.consoles.list[place].name.clone();
            open_place(model, &name)
        }
        None => {
            model.tell(
                Notice::info("the project has no console").remedy("declare one with [[consoles]] in biostar-tui.toml"),
            );
            Vec::new()
        }
    }
}

/// One console and nothing else.
pub(in crate::app::update) fn alone(model: &mut Model, name: &str, guarded: bool) -> Vec<Effect> {
    model.consoles.list = vec![Console { guarded, ..Console::new(name) }];
    (model.screen.alone, model.observed) = (true, true);
    model.connection = Connection::Connected { version: String::new() };
    open_place(model, name)
}

/// Opens a shell in a container like the service's whose log is in focus, else the server's.
pub(in crate::app::update) fn open_shell(model: &mut Model) -> Vec<Effect> {
    let usual = console::usual_service(&model.project).map(|service| service.name.clone());
    let focused = match model.screen.focus {
        Pane::Log(place) => model.logs.get(place).map(|log| log.service.clone()),
        _ => None,
    };
    let Some(service) = focused.or_else(|| usual.clone()) else {
        model.tell(Notice::info("there is no service to open a shell for"));
        return Vec::new();
    };
    let name = if usual.as_ref() == Some(&service) { SHELL.to_owned() } else { format!("{SHELL}-{service}") };
    model.consoles.entry(&name).service = Some(service);
    open_place(model, &name)
}

/// Opens a console by its name, or goes to it where it is open.
pub(in crate::app::update) fn open_place(model: &mut Model, name: &str) -> Vec<Effect> {
    let folder = folder_for(model, name);
    let console = model.consoles.entry(name);
    let (is_open, service) = (console.attachment.takes_keys(), console.service.clone());
    let place = model.consoles.place(name).unwrap_or_default();
    model.screen.focus = Pane::Console(place);
    model.consoles.shown = place;
    model.consoles.is_resting = false;
    if is_open {
        return Vec::new();
    }
    let is_here = console::find(&model.project, name, None).is_ok_and(|console| console.place == Place::Host);
    if !model.connection.is_connected() && !is_here {
        model.tell(Notice::info(format!("the console {name} cannot be opened now: not connected")));
        return Vec::new();
    }
    let size = size_of(model, name);
    let console = model.consoles.entry(name);
    console.attachment = Attachment::Opening;
    // What the one before has shown is void.
    (console.size, console.frame) = (Some(size), None);
    let of_terminal = console::terminal_of(name).map(|service| Effect::Debuggers { service: service.to_owned() });
    std::iter::once(ask(name, ConsoleAsk::Open { service, folder, size, start: Start::IfNeeded }))
        .chain(of_terminal)
        .collect()
}

/// The folder that a console begins in when it is opened from another: the one that the other
/// is in, where the new one has it too.
fn folder_for(model: &Model, name: &str) -> Option<String> {
    let from = in_focus(model).filter(|console| console.name != name)?;
    let folder = from.frame.as_ref()?.folder.clone()?;
    let place = |console: &Console| console::find(&model.project, &console.name, console.service.as_deref()).ok();
    let to = console::find(&model.project, name, None).ok()?.place;
    let paths = Paths::of(&model.project);
    match (place(from)?.place, to) {
        (Place::Host, Place::Host) => Some(folder),
        (Place::Service(_), Place::Host) => Some(paths.on_host(&folder)?.to_str()?.to_owned()),
        // What is in one container alone is not in the other.
        (Place::Service(_), Place::Service(_)) => paths.on_host(&folder).map(|_| folder),
        (Place::Host, Place::Service(_)) => None,
    }
}

/// Closes the console in focus; one that runs only after a question.
pub(in crate::app::update) fn close(model: &mut Model) -> Vec<Effect> {
    let Some(console) = in_focus(model) else {
        model.tell(Notice::info("no console is in focus"));
        return Vec::new();
    };
    let name = console.name.clone();
    if console::terminal_of(&name).is_some() {
        let notice = Notice::info(format!("the {} is the service's own, and stays", console.title));
        model.tell(notice.remedy("leave it by going to another pane; `restart` ends the server"));
        return Vec::new();
    }
    match console.attachment {
        Attachment::Closed => Vec::new(),
        Attachment::Ended(_) | Attachment::Failed(_) => vec![ask(&name, ConsoleAsk::Close)],
        _ => {
            let then = Then::Carry(ask(&name, ConsoleAsk::Close));
            model.screen.overlay = Overlay::Confirm { question: question(&name), then };
            Vec::new()
        }
    }
}

fn question(name: &str) -> Question {
    let (title, remark) = match console::editor_of(name) {
        Some(path) => (format!("end the editor of {path}?"), "it ends by its own command, too"),
        None => (format!("close the console {name}?"), "quitting the dashboard leaves it running"),
    };
    Question {
        // Of no run: the screen asks by itself.
        run: RunId(0),
        title,
        destroys: vec!["its program and whatever was not saved in it".to_owned()],
        remarks: vec![remark.to_owned()],
        command: String::new(),
        type_name: None,
    }
}
