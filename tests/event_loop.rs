//! The event loop with scripted input on a terminal in memory.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use biostar_tui::app::effect::Asked;
use biostar_tui::app::message::{ConsoleMsg, EngineMsg, LogMsg, Snapshot};
use biostar_tui::app::{Effect, Keymap, Model, Msg, console_view};
use biostar_tui::core::input::{Input, Key};
use biostar_tui::core::observed::Timestamp;
use biostar_tui::core::progress::RunId;
use biostar_tui::logs::LogLine;
use biostar_tui::logs::assemble::RawLine;
use biostar_tui::logs::sanitise::Sanitiser;
use biostar_tui::runtime::event_loop::{Host, Outcome, Sources, run};
use biostar_tui::runtime::signals::Signal;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc;

#[path = "screens/sample.rs"]
#[allow(dead_code, reason = "the screens' tests use more of it")]
mod sample;

#[derive(Default)]
struct Recorder {
    effects: Vec<Effect>,
    stops: u32,
    /// How often the time was asked for: with each message and each frame.
    asked: AtomicU32,
    /// Frames that were drawn.
    frames: u32,
    /// Bytes that each of them takes.
    costs: u64,
}

impl Host for Recorder {
    fn carry_out(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    async fn stop(&mut self, _model: &Model) -> io::Result<()> {
        self.stops += 1;
        Ok(())
    }

    fn continued(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn asked(&mut self, _asked: console_view::Asked) -> io::Result<()> {
        self.frames += 1;
        Ok(())
    }

    fn written(&self) -> u64 {
        u64::from(self.frames) * self.costs
    }

    fn now(&self) -> Timestamp {
        self.asked.fetch_add(1, Ordering::Relaxed);
        1
    }
}

struct Stage {
    model: Model,
    terminal: Terminal<TestBackend>,
    host: Recorder,
}

impl Stage {
    fn new() -> Self {
        let terminal = Terminal::new(TestBackend::new(120, 30)).unwrap();
        let model = Model::new(&sample::project("development"), "unix:///x", Keymap::new(&Default::default()).unwrap());
        Self { model, terminal, host: Recorder::default() }
    }

    async fn play(&mut self, input: BoxStream<'static, io::Result<Input>>, messages: mpsc::Receiver<Msg>) -> Outcome {
        let sources = Sources { input, signals: stream::pending::<Signal>(), messages };
        run(&mut self.model, &mut self.terminal, &mut self.host, sources).await.unwrap()
    }

    fn screen(&self) -> String {
        self.terminal.backend().to_string()
    }
}

fn key(text: &str) -> io::Result<Input> {
    Ok(Input::Key(text.parse::<Key>().unwrap()))
}

/// Keys, each after a pause.
fn typed(keys: &'static [&'static str], pause: u64) -> BoxStream<'static, io::Result<Input>> {
    stream::iter(keys)
        .then(move |text| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            key(text)
        })
        .chain(stream::pending())
        .boxed()
}

fn connected() -> [Msg; 2] {
    let snapshot = Snapshot::default();
    [Msg::Engine(EngineMsg::Connected { version: "27".into() }), Msg::Engine(EngineMsg::Snapshot(snapshot))]
}

#[tokio::test]
async fn keys_reach_the_project_and_quit_ends() {
    let mut stage = Stage::new();
    let (sender, messages) = mpsc::channel(16);
    for msg in connected() {
        sender.send(msg).await.unwrap();
    }
    assert_eq!(stage.play(typed(&["u", "ctrl-z", "q"], 20), messages).await, Outcome::Quit);
    let asked = Asked { action: "up", service: None, words: Vec::new() };
    assert_eq!(stage.host.effects, [Effect::Usage { shown: true }, Effect::Run { run: RunId(1), asked }]);
    assert_eq!(stage.host.stops, 1);
}

#[tokio::test]
async fn the_first_frame_waits_for_nothing() {
    let mut stage = Stage::new();
    let (_sender, messages) = mpsc::channel(16);
    let began = Instant::now();
    stage.play(stream::iter([key("q")]).boxed(), messages).await;
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(stage.screen().contains("connecting to unix:///x"), "{}", stage.screen());
}

#[tokio::test]
async fn the_end_of_the_input_is_the_end() {
    let mut stage = Stage::new();
    let (_sender, messages) = mpsc::channel(16);
    assert_eq!(stage.play(stream::empty().boxed(), messages).await, Outcome::TerminalGone);
}

