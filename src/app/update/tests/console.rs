//! Consoles: who gets a key, what is opened and closed, which sizes are told.

use super::*;
use crate::app::consoles::Leader;
use crate::app::effect::{ConsoleAsk, Start};
use crate::app::hints::hints;
use crate::app::log_effect::LogEffect;
use crate::app::message::ConsoleMsg;
use crate::app::remedy;
use crate::console::Frame;
use crate::console::copying::{Copying, Motion, Unit};
use crate::console::frame::{Direction, Modes, Tracking};
use crate::core::console::{Attachment, Console, ConsoleState, ConsoleView, Place, Size};
use crate::core::debugger::{Debuggers, Prompt, Waits};
use crate::core::input::Held;
use crate::core::project::Project;
use std::sync::Arc;

fn console(name: &str) -> Console {
    Console { name: name.into(), run: vec![name.into()], place: Place::Service("web".into()) }
}

/// A connected model of a project with two consoles.
pub(super) fn with_consoles() -> Model {
    let project = Project { consoles: vec![console("django"), console("db")], ..project() };
    let keymap = Keymap::new(&Overrides::new()).unwrap();
    let mut model = Model::new(&project, "unix:///test.sock", keymap);
    (model.screen.size, model.screen.shows_usage) = ((120, 30), true);
    update(&mut model, Msg::Engine(EngineMsg::Connected { version: "27.0".into() }));
    update(&mut model, snapshot(false));
    model
}

fn asks(console: &str, ask: ConsoleAsk) -> Effect {
    Effect::Console { console: console.into(), ask }
}

pub(super) fn key(text: &str) -> ConsoleAsk {
    ConsoleAsk::Key(text.parse().unwrap())
}

pub(super) fn tell(model: &mut Model, console: &str, attachment: Attachment) -> Vec<Effect> {
    update(model, Msg::Console(ConsoleMsg::Attachment { console: console.into(), attachment }))
}

/// The same with the Django console open.
pub(super) fn opened() -> Model {
    let mut model = with_consoles();
    press(&mut model, "C");
    tell(&mut model, "django", Attachment::Attached);
    model
}

pub(super) fn view(name: &str, id: &str, state: ConsoleState) -> ConsoleView {
    let exit_code = (state == ConsoleState::Exited).then_some(3);
    ConsoleView {
        name: name.into(),
        service: Some("web".into()),
        state,
        exit_code,
        started_at: 5,
        container_id: id.into(),
    }
}

pub(super) fn sees(model: &mut Model, consoles: Vec<ConsoleView>) -> Vec<Effect> {
    let services = service_view(&model.project, &Observed::default());
    update(model, Msg::Engine(EngineMsg::Snapshot(Snapshot { services, consoles, ..Snapshot::default() })))
}

#[test]
fn it_is_not_opened_before_it_is_asked_for() {
    let mut model = with_consoles();
    assert_eq!(model.consoles.list[0].attachment, Attachment::Closed);
    let effects = press(&mut model, "C");
    assert_eq!(model.screen.focus, Pane::Console(0));
    let [Effect::Console { console, ask: ConsoleAsk::Open { size, start, service: None, folder: None } }, focus] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    let area = layout::places(&model).of(Pane::Console(0)).unwrap();
    assert_eq!((console.as_str(), *start), ("django", Start::IfNeeded));
    assert_eq!(*size, Size { columns: area.width - 2, rows: area.height - 2 });
    assert_eq!(*focus, asks("django", ConsoleAsk::Focus(true)));
    // Enter in its pane does the same, and opening twice is once.
    let mut model = with_consoles();
    model.screen.focus = Pane::Console(0);
    assert!(matches!(&press(&mut model, "enter")[..], [Effect::Console { ask: ConsoleAsk::Open { .. }, .. }, ..]));
    assert_eq!(press(&mut model, "ctrl-] C"), []);
}

