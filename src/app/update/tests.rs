mod activity;
mod console;
mod logs;
mod next_keys;
mod outside;
mod palette;
mod place;
mod task_page;

use super::*;
use crate::app::effect::Asked;
use crate::app::keymap::{Keymap, Overrides};
use crate::app::message::{EngineMsg, LogMsg, Page, RunMsg, Snapshot, TaskMsg};
use crate::app::model::{Overlay, Pane, Start, Zoom};
use crate::app::{layout, view};
use crate::components::log_view::Position;
use crate::core::connection::Connection;
use crate::core::input::{Input, Key, Mouse, MouseKind};
use crate::core::notice::Notice;
use crate::core::observed::Observed;
use crate::core::progress::{Progress, Question, RunId, StepState};
use crate::core::state::TaskState;
use crate::core::status::{TaskView, service_view, tests::project};
use crate::logs::assemble::RawLine;
use crate::logs::sanitise::Sanitiser;
use crate::logs::{Entry, LogLine, Mark};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn model() -> Model {
    let keymap = Keymap::new(&Overrides::new()).unwrap();
    let mut model = Model::new(&project(), "unix:///test.sock", keymap);
    model.screen.size = (120, 30);
    // As after the first frame.
    model.screen.shows_usage = true;
    model
}

fn snapshot(nothing: bool) -> Msg {
    let services = service_view(&project(), &Observed::default());
    Msg::Engine(EngineMsg::Snapshot(Snapshot { services, nothing, ..Snapshot::default() }))
}

/// A model that is connected and has looked at the services.
pub(in crate::app) fn connected() -> Model {
    let mut model = model();
    update(&mut model, Msg::Engine(EngineMsg::Connected { version: "27.0".into() }));
    update(&mut model, snapshot(false));
    model
}

pub(in crate::app) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let keys = keys.split(' ').map(|key| key.parse::<Key>().unwrap());
    keys.flat_map(|key| update(model, Msg::Input(Input::Key(key)))).collect()
}

fn runs(run: u64, action: &'static str, words: &[&str]) -> Effect {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Effect::Run { run: RunId(run), asked: Asked { action, service: None, words } }
}

fn task(name: &str, id: &str, state: TaskState) -> TaskView {
    let ended = !matches!(state, TaskState::Running | TaskState::Waiting);
    TaskView {
        name: name.into(),
        state,
        exit_code: ended.then_some(i64::from(state != TaskState::Done)),
        started_at: 1,
        finished_at: if ended { 2 } else { 0 },
        container_id: id.into(),
        command: Vec::new(),
    }
}

fn tasks(tasks: &[TaskView]) -> Msg {
    Msg::Engine(EngineMsg::Snapshot(Snapshot { tasks: tasks.to_vec(), ..Snapshot::default() }))
}

fn line(text: &str) -> LogLine {
    LogLine::new(&RawLine { time: 1, bytes: text.into(), beyond: 0 }, &mut Sanitiser::default())
}

fn write(model: &mut Model, service: &str, count: usize) {
    let lines = (0..count).map(|n| line(&n.to_string())).collect();
    update(model, Msg::Log(LogMsg::Lines { service: service.into(), lines }));
}

fn paused(bottom: u64, end: u64) -> Position {
    Position::Paused { at: vec![bottom], hidden: 0, end }
}

fn lost() -> Msg {
    Msg::Engine(EngineMsg::Disconnected(Notice::error("could not connect").remedy("start it")))
}

