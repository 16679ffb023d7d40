//! Whether an action can do something now, and why not.

use crate::actions::registry::{self, Action, Needs, Scope};
use crate::actions::{console, log, screen};
use crate::app::model::{Model, Pane};
use crate::app::remedy;
use crate::app::task_list;
use crate::core::console::Place;
use crate::core::overview;
use crate::core::state::ServiceState;

/// Actions that only look at what the dashboard has anyway.
const OF_THE_SCREEN: &[&str] = &["logs", "tasks", "watch"];

/// Why an action can do nothing now; `None` where it can.
pub fn unavailable(model: &Model, action: &str) -> Option<String> {
    let action = registry::find(action)?;
    match action.scope {
        Scope::Everywhere => not_connected(model).or_else(|| unavailable_for_project(model, action)),
        // One of this host's needs no engine; the others say so themselves.
        Scope::Shown if action.id == console::CONSOLE.id && has_console_of_host(model) => None,
        Scope::Shown if action.needs == Needs::Engine && !OF_THE_SCREEN.contains(&action.id) => not_connected(model),
        Scope::Shown => None,
        Scope::CommandLine(reason) => Some(reason.to_owned()),
        Scope::Screen => unavailable_on_screen(model, action.id),
    }
}

fn unavailable_on_screen(model: &Model, action: &str) -> Option<String> {
    match action {
        action if is_of_log(action) && !matches!(model.screen.focus, Pane::Log(_)) => Some("in logs only".to_owned()),
        "accept-offer" | "decline-offer" if model.watching.offers.is_empty() => Some("nothing is offered".to_owned()),
        "remedy" if remedy::next(model).is_none() => Some("no notice offers anything".to_owned()),
        "browse" | "copy-address" if overview::url_of(&model.project, &model.services).is_none() => {
            Some("no service with a port runs".to_owned())
        }
        "retry" => task_list::again(model).err().map(str::to_owned),
        "cancel" => task_list::cancel(model).err().map(str::to_owned),
        _ => None,
    }
}

/// Whether an action is about the log in focus. `merged` chooses one itself.
fn is_of_log(action: &str) -> bool {
    let ids = [log::SEARCH, log::LEVEL, screen::FOLLOW].map(|action| action.id);
    ids.contains(&action)
}

fn has_console_of_host(model: &Model) -> bool {
    model.project.consoles.iter().any(|console| console.place == Place::Host)
}

fn not_connected(model: &Model) -> Option<String> {
    (!model.connection.is_connected() || !model.observed).then(|| "not connected".to_owned())
}

fn unavailable_for_project(model: &Model, action: &Action) -> Option<String> {
    if let Some(operation) = model.runs.running() {
        return Some(format!("{} is running", operation.action));
    }
    let paused = model.services.iter().any(|service| service.state == ServiceState::Paused);
    match action.id {
        "halt" | "suspend" | "reload" | "restart" if nothing_runs(model) => Some("nothing runs".to_owned()),
        "suspend" | "reload" if paused && only_paused(model) => Some("it is suspended".to_owned()),
        "resume" if !paused => Some("nothing is paused".to_owned()),
        _ => None,
    }
}

/// Whether no service is up, or on its way up.
pub fn nothing_runs(model: &Model) -> bool {
    model.services.iter().all(|service| is_down(service.state))
}

/// Whether all that is up is paused.
fn only_paused(model: &Model) -> bool {
    model.services.iter().all(|service| service.state == ServiceState::Paused || is_down(service.state))
}

const fn is_down(state: ServiceState) -> bool {
    use ServiceState::{Absent, Created, Disabled, Exited, Stopped};
    matches!(state, Absent | Created | Disabled | Exited | Stopped)
}
