//! What is cancelled, on the scripted engine: its own tasks are stopped, others' go on.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use biostar_tui::app::Msg;
use biostar_tui::app::effect::{Asked, Effect};
use biostar_tui::app::message::{RunMsg, TaskMsg};
use biostar_tui::config;
use biostar_tui::core::naming::Role;
use biostar_tui::core::notice::Notice;
use biostar_tui::core::observed::Phase;
use biostar_tui::core::progress::{RunId, StepState};
use biostar_tui::core::project::Project;
use biostar_tui::engine::Engine;
use biostar_tui::engine::fake::{FakeEngine, Program};
use biostar_tui::engine::port::LogStream;
use biostar_tui::runtime::actor::{Actions, Place};
use biostar_tui::runtime::dashboard::Actor as _;
use biostar_tui::runtime::doctor::Subject;
use tokio::sync::mpsc;

struct Stage {
    engine: FakeEngine,
    project: Project,
    actor: Actions,
    messages: mpsc::Sender<Msg>,
    received: mpsc::Receiver<Msg>,
    _folder: Option<tempfile::TempDir>,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("demo");
        biostar_tui::runtime::demo::write(&root).unwrap();
        let request = config::Request { start: root.clone(), ..config::Request::default() };
        let engine = FakeEngine::new();
        engine.add_image("debian:bookworm-slim");
        let mut stage = Self::on(engine, config::load(&request).unwrap().project, root);
        stage._folder = Some(folder);
        stage
    }

    /// Another client of the same project.
    fn other(&self) -> Self {
        Self::on(self.engine.clone(), self.project.clone(), self.project.root.clone())
    }

    fn on(engine: FakeEngine, project: Project, root: std::path::PathBuf) -> Self {
        let (messages, received) = mpsc::channel(256);
        let load = move || {
            config::load(&config::Request { start: root.clone(), ..config::Request::default() }).map_err(|e| e.notice())
        };
        let look = || Subject {
            configuration: Err(config::load(&config::Request::default()).unwrap_err()),
            endpoint: Ok(biostar_tui::engine::Endpoint::default()),
            variables: Default::default(),
        };
        let place = Place {
            project: Arc::new(project.clone()),
            engine: Arc::new(engine.clone()),
            secrets: Default::default(),
            reload: Arc::new(load),
            look: Arc::new(look),
        };
        Self { engine, project, actor: Actions::new(place), messages, received, _folder: None }
    }

    fn carry_out(&mut self, effect: Effect) {
        self.actor.carry_out(effect, &self.messages);
    }

    fn run(&mut self, action: &'static str, words: &[&str]) {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        self.carry_out(Effect::Run { run: RunId(1), asked: Asked { action, service: None, words } });
    }

    async fn next(&mut self) -> Msg {
        tokio::time::timeout(Duration::from_secs(20), self.received.recv()).await.unwrap().unwrap()
    }

    /// Takes messages until a step has this to show.
    async fn until_step(&mut self, wanted: &str, shows: &str) {
        loop {
            match self.next().await {
                Msg::Run(_, RunMsg::Step { step, state: StepState::Running, detail })
                    if step == wanted && detail.contains(shows) =>
                {
                    return;
                }
                Msg::Run(_, RunMsg::Failed(notice)) => panic!("{notice}"),
                _ => {}
            }
        }
    }

    async fn cancelled(&mut self) -> Notice {
        loop {
            match self.next().await {
                Msg::Run(_, RunMsg::Cancelled(notice)) => return notice,
                Msg::Run(_, RunMsg::Failed(notice)) => panic!("{notice}"),
                _ => {}
            }
        }
    }

    fn task(&self, name: &str) -> String {
        self.project.container_name(Role::Task, name)
    }

    /// A task that runs until it is stopped.
    fn lasts(&self, name: &str) {
        let program = Program { stop_code: 143, ..Program::default() };
        self.engine.program(&self.task(name), program.line(LogStream::Stdout, "at work"));
    }
}

#[tokio::test]
async fn a_cancelled_step_is_stopped_and_nothing_else_begins() {
    let mut stage = Stage::new();
    stage.lasts("migrate");
    stage.run("up", &[]);
    stage.until_step("task migrate", "at work").await;
    stage.carry_out(Effect::Cancel(RunId(1)));
    let notice = stage.cancelled().await;
    assert_eq!(notice.summary, "up was cancelled");
    let cause = notice.cause.unwrap();
    assert!(cause.contains("task migrate was stopped; what it had begun is rolled back by its next run"), "{cause}");
    assert!(cause.contains("steps were done and stay so"), "{cause}");
    let container = stage.engine.container(&stage.task("migrate")).await.unwrap();
    assert_eq!((container.phase, container.exit_code), (Phase::Exited, 143));
    assert!(stage.engine.container(&stage.task("initialize")).await.is_err(), "what needs it was not begun");
}

#[tokio::test]
async fn a_cancelled_build_leaves_the_image_from_before() {
    let mut stage = Stage::new();
    stage.engine.delay("build", Duration::from_secs(60));
    stage.run("up", &[]);
    stage.until_step("build web", "").await;
    stage.carry_out(Effect::Cancel(RunId(1)));
    let cause = stage.cancelled().await.cause.unwrap();
    assert!(cause.contains("build web was given up; the image from before stays"), "{cause}");
}

#[tokio::test]
async fn two_clients_share_a_run_and_cancelling_one_leaves_it_to_the_other() {
    let mut first = Stage::new();
    first.lasts("packages");
    first.run("up", &[]);
    first.until_step("task packages", "at work").await;
    let mut second = first.other();
    second.run("up", &[]);
    second.until_step("task packages", "waits for packages of another client").await;
    second.until_step("task packages", "at work").await;
    second.carry_out(Effect::Cancel(RunId(1)));
    let cause = second.cancelled().await.cause.unwrap();
    assert!(cause.contains("task packages goes on: another client has begun it"), "{cause}");
    assert!(first.engine.container(&first.task("packages")).await.unwrap().is_up());
}

#[tokio::test]
async fn a_task_that_another_client_cancels_is_told_to_its_own() {
    let mut first = Stage::new();
    first.lasts("migrate");
    first.run("up", &[]);
    first.until_step("task migrate", "at work").await;
    let container = first.engine.container(&first.task("migrate")).await.unwrap().id;
    let mut second = first.other();
    second.carry_out(Effect::CancelTask { task: "migrate".into(), container });
    let told = second.next().await;
    assert_eq!(told, Msg::Notice(Notice::info("migrate was cancelled")));
    loop {
        if let Msg::Run(_, RunMsg::Failed(notice)) = first.next().await {
            assert_eq!(notice.summary, "step migrate was cancelled");
            assert!(notice.cause.unwrap().contains("stopped from outside"));
            return;
        }
    }
}

#[tokio::test]
async fn an_open_task_is_read_whole_and_goes_on() {
    let mut stage = Stage::new();
    stage.lasts("migrate");
    stage.run("up", &[]);
    stage.until_step("task migrate", "at work").await;
    let container = stage.engine.container(&stage.task("migrate")).await.unwrap().id;
    stage.carry_out(Effect::ReadTask { container: container.clone() });
    let mut seen = Vec::new();
    while seen.len() < 2 {
        if let Msg::Task(TaskMsg::Whole { container: of, lines }) = stage.next().await {
            assert_eq!(of, container);
            seen.extend(lines.iter().map(|line| line.content().text().to_owned()));
            if seen.len() == 1 {
                stage.engine.push_log(&container, LogStream::Stdout, "and on");
            }
        }
    }
    assert_eq!(seen, ["at work", "and on"]);
}
