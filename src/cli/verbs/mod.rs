//! The verbs of the command line: those that plan and apply come by [`lifecycle`], the
//! others have a file each.

pub mod configuration;
pub mod console;
pub mod dashboard;
pub mod demo;
pub mod destroy;
pub mod disk;
pub mod doctor;
pub mod init;
pub mod inspect;
pub mod lifecycle;
pub mod logs;
mod logs_merged;
mod logs_wanted;
pub mod migrations;
pub mod projects;
pub mod reference;
pub mod secret;
pub mod status;
pub mod tasks;
pub mod tmux;
pub mod up;
pub mod watch;

use clap::{ArgMatches, parser::ValueSource};

use crate::actions::{
    arguments::{ALLOW_PRODUCTION, Arguments},
    registry::{self, Action, Form},
    request::Request,
};
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
};
use crate::core::notice::Notice;

/// Carries out a verb of the registry.
///
/// # Errors
/// Whatever the verb fails with.
pub async fn run(verb: &str, matches: &ArgMatches) -> Outcome {
    let flags = Flags::of(matches);
    let Some(action) = registry::find(verb) else { return Err(nobody_does(verb)) };
    let mut arguments = arguments(action, matches);
    if flags.allow_production {
        arguments.switch(ALLOW_PRODUCTION);
    }
    match Request::of(action.id, None, &arguments) {
        Some(request) => carry_out(&flags, request, arguments.has("dry-run")).await,
        None => show(verb, &flags, matches, &arguments).await,
    }
}

/// The verbs that lead to a plan.
async fn carry_out(flags: &Flags, request: Request, dry_run: bool) -> Outcome {
    match request {
        Request::Up(_) => up::run(flags, request, dry_run).await,
        Request::Destroy(_) => destroy::run(flags, request, dry_run).await,
        _ => lifecycle::run(flags, &request, dry_run).await,
    }
}

/// The others.
async fn show(verb: &str, flags: &Flags, matches: &ArgMatches, arguments: &Arguments) -> Outcome {
    match verb {
        "status" => status::run(flags, arguments.has("stats")).await,
        "projects" => projects::run(flags).await,
        "disk" => disk::run(flags).await,
        "inspect" => inspect::run(flags, arguments.one("service")).await,
        "migrations" => migrations::run(flags).await,
        "logs" => logs::run(flags, matches).await,
        "tmux" => tmux::run(flags),
        "watch" => watch::run(flags).await,
        "console" => console::run(flags, arguments.one("console")).await,
        "attach" => console::attach(flags, arguments.one("service")).await,
        "tasks" => tasks::run(flags, arguments.one("task")).await,
        "demo" => demo::run(flags, matches).await,
        "init" => init::run(flags, matches),
        "doctor" => doctor::run(flags, arguments.has("fix")).await,
        "db" => secret::run(flags).await,
        "config" => configuration::run(flags, arguments.one("what")),
        "completions" => reference::completions(arguments.one("shell")),
        "man" => reference::manual(),
        other => Err(nobody_does(other)),
    }
}

fn nobody_does(verb: &str) -> Failure {
    Notice::error(format!("the verb {verb} is in the registry but nothing carries it out")).into()
}

/// The arguments of an action as clap has read them.
pub fn arguments(action: &'static Action, matches: &ArgMatches) -> Arguments {
    let mut arguments = Arguments::default();
    for argument in action.arguments {
        if argument.form == Form::Switch {
            if matches.get_flag(argument.name) {
                arguments.switch(argument.name);
            }
        } else if matches.value_source(argument.name) == Some(ValueSource::CommandLine) {
            let values = matches.get_many::<String>(argument.name).into_iter().flatten();
            arguments.add(argument.name, values.cloned());
        }
    }
    arguments
}
