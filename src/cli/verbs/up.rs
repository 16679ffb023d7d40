//! `up`.

use serde_json::json;

use crate::actions::request::Request;
use crate::cli::{
    exit::Outcome,
    flags::Flags,
    print,
    session::{Manner, Session},
    verbs::lifecycle,
};
use crate::core::{overview, plan::Plan};

/// Brings the project up, or prints the plan.
///
/// # Errors
/// The notices of the steps that failed.
pub async fn run(flags: &Flags, request: Request, dry_run: bool) -> Outcome {
    let mut session = Session::open_to_act(flags).await?;
    if dry_run {
        return lifecycle::print_plan(&mut session, flags, &request).await;
    }
    bring_up(&mut session, &request, Manner { verbose: flags.verbose, ..Manner::default() }).await?;
    report_end(&session, flags, &request).await
}

/// Plans and applies; what is undetermined in the plan is decided when it is reached.
///
/// # Errors
/// A refusal, or the notices of the steps that failed.
pub async fn bring_up(session: &mut Session, request: &Request, manner: Manner) -> Outcome {
    let prepared = session.prepare(request).await?;
    session.apply(&request.label(), &prepared, manner).await
}

async fn report_end(session: &Session, flags: &Flags, request: &Request) -> Outcome {
    let observed = session.observe_objects().await?;
    let url = overview::url(&session.project, &observed);
    if flags.json {
        print::json(&json!({ "up": true, "url": url }));
    } else {
        print::line(&request.end(&session.project, &Plan::default(), url.as_deref()));
    }
    Ok(())
}