#[test]
fn every_key_goes_to_the_program_but_the_leader() {
    let mut model = opened();
    for text in ["q", "esc", "ctrl-c", "ctrl-z", "tab", "enter", "?", ":", "1", "u"] {
        assert_eq!(press(&mut model, text), [asks("django", key(text))], "{text}");
    }
    let first = |model: &Model| hints(model).first().map(|hint| (hint.key.clone(), hint.label.clone()));
    for leader in ["ctrl-]", "f12"] {
        assert_eq!(first(&model), Some(("ctrl-]".to_owned(), "then:".to_owned())));
        assert_eq!(press(&mut model, leader), []);
        assert_eq!(model.consoles.leader, Leader::Pressed);
        assert_eq!(first(&model), Some(("?".to_owned(), "help".to_owned())));
        assert_eq!(press(&mut model, leader), [asks("django", key(leader))], "twice it is the program's");
    }
    press(&mut model, "ctrl-] z");
    assert_eq!((model.screen.zoom, model.consoles.leader), (Zoom::In, Leader::Waiting));
    assert_eq!(press(&mut model, "q"), [asks("django", key("q"))]);
    assert_eq!(press(&mut model, "ctrl-] q"), [Effect::Quit]);
    let effects = press(&mut model, "ctrl-] 1");
    assert_eq!(
        (model.screen.focus, effects.contains(&asks("django", ConsoleAsk::Focus(false)))),
        (Pane::Services, true)
    );
}

#[test]
fn pastes_go_where_keys_go() {
    let mut model = opened();
    let paste = || Msg::Input(Input::Paste("a\nb".into()));
    assert_eq!(update(&mut model, paste()), [asks("django", ConsoleAsk::Paste("a\nb".into()))]);
    press(&mut model, "ctrl-] ?");
    assert_eq!(update(&mut model, paste()), [], "what lies over it is first");
}

#[test]
fn the_mouse_is_told_in_the_programs_cells() {
    let mut model = opened();
    let frame = Frame { modes: Modes { mouse: Tracking::Clicks, ..Modes::default() }, ..Frame::default() };
    update(
        &mut model,
        Msg::Console(ConsoleMsg::Frame { console: "django".into(), frame: Arc::new(frame), urgent: false }),
    );
    let area = layout::places(&model).of(Pane::Console(0)).unwrap();
    let at = |column, row| Mouse { kind: MouseKind::Press, column, row, held: Held::default() };
    let effects = update(&mut model, Msg::Input(Input::Mouse(at(area.x + 3, area.y + 2))));
    assert_eq!(effects, [asks("django", ConsoleAsk::Mouse(at(2, 1)))]);
    // Another pane, and its own border, are the dashboard's.
    assert_eq!(update(&mut model, Msg::Input(Input::Mouse(at(area.x, area.y)))), []);
    update(&mut model, Msg::Input(Input::Mouse(at(1, 1))));
    assert_eq!(model.screen.focus, Pane::Services);
}

#[test]
fn a_pane_that_changes_its_size_tells_its_program() {
    let mut model = opened();
    let effects = update(&mut model, Msg::Input(Input::Resize(200, 50)));
    let area = layout::places(&model).of(Pane::Console(0)).unwrap();
    let size = Size { columns: area.width - 2, rows: area.height - 2 };
    assert_eq!(effects, [asks("django", ConsoleAsk::Resize(size))]);
    assert_eq!(update(&mut model, Msg::Input(Input::Resize(200, 50))), [], "once");
    let effects = update(&mut model, Msg::Input(Input::Resize(10, 3)));
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Console { .. })), "too small to be shown");
}

#[test]
fn scrolling_is_behind_the_leader() {
    let mut model = opened();
    let rows = i32::from(layout::places(&model).of(Pane::Console(0)).unwrap().height - 2);
    assert_eq!(press(&mut model, "pageup"), [asks("django", key("pageup"))]);
    assert_eq!(press(&mut model, "ctrl-] pageup"), [copies(Copying::Move(Motion::Page(rows / 2)))]);
    // From then on keys are for copying, until it ends.
    for (key, wanted) in [
        ("k", Copying::Move(Motion::Lines(1))),
        ("left", Copying::Move(Motion::Columns(-1))),
        ("w", Copying::Move(Motion::NextWord)),
        ("$", Copying::Move(Motion::LineEnd)),
        ("G", Copying::Move(Motion::Bottom)),
        ("space", Copying::Select(Unit::Characters)),
        ("Y", Copying::Select(Unit::Lines)),
        ("n", Copying::Again(Direction::Older)),
        ("esc", Copying::End),
    ] {
        assert_eq!(press(&mut model, key), [copies(wanted)], "{key}");
    }
    assert_eq!(press(&mut model, "esc"), [asks("django", key("esc"))]);
}

