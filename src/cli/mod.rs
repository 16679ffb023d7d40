//! The command line: verbs without the dashboard.

pub mod command;
pub mod confirm;
pub mod exit;
pub mod flags;
pub mod interrupt;
pub mod looking;
pub mod print;
pub mod printer;
pub mod session;
pub mod tables;
pub mod verbs;

use std::{ffi::OsString, process::ExitCode};

use crate::{
    cli::{exit::Failure, flags::Flags},
    core::notice::Notice,
};

/// Runs the program with these arguments (its own name first).
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match command::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version go to standard output with code 0, mistakes to standard
            // error with code 2: clap's own rule. A closed pipe is no failure of ours.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // One thread: the program waits far more than it works, and memory counts.
    // Where a log floods it, keys are looked for more often than by default (every 61 turns).
    let runtime = match tokio::runtime::Builder::new_current_thread().event_interval(16).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            print::notice(&Notice::error("the asynchronous runtime could not be started").because(error.to_string()));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(dispatch(&matches));
    // A blocking read of the terminal must not hold the program's end back.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&Flags::of(&matches), &failure),
    }
}

async fn dispatch(matches: &clap::ArgMatches) -> exit::Outcome {
    match matches.subcommand() {
        Some((verb, matches)) => verbs::run(verb, matches).await,
        None => verbs::dashboard::run(&Flags::of(matches)).await,
    }
}

fn fail(flags: &Flags, failure: &Failure) -> ExitCode {
    // Machines read one object: a refused plan is that object itself.
    if flags.json && !matches!(failure, Failure::RefusedInPlan(_) | Failure::Told | Failure::Program(_)) {
        print::json(&serde_json::json!({ "errors": failure.notices() }));
    }
    for notice in failure.notices() {
        print::notice(notice);
    }
    ExitCode::from(failure.code())
}
