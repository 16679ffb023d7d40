//! The verbs that plan and apply, and end with a line.

use serde_json::json;

use crate::actions::request::Request;
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{Manner, Session},
};
use crate::core::plan::{Plan, Refusal};

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
    let manner = Manner { verbose: flags.verbose, fix: false, raw: request.is_command() };
    session.apply(&prepared, manner).await.map_err(Failure::Failed)?;
    if flags.json && !request.is_command() {
        print::json(&json!({ "done": names(&prepared.plan) }));
    } else if !request.is_command() {
        print::line(&end_line(&session.project.name, request, &prepared.plan));
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
        Ok(prepared) => print::plan(&prepared.plan),
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

fn end_line(project: &str, request: &Request, plan: &Plan) -> String {
    match request {
        Request::Halt if plan.is_empty() => format!("{project} did not run; `biostar-tui up` starts it"),
        Request::Halt => format!("{project} is halted; `biostar-tui up` starts it again"),
        Request::Suspend if plan.is_empty() => format!("nothing of {project} runs"),
        Request::Suspend => format!("{project} is suspended; `biostar-tui resume` lets it go on"),
        Request::Resume if plan.is_empty() => format!("nothing of {project} is paused"),
        Request::Resume => format!("{project} goes on"),
        _ => format!("done: {}", names(plan).last().unwrap_or(&"nothing")),
    }
}
