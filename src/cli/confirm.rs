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
    /// Whether the project's name has to be typed: volumes go, and what is in them.
    pub by_name: bool,
}

/// Asks whether a plan is to be carried out that loses something. In production the
/// project's name has to be typed, whatever the flags say; elsewhere where volumes go.
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
    if !std::io::stdin().is_terminal() {
        print::losses(plan, project, &session.observed);
        return Err(refusal(words, "standard input is no terminal, so nobody can be asked"));
    }
    let verb = words.verb[..1].to_uppercase() + &words.verb[1..];
    match words.by_name {
        true => {
            let question = format!("{verb} all this, the data too? Type the project's name, {}: ", project.name);
            ask(session, plan, &question, &project.name, words)
        }
        false => ask(session, plan, &format!("{verb} all this? Type yes: "), "yes", words),
    }
}

fn ask(session: &Session, plan: &Plan, question: &str, wanted: &str, words: Words) -> Outcome {
    print::losses(plan, &session.project, &session.observed);
    // A question that cannot be shown is not answered either.
    let _ = write!(std::io::stderr(), "{}", sanitise::plain(question)).and_then(|()| std::io::stderr().flush());
    let mut answer = String::new();
    // An unreadable answer is none.
    let _ = std::io::stdin().lock().read_line(&mut answer);
    if answer.trim() == wanted { Ok(()) } else { Err(refusal(words, "the answer was another one")) }
}

fn refusal(words: Words, cause: &str) -> Failure {
    let remedy = "answer the question, or use --yes in scripts";
    Failure::Refused(Notice::error(words.declined).because(cause).remedy(remedy))
}
