//! `doctor`.

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};

/// `doctor`.
pub const DOCTOR: Action = Action {
    id: "doctor",
    summary: "Look at this machine, the engine and the project for what is in the way",
    details: "Engine, permission, API version, base image, ports, disk, watch limits, terminal, tmux, certificates, \
              the project's folder and the clocks, each with cause and remedy. Works without an engine and without \
              a project. Exit code 0 where nothing is an error, 1 otherwise.",
    keys: &[],
    arguments: &[Argument {
        name: "fix",
        help: "Do what can be done about it (Debian and Ubuntu, as root), then look again",
        short: None,
        form: Form::Switch,
    }],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Nothing,
};
