//! `status`.

use crate::cli::{exit::Outcome, flags::Flags, print, session::Session};
use crate::core::overview;

/// Prints the project's state.
///
/// # Errors
/// When the configuration or the engine cannot be read.
pub async fn run(flags: &Flags) -> Outcome {
    let session = Session::open_for_objects(flags).await?;
    let report = overview::status(&session.project, &session.facts, &session.observed, session.engine.endpoint());
    if flags.json {
        print::json(&report);
    } else {
        print::status(&session.project, &session.observed, &report);
    }
    Ok(())
}
