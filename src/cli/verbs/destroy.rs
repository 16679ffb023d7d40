//! `destroy`.

mod by_labels;

use std::sync::Arc;

use serde_json::json;

use crate::actions::request::Request;
use crate::cli::{
    confirm::{self, Words},
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{self, Manner, Session},
    verbs::lifecycle,
};
use crate::runtime::apply;

/// Removes what is the project's own, after a question.
///
/// # Errors
/// A refusal (production, no answer), or the notices of what could not be removed.
pub async fn run(flags: &Flags, request: Request, dry_run: bool) -> Outcome {
    let sessions = match session::load(flags) {
        Ok(loaded) => vec![Session::of(Arc::new(loaded.project.clone()), loaded.secrets()).await?],
        Err(Failure::Usage(broken)) => by_labels::sessions(flags, &request, broken).await?,
        Err(failure) => return Err(failure),
    };
    for session in sessions {
        destroy(session, flags, &request, dry_run).await?;
    }
    Ok(())
}

async fn destroy(mut session: Session, flags: &Flags, request: &Request, dry_run: bool) -> Outcome {
    if dry_run {
        return lifecycle::print_plan(&mut session, flags, request).await;
    }
    let prepared = session.prepare(request).await?;
    if !prepared.plan.is_empty() {
        let by_name = matches!(request, Request::Destroy(intent) if intent.volumes);
        let words = Words { verb: "destroy", declined: "nothing was destroyed", by_name };
        confirm::before_loss(&session, flags, &prepared.plan, words)?;
        let manner = Manner { verbose: flags.verbose, ..Manner::default() };
        session.apply(&request.label(), &prepared, manner).await?;
    }
    apply::remove_images(session.engine.as_ref(), &session.project).await;
    if flags.json {
        print::json(&json!({ "removed": prepared.plan.steps.len() }));
    } else {
        print::line(&request.end(&session.project, &prepared.plan, None));
    }
    Ok(())
}
