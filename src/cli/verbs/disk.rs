//! `disk`.

use crate::actions::clean;
use crate::cli::{exit::Outcome, flags::Flags, looking, print, session::Session};
use crate::logs::sanitise;
use crate::runtime::holdings;

/// Prints what all projects take on the engine's disk, and what is left over.
///
/// # Errors
/// When the configuration or the engine cannot be read.
pub async fn run(flags: &Flags) -> Outcome {
    let Session { project, facts, engine, .. } = Session::open_for_objects(flags).await?;
    let held =
        looking::at("counting what is on the engine's disk", holdings::read(engine.as_ref(), &project.host)).await?;
    let wanted = clean::wanted(&project, &facts);
    if flags.json {
        print::json(&held.to_json(&wanted));
    } else {
        print::line(&sanitise::plain_lines(&held.to_text(&wanted)));
    }
    Ok(())
}