#[tokio::test(start_paused = true)]
async fn an_idle_dashboard_sleeps() {
    let mut stage = Stage::new();
    let (_sender, messages) = mpsc::channel(16);
    stage.play(typed(&["q"], 3_600_000), messages).await;
    assert!(stage.host.asked.load(Ordering::Relaxed) < 5, "an hour without anything: a first frame and a key");
}

#[tokio::test]
async fn a_flood_neither_starves_keys_nor_draws_for_each_line() {
    let mut stage = Stage::new();
    stage.model.limits.lines = 5000;
    stage.model.limit_logs();
    let (sender, messages) = mpsc::channel(16);
    let flood = tokio::spawn(async move {
        let raw = RawLine { time: 1, bytes: b"x".repeat(100), beyond: 0 };
        let line = LogLine::new(&raw, &mut Sanitiser::default());
        for msg in connected() {
            sender.send(msg).await.unwrap();
        }
        let batch = Msg::Log(LogMsg::Lines { service: "web".into(), lines: vec![line; 128] });
        while sender.send(batch.clone()).await.is_ok() {}
    });
    let began = Instant::now();
    stage.play(typed(&["2", "3", "q"], 300), messages).await;
    // The figures hold a key's answer to 50 ms; a starved one would never come.
    assert!(began.elapsed() < Duration::from_secs(20), "the keys were answered after {:?}", began.elapsed());
    let log = &stage.model.logs[1].store;
    assert!(log.dropped() > 0 && log.end() - log.first() <= 5000);
    assert!(stage.screen().contains("older lines dropped"), "{}", stage.screen());
    flood.await.unwrap();
}

#[tokio::test]
async fn a_thousand_resizes_end_at_the_last() {
    let mut stage = Stage::new();
    let (_sender, messages) = mpsc::channel(16);
    let sizes = (0_u16..1000).map(|n| Ok(Input::Resize(n * 7 % 250, n * 13 % 90)));
    let input = stream::iter(sizes.collect::<Vec<_>>()).chain(typed(&["q"], 100));
    stage.play(input.boxed(), messages).await;
    assert_eq!(stage.model.screen.size, (120, 30), "what the terminal says counts");
}

/// A minute in which a service writes ten lines a second; gives the frames that it took.
async fn a_minute_of(service: &'static str) -> u32 {
    let mut stage = Stage::new();
    let (sender, messages) = mpsc::channel(16);
    for msg in connected() {
        sender.send(msg).await.unwrap();
    }
    tokio::spawn(async move {
        for n in 0..600 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let raw = RawLine { time: n, bytes: b"x".to_vec(), beyond: 0 };
            let lines = vec![LogLine::new(&raw, &mut Sanitiser::default())];
            if sender.send(Msg::Log(LogMsg::Lines { service: service.into(), lines })).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    });
    // The database's log has the whole screen.
    let keys = typed(&["2", "z"], 1).take(2).chain(typed(&["q"], 60_000));
    stage.play(keys.boxed(), messages).await;
    stage.host.frames
}

#[tokio::test(start_paused = true)]
async fn steady_lines_are_drawn_twice_a_second_and_hidden_ones_not_at_all() {
    let (seen, hidden) = (a_minute_of("db").await, a_minute_of("web").await);
    assert!((100..150).contains(&seen), "{seen} frames");
    assert!(hidden < 20, "{hidden} frames");
}

/// Ten seconds of a console that never stands still; gives the frames that they took.
async fn ten_seconds_of_frames(costs: u64) -> u32 {
    let mut stage = Stage::new();
    stage.host.costs = costs;
    let (sender, messages) = mpsc::channel(16);
    tokio::spawn(async move {
        let frame = || ConsoleMsg::Frame { console: "django".into(), frame: Default::default(), urgent: false };
        while sender.send(Msg::Console(frame())).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    stage.play(typed(&["q"], 10_000), messages).await;
    stage.host.frames
}

#[tokio::test(start_paused = true)]
async fn frames_are_as_many_as_a_slow_link_carries() {
    let (light, heavy) = (ten_seconds_of_frames(500).await, ten_seconds_of_frames(10 * 1024).await);
    assert!((250..320).contains(&light), "{light} frames: 30 a second");
    let a_second = u64::from(heavy) * 10 * 1024 / 10;
    assert!((40 * 1024..64 * 1024).contains(&a_second), "{heavy} frames, {a_second} bytes a second");
}
