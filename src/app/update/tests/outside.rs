//! What leads out of the dashboard, and what notices offer.

use super::*;
use crate::app::hints::hints;
use crate::app::log_effect::LogEffect;
use crate::app::outside::{MouseOf, Outside};
use crate::core::multiplexer::Opens;
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
fn what_was_done_by_its_own_key_is_offered_no_more() {
    let mut model = connected();
    update(&mut model, Msg::Notice(Notice::info("it has changed").remedy("`biostar-tui up` follows it")));
    press(&mut model, "u");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
    assert!(!hints(&model).iter().any(|hint| hint.key == "="));
}

#[test]
fn what_was_offered_and_not_done_is_offered_again() {
    let mut model = connected();
    update(&mut model, Msg::Notice(Notice::error("gone").remedy("`biostar-tui adopt` takes it over")));
    let offered = |model: &Model| hints(model).into_iter().any(|hint| hint.key == "=" && hint.label == "adopt");
    assert_eq!(press(&mut model, "="), [runs(1, "adopt", &[])]);
    assert!(!offered(&model), "while it goes on");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Declined));
    assert!(offered(&model), "the answer was No");
    model.questions.insert("adopt".into(), true);
    assert_eq!(press(&mut model, "= n"), []);
    assert!(offered(&model), "the screen's own question");
    model.questions.clear();
    press(&mut model, "u");
    press(&mut model, "=");
    update(&mut model, Msg::Run(RunId(2), RunMsg::Done(String::new())));
    assert!(offered(&model), "another one was running");
    press(&mut model, "=");
    update(&mut model, Msg::Run(RunId(3), RunMsg::Done(String::new())));
    assert!(!offered(&model), "it was done");
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

#[test]
fn the_pane_in_focus_is_opened_elsewhere() {
    let mut model = connected();
    let mut opened = |keys: &str| match &press(&mut model, keys)[..] {
        [Effect::Outside(Outside::Open { opens, title, words })] => (*opens, title.clone(), words[4..].join(" ")),
        other => panic!("{keys}: {other:?}"),
    };
    for (keys, opens, title, words) in [
        (">", Opens::Beside, "services", "--pane services"),
        ("3 _", Opens::Below, "web", "logs --follow web"),
        (")", Opens::Window, "web", "logs --follow web"),
        ("4 (", Opens::Popup, "tasks", "--pane tasks"),
    ] {
        assert_eq!(opened(keys), (opens, title.to_owned(), words.to_owned()), "{keys}");
    }
    // The project is named: a multiplexer's server is in another folder.
    let words = crate::app::elsewhere::words(&model, Pane::Log(0));
    assert_eq!(words[..4], ["--project", "/p", "--environment", "development"]);
    let mut model = super::console::opened();
    let effects = press(&mut model, "ctrl-] >");
    assert!(
        matches!(&effects[..], [Effect::Outside(Outside::Open { words, .. })] if words.ends_with(&["console".into(), "django".into()]))
    );
}

#[test]
fn the_mouse_goes_to_the_terminal_and_back() {
    let mut model = connected();
    for of in [MouseOf::Terminal, MouseOf::Dashboard] {
        assert_eq!(press(&mut model, "alt-m"), [Effect::Outside(Outside::Mouse(of))]);
        assert_eq!(model.screen.mouse, of);
    }
    assert!(model.notices[1].notice.summary.contains("alt-m takes it back"));
}

#[test]
fn what_the_user_wants_asked_is_asked() {
    let mut model = connected();
    model.questions = [("migrate".to_owned(), true), ("cancel".to_owned(), false)].into();
    assert_eq!(press(&mut model, "3 m"), []);
    let shown = screen(&model);
    assert!(shown.contains("migrate in p (development)?") && shown.contains("same as: biostar-tui migrate"), "{shown}");
    assert_eq!(press(&mut model, "enter"), [], "No where nothing else is said");
    assert_eq!(model.screen.overlay, Overlay::None);
    assert_eq!(press(&mut model, "m y"), [runs(1, "migrate", &[])]);
    // What asks by itself and loses nothing can be silent, but never in production.
    assert_eq!(press(&mut model, "x"), [Effect::Cancel(RunId(1))]);
    model.header.is_production = true;
    assert_eq!(press(&mut model, "x"), []);
    assert!(matches!(model.screen.overlay, Overlay::Confirm { .. }));
}

#[test]
fn a_plan_that_is_only_shown_does_not_ask() {
    let mut model = connected();
    model.questions = [("up".to_owned(), true)].into();
    press(&mut model, ":");
    "up --dry-run".chars().for_each(|c| drop(update(&mut model, Msg::Input(Input::Key(Key::char(c))))));
    assert_eq!(press(&mut model, "enter"), [runs(1, "up", &["--dry-run"])]);
}
