//! The edge between engine and model, on the scripted engine.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use biostar_tui::app::message::EngineMsg;
use biostar_tui::app::{Keymap, Model, Msg, update};
use biostar_tui::core::container::ContainerSpec;
use biostar_tui::core::naming::{LABEL_NAME, LABEL_ROLE, Role};
use biostar_tui::core::secret::Secrets;
use biostar_tui::core::state::{ServiceState, TaskState};
use biostar_tui::engine::fake::{FakeEngine, Program};
use biostar_tui::engine::port::{Engine, LogStream};
use biostar_tui::engine::{EngineError, ErrorKind};
use biostar_tui::logs::{Entry, Mark};
use biostar_tui::runtime::follow::Follow;
use tokio::sync::mpsc;

#[path = "screens/sample.rs"]
#[allow(dead_code, reason = "the screens' tests use more of it")]
mod sample;

/// A model that is kept in touch with a scripted engine.
struct Stage {
    model: Model,
    messages: mpsc::Receiver<Msg>,
    lost: u32,
}

impl Stage {
    fn new(engine: &FakeEngine) -> Self {
        let project = sample::project("development");
        let model = Model::new(&project, engine.endpoint(), Keymap::new(&Default::default()).unwrap());
        let (sender, messages) = mpsc::channel(16);
        let secrets = Secrets::from_variables([("DB_PASSWORD", "correct-horse")]);
        tokio::spawn(Follow::new(Arc::new(project), Arc::new(engine.clone()), secrets, sender).run());
        Self { model, messages, lost: 0 }
    }

    /// Takes messages until the model is as wanted.
    async fn until(&mut self, what: &str, wanted: impl Fn(&Model) -> bool) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        while !wanted(&self.model) {
            let msg = tokio::time::timeout_at(deadline, self.messages.recv()).await;
            let msg = msg.unwrap_or_else(|_| panic!("never: {what}; {:?}", self.model)).unwrap();
            self.lost += u32::from(matches!(msg, Msg::Engine(EngineMsg::Disconnected(_))));
            update(&mut self.model, msg);
        }
    }

    /// Lines of a service's log; marks in brackets.
    fn log(&self, service: &str) -> Vec<String> {
        let log = self.model.logs.iter().find(|log| log.service == service).unwrap();
        log.store.range(0, u64::MAX).map(entry).collect()
    }
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Line(line) => line.content().text().to_owned(),
        Entry::Mark { mark, .. } => format!("[{}]", mark.as_str()),
    }
}

fn log_is(service: &'static str, wanted: &'static [&'static str]) -> impl Fn(&Model) -> bool {
    move |model| {
        let log = model.logs.iter().find(|log| log.service == service).unwrap();
        log.store.range(0, u64::MAX).map(entry).eq(wanted.iter().copied())
    }
}

fn spec(role: Role, part: &str) -> ContainerSpec {
    let project = sample::project("development");
    let mut labels: BTreeMap<_, _> = project.labels();
    labels.insert(LABEL_ROLE.into(), role.as_str().into());
    labels.insert(LABEL_NAME.into(), part.into());
    ContainerSpec { labels, stop_timeout: 1, ..ContainerSpec::new(project.container_name(role, part), "image") }
}

async fn start(engine: &FakeEngine, role: Role, part: &str) -> String {
    let id = engine.create(&spec(role, part)).await.unwrap();
    engine.start(&id).await.unwrap();
    id
}

fn engine() -> FakeEngine {
    let engine = FakeEngine::new();
    engine.add_image("image");
    engine
}

fn state(model: &Model, service: &str) -> Option<ServiceState> {
    model.services.iter().find(|view| view.name == service).map(|view| view.state)
}

#[tokio::test]
async fn states_and_logs_arrive_masked() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    stage.until("connected", |model| model.observed && model.connection.is_connected()).await;
    let id = start(&engine, Role::Service, "db").await;
    engine.push_log(&id, LogStream::Stdout, "ready, password correct-horse");
    stage.until("the line", log_is("db", &["ready, password ********"])).await;
    assert_eq!(state(&stage.model, "db"), Some(ServiceState::Running));
    engine.stop(&id, 1).await.unwrap();
    stage.until("stopped", |model| state(model, "db") == Some(ServiceState::Stopped)).await;
}