fn copies(copying: Copying) -> Effect {
    asks("django", ConsoleAsk::Copy(copying))
}

#[test]
fn what_is_searched_for_is_typed_and_what_is_taken_is_pasted() {
    let mut model = opened();
    press(&mut model, "ctrl-] / [");
    assert!(matches!(&model.screen.overlay, Overlay::ConsolePrompt(prompt) if prompt.problem.is_some()));
    assert_eq!(press(&mut model, "enter"), [], "that is no expression");
    let wanted = copies(Copying::Search("ab".into(), Direction::Older));
    assert_eq!(press(&mut model, "backspace a b enter"), [wanted]);
    assert_eq!(press(&mut model, "y"), [copies(Copying::Take)]);
    let effects = update(&mut model, Msg::Console(ConsoleMsg::Taken("a\nb".into())));
    assert_eq!(effects, [Effect::Log(LogEffect::Copy("a\nb".into()))]);
    assert_eq!(press(&mut model, "ctrl-] ctrl-v"), [asks("django", ConsoleAsk::Paste("a\nb".into()))]);
    assert_eq!(press(&mut model, "x"), [asks("django", key("x"))]);
}

#[test]
fn fault_21_ctrl_z_is_the_programs_and_after_the_leader_the_dashboards() {
    let mut model = opened();
    assert_eq!(press(&mut model, "ctrl-z"), [asks("django", key("ctrl-z"))]);
    assert!(press(&mut model, "ctrl-] ctrl-z").contains(&Effect::Suspend));
    model.screen.alone = true;
    assert!(press(&mut model, "ctrl-] ctrl-z").contains(&Effect::Suspend));
}

#[test]
fn a_letter_meant_for_a_console_that_is_not_entered_halts_nothing() {
    let mut model = opened();
    model.consoles.is_resting = true;
    assert_eq!(press(&mut model, "H R u"), []);
    assert!(model.notices[0].notice.summary.contains("not entered"), "{:?}", model.notices[0]);
    assert_eq!(press(&mut model, "?").len(), 0);
    assert!(matches!(model.screen.overlay, Overlay::Help(_)), "what is the screen's own works");
    press(&mut model, "esc tab");
    assert!(!model.consoles.is_resting && !press(&mut model, "u").is_empty());
}

#[test]
fn a_console_gets_a_name() {
    let mut model = opened();
    press(&mut model, "ctrl-] f2 m y space o n e");
    assert_eq!(press(&mut model, "enter"), [asks("django", ConsoleAsk::Call("my one".into()))]);
    assert_eq!(model.title(Pane::Console(0)), "console django: my one");
    let called = |called: &str| Msg::Console(ConsoleMsg::Called { console: "django".into(), called: called.into() });
    update(&mut model, called(&"x".repeat(500)));
    assert_eq!(model.consoles.list[0].called.len(), 40, "by somebody else");
    press(&mut model, "ctrl-] f2 ctrl-u");
    assert_eq!(press(&mut model, "enter"), [asks("django", ConsoleAsk::Call(String::new()))]);
    assert_eq!(model.title(Pane::Console(0)), "console django");
}

#[test]
fn an_ended_one_starts_again_with_enter_and_closes_without_a_question() {
    let mut model = opened();
    tell(&mut model, "django", Attachment::Ended(3));
    assert!(matches!(
        &press(&mut model, "enter")[..],
        [Effect::Console { ask: ConsoleAsk::Open { start: Start::IfNeeded, .. }, .. }]
    ));
    tell(&mut model, "django", Attachment::Ended(3));
    assert_eq!(press(&mut model, "X"), [asks("django", ConsoleAsk::Close)]);
    assert_eq!(press(&mut model, "q"), [Effect::Quit], "without a program the keys are the dashboard's");
}

