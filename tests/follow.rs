//! The edge between engine and model, on the scripted engine.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use biostar_tui::app::message::{EngineMsg, LogMsg};
use biostar_tui::app::{Effect, Keymap, Model, Msg, update};
use biostar_tui::core::container::ContainerSpec;
use biostar_tui::core::input::Input;
use biostar_tui::core::naming::{LABEL_NAME, LABEL_ROLE, Role};
use biostar_tui::core::project::Project;
use biostar_tui::core::secret::Secrets;
use biostar_tui::core::service::Service;
use biostar_tui::core::state::{ServiceState, TaskState};
use biostar_tui::core::usage::Usage;
use biostar_tui::engine::fake::{FakeEngine, Program};
use biostar_tui::engine::port::{Engine, LogStream};
use biostar_tui::engine::{EngineError, ErrorKind};
use biostar_tui::logs::assemble::RawLine;
use biostar_tui::logs::resume::Resume;
use biostar_tui::logs::sanitise::Sanitiser;
use biostar_tui::logs::{Entry, LogLine, Mark};
use biostar_tui::runtime::backfill::Older;
use biostar_tui::runtime::follow::Follow;
use biostar_tui::runtime::log_stream::{self, Extent, Opened, Owner};
use biostar_tui::runtime::spool::Restored;
use biostar_tui::runtime::spool::segment::entries;
use biostar_tui::runtime::spool::work::{Piece, Work};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

#[path = "screens/sample.rs"]
#[allow(dead_code, reason = "the screens' tests use more of it")]
mod sample;

/// A model that is kept in touch with a scripted engine.
struct Stage {
    model: Model,
    messages: mpsc::Receiver<Msg>,
    usage: watch::Sender<bool>,
    projects: watch::Sender<Arc<Project>>,
    lost: u32,
}

impl Stage {
    fn new(engine: &FakeEngine) -> Self {
        Self::following(engine, BTreeMap::new())
    }

    fn following(engine: &FakeEngine, restored: BTreeMap<String, Restored>) -> Self {
        Self::reading_back(engine, restored, None)
    }

    fn reading_back(engine: &FakeEngine, restored: BTreeMap<String, Restored>, older: Option<Older>) -> Self {
        let project = sample::project("development");
        let model = Model::new(&project, engine.endpoint(), Keymap::new(&Default::default()).unwrap());
        let (sender, messages) = mpsc::channel(16);
        let secrets = Secrets::from_variables([("DB_PASSWORD", "correct-horse")]);
        let (usage, shown) = watch::channel(false);
        let project = Arc::new(project);
        let (projects, renewed) = watch::channel(Arc::clone(&project));
        let follow = Follow::new(project, Arc::new(engine.clone()), secrets, sender).with_usage(shown);
        tokio::spawn(follow.with_renewed(renewed).go_on_from(restored).reading_back(older).run());
        Self { model, messages, usage, projects, lost: 0 }
    }

    /// Takes messages until the model is as wanted.
    async fn until(&mut self, what: &str, wanted: impl Fn(&Model) -> bool) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        while !wanted(&self.model) {
            let msg = tokio::time::timeout_at(deadline, self.messages.recv()).await;
            let msg = msg.unwrap_or_else(|_| panic!("never: {what}; {:?}", self.model)).unwrap();
            self.lost += u32::from(matches!(msg, Msg::Engine(EngineMsg::Disconnected(_))));
            self.take(msg);
        }
    }

    fn take(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg) {
            if let Effect::Usage { shown } = effect {
                self.usage.send_replace(shown);
            }
        }
    }

    /// The screen has this size from now on.
    fn resize(&mut self, columns: u16, rows: u16) {
        self.take(Msg::Input(Input::Resize(columns, rows)));
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
async fn a_service_that_is_configured_later_is_shown_with_its_log() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    let id = start(&engine, Role::Service, "beat").await;
    engine.push_log(&id, LogStream::Stdout, "at work");
    stage.until("connected", |model| model.observed && model.connection.is_connected()).await;
    let is_declared = |model: &Model| model.services.iter().any(|view| view.name == "beat" && view.is_declared);
    assert!(!is_declared(&stage.model));
    let mut project = sample::project("development");
    let beat = Service { name: "beat".to_owned(), ..project.services[0].clone() };
    project.services.push(beat);
    stage.projects.send(Arc::new(project)).unwrap();
    stage.until("the service", is_declared).await;
    assert_eq!(state(&stage.model, "beat"), Some(ServiceState::Running));
    assert!(stage.model.logs.iter().any(|log| log.service == "beat"));
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
    let notice = &stage.model.notices[0].notice;
    assert_eq!(notice.summary, "ended while the engine was away: db");
    assert!(notice.remedy.as_ref().unwrap().starts_with("u or "), "{notice}");
}

