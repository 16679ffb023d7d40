use super::*;
use crate::app::log_effect::LogEffect;

fn with_tasks() -> Model {
    let mut model = connected();
    let migrate = TaskView { command: vec!["ls".into(), "-l".into()], ..task("run-1", "one", TaskState::Failed) };
    update(&mut model, tasks(&[migrate, task("index", "two", TaskState::Running)]));
    press(&mut model, "4");
    assert_eq!(model.screen.focus, Pane::Tasks);
    model
}

#[test]
fn a_task_opens_with_its_whole_output() {
    let mut model = with_tasks();
    assert_eq!(press(&mut model, "j enter"), [Effect::ReadTask { container: "one".into() }]);
    let whole = |container: &str| {
        Msg::Task(TaskMsg::Whole {
            container: container.into(),
            lines: (0..100).map(|n| line(&format!("line {n}"))).collect(),
        })
    };
    update(&mut model, whole("another"));
    assert!(screen(&model).contains("no lines yet"));
    update(&mut model, whole("one"));
    let shown = screen(&model);
    assert!(shown.contains("task run ls -l ✕ failed") && shown.contains("$ ls -l") && shown.contains("exit code 1"));
    assert!(shown.contains("line 99") && !shown.contains("line 0 "));
    press(&mut model, "g");
    assert!(screen(&model).contains("line 0 ") && screen(&model).contains("paused"));
    press(&mut model, "?  j esc".replace("  ", " ").as_str());
    assert_eq!(model.screen.overlay, Overlay::Task, "it is there again when the help is closed");
    assert_eq!(press(&mut model, "esc"), [Effect::CloseTask]);
    assert_eq!(model.screen.overlay, Overlay::None);
}

#[test]
fn a_task_that_is_run_again_while_it_is_open_goes_on_there() {
    let mut model = with_tasks();
    press(&mut model, "enter");
    let effects = update(&mut model, tasks(&[task("index", "three", TaskState::Running)]));
    assert_eq!(effects, [Effect::ReadTask { container: "three".into() }]);
}

#[test]
fn the_selected_task_is_tried_again() {
    let mut model = with_tasks();
    assert_eq!(press(&mut model, "t"), [], "it goes on");
    assert!(model.notices[0].notice.summary.contains("the task has not failed"));
    assert_eq!(press(&mut model, "j t"), [runs(1, "run", &["ls", "-l"])]);
}

#[test]
fn what_failed_last_is_tried_again() {
    let mut model = connected();
    assert_eq!(press(&mut model, "t"), []);
    press(&mut model, "b");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Failed(Notice::error("no space"))));
    assert_eq!(press(&mut model, "t"), [runs(2, "rebuild", &[])]);
}

#[test]
fn a_task_of_another_client_is_cancelled_after_a_question() {
    let mut model = with_tasks();
    assert_eq!(press(&mut model, "x"), []);
    assert!(screen(&model).contains("cancel index?"));
    assert_eq!(press(&mut model, "enter"), [], "the default is No");
    assert_eq!(model.screen.overlay, Overlay::None);
    let effects = press(&mut model, "x y");
    assert_eq!(effects, [Effect::CancelTask { task: "index".into(), container: "two".into() }]);
}

#[test]
fn the_operation_is_cancelled_with_its_task() {
    let mut model = with_tasks();
    press(&mut model, "u");
    let step = RunMsg::Step { step: "task index".into(), state: StepState::Running, detail: String::new() };
    update(&mut model, Msg::Run(RunId(1), step));
    press(&mut model, "x");
    assert!(screen(&model).contains("cancel up?") && screen(&model).contains("is rolled back"));
    assert_eq!(press(&mut model, "y"), [Effect::Cancel(RunId(1))]);
    update(&mut model, Msg::Run(RunId(1), RunMsg::Cancelled(Notice::warning("up was cancelled"))));
    assert!(screen(&model).contains("○ cancelled up"));
    assert_eq!(model.notices[0].notice.summary, "up was cancelled");
}

#[test]
fn an_operation_that_is_its_task_is_one_line() {
    let mut model = with_tasks();
    press(&mut model, "i");
    assert!(screen(&model).contains("running   reindex"), "before its task there is nothing else to show");
    let step = RunMsg::Step { step: "task index".into(), state: StepState::Running, detail: String::new() };
    update(&mut model, Msg::Run(RunId(1), step));
    assert!(screen(&model).contains("running   index") && !screen(&model).contains("running   reindex"));
}

