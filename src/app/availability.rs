//! Whether an action can do something now, and why not.

use crate::actions::registry::{self, Scope};
use crate::app::model::{Model, Pane};
use crate::core::state::ServiceState;

/// Why an action can do nothing now; `None` where it can.
pub fn unavailable(model: &Model, action: &str) -> Option<String> {
    if is_of_project(action) {
        return unavailable_for_project(model, action);
    }
    match action {
        "follow" if !matches!(model.screen.focus, Pane::Log(_)) => Some("in logs only".to_owned()),
        _ => None,
    }
}

/// Whether the action is carried out by the runtime rather than by the screen.
pub fn is_of_project(action: &str) -> bool {
    registry::find(action).is_some_and(|action| action.scope == Scope::Everywhere)
}

fn unavailable_for_project(model: &Model, action: &str) -> Option<String> {
    if !model.connection.is_connected() || !model.observed {
        return Some("not connected".to_owned());
    }
    if let Some(operation) = model.runs.running() {
        return Some(format!("{} is running", operation.action));
    }
    let paused = model.services.iter().any(|service| service.state == ServiceState::Paused);
    match action {
        "halt" | "suspend" | "reload" | "restart" if nothing_runs(model) => Some("nothing runs".to_owned()),
        "resume" if !paused => Some("nothing is paused".to_owned()),
        _ => None,
    }
}

/// Whether no service is up, or on its way up.
pub fn nothing_runs(model: &Model) -> bool {
    model.services.iter().all(|service| is_down(service.state))
}

const fn is_down(state: ServiceState) -> bool {
    use ServiceState::{Absent, Created, Disabled, Exited, Stopped};
    matches!(state, Absent | Created | Disabled | Exited | Stopped)
}
