//! Asks what differs from what is wanted whenever that may have changed.

use crate::app::effect::Effect;
use crate::app::message::Comparison;
use crate::app::model::Model;
use crate::app::update::{migrations, watch};

/// Asks, where containers have come or gone since the last time, a task or a run has ended, or a
/// file that they are made from was edited.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    // In the middle of a run the answer would be wrong a moment later.
    if !model.connection.is_connected() || model.screen.alone || model.runs.running().is_some() {
        return Vec::new();
    }
    let services = model.services.iter().filter_map(|service| service.container_id.as_deref());
    let is_nothing = services.clone().next().is_none();
    let ended = model.tasks.iter().filter(|task| task.view.finished_at > 0).map(|task| task.view.container_id.as_str());
    let ids = services.chain(ended);
    if model.drift.asked.as_ref().is_some_and(|asked| ids.clone().eq(asked.iter().map(String::as_str))) {
        return Vec::new();
    }
    let ids = ids.map(str::to_owned).collect();
    model.drift.asked = Some(ids);
    if is_nothing {
        // What is not there differs from nothing.
        model.drift.parts.clear();
        return Vec::new();
    }
    vec![Effect::LookForDrift]
}

/// Takes the answer over. What is offered, and was done meanwhile in another terminal or by
/// taking an edit back, is offered no more.
pub(super) fn answered(model: &mut Model, compared: Comparison) {
    // One that was read in the middle of a run is asked for again at its end.
    if model.runs.running().is_some() {
        return;
    }
    model.drift.parts = compared.parts;
    model.drift.snapshots = compared.snapshots;
    let mut planned = compared.planned;
    if migrations::is_level(model) {
        // Any edit of code asks for it; it would find nothing to do.
        planned.iter_mut().for_each(|planned| planned.retain(|step| step != "task migrate"));
    }
    let overtaken = planned.map(|planned| model.watching.overtaken(&planned)).unwrap_or_default();
    watch::close(model, &overtaken);
}

/// What was known may be wrong now.
pub(super) fn forget(model: &mut Model) {
    model.drift.asked = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::message::{EngineMsg, Msg, RunMsg, Snapshot, WatchMsg};
    use crate::app::update::{tests::connected, update};
    use crate::components::notices::OfferState;
    use crate::core::{progress::RunId, watching::Offer};

    fn asked(model: &mut Model, msg: Msg) -> usize {
        update(model, msg).iter().filter(|effect| **effect == Effect::LookForDrift).count()
    }

    fn created(model: &mut Model, id: &str) -> usize {
        let mut services = model.services.clone();
        services[0].container_id = Some(id.to_owned());
        asked(model, Msg::Engine(EngineMsg::Snapshot(Snapshot { services, ..Snapshot::default() })))
    }

    #[test]
    fn it_is_asked_about_new_containers_and_edits() {
        let mut model = connected();
        assert_eq!([created(&mut model, "a"), created(&mut model, "a"), created(&mut model, "b")], [1, 0, 1]);
        assert_eq!(offered(&mut model, "up", None), 1);
        assert_eq!(compared(&mut model, Some(&["create web"])), 0);
        assert_eq!(model.drift.parts, ["web"]);
        let run = all_of(&mut model, "up");
        assert_eq!(asked(&mut model, Msg::Run(run, RunMsg::Done(String::new()))), 1, "a run may have changed it");
    }

    fn all_of(model: &mut Model, action: &str) -> RunId {
        crate::app::update::run::begin(model, crate::actions::registry::find(action).unwrap(), Vec::new());
        RunId(model.runs.last)
    }

    fn offered(model: &mut Model, action: &'static str, service: Option<&str>) -> usize {
        let service = service.map(str::to_owned);
        let offer = Offer { action, service, summary: format!("for {action}"), cause: None };
        asked(model, Msg::Watch(WatchMsg::Offer(offer)))
    }

    fn compared(model: &mut Model, planned: Option<&[&str]>) -> usize {
        let planned = planned.map(|steps| steps.iter().map(|step| (*step).to_owned()).collect());
        asked(model, Msg::Drift(Comparison { parts: vec!["web".to_owned()], planned, snapshots: Vec::new() }))
    }

    #[test]
    fn what_was_done_elsewhere_is_offered_no_more() {
        let open = |model: &Model| model.watching.offers.iter().map(|offer| offer.action).collect::<Vec<_>>();
        let mut model = connected();
        offered(&mut model, "rebuild", Some("web"));
        offered(&mut model, "migrate", None);
        compared(&mut model, None);
        compared(&mut model, Some(&["build web"]));
        assert_eq!(open(&model), ["migrate", "rebuild"], "one that is refused tells nothing");
        compared(&mut model, Some(&["task packages"]));
        assert_eq!(open(&model), ["migrate"]);
        offered(&mut model, "up", None);
        compared(&mut model, Some(&["create web"]));
        assert_eq!(open(&model), ["up"]);
        compared(&mut model, Some(&[]));
        assert_eq!(open(&model), [""; 0]);
        assert!(model.notices.iter().all(|noted| noted.offer == OfferState::Settled), "nor by `=`");
    }
}