#[test]
fn one_that_runs_is_closed_after_a_question() {
    let mut model = opened();
    assert_eq!(press(&mut model, "ctrl-] X"), []);
    assert!(matches!(model.screen.overlay, Overlay::Confirm { .. }));
    assert_eq!(press(&mut model, "n"), []);
    assert_eq!(press(&mut model, "ctrl-] X y"), [asks("django", ConsoleAsk::Close)]);
    tell(&mut model, "django", Attachment::Closed);
    assert_eq!((model.consoles.list.len(), model.screen.focus), (1, Pane::Console(0)), "the first keeps its pane");
}

#[test]
fn shells_are_of_the_service_in_focus() {
    let mut model = with_consoles();
    model.screen.focus = Pane::Log(0);
    press(&mut model, "s");
    press(&mut model, "ctrl-] 1");
    press(&mut model, "s");
    let open: Vec<_> = model.consoles.list.iter().map(|it| (it.name.as_str(), it.service.as_deref())).collect();
    assert_eq!(open, [("django", None), ("bash-db", Some("db")), ("bash", Some("web"))]);
    tell(&mut model, "bash-db", Attachment::Closed);
    assert_eq!(model.screen.focus, Pane::Console(1), "the focus stays with its console");
}

#[test]
fn one_that_is_opened_from_another_begins_in_its_folder() {
    let begins_in = |from: &str, folder: &str, to: &str| {
        let mut model = with_consoles();
        model.project.consoles.push(Console { place: Place::Host, ..console("here") });
        model.project.consoles.push(Console { place: Place::Host, ..console("there") });
        let open = |model: &mut Model, name: &str| {
            press(model, "ctrl-] :");
            update(model, Msg::Input(Input::Paste(format!("console {name}"))));
            press(model, "enter")
        };
        open(&mut model, from);
        tell(&mut model, from, Attachment::Attached);
        let frame = Arc::new(Frame { folder: Some(folder.into()), ..Frame::default() });
        update(&mut model, Msg::Console(ConsoleMsg::Frame { console: from.into(), frame, urgent: false }));
        let effects = open(&mut model, to);
        let asked = effects.into_iter().find_map(|effect| match effect {
            Effect::Console { ask: ConsoleAsk::Open { folder, .. }, .. } => Some(folder),
            _ => None,
        });
        asked.expect("it is opened").unwrap_or_default()
    };
    assert_eq!(begins_in("django", "/project/forum", "db"), "/project/forum");
    assert_eq!(begins_in("django", "/usr/lib", "db"), "", "a container's own");
    assert_eq!(begins_in("django", "/project/forum", "here"), project().root.join("forum").display().to_string());
    assert_eq!(begins_in("here", "/usr/lib", "there"), "/usr/lib");
    assert_eq!(begins_in("here", "/usr/lib", "django"), "", "another place");
}

#[test]
fn named_ones_are_opened_from_the_palette() {
    let mut model = with_consoles();
    press(&mut model, "ctrl-p");
    update(&mut model, Msg::Input(Input::Paste("console db".into())));
    assert!(matches!(&press(&mut model, "enter")[..], [Effect::Console { console, .. }, ..] if console == "db"));
    press(&mut model, "ctrl-] :");
    update(&mut model, Msg::Input(Input::Paste("console djnago".into())));
    assert_eq!(press(&mut model, "enter"), []);
    assert_eq!(model.notices[0].notice.summary, "the project p has no console djnago");
}

#[test]
fn those_that_run_are_attached_once() {
    let mut model = with_consoles();
    let effects =
        sees(&mut model, vec![view("django", "1", ConsoleState::Running), view("bash", "2", ConsoleState::Exited)]);
    assert!(
        matches!(&effects[..], [Effect::Console { console, ask: ConsoleAsk::Open { start: Start::Never, .. } }] if console == "django"),
        "{effects:?}"
    );
    assert_eq!(model.consoles.list[1].attachment, Attachment::Ended(3));
    assert_eq!(model.screen.focus, Pane::Services, "nobody is taken away from where he is");
    tell(&mut model, "django", Attachment::Attached);
    assert_eq!(sees(&mut model, vec![view("django", "1", ConsoleState::Running)]), []);
    // Ended and started again by another client.
    tell(&mut model, "django", Attachment::Ended(0));
    assert_eq!(sees(&mut model, vec![view("django", "1", ConsoleState::Running)]), [], "a late look");
    assert_eq!(sees(&mut model, vec![view("django", "3", ConsoleState::Running)]).len(), 1);
}

