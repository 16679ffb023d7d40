//! `migrations`.

use crate::cli::{exit::Outcome, flags::Flags, looking, print, session::Session};
use crate::logs::sanitise;
use crate::runtime::migrations;

/// Prints how the migrations of the code and of the database stand to each other.
///
/// # Errors
/// Where the server does not run, or the engine does not answer.
pub async fn run(flags: &Flags) -> Outcome {
    let Session { project, facts, engine, observed, secrets, .. } = Session::open_for_objects(flags).await?;
    let report = migrations::report(engine.as_ref(), &project, &facts, &observed);
    let Some(found) = looking::at("asking the project's Django", report).await? else {
        return Err(migrations::unknown(&project).into());
    };
    if flags.json {
        print::json(&found.to_json());
    } else {
        print::line(&secrets.mask(&sanitise::plain_lines(&found.to_text())));
    }
    Ok(())
}
