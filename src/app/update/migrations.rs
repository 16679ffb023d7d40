//! Asks how the migrations stand whenever that may have changed.

use crate::app::effect::Effect;
use crate::app::model::{Model, Moved};
use crate::app::update::watch;
use crate::core::migrations::{Migrations, Standing};
use crate::core::notice::Notice;
use crate::core::service::ServiceKind;
use crate::core::state::ServiceState;

/// What a branch switch may leave.
const OF_ANOTHER_BRANCH: &str = "the database has migrations that this code has not";

fn is_of_another_branch(notice: &Notice) -> bool {
    notice.summary == OF_ANOTHER_BRANCH
}

/// Asks, where something has happened since the last time that changes the answer: another
/// server, a task that has ended, a reload.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    let Some(moved) = moved(model) else {
        model.withdraw(is_of_another_branch);
        model.migrations.report = None;
        model.migrations.asked = None;
        return Vec::new();
    };
    if model.screen.alone || model.migrations.asked.as_ref() == Some(&moved) {
        return Vec::new();
    }
    model.migrations.asked = Some(moved);
    vec![Effect::LookAtMigrations]
}

/// What the answer depends on; `None` where there is nobody to ask.
fn moved(model: &Model) -> Option<Moved> {
    let is_server = |service: &&crate::core::status::ServiceView| {
        service.kind == ServiceKind::Django && service.state == ServiceState::Running
    };
    let server = model.services.iter().find(is_server).filter(|_| model.connection.is_connected())?;
    let reload = model.watching.watcher.as_ref().and_then(|watcher| watcher.reloads.first());
    Some(Moved {
        server: server.container_id.clone().unwrap_or_default(),
        started_at: server.started_at,
        ended_at: model.tasks.iter().map(|task| task.view.finished_at).max().unwrap_or(0),
        reloaded_at: reload.map_or(0, |reload| reload.saved_at),
    })
}

/// The answer. What a branch switch has left in the database is told when it is seen, and goes with it: no key
/// mends it.
pub(super) fn update(model: &mut Model, report: Migrations) {
    let was = model.migrations.report.as_ref().map(Migrations::standing);
    let standing = report.standing();
    if !matches!(standing, Standing::Ahead | Standing::Diverged) {
        model.withdraw(is_of_another_branch);
    }
    if was != Some(standing) && matches!(standing, Standing::Ahead | Standing::Diverged) {
        let shown: Vec<&str> = report.unknown.iter().take(3).map(String::as_str).collect();
        let more = report.unknown_count.saturating_sub(shown.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let notice = Notice::warning(OF_ANOTHER_BRANCH).because(format!("{}{more}", shown.join(", "))).remedy(
            "switch back and `migrate` them away, or restore a snapshot; [snapshots] per_branch = true gives each \
                 branch its own database",
        );
        model.tell(notice);
    }
    model.migrations.report = Some(report);
    if is_level(model) {
        let overtaken = model.watching.migrated();
        watch::close(model, &overtaken);
    }
}

/// Whether nothing is left to migrate, by an answer that is not an old one.
pub(super) fn is_level(model: &Model) -> bool {
    let is_level = |report: &Migrations| report.error.is_none() && report.pending_count == 0;
    model.migrations.asked.is_some() && model.migrations.report.as_ref().is_some_and(is_level)
}

/// What was asked before is an old answer now.
pub(super) fn forget(model: &mut Model) {
    model.migrations.asked = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::message::{EngineMsg, Msg, Snapshot, WatchMsg};
    use crate::app::update::{tests::connected, update as all};
    use crate::components::notices::OfferState;
    use crate::core::{status::ServiceView, watching::Offer};

    fn served(model: &mut Model, started_at: i64) -> usize {
        let mut services: Vec<ServiceView> = model.services.clone();
        let web = services.iter_mut().find(|service| service.kind == ServiceKind::Django).unwrap();
        (web.state, web.started_at) = (ServiceState::Running, started_at);
        let snapshot = Snapshot { services, ..Snapshot::default() };
        let effects = all(model, Msg::Engine(EngineMsg::Snapshot(snapshot)));
        effects.iter().filter(|effect| **effect == Effect::LookAtMigrations).count()
    }

    #[test]
    fn it_is_asked_once_for_each_server() {
        let mut model = connected();
        let counts = [5, 5, 9].map(|started_at| served(&mut model, started_at));
        assert_eq!(counts, [1, 0, 1]);
    }

    #[test]
    fn nobody_is_offered_to_migrate_what_is_migrated() {
        let mut model = connected();
        assert_eq!(served(&mut model, 5), 1);
        let offer = Offer { action: "migrate", service: None, summary: "x".into(), cause: None };
        let asked = all(&mut model, Msg::Watch(WatchMsg::Offer(offer)));
        assert!(asked.contains(&Effect::LookAtMigrations), "an answer from before tells nothing: {asked:?}");
        update(&mut model, Migrations { pending_count: 1, ..Migrations::default() });
        assert_eq!(model.watching.offers.len(), 1);
        update(&mut model, Migrations::default());
        assert!(model.watching.offers.is_empty() && model.notices[0].offer == OfferState::Settled);
    }

    #[test]
    fn what_another_branch_has_left_is_told_once() {
        let mut model = connected();
        let ahead = Migrations { unknown: vec!["forum.0003".into()], unknown_count: 1, ..Migrations::default() };
        let before = model.notices.len();
        update(&mut model, ahead.clone());
        update(&mut model, ahead);
        assert_eq!(model.notices.len(), before + 1);
        assert_eq!(model.notices[0].notice.cause.as_deref(), Some("forum.0003"));
    }
}
