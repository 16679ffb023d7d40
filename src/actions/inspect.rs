//! `inspect`.

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};

/// `inspect`.
pub const INSPECT: Action = Action {
    id: "inspect",
    summary: "Show all that the engine knows of a service's container and image",
    details: "State, health and its last words, restarts and their policy, environment, mounts, networks, ports, \
              labels, and the image with its layers. Values under names of secrets are masked, with --json too.",
    keys: &["#"],
    arguments: &[Argument {
        name: "service",
        help: "The service; the Django server where none is named",
        short: None,
        form: Form::Optional,
    }],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};
