//! `halt`.

use serde_json::json;

use crate::actions::{halt, up::refuse_others_alone};
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
    refuse_others_alone(&session.project, &session.observed)?;
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
        let was = if plan.is_empty() { "did not run" } else { "is halted" };
        print::line(&format!("{} {was}; `biostar-tui up` starts it", session.project.name));
    }
    Ok(())
}
