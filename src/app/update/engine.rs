//! The engine comes, goes, and tells what it holds.

use crate::actions::registry;
use crate::app::effect::Effect;
use crate::app::message::{EngineMsg, Snapshot};
use crate::app::model::{Model, Start};
use crate::app::update::{console, run, tasks, usage};
use crate::core::connection::Connection;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::logs::{Entry, Mark};

pub(super) fn update(model: &mut Model, msg: EngineMsg) -> Vec<Effect> {
    match msg {
        EngineMsg::Connected { version } => connected(model, version),
        EngineMsg::Disconnected(notice) => disconnected(model, notice),
        EngineMsg::Snapshot(snapshot) => return observed(model, snapshot),
        EngineMsg::Usage(usages) => usage::read(model, &usages),
        EngineMsg::EndedMeanwhile(services) => ended_meanwhile(model, &services),
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
    usage::forget(model);
    model.consoles.looked_at.clear();
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
        let summary = format!("the engine is lost: {}", notice.summary);
        model.tell(Notice { summary, ..notice.clone() });
    }
    model.now
}

/// An engine without live-restore takes its containers along.
fn ended_meanwhile(model: &mut Model, services: &[String]) {
    let key = model.keymap.of("up").map_or_else(String::new, |binding| format!("{} or ", binding.key));
    let notice = Notice::warning(format!("ended while the engine was away: {}", services.join(", ")));
    model.tell(notice.remedy(format!("{key}`biostar-tui up` starts what is missing again")));
}

fn mark_all(model: &mut Model, mark: Mark) {
    for log in &mut model.logs {
        log.push(Entry::Mark { time: model.now, mark });
    }
}

fn observed(model: &mut Model, mut snapshot: Snapshot) -> Vec<Effect> {
    for service in snapshot.services.iter().filter(|service| service.container.is_some()) {
        model.log_mut(&service.name);
    }
    usage::keep(&mut snapshot.services, &model.services);
    model.services = snapshot.services;
    usage::note_gaps(model);
    let mut effects = tasks::observed(model, snapshot.tasks);
    model.observed = true;
    effects.extend(console::observed(model, snapshot.consoles));
    if std::mem::take(&mut model.runs.start) == Start::UpIfNothing && snapshot.nothing {
        effects.extend(registry::find("up").map(|up| run::start(model, up, Vec::new())).unwrap_or_default());
    }
    effects
}
