//! `halt`.

use serde_json::json;

use crate::actions::halt;
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::Session,
};

/// Stops what runs, or prints what would be stopped.
///
/// # Errors
/// The notices of the containers that could not be stopped.
pub async fn run(flags: &Flags, dry_run: bool) -> Outcome {
    let session = Session::open_for_objects(flags).await?;
    let plan = halt::plan(&session.project, &session.observed);
    if dry_run {
        if flags.json {
            print::json(&plan.to_json());
        } else {
            print::plan(&plan);
        }
        return Ok(());
    }
    session.apply(&plan, flags.verbose, false).await.map_err(Failure::Failed)?;
    if flags.json {
        print::json(&json!({ "halted": plan.steps.len() }));
    } else {
        print::line(&format!("{} is halted; `biostar-tui up` starts it again", session.project.name));
    }
    Ok(())
}
