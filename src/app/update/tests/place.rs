//! What is there again at the next start, and what is told beside the pane that is in view.

use super::console::{key, opened, sees, tell, view, with_consoles};
use super::*;
use crate::app::consoles::Restored;
use crate::app::effect::ConsoleAsk;
use crate::app::{console_view, hints, news};
use crate::core::console::{Attachment, ConsoleState};

/// A dashboard that was left in the console `db`, and is opened again.
fn reopened() -> Model {
    let mut model = with_consoles();
    model.consoles.restored = Some(Restored { name: "db".into(), is_focused: true });
    sees(&mut model, vec![view("django", "1", ConsoleState::Running), view("db", "2", ConsoleState::Running)]);
    ["django", "db"].iter().for_each(|name| drop(tell(&mut model, name, Attachment::Attached)));
    model
}

fn typed(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::Console { ask: ConsoleAsk::Key(_) | ConsoleAsk::Paste(_), .. }))
}

#[test]
fn the_console_that_was_shown_is_shown_and_types_nothing_before_it_is_entered() {
    let mut model = reopened();
    assert_eq!((model.screen.focus, model.consoles.shown), (Pane::Console(1), 1));
    assert!(screen(&model).contains("enter types in it"), "{}", screen(&model));
    assert_eq!(console_view::asked(&model).cursor, None);
    assert!(hints::hints(&model).iter().all(|hint| hint.label != "then:"));
    assert!(!typed(&update(&mut model, Msg::Input(Input::Paste("rm -r".into())))));
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
    assert!(!typed(&press(&mut model, "enter")), "it enters, and is not typed");
    assert!(typed(&press(&mut model, "q")));
}

#[test]
fn whoever_goes_to_a_console_has_entered_it() {
    for way in ["6 7", "7", "tab shift-tab", "2 7"] {
        let mut model = reopened();
        assert_eq!(model.title(Pane::Console(1)), "console db");
        press(&mut model, way);
        assert!(typed(&press(&mut model, "x")), "{way}");
    }
    let mut model = reopened();
    let area = layout::places(&model).of(Pane::Console(1)).unwrap();
    let press = Mouse { kind: MouseKind::Press, column: area.x + 3, row: area.y + 3, held: Default::default() };
    update(&mut model, Msg::Input(Input::Mouse(press)));
    assert!(!model.consoles.is_resting);
}

#[test]
fn who_has_gone_elsewhere_meanwhile_stays_there() {
    let mut model = with_consoles();
    model.consoles.restored = Some(Restored { name: "db".into(), is_focused: true });
    press(&mut model, "2");
    sees(&mut model, vec![view("db", "2", ConsoleState::Running)]);
    assert_eq!((model.screen.focus, model.consoles.list[model.consoles.shown].name.as_str()), (Pane::Log(0), "db"));
    // One that is gone leaves no pane behind.
    let mut model = with_consoles();
    model.consoles.restored = Some(Restored { name: "bash-db".into(), is_focused: true });
    sees(&mut model, Vec::new());
    assert_eq!((model.screen.focus, model.consoles.list.len()), (Pane::Services, 1));
    assert_eq!(press(&mut opened(), "a"), [Effect::Console { console: "django".into(), ask: key("a") }]);
}

#[test]
fn a_zoomed_pane_does_not_hide_what_is_told() {
    let mut model = connected();
    model.now = 1_000_000_000;
    update(&mut model, Msg::Notice(Notice::info("in view")));
    assert_eq!((model.screen.news, news::is_shown(&model)), (None, false));
    press(&mut model, "z");
    update(&mut model, Msg::Notice(Notice::warning("first")));
    update(&mut model, Msg::Notice(Notice::error("the port 8000 is taken")));
    let shown = screen(&model);
    assert!(shown.contains("✕ error: the port 8000 is taken · 1 more · pane 5"), "{shown}");
    assert!(shown.contains("notices+2"), "{shown}");
    assert_eq!(model.pace(), Some(std::time::Duration::from_secs(1)), "the line goes by time alone");
    update(&mut model, Msg::Tick(20_000_000_000));
    let shown = screen(&model);
    assert!(!shown.contains("the port 8000") && shown.contains("notices+2"), "{shown}");
    press(&mut model, "5");
    assert_eq!(model.screen.news, None);
    assert!(!screen(&model).contains("notices+"));
}
