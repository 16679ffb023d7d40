//! Actions are started and tell how far they are.

use crate::app::availability::unavailable;
use crate::app::effect::Effect;
use crate::app::message::RunMsg;
use crate::app::model::{Model, Overlay, Pane};
use crate::components::elapsed;
use crate::core::notice::Notice;
use crate::core::progress::{Operation, Progress, RunId, StepProgress, StepState};

/// Starts an action of the project, or tells why not.
pub(super) fn start(model: &mut Model, action: &'static str) -> Vec<Effect> {
    if let Some(reason) = unavailable(model, action) {
        model.tell(Notice::info(format!("{action} can do nothing now: {reason}")));
        return Vec::new();
    }
    model.runs.last += 1;
    let run = RunId(model.runs.last);
    model.runs.operation = Some(Operation::new(run, action, model.now));
    vec![Effect::Run { run, action, service: focused_service(model) }]
}

/// The service whose log is in focus.
fn focused_service(model: &Model) -> Option<String> {
    match model.screen.focus {
        Pane::Log(index) => model.logs.get(index).map(|log| log.service.clone()),
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
        RunMsg::Done(text) => done(model, &text),
        RunMsg::Failed(notice) => failed(model, notice),
        RunMsg::Cancelled => model.runs.operation = None,
    }
    Vec::new()
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

fn done(model: &mut Model, text: &str) {
    if let Some(operation) = finish(model, false) {
        let taken = elapsed::span(model.now - operation.started_at, false);
        let text = if text.is_empty() { "done" } else { text };
        model.tell(Notice::info(format!("{}: {text}, in {taken}", operation.action)));
    }
}

fn failed(model: &mut Model, notice: Notice) {
    finish(model, true);
    model.tell(notice);
}

/// Ends the operation. A question of it that is still open has nobody who would hear.
fn finish(model: &mut Model, failed: bool) -> Option<Operation> {
    if matches!(&model.screen.overlay, Overlay::Question { question, .. } if model.runs.is_current(question.run)) {
        model.screen.overlay = Overlay::None;
    }
    let operation = model.runs.operation.as_mut()?;
    operation.finished_at = Some(model.now);
    operation.failed = failed;
    Some(operation.clone())
}
