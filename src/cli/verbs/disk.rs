//! `disk`.

use std::time::Duration;

use crate::actions::clean;
use crate::cli::{exit::Outcome, flags::Flags, print, session::Session};
use crate::logs::sanitise;
use crate::runtime::holdings;

/// Whoever waits longer is told for what.
const SOON: Duration = Duration::from_secs(1);

/// Prints what all projects take on the engine's disk, and what is left over.
///
/// # Errors
/// When the configuration or the engine cannot be read.
pub async fn run(flags: &Flags) -> Outcome {
    let Session { project, facts, engine, .. } = Session::open_for_objects(flags).await?;
    let mut read = std::pin::pin!(holdings::read(engine.as_ref(), &project.host));
    let held = match tokio::time::timeout(SOON, &mut read).await {
        Ok(held) => held?,
        Err(_) => {
            print::aside("… the engine counts what is on its disk");
            read.await?
        }
    };
    let wanted = clean::wanted(&project, &facts);
    if flags.json {
        print::json(&held.to_json(&wanted));
    } else {
        print::line(&sanitise::plain_lines(&held.to_text(&wanted)));
    }
    Ok(())
}