#[test]
fn a_bell_waits_for_the_focus() {
    let mut model = opened();
    let bell = || Msg::Console(ConsoleMsg::Bell { console: "django".into() });
    update(&mut model, bell());
    assert!(!model.consoles.list[0].rang);
    press(&mut model, "ctrl-] 1");
    update(&mut model, bell());
    assert!(model.consoles.list[0].rang);
    press(&mut model, "C");
    assert!(!model.consoles.list[0].rang);
}

#[test]
fn without_an_engine_nothing_is_opened() {
    let mut model = with_consoles();
    update(&mut model, Msg::Engine(EngineMsg::Disconnected(Notice::error("gone"))));
    for keys in ["C", "s"] {
        assert!(
            press(&mut model, keys)
                .iter()
                .all(|effect| !matches!(effect, Effect::Console { ask: ConsoleAsk::Open { .. }, .. }))
        );
    }
    // A program of this host needs none.
    model.project.consoles.push(Console { place: Place::Host, ..console("here") });
    press(&mut model, ":");
    update(&mut model, Msg::Input(Input::Paste("console here".into())));
    let effects = press(&mut model, "enter");
    assert!(matches!(&effects[..], [Effect::Console { ask: ConsoleAsk::Open { .. }, .. }, ..]), "{effects:?}");
}

/// The debuggers of the web service tell this.
fn debuggers(model: &mut Model, states: &[(Waits, &str)]) -> Vec<Effect> {
    let prompts =
        states.iter().map(|(state, place)| Prompt { state: *state, place: (*place).into(), function: "f".into() });
    let debuggers = Debuggers::Told(prompts.collect());
    update(model, Msg::Console(ConsoleMsg::Debuggers { service: "web".into(), debuggers }))
}

fn is_attach(effect: &Effect) -> bool {
    matches!(effect, Effect::Console { console, ask: ConsoleAsk::Open { start: Start::Never, .. } } if console == "@web")
}

#[test]
fn a_debugger_calls_and_its_prompt_is_shown() {
    let mut model = with_consoles();
    assert_eq!(debuggers(&mut model, &[]), [], "nobody waits: there is nothing to show");
    assert!(model.consoles.place("@web").is_none());
    let effects = debuggers(&mut model, &[(Waits::Answer, "views.py:3"), (Waits::Turn, "views.py:9")]);
    assert!(effects.iter().any(is_attach), "{effects:?}");
    let place = model.consoles.place("@web").unwrap();
    assert_eq!((model.consoles.shown, model.consoles.list[place].rang), (place, true));
    let notice = &model.notices[0].notice;
    assert_eq!(notice.summary, "a debugger waits for an answer in web: views.py:3 in f");
    assert!(notice.cause.as_deref().unwrap().starts_with("1 more"));
    assert!(notice.remedy.as_deref().unwrap().starts_with("d goes there"));
    // The same again says nothing; one key goes there.
    let told = model.notices.len();
    debuggers(&mut model, &[(Waits::Answer, "views.py:3")]);
    assert_eq!(model.notices.len(), told);
    tell(&mut model, "@web", Attachment::Attached);
    press(&mut model, "d");
    assert_eq!(model.screen.focus, Pane::Console(place));
    assert_eq!(press(&mut model, "n"), [asks("@web", key("n"))]);
}

#[test]
fn nothing_is_offered_about_a_debugger_that_was_left() {
    let mut model = with_consoles();
    let offered = |model: &Model| remedy::next(model).map(|(_, deed)| deed.label());
    debuggers(&mut model, &[(Waits::Answer, "views.py:3")]);
    assert_eq!(offered(&model).as_deref(), Some("attach web"));
    debuggers(&mut model, &[]);
    assert_eq!(offered(&model), None);
    // The same one calls again.
    debuggers(&mut model, &[(Waits::Answer, "views.py:3")]);
    assert_eq!(offered(&model).as_deref(), Some("attach web"));
}

