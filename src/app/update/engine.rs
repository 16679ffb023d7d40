//! The engine comes, goes, and tells what it holds.

use crate::app::effect::Effect;
use crate::app::message::{EngineMsg, Snapshot};
use crate::app::model::{Model, Start};
use crate::app::update::{run, tasks};
use crate::core::connection::Connection;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::logs::{Entry, Mark};

pub(super) fn update(model: &mut Model, msg: EngineMsg) -> Vec<Effect> {
    match msg {
        EngineMsg::Connected { version } => connected(model, version),
        EngineMsg::Disconnected(notice) => disconnected(model, notice),
        EngineMsg::Snapshot(snapshot) => return observed(model, snapshot),
    }
    Vec::new()
}

fn connected(model: &mut Model, version: String) {
    if matches!(model.connection, Connection::Lost { .. }) && model.observed {
        mark_all(model, Mark::EngineBack);
        model.tell(Notice::info("the engine is back"));
    }
    model.connection = Connection::Connected { version };
}

fn disconnected(model: &mut Model, notice: Notice) {
    let since = match &model.connection {
        Connection::Lost { since, .. } => *since,
        _ => lost_now(model, &notice),
    };
    model.connection = Connection::Lost { since, notice };
}

/// The first of a series of failures: later ones only change what is shown as the reason.
fn lost_now(model: &mut Model, notice: &Notice) -> Timestamp {
    if model.observed {
        mark_all(model, Mark::EngineLost);
        model.tell(notice.clone());
    }
    model.now
}

fn mark_all(model: &mut Model, mark: Mark) {
    for log in &mut model.logs {
        log.store.push(Entry::Mark { time: model.now, mark });
    }
}

fn observed(model: &mut Model, snapshot: Snapshot) -> Vec<Effect> {
    for service in snapshot.services.iter().filter(|service| service.container.is_some()) {
        model.log_mut(&service.name);
    }
    model.services = snapshot.services;
    tasks::observed(model, snapshot.tasks);
    model.observed = true;
    match std::mem::take(&mut model.runs.start) {
        Start::UpIfNothing if snapshot.nothing => run::start(model, "up"),
        _ => Vec::new(),
    }
}