#[tokio::test]
async fn what_ran_on_while_the_engine_was_away_is_no_news() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    start(&engine, Role::Service, "db").await;
    stage.until("running", |model| state(model, "db") == Some(ServiceState::Running)).await;
    engine.down(ErrorKind::Unreachable);
    stage.until("lost", |model| !model.connection.is_connected()).await;
    engine.up(true);
    stage.until("back", |model| model.connection.is_connected()).await;
    assert_eq!(stage.model.notices[0].notice.summary, "the engine is back");
}

#[tokio::test]
async fn a_container_that_is_removed_is_marked_after_its_last_line() {
    let engine = engine();
    let mut stage = Stage::new(&engine);
    let id = start(&engine, Role::Service, "web").await;
    engine.push_log(&id, LogStream::Stdout, "one");
    stage.until("one", log_is("web", &["one"])).await;
    engine.remove(&id).await.unwrap();
    stage.until("removed", log_is("web", &["one", "[container removed]"])).await;
    assert_eq!(state(&stage.model, "web"), Some(ServiceState::Absent));
    let next = start(&engine, Role::Service, "web").await;
    engine.push_log(&next, LogStream::Stdout, "two");
    stage.until("two", log_is("web", &["one", "[container recreated]", "two"])).await;
    assert!(stage.model.notices.is_empty(), "{:?}", stage.model.notices);
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
        ErrorKind::LogDriver,
        "read the log of",
        "web-of-db",
        "its log driver is \"none\", which keeps nothing that can be read",
    );
    (1..50).for_each(|nth| engine.fail("logs", nth, error.clone()));
    let mut stage = Stage::new(&engine);
    start(&engine, Role::Service, "db").await;
    stage.until("told", |model| !model.notices.is_empty()).await;
    tokio::time::timeout(Duration::from_millis(700), stage.until("never", |_| false)).await.unwrap_err();
    assert_eq!(stage.model.notices[0].count, 1);
    let told = stage.model.logs.iter().find(|log| log.service == "db").unwrap().unreadable.clone().unwrap();
    assert!(told.remedy.unwrap().contains("docker rm -f web-of-db"));
    assert!(!stage.log("db").contains(&format!("[{}]", Mark::Started.as_str())));
}

fn memory(model: &Model, service: &str) -> Option<u64> {
    model.services.iter().find(|view| view.name == service)?.usage.map(|usage| usage.memory_bytes)
}

fn readings(engine: &FakeEngine) -> usize {
    engine.calls().iter().filter(|call| call.starts_with("stats")).count()
}

#[tokio::test]
async fn usage_is_read_for_what_runs_and_is_on_the_screen() {
    let engine = engine();
    let id = start(&engine, Role::Service, "db").await;
    let name = sample::project("development").container_name(Role::Service, "db");
    start(&engine, Role::Task, "migrate").await;
    let mut stage = Stage::new(&engine);
    stage.until("running", |model| state(model, "db") == Some(ServiceState::Running)).await;
    tokio::time::timeout(Duration::from_millis(800), stage.until("never", |_| false)).await.unwrap_err();
    assert_eq!(readings(&engine), 0, "nobody looks");
    stage.resize(120, 30);
    stage.until("read", |model| memory(model, "db") == Some(1 << 20)).await;
    engine.push_usage(&name, Usage { cpu_tenths: Some(44), memory_bytes: 84 << 20 });
    stage.until("read again", |model| memory(model, "db") == Some(84 << 20)).await;
    assert_eq!(readings(&engine), 1, "services alone, one stream each");
    engine.stop(&id, 1).await.unwrap();
    stage.until("stopped", |model| state(model, "db") == Some(ServiceState::Stopped)).await;
    assert_eq!(memory(&stage.model, "db"), None);
    engine.start(&id).await.unwrap();
    stage.until("read after its start", |model| memory(model, "db").is_some()).await;
    stage.resize(40, 10);
    assert_eq!(memory(&stage.model, "db"), None);
}