fn screen(model: &Model) -> String {
    let (columns, rows) = model.screen.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    view::draw(model, &mut buffer);
    let row = |row: &[ratatui::buffer::Cell]| row.iter().map(|cell| cell.symbol()).collect::<String>();
    buffer.content().chunks(usize::from(columns.max(1))).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn quitting_stops_nothing() {
    assert_eq!(press(&mut connected(), "q"), [Effect::Quit]);
    assert_eq!(press(&mut connected(), "ctrl-c"), [Effect::Quit]);
}

#[test]
fn an_action_runs_once_at_a_time() {
    let mut model = connected();
    assert_eq!(press(&mut model, "u"), [runs(1, "up", &[])]);
    assert_eq!(press(&mut model, "u"), []);
    assert_eq!(model.notices[0].notice.summary, "up can do nothing now: up is running");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
    assert_eq!(press(&mut model, "D"), [runs(2, "destroy", &[])]);
}

#[test]
fn nothing_is_done_without_an_engine() {
    assert_eq!(press(&mut model(), "u"), []);
    let mut model = connected();
    update(&mut model, lost());
    assert_eq!(press(&mut model, "u"), []);
    assert_eq!(press(&mut connected(), "H"), []);
}

#[test]
fn up_is_run_at_the_start_only_where_nothing_exists() {
    for (start, nothing, runs) in
        [(Start::UpIfNothing, true, true), (Start::UpIfNothing, false, false), (Start::Look, true, false)]
    {
        let mut model = model();
        model.runs.start = start;
        update(&mut model, Msg::Engine(EngineMsg::Connected { version: "27.0".into() }));
        assert_eq!(!update(&mut model, snapshot(nothing)).is_empty(), runs, "{start:?} {nothing}");
        update(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
        assert_eq!(update(&mut model, snapshot(true)), [], "only the first look counts");
    }
}

#[test]
fn late_messages_of_a_run_are_dropped() {
    let mut model = connected();
    press(&mut model, "u");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Failed(Notice::error("no space"))));
    update(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
    press(&mut model, "u");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Planned(vec!["build web".into()])));
    assert_eq!(model.notices[0].notice.summary, "no space");
    assert!(model.runs.running().is_some_and(|operation| operation.steps.is_empty()));
}

#[test]
fn steps_move_on() {
    let mut model = connected();
    press(&mut model, "u");
    let run = |msg| Msg::Run(RunId(1), msg);
    let step = |step: &str, state| run(RunMsg::Step { step: step.into(), state, detail: "RUN pip".into() });
    update(&mut model, run(RunMsg::Planned(vec!["build web".into(), "start web".into()])));
    update(&mut model, step("build web", StepState::Running));
    let progress = Progress { label: "step".into(), done: 3, total: 9 };
    update(&mut model, run(RunMsg::Progress { step: "build web".into(), progress }));
    update(&mut model, step("found later", StepState::Done));
    assert_eq!(model.runs.running().unwrap().count(), (1, 3));
    let shown = screen(&model);
    assert!(shown.contains("◐ build web running [█████░░░░░░░░░░░] 3/9 step"), "{shown}");
    assert!(shown.contains("│ RUN pip"), "{shown}");
}

fn question(type_name: Option<&str>) -> Question {
    Question {
        run: RunId(1),
        title: "destroy biostar?".into(),
        destroys: vec!["volume biostar-development-volume-db".into()],
        remarks: Vec::new(),
        command: "biostar-tui destroy --volumes".into(),
        type_name: type_name.map(str::to_owned),
    }
}

fn asked(type_name: Option<&str>) -> Model {
    let mut model = connected();
    press(&mut model, "D");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Asks(question(type_name))));
    model
}

#[test]
fn the_answer_is_no_unless_yes_is_given() {
    for (keys, yes) in
        [("y", true), ("Y", true), ("n", false), ("enter", false), ("esc", false), ("x q ctrl-y n", false)]
    {
        assert_eq!(press(&mut asked(None), keys), [Effect::Answer { run: RunId(1), yes }], "{keys}");
    }
    assert_eq!(press(&mut asked(None), "ctrl-c"), [Effect::Answer { run: RunId(1), yes: false }, Effect::Quit]);
}

