//! Reports of a plan that is being applied, as messages of its run.

use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::message::RunMsg;
use crate::core::{
    plan::ASKED_FOR,
    progress::{Progress, StepState},
    report::{Report, What},
};
use crate::runtime::actor::Told;

/// Passes reports on until their sender is gone.
pub(super) async fn relay(told: &Told, mut reports: UnboundedReceiver<Report>) {
    while let Some(Report { step, what }) = reports.recv().await {
        match what {
            What::Notice(notice) => told.notice(notice).await,
            What::At { label, done, total } => {
                told.send(RunMsg::Progress { step, progress: Progress { label, done, total } }).await;
            }
            other => {
                let (state, detail) = step_state(other);
                told.send(RunMsg::Step { step, state, detail }).await;
            }
        }
    }
}

fn step_state(what: What) -> (StepState, String) {
    match what {
        // Whoever asked for it knows why it is done.
        What::Begun(reason) if reason == ASKED_FOR => (StepState::Running, String::new()),
        What::Begun(text) | What::Waiting(text) | What::Output(text) => (StepState::Running, text),
        What::Done(milliseconds) => {
            (StepState::Done, format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100))
        }
        What::Skipped(reason) => (StepState::Skipped, reason),
        What::Failed(notice) => (StepState::Failed, notice.summary),
        // These two are relayed as what they are.
        What::At { label, .. } => (StepState::Running, label),
        What::Notice(notice) => (StepState::Running, notice.summary),
    }
}
