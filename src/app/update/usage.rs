//! What services use is read only while it is on the screen.

use std::collections::BTreeMap;

use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::core::status::ServiceView;
use crate::core::usage::Usage;

/// Takes readings over, by the container's id.
pub(super) fn read(model: &mut Model, usages: &BTreeMap<String, Usage>) {
    // What was on its way when the pane was hidden is of no use.
    if model.screen.shows_usage {
        for service in &mut model.services {
            let Some(usage) = service.container_id.as_ref().and_then(|id| usages.get(id)) else { continue };
            service.usage = Some(*usage);
            model.used.entry(service.name.clone()).or_default().read(model.now, *usage);
        }
    }
}

/// Takes what is known over from the services as they were before a look at the engine.
pub(super) fn keep(services: &mut [ServiceView], before: &[ServiceView]) {
    for service in services.iter_mut().filter(|service| service.exit_code.is_none()) {
        let same = before.iter().find(|old| old.container_id == service.container_id);
        service.usage = same.and_then(|old| old.usage);
    }
}

/// What is not read any more has a gap from now on; what is gone has no past.
pub(super) fn note_gaps(model: &mut Model) {
    let Model { services, used, now, .. } = model;
    used.retain(|name, _| services.iter().any(|service| service.name == *name));
    for service in services.iter().filter(|service| service.usage.is_none()) {
        used.get_mut(&service.name).into_iter().for_each(|used| used.pause(*now));
    }
}

/// Old numbers are worse than none.
pub(super) fn forget(model: &mut Model) {
    model.services.iter_mut().for_each(|service| service.usage = None);
    note_gaps(model);
}

/// Asks for readings when the services come on the screen, and for no more when they leave.
pub(super) fn follow_screen(model: &mut Model) -> Option<Effect> {
    let shown = layout::shows(model, Pane::Services);
    if std::mem::replace(&mut model.screen.shows_usage, shown) == shown {
        return None;
    }
    forget(model);
    Some(Effect::Usage { shown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::{Keymap, Overrides};
    use crate::app::message::{EngineMsg, Msg, Snapshot};
    use crate::app::model::Zoom;
    use crate::app::update::update;
    use crate::core::notice::Notice;
    use crate::core::observed::Observed;
    use crate::core::status::{service_view, tests::project};
    use crate::core::usage::history::STEP;

    const USAGE: Usage = Usage { cpu_tenths: Some(10), memory_bytes: 1 << 20 };

    fn snapshot(container: &str) -> Msg {
        let mut services = service_view(&project(), &Observed::default());
        services[0].container_id = Some(container.to_owned());
        Msg::Engine(EngineMsg::Snapshot(Snapshot { services, ..Snapshot::default() }))
    }

    fn reading(container: &str) -> Msg {
        Msg::Engine(EngineMsg::Usage([(container.to_owned(), USAGE)].into()))
    }

    /// A model on a wide screen whose first service was read.
    fn read_once() -> Model {
        let mut model = Model::new(&project(), "unix:///test.sock", Keymap::new(&Overrides::new()).unwrap());
        model.screen.size = (120, 30);
        assert_eq!(update(&mut model, snapshot("a")), [Effect::Usage { shown: true }]);
        assert_eq!(update(&mut model, reading("a")), []);
        assert_eq!(model.services[0].usage, Some(USAGE));
        model
    }

    #[test]
    fn usage_belongs_to_a_container() {
        let mut model = read_once();
        update(&mut model, reading("other"));
        update(&mut model, snapshot("a"));
        assert_eq!(model.services[0].usage, Some(USAGE));
        update(&mut model, snapshot("b"));
        assert_eq!(model.services[0].usage, None);
    }

    #[test]
    fn usage_is_read_while_the_services_are_on_the_screen() {
        let mut model = read_once();
        (model.screen.zoom, model.screen.focus) = (Zoom::In, Pane::Notices);
        assert_eq!(update(&mut model, Msg::Keep), [Effect::Usage { shown: false }]);
        assert_eq!(model.services[0].usage, None);
        update(&mut model, reading("a"));
        assert_eq!(model.services[0].usage, None, "late");
        model.screen.focus = Pane::Services;
        assert_eq!(update(&mut model, Msg::Keep), [Effect::Usage { shown: true }]);
        model.screen.size = (40, 10);
        assert_eq!(update(&mut model, Msg::Keep), [Effect::Usage { shown: false }]);
    }

    #[test]
    fn an_engine_that_is_lost_takes_the_numbers_along() {
        let mut model = read_once();
        update(&mut model, Msg::Engine(EngineMsg::Disconnected(Notice::error("x"))));
        assert_eq!(model.services[0].usage, None);
    }

    #[test]
    fn the_past_of_a_service_has_gaps_and_ends_with_it() {
        let mut model = read_once();
        let name = model.services[0].name.clone();
        let points = |model: &Model, step| model.used[&name].points(step * STEP, 3);
        assert_eq!(points(&model, 2), [Some(USAGE); 3]);
        // Another container of the same service: nothing is known of it yet.
        update(&mut model, Msg::Tick(2 * STEP));
        update(&mut model, snapshot("b"));
        assert_eq!(points(&model, 3), [Some(USAGE), Some(USAGE), None]);
        update(&mut model, Msg::Tick(4 * STEP));
        update(&mut model, reading("b"));
        assert_eq!(points(&model, 4), [Some(USAGE), None, Some(USAGE)]);
        update(&mut model, Msg::Engine(EngineMsg::Snapshot(Snapshot::default())));
        assert!(model.used.is_empty());
    }

    #[test]
    fn a_graph_that_stands_still_asks_for_no_frame() {
        let mut model = read_once();
        assert_eq!(model.pace(), Some(std::time::Duration::from_secs(5)), "it fills from the right");
        update(&mut model, Msg::Tick(100 * STEP));
        assert_eq!(model.pace(), None);
        (model.screen.zoom, model.screen.focus) = (Zoom::In, Pane::Services);
        assert!(model.pace().is_some(), "the larger graph looks farther back");
    }
}