#[tokio::test]
async fn a_log_that_goes_away_meanwhile_is_no_error() {
    let engine = engine();
    let gone = EngineError::new(ErrorKind::NotFound, "read the log of", "db", "dead or marked for removal");
    (1..50).for_each(|nth| engine.fail("logs", nth, gone.clone()));
    let mut stage = Stage::new(&engine);
    let id = start(&engine, Role::Service, "db").await;
    stage.until("running", |model| state(model, "db") == Some(ServiceState::Running)).await;
    engine.remove(&id).await.unwrap();
    stage.until("absent", |model| state(model, "db") == Some(ServiceState::Absent)).await;
    stage.until("marked", log_is("db", &["[container removed]"])).await;
    assert!(stage.model.notices.is_empty(), "{:?}", stage.model.notices);
}

/// Lines of an earlier dashboard, as its spool has them.
fn restored(container: &str, texts: &[&str], time: i64) -> BTreeMap<String, Restored> {
    let line =
        |text: &&str| LogLine::new(&RawLine { time, bytes: (*text).into(), beyond: 0 }, &mut Sanitiser::default());
    let resume = Resume::restored(&texts.iter().map(line).collect::<Vec<_>>());
    BTreeMap::from([("web".to_owned(), Restored { container: container.to_owned(), resume })])
}

#[tokio::test]
async fn a_later_dashboard_goes_on_where_an_earlier_one_was_closed() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    let time = engine.push_log(&id, LogStream::Stdout, "read before").unwrap();
    engine.push_log(&id, LogStream::Stdout, "written meanwhile");
    let mut stage = Stage::following(&engine, restored(&id, &["read before"], time));
    stage.until("the new line alone", log_is("web", &["written meanwhile"])).await;
}

#[tokio::test]
async fn what_the_engine_no_longer_has_is_a_gap() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    let time = engine.push_log(&id, LogStream::Stdout, "after the gap").unwrap();
    let mut stage = Stage::following(&engine, restored(&id, &["rotated away"], time - 1));
    stage.until("the gap", log_is("web", &["[lines missing: the engine no longer had them]", "after the gap"])).await;
}

#[tokio::test]
async fn another_container_than_the_earlier_dashboards_is_marked() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    engine.push_log(&id, LogStream::Stdout, "fresh");
    let mut stage = Stage::following(&engine, restored("another", &["old"], 1));
    stage.until("the mark", log_is("web", &["[container recreated]", "fresh"])).await;
}

#[tokio::test]
async fn a_log_that_is_longer_than_what_is_read_says_so() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    for n in 0..5100 {
        engine.push_log(&id, LogStream::Stdout, n.to_string());
    }
    let mut stage = Stage::new(&engine);
    let read = |model: &Model| model.logs.iter().any(|log| log.service == "web" && log.store.end() > 5000);
    stage.until("the lines", read).await;
    let log = stage.log("web");
    assert_eq!((log.len(), log[1].as_str()), (5001, "100"));
    assert!(log[0].starts_with("[older lines were not read"), "{}", log[0]);
}

/// What the spool is given of older lines: how many, and how often they were all there.
async fn given(work: std::sync::mpsc::Receiver<Work>, ends: usize) -> Vec<String> {
    let taken = tokio::task::spawn_blocking(move || {
        let (mut texts, mut seen) = (Vec::new(), 0);
        while seen < ends {
            let Ok(Work::Older { service, piece }) = work.recv_timeout(Duration::from_secs(10)) else { break };
            assert_eq!(service, "web");
            match piece {
                Piece::Lines { records, .. } => {
                    let text = |record: &[u8]| String::from_utf8_lossy(record).split_once(' ').unwrap().1.to_owned();
                    texts.extend(entries(&records).map(text));
                }
                Piece::End => seen += 1,
                Piece::Begin { .. } | Piece::Done => {}
                Piece::Broken => panic!("broken"),
            }
        }
        texts
    });
    taken.await.unwrap()
}

