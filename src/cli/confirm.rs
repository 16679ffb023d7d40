//! The question before something is lost.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::Session,
};
use crate::core::{notice::Notice, plan::Plan};
use crate::logs::sanitise;

/// How a verb asks.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// What is done: `destroy`.
    pub verb: &'static str,
    /// What is said when the answer is No: `nothing was destroyed`.
    pub declined: &'static str,
}

/// Asks whether a plan is to be carried out that loses something. In production the
/// project's name has to be typed, whatever the flags say.
///
/// # Errors
/// The refusal, where the answer is another one or nobody can be asked.
pub fn before_loss(session: &Session, flags: &Flags, plan: &Plan, words: Words) -> Outcome {
    let project = &session.project;
    if project.environment.is_production() {
        let environment = &project.environment.name;
        let question = format!("Type {} to {} its environment {environment}: ", project.name, words.verb);
        return ask(session, plan, &question, &project.name, words);
    }
    if flags.yes {
        return Ok(());
    }
    let verb = words.verb[..1].to_uppercase() + &words.verb[1..];
    ask(session, plan, &format!("{verb} all this? Type yes: "), "yes", words)
}

fn ask(session: &Session, plan: &Plan, question: &str, wanted: &str, words: Words) -> Outcome {
    print::losses(plan, &session.project, &session.observed);
    let refusal = |cause: &str| {
        let remedy = "answer the question, or use --yes in scripts";
        Failure::Refused(Notice::error(words.declined).because(cause).remedy(remedy))
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
