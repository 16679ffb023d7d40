use super::*;

/// Types a text.
fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let keys = text.chars().map(Key::char);
    keys.flat_map(|key| update(model, Msg::Input(Input::Key(key)))).collect()
}

fn shown_rows(model: &Model) -> Vec<String> {
    screen(model).lines().map(str::to_owned).collect()
}

#[test]
fn what_is_typed_is_run() {
    let mut model = connected();
    typed(&mut model, ":migrate forum 0001");
    assert_eq!(press(&mut model, "enter"), [runs(1, "migrate", &["forum", "0001"])]);
    assert_eq!(model.screen.overlay, Overlay::None);
}

#[test]
fn a_part_of_a_name_runs_the_best_match() {
    let mut model = connected();
    press(&mut model, "ctrl-p");
    typed(&mut model, "reind");
    assert_eq!(press(&mut model, "enter"), [runs(1, "reindex", &[])]);
    let mut model = connected();
    typed(&mut model, ":next pane");
    assert_eq!(press(&mut model, "enter"), []);
    assert_eq!(model.screen.focus, Pane::Log(0));
}

#[test]
fn what_needs_words_asks_for_them() {
    for (key, name) in [("!", "run"), ("M", "manage")] {
        let mut model = connected();
        press(&mut model, key);
        assert!(screen(&model).contains(&format!("{name} [--dry-run] COMMAND...")));
        assert_eq!(press(&mut model, "enter"), [], "nothing was typed yet");
        typed(&mut model, "'check' --deploy");
        assert_eq!(press(&mut model, "enter"), [runs(1, name_of(name), &["check", "--deploy"])]);
    }
}

fn name_of(name: &str) -> &'static str {
    crate::actions::registry::find(name).unwrap().id
}

#[test]
fn mistakes_stay_in_the_palette() {
    for (line, wanted) in [
        (":run 'open", "a quote is not closed"),
        (":up --fast", "up has no flag `--fast`"),
        (":xyzzy", "no action is called so"),
        (":completions", "for the command line alone: they are for a shell"),
    ] {
        let mut model = connected();
        typed(&mut model, line);
        assert_eq!(press(&mut model, "enter"), []);
        assert!(screen(&model).contains(wanted), "{line}: {}", screen(&model));
    }
}

#[test]
fn why_an_action_is_unavailable_stands_there_and_is_told() {
    let mut model = connected();
    typed(&mut model, ":resume");
    assert!(screen(&model).contains("(nothing is paused)"));
    assert_eq!(press(&mut model, "enter"), []);
    assert!(model.notices[0].notice.summary.contains("nothing is paused"));
}

#[test]
fn the_last_commands_come_back() {
    let mut model = connected();
    typed(&mut model, ":pane tasks");
    press(&mut model, "enter");
    typed(&mut model, ":pane web");
    press(&mut model, "enter");
    assert_eq!(model.screen.focus, Pane::Log(1));
    typed(&mut model, ":");
    press(&mut model, "up up enter");
    assert_eq!(model.screen.focus, Pane::Tasks);
    assert_eq!(model.past, ["pane web", "pane tasks"], "each once, the last in use behind");
}

#[test]
fn the_selection_moves_and_a_click_chooses() {
    let mut model = connected();
    typed(&mut model, ":");
    press(&mut model, "down down ctrl-n ctrl-p");
    let row = shown_rows(&model).iter().position(|row| row.contains("› suspend")).unwrap();
    assert!(row > 0);
    let row = shown_rows(&model).iter().position(|row| row.contains(" halt ")).unwrap();
    let click =
        Mouse { kind: MouseKind::Press, column: 20, row: u16::try_from(row).unwrap(), held: Default::default() };
    update(&mut model, Msg::Input(Input::Mouse(click)));
    assert!(model.notices[0].notice.summary.starts_with("halt can do nothing now"));
}

#[test]
fn the_focused_log_names_the_service_and_words_win() {
    let up = |model: &mut Model| {
        let mut services = service_view(&project(), &Observed::default());
        services.iter_mut().for_each(|service| service.state = crate::core::state::ServiceState::Running);
        update(model, Msg::Engine(EngineMsg::Snapshot(Snapshot { services, ..Snapshot::default() })));
    };
    let mut model = connected();
    up(&mut model);
    press(&mut model, "2");
    let effects = press(&mut model, "R");
    assert!(matches!(&effects[..], [Effect::Run { asked, .. }] if asked.command_line() == "biostar-tui restart db"));
    let mut model = connected();
    up(&mut model);
    press(&mut model, "2");
    typed(&mut model, ":restart web");
    let effects = press(&mut model, "enter");
    assert!(matches!(&effects[..], [Effect::Run { asked, .. }] if asked.command_line() == "biostar-tui restart web"));
}

#[test]
fn a_paste_is_typed_and_runs_nothing() {
    let mut model = connected();
    typed(&mut model, ":");
    assert_eq!(update(&mut model, Msg::Input(Input::Paste("up\n".into()))), []);
    assert!(matches!(&model.screen.overlay, Overlay::Palette(palette) if palette.line.text() == "up "));
}

#[test]
fn what_shows_something_asks_for_it() {
    let mut model = connected();
    typed(&mut model, ":config check");
    assert_eq!(
        press(&mut model, "enter"),
        [Effect::Show(Asked { action: "config", service: None, words: vec!["check".into()] })]
    );
    update(&mut model, Msg::Page(Page::text("biostar-tui config check", "the configuration is valid")));
    assert!(screen(&model).contains("the configuration is valid"));
    press(&mut model, "esc");
    assert_eq!(model.screen.overlay, Overlay::None);
    typed(&mut model, ":logs web");
    press(&mut model, "enter");
    assert_eq!(model.screen.focus, Pane::Log(1));
    typed(&mut model, ":doctor --fix");
    assert_eq!(press(&mut model, "enter"), []);
    assert!(model.notices[0].notice.summary.contains("command line alone"));
}

fn wheel(model: &mut Model, kind: MouseKind) {
    update(model, Msg::Input(Input::Mouse(Mouse { kind, column: 30, row: 8, held: Default::default() })));
}

#[test]
fn the_wheel_moves_what_lies_above() {
    let mut model = connected();
    typed(&mut model, ":");
    wheel(&mut model, MouseKind::WheelDown);
    assert!(matches!(&model.screen.overlay, Overlay::Palette(palette) if palette.selected == 3));
    wheel(&mut model, MouseKind::WheelUp);
    assert!(matches!(&model.screen.overlay, Overlay::Palette(palette) if palette.selected == 0));
    press(&mut model, "esc");
    update(&mut model, Msg::Page(Page::text("x", &"line\n".repeat(100))));
    wheel(&mut model, MouseKind::WheelDown);
    assert!(matches!(&model.screen.overlay, Overlay::Page { offset: 3, .. }));
    press(&mut model, "G");
    wheel(&mut model, MouseKind::WheelDown);
    let Overlay::Page { offset, .. } = model.screen.overlay else { panic!("closed") };
    assert!(offset < 100, "the last line stays at the bottom");
}
