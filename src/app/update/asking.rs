//! Questions that the user has switched on or off. Those before a loss are others: they are asked
//! when the plan is known, and always.

use crate::actions::registry::Action;
use crate::app::effect::Asked;
use crate::app::model::{Model, Overlay, Then};
use crate::core::progress::{Question, RunId};

/// Whether an action does without the question that it has by itself. Production is asked about.
pub(super) fn is_silent(model: &Model, action: &str) -> bool {
    !model.header.is_production && model.questions.get(action) == Some(&false)
}

/// Whether an action asks because the user wants it to. A plan that is only shown does not.
pub(super) fn asks(model: &Model, action: &Action, words: &[String]) -> bool {
    model.questions.get(action.id) == Some(&true) && !words.iter().any(|word| word == "--dry-run")
}

/// Asks whether an action is to be started.
pub(super) fn ask(model: &mut Model, asked: Asked, action: &'static Action) {
    let question = Question {
        // Of no run: the screen asks by itself.
        run: RunId(0),
        title: format!("{} in {} ({})?", asked.label(), model.header.project, model.header.environment),
        destroys: Vec::new(),
        remarks: vec![action.summary.to_owned(), format!("it asks because of `[questions] {} = true`", action.id)],
        command: asked.command_line(),
        type_name: None,
    };
    // The focus may be elsewhere when it is answered: the service is named.
    let words = asked.service.into_iter().chain(asked.words).collect();
    model.screen.overlay = Overlay::Confirm { question, then: Then::Start(action, words) };
}
