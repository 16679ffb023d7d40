//! `init`.

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};

/// `init`.
pub const INIT: Action = Action {
    id: "init",
    summary: "Write a biostar-tui.toml for this Django project, naming each guess",
    details: "Looks at manage.py, the settings modules, requirement files, pyproject.toml, Pipfile, env files (the \
              names of their variables alone), Dockerfile and the Python version. A file that is there stays \
              unless --force is given.",
    keys: &[],
    arguments: &[
        Argument {
            name: "profile",
            help: "The profile: django, biostar, biostar-2014 or none",
            short: None,
            form: Form::Value("NAME"),
        },
        Argument {
            name: "force",
            help: "Write it in place of the file that is there",
            short: None,
            form: Form::Switch,
        },
    ],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Nothing,
};