#[tokio::test]
async fn a_restart_and_a_successor_are_marked_and_no_line_comes_twice() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    let id = start(&engine, Role::Service, "web").await;
    engine.push_log(&id, LogStream::Stdout, "one");
    stage.until("one", log_is("web", &["one"])).await;
    engine.stop(&id, 1).await.unwrap();
    engine.start(&id).await.unwrap();
    engine.push_log(&id, LogStream::Stdout, "two");
    stage.until("two", log_is("web", &["one", "[container started again]", "two"])).await;
    engine.remove(&id).await.unwrap();
    let next = start(&engine, Role::Service, "web").await;
    engine.push_log(&next, LogStream::Stdout, "three");
    let all = &["one", "[container started again]", "two", "[container recreated]", "three"];
    stage.until("three", log_is("web", all)).await;
}

#[tokio::test]
async fn an_engine_that_comes_back_goes_on_where_it_was() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    let id = start(&engine, Role::Service, "db").await;
    engine.push_log(&id, LogStream::Stdout, "before");
    stage.until("before", log_is("db", &["before"])).await;
    engine.down(ErrorKind::Unreachable);
    stage.until("lost", |model| !model.connection.is_connected()).await;
    engine.push_log(&id, LogStream::Stdout, "meanwhile");
    engine.up(true);
    engine.push_log(&id, LogStream::Stdout, "after");
    stage.until("after", log_is("db", &["before", "[engine lost]", "[engine back]", "meanwhile", "after"])).await;
    assert_eq!(stage.lost, 1, "the same reason is told once");
    assert_eq!(stage.log("db").len(), 5);
}

#[tokio::test]
async fn what_died_while_the_engine_was_away_is_seen() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    start(&engine, Role::Service, "db").await;
    stage.until("running", |model| state(model, "db") == Some(ServiceState::Running)).await;
    engine.down(ErrorKind::Unreachable);
    stage.until("lost", |model| !model.connection.is_connected()).await;
    engine.up(false);
    stage.until("dead", |model| state(model, "db") == Some(ServiceState::Stopped)).await;
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_tried_again() {
    let engine = engine();
    engine.down(ErrorKind::Permission);
    let mut stage = Stage::new(&engine);
    stage
        .until("lost", |model| matches!(model.connection, biostar_tui::core::connection::Connection::Lost { .. }))
        .await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(engine.calls().len() < 40, "{} calls", engine.calls().len());
    engine.up(true);
    stage.until("connected", |model| model.connection.is_connected()).await;
}

#[tokio::test]
async fn a_task_is_seen_with_its_output() {
    let engine = engine();
    let name = sample::project("development").container_name(Role::Task, "migrate");
    engine.program(&name, Program::task(3).line(LogStream::Stdout, "Applying").line(LogStream::Stderr, "boom"));
    let mut stage = Stage::new(&engine);
    stage.until("connected", |model| model.observed).await;
    start(&engine, Role::Task, "migrate").await;
    stage.until("failed", |model| model.tasks.first().is_some_and(|task| task.view.state == TaskState::Failed)).await;
    stage.until("its output", |model| model.tasks[0].output.end() == 2).await;
    assert_eq!(stage.model.tasks[0].view.exit_code, Some(3));
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_told_once() {
    let engine = engine();
    let error = EngineError::new(
        ErrorKind::Refused,
        "read the log of",
        "db",
        "configured logging driver does not support reading",
    );
    (1..50).for_each(|nth| engine.fail("logs", nth, error.clone()));
    let mut stage = Stage::new(&engine);
    start(&engine, Role::Service, "db").await;
    stage.until("told", |model| !model.notices.is_empty()).await;
    tokio::time::timeout(Duration::from_millis(700), stage.until("never", |_| false)).await.unwrap_err();
    assert_eq!(stage.model.notices[0].count, 1);
    assert!(!stage.log("db").contains(&format!("[{}]", Mark::Started.as_str())));
}
