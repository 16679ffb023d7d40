//! Actions are started and tell how far they are.

use crate::actions::arguments::Arguments;
use crate::actions::registry::Action;
use crate::app::availability::unavailable;
use crate::app::done::{self as done_list, Done};
use crate::app::effect::{Asked, Effect};
use crate::app::message::RunMsg;
use crate::app::model::{Model, Overlay, Pane};
use crate::app::remedy;
use crate::app::update::act::{cannot, quietly};
use crate::app::update::{asking, drift, overlay, watch};
use crate::components::elapsed;
use crate::core::notice::Notice;
use crate::core::progress::{Operation, Progress, RunId, StepProgress, StepState, Unfinished};

/// What takes at least so many nanoseconds is worth a call: ten seconds.
const LONG: i64 = 10_000_000_000;

/// Starts an action of the project, or tells why not.
pub(super) fn start(model: &mut Model, action: &'static Action, words: Vec<String>) -> Vec<Effect> {
    if let Some(reason) = unavailable(model, action.id) {
        return quietly(|| cannot(model, action.id, &reason));
    }
    if asking::asks(model, action, &words) {
        return quietly(|| asking::ask(model, asked(model, action, words), action));
    }
    begin(model, action, words)
}

/// What is asked for, with the service that is meant.
fn asked(model: &Model, action: &'static Action, words: Vec<String>) -> Asked {
    Asked { action: action.id, service: focused_service(model, action, &words), words }
}

/// Starts an action of the project, whatever asks.
pub(super) fn begin(model: &mut Model, action: &'static Action, words: Vec<String>) -> Vec<Effect> {
    model.runs.last += 1;
    let run = RunId(model.runs.last);
    if !is_dry(&words) {
        model.watching.begin(action.id, words.first().map(String::as_str));
        remedy::begun(model, action.id, &words);
    }
    let asked = asked(model, action, words);
    model.runs.operation = Some(Operation::new(run, asked.label(), model.now));
    model.runs.asked = Some(asked.clone());
    vec![Effect::Run { run, asked }]
}

/// Whether only a plan is asked for.
fn is_dry(words: &[String]) -> bool {
    words.iter().any(|word| word == "--dry-run")
}

/// What has become of what was offered of an action.
fn settle(model: &mut Model, is_done: bool) {
    let Some(asked) = model.runs.asked.clone().filter(|asked| !is_dry(&asked.words)) else { return };
    if is_done {
        remedy::done(model, asked.action, &asked.words);
        let done = model.watching.done();
        watch::close(model, &done);
    } else {
        remedy::declined(model, asked.action, &asked.words);
        model.watching.put_back();
    }
}

/// The service whose log is in focus, for an action on a service that names none.
pub(super) fn focused_service(model: &Model, action: &'static Action, words: &[String]) -> Option<String> {
    let takes_one = action.arguments.iter().any(|argument| argument.name == "service");
    let is_named = Arguments::read(action, words).is_ok_and(|arguments| arguments.has("service"));
    match model.screen.focus {
        Pane::Log(index) if takes_one && !is_named => model.logs.get(index).map(|log| log.service.clone()),
        _ => None,
    }
}

pub(super) fn update(model: &mut Model, run: RunId, msg: RunMsg) -> Vec<Effect> {
    // A late message of a run that is over.
    if !model.runs.is_current(run) {
        return Vec::new();
    }
    match msg {
        RunMsg::Planned(steps) => planned(model, steps),
        RunMsg::Asks(question) => model.screen.overlay = Overlay::Question { question, typed: String::new() },
        RunMsg::Step { step, state, detail } => step_changed(model, step, state, detail),
        RunMsg::Progress { step, progress } => progressed(model, &step, progress),
        RunMsg::Done(text) => return done(model, &text),
        RunMsg::Failed(notice) => return ended(model, Unfinished::Failed, notice),
        RunMsg::Cancelled(notice) => return ended(model, Unfinished::Cancelled, notice),
        RunMsg::Declined => declined(model),
        RunMsg::Page(page) => {
            finish(model, None);
            // What is there to be read is nothing that was done.
            model.runs.operation = None;
            overlay::show(model, page);
        }
    }
    Vec::new()
}

fn declined(model: &mut Model) {
    model.runs.operation = None;
    settle(model, false);
}

fn planned(model: &mut Model, steps: Vec<String>) {
    if let Some(operation) = &mut model.runs.operation {
        operation.steps = steps.into_iter().map(StepProgress::waiting).collect();
    }
}

fn step_changed(model: &mut Model, step: String, state: StepState, detail: String) {
    let Some(operation) = &mut model.runs.operation else { return };
    match operation.step_mut(&step) {
        Some(known) => (known.state, known.detail) = (state, detail),
        // A step that was undetermined when the plan was made.
        None => operation.steps.push(StepProgress { name: step, state, detail, progress: None }),
    }
}

fn progressed(model: &mut Model, step: &str, progress: Progress) {
    if let Some(known) = model.runs.operation.as_mut().and_then(|operation| operation.step_mut(step)) {
        known.progress = Some(progress);
    }
}

fn done(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(operation) = finish(model, None) else { return Vec::new() };
    settle(model, true);
    let taken = elapsed::span(model.now - operation.started_at, false);
    let text = if text.is_empty() { "done" } else { text };
    model.tell(Notice::info(format!("{} in {taken}: {text}", operation.action)));
    call(model, &operation, "is done").into_iter().collect()
}

fn ended(model: &mut Model, how: Unfinished, notice: Notice) -> Vec<Effect> {
    let operation = finish(model, Some(how));
    settle(model, false);
    model.tell(notice);
    let word = if how == Unfinished::Failed { "has failed" } else { "was cancelled" };
    operation.and_then(|operation| call(model, &operation, word)).into_iter().collect()
}

/// Who waits for something long looks at something else meanwhile.
fn call(model: &Model, operation: &Operation, how: &str) -> Option<Effect> {
    let is_long = model.now - operation.started_at >= LONG;
    let text = format!("{}: {} {how}", model.header.project, operation.action);
    (is_long && !model.screen.has_attention).then_some(Effect::Call(text))
}

/// Ends the operation. A question of it that is still open has nobody who would hear.
fn finish(model: &mut Model, unfinished: Option<Unfinished>) -> Option<Operation> {
    let asks = match &model.screen.overlay {
        Overlay::Question { question, .. } | Overlay::Confirm { question, .. } => model.runs.is_current(question.run),
        _ => false,
    };
    if asks {
        model.screen.offsets.question = 0;
        model.screen.overlay = Overlay::None;
    }
    let operation = model.runs.operation.as_mut()?;
    operation.finished_at = Some(model.now);
    operation.unfinished = unfinished;
    let operation = operation.clone();
    drift::forget(model);
    if let Some(asked) = model.runs.asked.clone() {
        let (started_at, finished_at) = (operation.started_at, model.now);
        done_list::note(&mut model.done, Done { asked, started_at, finished_at, unfinished });
    }
    Some(operation)
}
