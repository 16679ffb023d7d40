//! The verbs of consoles.

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};

const fn optional(name: &'static str, help: &'static str) -> Argument {
    Argument { name, help, short: None, form: Form::Optional }
}

/// `console`.
pub const CONSOLE: Action = Action {
    id: "console",
    summary: "Open a console: Django's shell, psql, bash, or one of the configuration's",
    details: "It runs in a container of its own and goes on when it is left; the leader key (Ctrl-] or F12, then q) \
              leaves it. Several terminals may show the same one.",
    keys: &["C"],
    arguments: &[optional("console", "The console: django where none is named, db, bash, bash-SERVICE")],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `attach`.
pub const ATTACH: Action = Action {
    id: "attach",
    summary: "Attach to a service's own terminal, where a debugger in the server waits",
    details: "For a debugger's prompt in the server: pdb, ipdb or pudb. What is typed while none waits is held back. \
              Ctrl-C reaches the server only when it is pressed twice; the leader key (Ctrl-] or F12, then q) leaves \
              it, and the request goes on.",
    keys: &["d"],
    arguments: &[optional("service", "The service; where none is named, the one whose debugger waits")],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `shell`.
pub const SHELL: Action = Action {
    id: "shell",
    summary: "Open a shell in a container like the service's whose log is in focus",
    details: "",
    keys: &["s"],
    arguments: &[],
    scope: Scope::Screen,
    asks: Asks::Never,
    needs: Needs::Nothing,
};

/// `close-console`.
pub const CLOSE: Action = Action {
    id: "close-console",
    summary: "End the console in focus and remove its container",
    keys: &["X"],
    asks: Asks::BeforeLoss,
    ..SHELL
};

/// `rename-console`.
pub const RENAME: Action = Action {
    id: "rename-console",
    summary: "Give the console in focus a name of yours, which all who show it see",
    keys: &["f2"],
    ..SHELL
};

/// `select`.
pub const SELECT: Action = Action {
    id: "select",
    summary: "Select characters in a console or lines in a log, or select nothing",
    details: "Copying begins with the leader and a key that scrolls, searches or copies; w, b, e, 0 and $ move, too.",
    keys: &["space"],
    ..SHELL
};

/// `select-lines`.
pub const SELECT_LINES: Action =
    Action { id: "select-lines", summary: "Select lines in a console or a log", details: "", keys: &["Y"], ..SHELL };

/// `select-block`.
pub const SELECT_BLOCK: Action =
    Action { id: "select-block", summary: "Select a rectangle in a console", keys: &["alt-v"], ..SELECT_LINES };

/// `paste`.
pub const PASTE: Action = Action {
    id: "paste",
    summary: "Type what was copied last into the console in focus",
    keys: &["ctrl-v"],
    ..SELECT_LINES
};

/// `leader`.
pub const LEADER: Action = Action {
    id: "leader",
    summary: "In a console: the next key is the dashboard's; pressed twice, the program's",
    keys: &["ctrl-]", "f12"],
    ..SHELL
};