#[test]
fn a_question_about_what_has_ended_goes_away() {
    let mut model = with_tasks();
    press(&mut model, "1 u x");
    update(&mut model, Msg::Run(RunId(1), RunMsg::Done("up".into())));
    assert_eq!(model.screen.overlay, Overlay::None);
}

#[test]
fn whose_turn_it_is_stands_at_the_task() {
    let mut model = with_tasks();
    let output = |text: &str| {
        Msg::Task(TaskMsg::Output { task: "index".into(), container: "two".into(), lines: vec![line(text)] })
    };
    update(&mut model, output("waiting for fixtures (class database)"));
    assert!(screen(&model).contains("index waits for fixtures"));
    update(&mut model, output("Indexing"));
    assert!(!screen(&model).contains("waits for"));
}

#[test]
fn a_click_selects_a_task_and_the_wheel_scrolls_an_open_one() {
    let mut model = with_tasks();
    press(&mut model, "1");
    let row = screen(&model).lines().position(|row| row.contains("run ls -l")).unwrap();
    let mouse = |kind| {
        Msg::Input(Input::Mouse(Mouse { kind, column: 5, row: u16::try_from(row).unwrap(), held: Default::default() }))
    };
    update(&mut model, mouse(MouseKind::Press));
    assert_eq!((model.screen.focus, model.screen.selected.as_deref()), (Pane::Tasks, Some("one")));
    press(&mut model, "enter");
    let lines = (0..100).map(|n| line(&n.to_string())).collect();
    update(&mut model, Msg::Task(TaskMsg::Whole { container: "one".into(), lines }));
    update(&mut model, mouse(MouseKind::WheelUp));
    assert_eq!(model.open.as_ref().unwrap().view.position, paused(97, 100));
}

/// A dashboard with the output of three failed tests open.
fn with_failed_tests() -> Model {
    let mut model = connected();
    let tests = TaskView { command: vec!["python3".into()], ..task("test", "tests", TaskState::Failed) };
    update(&mut model, tasks(&[tests]));
    press(&mut model, "4 enter");
    let output = include_str!("../../../../tests/fixtures/logs/unittest.log");
    let lines = output.lines().map(line).collect();
    update(&mut model, Msg::Task(TaskMsg::Whole { container: "tests".into(), lines }));
    model
}

#[test]
fn each_failed_test_is_one_line_until_it_is_unfolded() {
    let mut model = with_failed_tests();
    let folded =
        "▸ ERROR: test_lost (forum.tests.VoteTest) · ValueError: no such post · forum/tests.py:10 in test_lost";
    let shown = screen(&model);
    assert!(shown.contains(folded), "{shown}");
    assert!(
        shown.contains("▸ FAIL: test_each (forum.tests.VoteTest) (n=0) · AssertionError: 0 is not true"),
        "{shown}"
    );
    assert!(shown.contains("Ran 4 tests") && !shown.contains("Traceback"), "{shown}");
    press(&mut model, "[ [ [ o");
    let shown = screen(&model);
    assert!(shown.contains("KeyError: 'post'") && !shown.contains(folded), "{shown}");
    assert!(shown.contains("▸ FAIL: test_counts"), "the others stay folded: {shown}");
    press(&mut model, "] [ o");
    assert!(screen(&model).contains(folded));
}

#[test]
fn a_failed_test_opens_in_the_editor_and_in_the_debugger() {
    let mut model = with_failed_tests();
    press(&mut model, "[");
    let path = model.project.root.join("forum/tests.py");
    assert_eq!(press(&mut model, "enter"), [Effect::Log(LogEffect::Edit { path: path.clone(), line: 14 })]);
    assert_eq!(press(&mut model, "E enter"), [Effect::Log(LogEffect::Edit { path, line: 14 })]);
    assert_eq!(model.screen.overlay, Overlay::Task, "the output is there again");
    assert_eq!(press(&mut model, "t"), [runs(1, "test", &["--failed"])]);
    assert_eq!(press(&mut model, "C"), [Effect::CloseTask], "this project has no such console");
    assert!(model.notices[0].notice.summary.contains("test"), "{:?}", model.notices[0].notice);
}
