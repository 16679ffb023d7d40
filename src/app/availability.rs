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
        "follow" if !matches!(model.screen.focus, Pane::Log(_)) => Some("in a log".to_owned()),
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
    let is_up = model.services.iter().any(|service| !is_down(service.state));
    (action == "halt" && !is_up).then(|| "nothing runs".to_owned())
}

const fn is_down(state: ServiceState) -> bool {
    use ServiceState::{Absent, Created, Disabled, Exited, Stopped};
    matches!(state, Absent | Created | Disabled | Exited | Stopped)
}
