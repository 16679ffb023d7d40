//! `inspect`.

use crate::actions::renew;
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::Session,
};
use crate::logs::sanitise;
use crate::runtime::{clock, inspect};

/// Prints all that the engine knows of a service's container and image, secrets masked.
///
/// # Errors
/// Where the service has no container, or the engine does not answer.
pub async fn run(flags: &Flags, service: Option<&str>) -> Outcome {
    let Session { project, engine, observed, secrets, .. } = Session::open_for_objects(flags).await?;
    if let Some(name) = service {
        renew::declared(&project, name).map_err(|refusal| Failure::Usage(vec![refusal.0]))?;
    }
    let inspection = inspect::read(engine.as_ref(), &project, &observed, service, &secrets).await?;
    if flags.json {
        print::json(&inspection.to_json());
    } else {
        print::line(&sanitise::plain_lines(&inspection.to_text(clock::now())));
    }
    Ok(())
}
