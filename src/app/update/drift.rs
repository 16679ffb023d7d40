//! Asks which services differ from the configuration whenever that may have changed.

use crate::app::effect::Effect;
use crate::app::model::Model;

/// Asks, where containers have come or gone since the last time, or a file that they are made
/// from was edited.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    // In the middle of a run the answer would be wrong a moment later.
    if !model.connection.is_connected() || model.screen.alone || model.runs.running().is_some() {
        return Vec::new();
    }
    let ids = model.services.iter().filter_map(|service| service.container_id.as_deref());
    if model.drift.asked.as_ref().is_some_and(|asked| ids.clone().eq(asked.iter().map(String::as_str))) {
        return Vec::new();
    }
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    let is_nothing = ids.is_empty();
    model.drift.asked = Some(ids);
    if is_nothing {
        // What is not there differs from nothing.
        model.drift.services.clear();
        return Vec::new();
    }
    vec![Effect::LookForDrift]
}

/// What was known may be wrong now.
pub(super) fn forget(model: &mut Model) {
    model.drift.asked = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::message::{EngineMsg, Msg, Snapshot, WatchMsg};
    use crate::app::update::{tests::connected, update};
    use crate::core::watching::Offer;

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
        let offer = Offer { action: "up", service: None, summary: "x".to_owned(), cause: None };
        assert_eq!(asked(&mut model, Msg::Watch(WatchMsg::Offer(offer))), 1);
        assert_eq!(asked(&mut model, Msg::Drift(vec!["web".to_owned()])), 0);
        assert_eq!(model.drift.services, ["web"]);
    }
}
