//! The verbs of the command line: those that plan and apply come by [`lifecycle`], the
//! others have a file each.

pub mod configuration;
pub mod dashboard;
pub mod demo;
pub mod destroy;
pub mod doctor;
pub mod init;
pub mod lifecycle;
pub mod logs;
pub mod reference;
pub mod secret;
pub mod status;
pub mod tasks;
pub mod up;

use clap::ArgMatches;

use crate::actions::request::Request;
use crate::cli::{exit::Outcome, flags::Flags};
use crate::core::notice::Notice;

/// Carries out a verb of the registry.
///
/// # Errors
/// Whatever the verb fails with.
pub async fn run(verb: &str, matches: &ArgMatches) -> Outcome {
    let flags = Flags::of(matches);
    match verb {
        "up" => up::run(&flags, words(matches, "force"), switch(matches, "dry-run")).await,
        "status" => status::run(&flags).await,
        "logs" => logs::run(&flags, matches).await,
        "tasks" => tasks::run(&flags, matches.get_one::<String>("task")).await,
        "destroy" => destroy::run(&flags, matches).await,
        "demo" => demo::run(&flags, matches).await,
        "init" => init::run(&flags, matches),
        "doctor" => doctor::run(&flags, switch(matches, "fix")).await,
        "db" => secret::run(&flags).await,
        "config" => configuration::run(&flags, matches.get_one::<String>("what")),
        "completions" => reference::completions(matches.get_one::<String>("shell")),
        "man" => reference::manual(),
        planned => lifecycle_of(planned, &flags, matches).await,
    }
}

async fn lifecycle_of(verb: &str, flags: &Flags, matches: &ArgMatches) -> Outcome {
    let service = matches.try_get_one::<String>("service").ok().flatten().cloned();
    match Request::of(verb, service, words(matches, "arguments")) {
        Some(request) => lifecycle::run(flags, &request, switch(matches, "dry-run")).await,
        None => Err(Notice::error(format!("the verb {verb} is in the registry but nothing carries it out")).into()),
    }
}

/// The values of an argument, none where the verb does not have it.
fn words(matches: &ArgMatches, name: &str) -> Vec<String> {
    let values = matches.try_get_many::<String>(name).ok().flatten();
    values.into_iter().flatten().cloned().collect()
}

fn switch(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
}