#[test]
fn a_name_must_be_typed_in_full() {
    assert_eq!(press(&mut asked(Some("bio")), "y enter b i enter"), []);
    assert_eq!(
        press(&mut asked(Some("bio")), "b i x backspace o enter"),
        [Effect::Answer { run: RunId(1), yes: true }]
    );
    let mut model = asked(Some("bio"));
    update(&mut model, Msg::Input(Input::Paste("bio\n".into())));
    assert!(matches!(&model.screen.overlay, Overlay::Question { typed, .. } if typed == "bio"));
}

#[test]
fn a_question_goes_with_its_run() {
    let mut model = asked(None);
    update(&mut model, Msg::Run(RunId(1), RunMsg::Failed(Notice::error("engine lost"))));
    assert_eq!(model.screen.overlay, Overlay::None);
}

#[test]
fn focus_goes_round() {
    let mut model = connected();
    press(&mut model, "shift-tab");
    assert_eq!(model.screen.focus, Pane::Notices);
    press(&mut model, "tab tab");
    assert_eq!(model.screen.focus, Pane::Log(0));
    press(&mut model, "3");
    assert_eq!(model.screen.focus, Pane::Log(1));
    press(&mut model, "9");
    assert_eq!(model.screen.focus, Pane::Log(1), "there is no ninth pane");
    press(&mut model, "z");
    assert_eq!(layout::places(&model).panes.len(), 1);
    press(&mut model, "esc");
    assert_eq!(model.screen.zoom, Zoom::Out);
}

#[test]
fn following_never_fights_the_reader() {
    let mut model = connected();
    write(&mut model, "db", 100);
    press(&mut model, "2 k k");
    assert_eq!(model.logs[0].view.position, paused(98, 100));
    write(&mut model, "db", 7);
    assert_eq!(model.logs[0].view.position, paused(98, 100));
    assert!(screen(&model).contains("paused, +7 new"));
    press(&mut model, "G");
    assert_eq!(model.logs[0].view.position, Position::Following);
    press(&mut model, "g");
    let height = u64::from(layout::places(&model).of(Pane::Log(0)).unwrap().height - 2);
    assert_eq!(model.logs[0].view.position, paused(height, 107));
    press(&mut model, "f");
    assert_eq!(model.logs[0].view.position, Position::Following);
    press(&mut model, "f");
    assert_eq!(model.logs[0].view.position, paused(107, 107));
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_a_click_focuses() {
    let mut model = connected();
    write(&mut model, "web", 100);
    let area = layout::places(&model).of(Pane::Log(1)).unwrap();
    let mouse =
        |kind| Msg::Input(Input::Mouse(Mouse { kind, column: area.x + 1, row: area.y + 1, held: Default::default() }));
    update(&mut model, mouse(MouseKind::WheelUp));
    assert_eq!(model.logs[1].view.position, paused(97, 100));
    assert_eq!(model.screen.focus, Pane::Services);
    update(&mut model, mouse(MouseKind::Press));
    assert_eq!(model.screen.focus, Pane::Log(1));
}

#[test]
fn a_lost_engine_is_marked_once_and_told() {
    let mut model = connected();
    update(&mut model, lost());
    update(&mut model, lost());
    update(&mut model, Msg::Engine(EngineMsg::Connected { version: "27.0".into() }));
    let marks: Vec<_> = model.logs[0].store.range(0, 9).cloned().collect();
    let mark = |mark| Entry::Mark { time: 0, mark };
    assert_eq!(marks, [mark(Mark::EngineLost), mark(Mark::EngineBack)]);
    assert_eq!(model.notices[1].notice.summary, "the engine is lost: could not connect");
}

#[test]
fn an_engine_that_was_never_there_fills_no_notices() {
    let mut model = model();
    update(&mut model, lost());
    assert!(matches!(model.connection, Connection::Lost { .. }) && model.notices.is_empty());
    assert!(screen(&model).contains("remedy: start it"));
}

#[test]
fn output_of_a_replaced_run_is_dropped() {
    let mut model = connected();
    let look = |id| tasks(&[task("migrate", id, TaskState::Running)]);
    let output = |id: &str| {
        Msg::Task(TaskMsg::Output { task: "migrate".into(), container: id.into(), lines: vec![line("Applying")] })
    };
    update(&mut model, look("one"));
    update(&mut model, output("one"));
    update(&mut model, look("one"));
    assert_eq!(model.tasks[0].output.end(), 1);
    update(&mut model, look("two"));
    update(&mut model, output("one"));
    assert_eq!(model.tasks[0].output.end(), 0);
}

#[test]
fn the_same_notice_is_counted() {
    let mut model = connected();
    (0..3).for_each(|_| model.tell(Notice::info("x")));
    assert_eq!((model.notices.len(), model.notices[0].count), (1, 3));
}

#[test]
fn an_idle_screen_does_not_move() {
    assert_eq!(connected().pace(), None);
    let mut model = connected();
    press(&mut model, "u");
    assert_eq!(model.pace(), Some(std::time::Duration::from_secs(1)));
}

#[test]
fn help_shows_every_key() {
    let mut model = connected();
    model.screen.size = (120, 170);
    press(&mut model, "?");
    let shown = screen(&model);
    for binding in model.keymap.bindings() {
        let words = binding.action.summary.split(' ').take(2).collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&format!("{}: {words}", binding.action.id)), "{}", binding.action.id);
    }
    press(&mut model, "j esc");
    assert_eq!(model.screen.overlay, Overlay::None);
}

