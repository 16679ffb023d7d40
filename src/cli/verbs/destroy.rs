//! `destroy`.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use clap::ArgMatches;
use serde_json::json;

use crate::actions::{destroy::Intent, request::Request};
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{Manner, Session},
    verbs::lifecycle,
};
use crate::core::{notice::Notice, plan::Plan};
use crate::logs::sanitise;

/// Removes what is the project's own, after a question.
///
/// # Errors
/// A refusal (production, no answer), or the notices of what could not be removed.
pub async fn run(flags: &Flags, matches: &ArgMatches) -> Outcome {
    let mut session = Session::open_for_objects(flags).await?;
    let intent = Intent {
        volumes: matches.get_flag("volumes"),
        no_dump: matches.get_flag("no-dump"),
        allow_production: flags.allow_production,
    };
    let request = Request::Destroy(intent);
    if matches.get_flag("dry-run") {
        return lifecycle::print_plan(&mut session, flags, &request).await;
    }
    let prepared = session.prepare(&request).await?;
    if !prepared.plan.is_empty() {
        confirm(&session, flags, &prepared.plan)?;
        let manner = Manner { verbose: flags.verbose, ..Manner::default() };
        session.apply(&prepared, manner).await.map_err(Failure::Failed)?;
    }
    session.remove_images().await;
    if flags.json {
        print::json(&json!({ "removed": prepared.plan.steps.len() }));
    } else {
        let was = if prepared.plan.is_empty() { "was not there" } else { "is gone" };
        print::line(&format!("{} ({}) {was}", session.project.name, session.project.environment.name));
    }
    Ok(())
}

fn confirm(session: &Session, flags: &Flags, plan: &Plan) -> Outcome {
    let project = &session.project;
    if project.environment.is_production() {
        // Even --yes does not answer this one: the name has to be typed.
        return ask(
            plan,
            &format!("Type {} to destroy its environment {}: ", project.name, project.environment.name),
            &project.name,
        );
    }
    if flags.yes {
        return Ok(());
    }
    ask(plan, "Destroy all this? Type yes: ", "yes")
}

fn ask(plan: &Plan, question: &str, wanted: &str) -> Outcome {
    print::losses(plan);
    let refusal = |cause: &str| {
        Failure::Refused(
            Notice::error("nothing was destroyed")
                .because(cause)
                .remedy("answer the question, or use --yes in scripts"),
        )
    };
    if !std::io::stdin().is_terminal() && wanted == "yes" {
        return Err(refusal("standard input is no terminal, so nobody can be asked"));
    }
    // A question that cannot be shown is not answered either.
    let _ = write!(std::io::stderr(), "{}", sanitise::plain(question)).and_then(|()| std::io::stderr().flush());
    let mut answer = String::new();
    // An unreadable answer is none.
    let _ = std::io::stdin().lock().read_line(&mut answer);
    if answer.trim() == wanted { Ok(()) } else { Err(refusal("the answer was another one")) }
}
