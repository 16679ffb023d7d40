//! `projects`.

use std::sync::Arc;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{self, request},
};
use crate::config::{files::Disk, host};
use crate::engine::{Engine, docker::DockerEngine};
use crate::logs::sanitise;
use crate::runtime::holdings;

/// Prints all projects of the engine; outside of a project's folder, too.
///
/// # Errors
/// When the endpoint cannot be understood, or the engine does not answer.
pub async fn run(flags: &Flags) -> Outcome {
    let engine = engine(flags)?;
    engine.connect().await?;
    let host = host::machine_id(&Disk, &request(flags).variables);
    let held = holdings::objects(engine.as_ref(), &host).await?;
    if flags.json {
        print::json(&serde_json::to_value(held.projects()).unwrap_or_default());
    } else {
        print::line(&sanitise::plain_lines(&held.projects_text()));
    }
    Ok(())
}

/// The engine of the project in whose folder one is; the default one outside.
pub(super) fn engine(flags: &Flags) -> Result<Arc<dyn Engine>, Failure> {
    if let Ok(loaded) = session::load(flags) {
        return session::engine(&loaded.project);
    }
    let wanted = flags.host.clone().unwrap_or_default();
    let endpoint = session::endpoint(&wanted).map_err(|error| Failure::Usage(vec![error.notice()]))?;
    Ok(Arc::new(DockerEngine::new(endpoint)))
}
