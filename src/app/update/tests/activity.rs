//! What goes on is told wherever one looks.

use super::*;
use crate::app::activity;

fn told(model: &Model) -> Option<String> {
    let line = activity::shown(model)?.line(model.now, 100, model.screen.colours);
    Some(line.spans.iter().map(|span| span.content.as_ref()).collect::<String>().trim().to_owned())
}

/// A folded dashboard, the services in view.
fn folded() -> Model {
    let mut model = connected();
    model.screen.size = (80, 24);
    model
}

fn task(name: &str, state: TaskState) -> TaskView {
    TaskView {
        name: name.into(),
        state,
        exit_code: None,
        started_at: 1,
        finished_at: 0,
        container_id: name.into(),
        command: Vec::new(),
    }
}

fn sees_tasks(model: &mut Model, tasks: Vec<TaskView>) {
    update(model, Msg::Engine(EngineMsg::Snapshot(Snapshot { tasks, ..Snapshot::default() })));
}

#[test]
fn an_operation_is_told_until_its_end() {
    let mut model = folded();
    press(&mut model, "u");
    assert_eq!(told(&model).as_deref(), Some("◐ up · 0 s"));
    let run = |model: &mut Model, msg| update(model, Msg::Run(RunId(1), msg));
    run(&mut model, RunMsg::Planned(vec!["start db".into(), "task index".into()]));
    let step = |step: &str, state| RunMsg::Step { step: step.into(), state, detail: String::new() };
    run(&mut model, step("start db", StepState::Done));
    run(&mut model, step("task index", StepState::Running));
    assert_eq!(told(&model).as_deref(), Some("◐ up · task index [██████░░░░░░] 1/2 · 0 s"), "the steps are counted");
    let progress = Progress { label: "posts".into(), done: 5, total: 20 };
    run(&mut model, RunMsg::Progress { step: "task index".into(), progress });
    assert_eq!(told(&model).as_deref(), Some("◐ up · task index [███░░░░░░░░░] 5/20 posts · 1/2 steps · 0 s"));
    press(&mut model, "4");
    assert_eq!(told(&model), None, "the pane of tasks tells more");
    model.screen.offsets.tasks = 3;
    assert!(told(&model).is_some(), "not where it is scrolled away");
    press(&mut model, "1");
    run(&mut model, RunMsg::Done(String::new()));
    assert_eq!(told(&model), None);
    assert_eq!(model.notices[0].notice.summary, "up in 0 s: done");
}

#[test]
fn what_others_have_begun_is_told_too() {
    let mut model = folded();
    sees_tasks(&mut model, vec![task("migrate", TaskState::Running), task("index", TaskState::Done)]);
    assert_eq!(told(&model).as_deref(), Some("◐ migrate · 0 s"));
    press(&mut model, "i");
    assert_eq!(told(&model).as_deref(), Some("◐ reindex · 1 more · 0 s"));
    let (planned, begun) = (RunMsg::Planned(vec!["task index".into()]), StepState::Running);
    update(&mut model, Msg::Run(RunId(1), planned));
    let step = RunMsg::Step { step: "task index".into(), state: begun, detail: "Indexing".into() };
    update(&mut model, Msg::Run(RunId(1), step));
    sees_tasks(&mut model, vec![task("migrate", TaskState::Running), task("index", TaskState::Running)]);
    assert_eq!(told(&model).as_deref(), Some("◐ reindex · Indexing · 1 more · 0 s"), "a task of it is no other");
    model.tasks[1].waits_for = Some("migrate".into());
    assert_eq!(told(&model).as_deref(), Some("◐ reindex · waits for migrate · 1 more · 0 s"));
}

#[test]
fn a_look_is_told_until_it_is_shown() {
    let mut model = connected();
    let asked = Asked { action: "disk", service: None, words: Vec::new() };
    assert_eq!(press(&mut model, "$"), [Effect::Show(asked.clone())]);
    assert_eq!(told(&model).as_deref(), Some("◐ disk · is being looked at · 0 s"));
    assert_eq!(model.pace(), Some(std::time::Duration::from_secs(1)));
    assert_eq!(press(&mut model, "$"), [], "once is enough");
    update(&mut model, Msg::Shown(asked));
    assert_eq!(told(&model), None);
}
