//! The verbs that plan and apply, and end with a line.

use serde_json::json;

use crate::actions::request::Request;
use crate::cli::{
    confirm::{self, Words},
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{Manner, Session},
};
use crate::core::{
    overview,
    plan::{Plan, Refusal},
};
use crate::logs::sanitise;
use crate::runtime::{self, clock, toggles};

/// Carries out a request, or prints its plan.
///
/// # Errors
/// A refusal, or the notices of the steps that failed.
pub async fn run(flags: &Flags, request: &Request, dry_run: bool) -> Outcome {
    let mut session = Session::open_for_objects(flags).await?;
    if dry_run {
        return print_plan(&mut session, flags, request).await;
    }
    let prepared = session.prepare(request).await?;
    if request.lists_snapshots() {
        return snapshots(&session, flags);
    }
    let adopts = matches!(request, Request::Adopt(_)) && !prepared.plan.is_empty();
    if adopts || prepared.plan.steps.iter().any(|step| step.destroys.is_some()) {
        let verb = if adopts { "take over" } else { request.action() };
        let by_name = matches!(request, Request::Clean(true));
        let words = Words { verb, declined: request.declined(), by_name };
        confirm::before_loss(&session, flags, &prepared.plan, words)?;
    }
    if let Some((service, on)) = request.switches(&session.project) {
        toggles::set(&session.project, service, on)?;
    }
    let manner = Manner { verbose: flags.verbose, fix: false, raw: request.is_command() };
    session.apply(&request.label(), &prepared, manner).await?;
    if flags.json && !request.is_command() {
        print::json(&json!({ "done": names(&prepared.plan) }));
    } else if !request.is_command() {
        let url = address(&session, request).await?;
        print::line(&request.end(&prepared.project, &prepared.plan, url.as_deref()));
    }
    Ok(())
}

/// The site's address, where it is worth telling.
async fn address(session: &Session, request: &Request) -> Result<Option<String>, Failure> {
    if !request.tells_address() {
        return Ok(None);
    }
    Ok(overview::url(&session.project, &session.observe_objects().await?))
}

/// Prints the snapshots.
fn snapshots(session: &Session, flags: &Flags) -> Outcome {
    let Some(known) = &session.observed.snapshots else {
        return Err(runtime::snapshots::unknown(&session.project).into());
    };
    if flags.json {
        print::json(&serde_json::to_value(known).unwrap_or_default());
    } else {
        print::line(&sanitise::plain_lines(&known.to_text(clock::now())));
    }
    Ok(())
}

/// Prints the plan of a request.
///
/// # Errors
/// A refusal, which `--json` prints as an object too.
pub async fn print_plan(session: &mut Session, flags: &Flags, request: &Request) -> Outcome {
    let prepared = session.prepare(request).await;
    match prepared {
        Ok(prepared) if flags.json => print::json(&prepared.plan.to_json()),
        Ok(prepared) => print::line(&prepared.plan.to_text()),
        Err(Failure::Refused(notice)) if flags.json => {
            print::json(&Refusal(notice.clone()).to_json());
            return Err(Failure::RefusedInPlan(notice));
        }
        Err(failure) => return Err(failure),
    }
    Ok(())
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.name.as_str()).collect()
}
