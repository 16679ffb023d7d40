//! `up`.

use serde_json::json;

use crate::actions::up::{self, Intent};
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::Session,
};
use crate::core::overview;

/// Brings the project up, or prints the plan.
///
/// # Errors
/// The notices of the steps that failed.
pub async fn run(flags: &Flags, dry_run: bool) -> Outcome {
    let session = Session::open(flags).await?;
    if dry_run {
        return print_plan(&session, flags);
    }
    bring_up(&session, flags, false).await?;
    report_end(&session, flags).await
}

fn print_plan(session: &Session, flags: &Flags) -> Outcome {
    let plan = up::plan(&session.project, &session.facts, &session.observed, &Intent::default());
    match plan {
        Ok(plan) if flags.json => print::json(&plan.to_json()),
        Ok(plan) => print::plan(&plan),
        Err(refusal) => {
            if flags.json {
                print::json(&refusal.to_json());
                return Err(Failure::RefusedInPlan(refusal.0));
            }
            return Err(refusal.into());
        }
    }
    Ok(())
}

/// Plans and applies; what is undetermined in the plan is decided when it is reached.
///
/// # Errors
/// A refusal, or the notices of the steps that failed.
pub async fn bring_up(session: &Session, flags: &Flags, fix: bool) -> Outcome {
    let plan = up::plan(&session.project, &session.facts, &session.observed, &Intent::default())?;
    session.apply(&plan, flags.verbose, fix).await.map_err(Failure::Failed)
}

async fn report_end(session: &Session, flags: &Flags) -> Outcome {
    let observed = session.observe_objects().await?;
    let url = overview::url(&session.project, &observed);
    if flags.json {
        print::json(&json!({ "up": true, "url": url }));
    } else {
        print::line(&match url {
            Some(url) => format!("{} is up: {url}", session.project.name),
            None => format!("{} is up", session.project.name),
        });
    }
    Ok(())
}