/// Anything that could happen.
fn happening() -> impl Strategy<Value = Msg> {
    let keys: Vec<Key> = Keymap::new(&Overrides::new()).unwrap().bindings().iter().map(|b| b.key).collect();
    let service = prop::sample::select(vec!["db", "web", "other", "日本\u{202e}"]);
    let run = prop::sample::select(vec![
        RunMsg::Planned(vec!["build".into()]),
        RunMsg::Asks(question(None)),
        RunMsg::Asks(question(Some("bio"))),
        RunMsg::Step { step: "build".into(), state: StepState::Failed, detail: "\x1b[31mx".into() },
        RunMsg::Done("x".into()),
        RunMsg::Declined,
        RunMsg::Cancelled(Notice::warning("up was cancelled")),
        RunMsg::Page(Page::text("plan", "a\n\n\x1b[31mb")),
    ]);
    prop_oneof![
        4 => prop::sample::select(keys).prop_map(|key| Msg::Input(Input::Key(key))),
        1 => any::<char>().prop_filter_map("no key", |c| c.to_string().parse().ok()).prop_map(|key| Msg::Input(Input::Key(key))),
        2 => (0_u16..260, 0_u16..90).prop_map(|(w, h)| Msg::Input(Input::Resize(w, h))),
        2 => (0_u16..260, 0_u16..90, 0_usize..3).prop_map(|(column, row, kind)| {
            let kind = [MouseKind::Press, MouseKind::WheelUp, MouseKind::WheelDown][kind];
            Msg::Input(Input::Mouse(Mouse { kind, column, row, held: Default::default() }))
        }),
        1 => ".{0,20}".prop_map(|text| Msg::Input(Input::Paste(text))),
        2 => (service, ".{0,300}", 1_usize..40).prop_map(|(service, text, count)| {
            Msg::Log(LogMsg::Lines { service: service.into(), lines: vec![line(&text); count] })
        }),
        1 => prop::sample::select(vec![lost(), snapshot(true), Msg::Engine(EngineMsg::Connected { version: "1".into() })]),
        1 => (1_u64..4, run).prop_map(|(run, msg)| Msg::Run(RunId(run), msg)),
        1 => prop::sample::select(vec![TaskState::Running, TaskState::Failed])
            .prop_map(|state| tasks(&[task("migrate", "one", state), task("run-1", "two", TaskState::Done)])),
        1 => any::<i64>().prop_map(|now| Msg::Tick(now / 2)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_happens_the_screen_is_drawn(messages in prop::collection::vec(happening(), 1..60)) {
        let mut model = connected();
        for msg in messages {
            update(&mut model, msg);
            let shown = screen(&model);
            prop_assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