#[test]
fn what_is_typed_while_no_debugger_waits_is_held_back() {
    let mut model = with_consoles();
    press(&mut model, "d");
    tell(&mut model, "@web", Attachment::Attached);
    assert_eq!(press(&mut model, "c"), [asks("@web", key("c"))], "nobody tells of debuggers: as in any terminal");
    debuggers(&mut model, &[]);
    assert_eq!(press(&mut model, "c enter"), []);
    assert_eq!(update(&mut model, Msg::Input(Input::Paste("c\n".into()))), []);
    // An interrupt is meant for the server, and asks first.
    assert_eq!(press(&mut model, "ctrl-c"), []);
    assert_eq!(press(&mut model, "ctrl-c"), [asks("@web", key("ctrl-c"))]);
    debuggers(&mut model, &[(Waits::Answer, "views.py:3")]);
    assert_eq!(press(&mut model, "c"), [asks("@web", key("c"))]);
    assert_eq!(press(&mut model, "ctrl-c"), []);
}

#[test]
fn a_servers_terminal_is_let_go_when_nobody_looks_at_it() {
    let mut model = with_consoles();
    debuggers(&mut model, &[(Waits::Answer, "views.py:3")]);
    tell(&mut model, "@web", Attachment::Attached);
    press(&mut model, "d");
    let left = press(&mut model, "ctrl-] 1");
    assert!(!left.contains(&asks("@web", ConsoleAsk::Leave)), "its prompt is still shown");
    let effects = debuggers(&mut model, &[]);
    assert!(effects.contains(&asks("@web", ConsoleAsk::Leave)), "{effects:?}");
    assert_eq!(model.consoles.entry("@web").attachment, Attachment::Closed);
    // A picture that was on its way is not shown any more, and it is never closed.
    let late = ConsoleMsg::Frame { console: "@web".into(), frame: Arc::default(), urgent: false };
    update(&mut model, Msg::Console(late));
    assert_eq!(model.consoles.entry("@web").frame, None);
    press(&mut model, "d");
    assert_eq!(press(&mut model, "ctrl-] X"), []);
    assert_eq!(model.screen.overlay, Overlay::None);
}

#[test]
fn servers_are_looked_at_when_they_come_and_when_they_speak() {
    let mut model = with_consoles();
    let look = Effect::Debuggers { service: "web".into() };
    let line = |text: &str| {
        let line = super::line(text);
        Msg::Log(LogMsg::Lines { service: "web".into(), lines: vec![line] })
    };
    assert!(!update(&mut model, line("GET / 200")).contains(&look));
    assert!(update(&mut model, line("biostar-tui: a debugger waits")).contains(&look));
    let snapshot = |started_at| {
        let mut services = service_view(&project(), &Observed::default());
        services
            .iter_mut()
            .for_each(|service| (service.container, service.started_at) = (Some("c".into()), started_at));
        Msg::Engine(EngineMsg::Snapshot(Snapshot { services, ..Snapshot::default() }))
    };
    assert!(update(&mut model, snapshot(1)).contains(&look));
    assert!(!update(&mut model, snapshot(1)).contains(&look));
    assert!(update(&mut model, snapshot(2)).contains(&look));
}

#[test]
fn a_program_puts_nothing_into_the_clipboard_before_it_is_allowed() {
    let mut model = connected();
    let offered = |text: &str| Msg::Console(ConsoleMsg::Offered { console: "django".into(), text: text.into() });
    assert_eq!(update(&mut model, offered("first")), []);
    assert_eq!(update(&mut model, offered("a\x1b[31mb")), []);
    let told: Vec<_> = model.notices.iter().filter(|noted| noted.notice.summary.contains("clipboard")).collect();
    assert!(told[0].notice.summary.contains("ctrl-] alt-y"), "a console in the whole screen shows no more than it");
    assert_eq!(told.len(), 1, "the last one stands for all: {told:?}");
    assert!(!told[0].notice.cause.as_deref().unwrap_or_default().contains('\x1b'));
    assert_eq!(press(&mut model, "alt-y"), [Effect::Log(LogEffect::Copy("a\x1b[31mb".into()))]);
    assert_eq!(press(&mut model, "alt-y"), [], "once");
}
