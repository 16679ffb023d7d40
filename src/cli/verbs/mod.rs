//! The verbs of the command line, one file each.

pub mod configuration;
pub mod dashboard;
pub mod demo;
pub mod destroy;
pub mod halt;
pub mod logs;
pub mod status;
pub mod tasks;
pub mod up;

use clap::ArgMatches;

use crate::cli::{exit::Outcome, flags::Flags};

/// Carries out a verb of the registry.
///
/// # Errors
/// Whatever the verb fails with.
pub async fn run(verb: &str, matches: &ArgMatches) -> Outcome {
    let flags = Flags::of(matches);
    match verb {
        "up" => up::run(&flags, matches.get_flag("dry-run")).await,
        "halt" => halt::run(&flags, matches.get_flag("dry-run")).await,
        "status" => status::run(&flags).await,
        "logs" => logs::run(&flags, matches).await,
        "tasks" => tasks::run(&flags, matches.get_one::<String>("task")).await,
        "destroy" => destroy::run(&flags, matches).await,
        "demo" => demo::run(&flags, matches).await,
        "config" => configuration::run(&flags, matches.get_one::<String>("what")),
        other => Err(crate::core::notice::Notice::error(format!("the verb {other} is not carried out yet")).into()),
    }
}
