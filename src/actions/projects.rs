//! `projects`.

use crate::actions::registry::{Action, Asks, Needs, Scope};

/// `projects`.
pub const PROJECTS: Action = Action {
    id: "projects",
    summary: "List all projects of the engine with state, address and folder",
    details: "Every project and environment of which the engine holds something. Works outside of a project's \
              folder. In the dashboard Enter goes to the dashboard of the one that is selected.",
    keys: &["-"],
    arguments: &[],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};
