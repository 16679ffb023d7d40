//! The command line, built from the registry of actions.

use clap::{Arg, ArgAction, Command};

use crate::actions::registry::{ACTIONS, Action, Argument, Form};

/// The whole command line.
pub fn command() -> Command {
    let about = "A terminal dashboard that runs a Django project in containers";
    let verbs = ACTIONS.iter().filter(|action| action.is_verb()).map(verb);
    Command::new("biostar-tui")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about)
        .long_about(format!("{about}.\n\nWithout a verb it opens the dashboard."))
        .args(global_flags())
        .arg(
            value("pane", "PANE", "Show this pane of the dashboard alone: services, tasks, a service's name")
                .global(false),
        )
        .subcommands(verbs)
        .disable_help_subcommand(true)
        .after_help(
            "Exit codes: 0 done, 1 the action failed, 2 usage or configuration, 3 engine unreachable, 4 refused.",
        )
}

fn global_flags() -> Vec<Arg> {
    vec![
        value("project", "DIR", "The project's folder; found by walking up from here by default"),
        value("environment", "NAME", "The environment; the configuration's own by default"),
        value("host", "URL", "The engine's endpoint, like DOCKER_HOST"),
        switch("json", "Print for machines"),
        switch("yes", "Answer the question before a loss with yes"),
        switch("allow-production", "Allow what destroys data in an environment that counts as production"),
        switch("search", "Switch the search service on, as `toggle search --on` does"),
        switch("verbose", "Print every line of builds and tasks"),
    ]
}

fn value(name: &'static str, word: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(word).help(help).global(true)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue).global(true)
}

fn verb(action: &Action) -> Command {
    let command = Command::new(action.id).about(action.summary).args(action.arguments.iter().map(argument));
    if action.details.is_empty() {
        command
    } else {
        command.long_about(format!("{}.\n\n{}", action.summary, action.details))
    }
}

fn argument(argument: &Argument) -> Arg {
    let arg = Arg::new(argument.name).help(argument.help);
    match argument.form {
        Form::Switch => with_flags(arg, argument).action(ArgAction::SetTrue),
        Form::Value(word) => with_flags(arg, argument).value_name(word),
        Form::Values(word) => with_flags(arg, argument).value_name(word).action(ArgAction::Append),
        Form::Trailing | Form::Command => arg.num_args(0..).trailing_var_arg(true).allow_hyphen_values(true),
        Form::Optional => arg,
        Form::Required => arg.required(true),
        Form::Many => arg.num_args(0..),
        Form::Choice(words) => arg.value_parser(words.to_vec()).default_value(words[0]),
    }
}

fn with_flags(arg: Arg, argument: &Argument) -> Arg {
    let arg = arg.long(argument.name);
    match argument.short {
        Some(short) => arg.short(short),
        None => arg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_verb_of_the_registry_is_there() {
        let command = command();
        for action in ACTIONS.iter().filter(|action| action.is_verb()) {
            assert!(command.find_subcommand(action.id).is_some(), "{}", action.id);
        }
    }
}