#[tokio::test]
async fn a_long_log_is_read_back_to_its_beginning_though_the_engine_is_lost() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    for n in 0..5100 {
        engine.push_log(&id, LogStream::Stdout, n.to_string());
    }
    let lost = EngineError::new(ErrorKind::Unreachable, "read the log of", "web", "gone");
    engine.fail("logs", 2, lost);
    let (sender, work) = std::sync::mpsc::channel();
    let mut stage = Stage::reading_back(&engine, BTreeMap::new(), Some(Older(sender)));
    stage.until("the last lines", |model| model.logs.iter().any(|log| log.store.end() >= 5000)).await;
    let older = given(work, 1).await;
    assert_eq!(older, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
    let log = stage.log("web");
    assert_eq!((log.len(), log[0].as_str()), (5000, "100"), "nothing is told to be missing");
}

/// Reads a log from where it was left, into a channel that has room for one batch.
fn reading(
    engine: &FakeEngine,
    container: &str,
    resume: Resume,
) -> (oneshot::Sender<()>, mpsc::Receiver<Msg>, JoinHandle<log_stream::Ended>) {
    let (messages, received) = mpsc::channel(1);
    let stream = log_stream::LogStream {
        engine: Arc::new(engine.clone()),
        owner: Owner { role: Role::Service, name: "web".into() },
        container: container.into(),
        resume,
        opened: Opened::WhileUp,
        extent: Extent::Whole,
        secrets: Secrets::default(),
        messages,
        older: None,
    };
    let (cancel, cancelled) = oneshot::channel();
    (cancel, received, tokio::spawn(stream.read(cancelled)))
}

/// The texts of the lines that come until nobody sends any more.
async fn texts(mut messages: mpsc::Receiver<Msg>, texts: &mut Vec<String>, wanted: usize) {
    while texts.len() < wanted
        && let Ok(Some(msg)) = tokio::time::timeout(Duration::from_secs(30), messages.recv()).await
    {
        let Msg::Log(LogMsg::Lines { lines, .. }) = msg else { continue };
        texts.extend(lines.iter().map(|line| line.text().to_owned()));
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_while_the_model_is_behind_loses_no_line() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    let all: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    for text in &all {
        engine.push_log(&id, LogStream::Stdout, text.as_str());
    }
    let (cancel, messages, reader) = reading(&engine, &id, Resume::default());
    // It waits with its second batch, whose lines it counts as seen.
    while messages.is_empty() {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    drop(cancel);
    let mut seen = Vec::new();
    texts(messages, &mut seen, all.len()).await;
    let left = reader.await.unwrap();
    assert!(seen.len() < all.len(), "it was cut in the middle");
    let (_cancel, messages, _reader) = reading(&engine, &id, left.resume);
    texts(messages, &mut seen, all.len()).await;
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_stream_that_is_far_behind_asks_for_more_of_the_last_lines() {
    let engine = engine();
    let id = start(&engine, Role::Service, "web").await;
    let all: Vec<String> = (0..7000).map(|n| n.to_string()).collect();
    let times: Vec<_> = all.iter().map(|text| engine.push_log(&id, LogStream::Stdout, text.as_str())).collect();
    let resume = restored(&id, &["0"], times[0].unwrap()).remove("web").unwrap().resume;
    let (_cancel, messages, _reader) = reading(&engine, &id, resume);
    let mut seen = Vec::new();
    texts(messages, &mut seen, 6999).await;
    assert_eq!(seen, all[1..]);
    let asked = engine.calls().iter().filter(|call| call.starts_with("logs")).count();
    assert_eq!(asked, 3, "the last 2,000 and 4,000 do not reach back, 8,000 do");
}
