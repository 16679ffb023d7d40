//! `test`: the project's own tests.

use crate::actions::{
    arguments::Arguments,
    provision,
    registry::{Action, Argument, Asks, Form, Needs, Scope},
};
use crate::core::{project::Project, spec::TOOLS_DIR};

/// The name of the task.
pub const TASK: &str = "test";

/// `test`.
pub const TEST: Action = Action {
    id: "test",
    summary: "Run the project's tests, a line for each, and count them",
    details: "By its own manage.py. The test database is kept between runs. `console test` runs those that failed \
              with a debugger in the first failure. More of Django's flags: `manage test ...`.",
    keys: &["F"],
    arguments: &[
        Argument {
            name: "label",
            help: "Apps, modules, classes or tests; all where none is named",
            short: None,
            form: Form::Many,
        },
        Argument { name: "failed", help: "Run what failed in the last run", short: None, form: Form::Switch },
        Argument { name: "fresh", help: "Make the test database anew", short: None, form: Form::Switch },
        Argument { name: "dry-run", help: "Print the plan and change nothing", short: None, form: Form::Switch },
    ],
    scope: Scope::Everywhere,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// The words for the program that runs the tests.
pub(super) fn words(arguments: &Arguments) -> Vec<String> {
    let flags = ["failed", "fresh"].into_iter().filter(|name| arguments.has(name)).map(|name| format!("--{name}"));
    flags.chain(arguments.all("label").iter().cloned()).collect()
}

/// Its command.
pub(super) fn command(project: &Project, words: &[String]) -> Vec<String> {
    let mut run = provision::manage(project, words);
    run.insert(1, format!("{TOOLS_DIR}/tests.py"));
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::status::tests::project;

    #[test]
    fn the_projects_own_manage_py_runs_them() {
        let words = ["--failed".to_owned(), "forum".to_owned()];
        let run = command(&project(), &words).join(" ");
        assert_eq!(run, "python3 /opt/biostar-tui/tests.py manage.py --failed forum");
    }
}
