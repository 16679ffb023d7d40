//! What leads out of the dashboard, and what notices offer.

use super::*;
use crate::app::hints::hints;
use crate::app::log_effect::LogEffect;
use crate::app::outside::Outside;
use crate::core::observed::PortInUse;
use crate::core::state::ServiceState;

/// A dashboard whose server runs on port 8000.
fn serving() -> Model {
    let mut model = connected();
    let mut services = service_view(&project(), &Observed::default());
    services[1].state = ServiceState::Running;
    services[1].ports = vec![PortInUse { container: 8000, host: 8000, address: "0.0.0.0".into() }];
    update(&mut model, Msg::Engine(EngineMsg::Snapshot(Snapshot { services, ..Snapshot::default() })));
    model
}

#[test]
fn the_site_is_opened_and_its_address_copied() {
    let address = "http://127.0.0.1:8000/".to_owned();
    assert_eq!(press(&mut serving(), "U"), [Effect::Outside(Outside::Browse(address.clone()))]);
    assert_eq!(press(&mut serving(), "alt-u"), [Effect::Log(LogEffect::Copy(address))]);
    let mut model = connected();
    assert_eq!(press(&mut model, "U alt-u"), []);
    assert!(model.notices[0].notice.summary.contains("no service with a port runs"));
}

#[test]
fn what_the_newest_notice_offers_is_done_by_one_key() {
    let mut model = connected();
    assert_eq!(press(&mut model, "="), []);
    assert!(model.notices[0].notice.summary.starts_with("remedy can do nothing now"));
    update(&mut model, Msg::Notice(Notice::error("old").remedy("`biostar-tui up` starts it")));
    update(&mut model, Msg::Notice(Notice::error("new").remedy("`biostar-tui migrate forum` does it")));
    update(&mut model, Msg::Notice(Notice::info("it offers nothing")));
    let shown = screen(&model);
    assert!(shown.contains("= does it: migrate forum") && !shown.contains("does it: up"), "{shown}");
    assert!(hints(&model).iter().any(|hint| hint.key == "=" && hint.label == "migrate forum"));
    assert_eq!(press(&mut model, "="), [runs(1, "migrate", &["forum"])]);
    update(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
    assert_eq!(press(&mut model, "="), [runs(2, "up", &[])], "what was done is not offered again");
}

#[test]
fn a_notice_is_chosen_among_all() {
    let mut model = connected();
    for (what, verb) in [("one", "halt"), ("two", "up"), ("three", "migrate")] {
        update(&mut model, Msg::Notice(Notice::error(what).remedy(format!("`biostar-tui {verb}` helps"))));
    }
    model.screen.focus = Pane::Notices;
    press(&mut model, "j");
    assert!(screen(&model).contains("enter does it: up"), "{}", screen(&model));
    // One that comes meanwhile does not take the choice away.
    update(&mut model, Msg::Notice(Notice::info("four")));
    assert_eq!(press(&mut model, "enter"), [runs(1, "up", &[])]);
    press(&mut model, "g");
    assert_eq!(model.screen.noticed, 0);
    press(&mut model, "G");
    assert_eq!(model.screen.noticed, 3);
    // Where nothing is offered enter is what it is elsewhere.
    press(&mut model, "g enter");
    assert_eq!(model.screen.zoom, Zoom::In);
}

#[test]
fn a_place_in_a_file_is_opened_in_the_editor() {
    let mut model = connected();
    let root = model.project.root.clone();
    let place = format!("{}:6:8", root.join("biostar-tui.toml").display());
    update(&mut model, Msg::Notice(Notice::error("`hyper-x` is no key").because(place)));
    let edit = LogEffect::Edit { path: root.join("biostar-tui.toml"), line: 6 };
    assert_eq!(press(&mut model, "="), [Effect::Log(edit)]);
}
