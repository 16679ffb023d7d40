//! Sessions of consoles over the scripted engine, whose terminal is the holder's; and over
//! the real engine through a fault proxy. Numbers are those of the list of faults.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{sync::Arc, time::Duration};

use biostar_tui::{
    app::{
        Msg,
        effect::{ConsoleAsk, Start},
        message::ConsoleMsg,
    },
    console::{
        Frame,
        copying::{Copying, Motion},
        holder::ClientId,
    },
    core::{
        console::{Attachment, Console, Place, Size},
        container::ContainerSpec,
        input::Key,
        naming::{self, Role},
        project::Project,
        spec::console::{HOLDER, KIND_FILE},
    },
    engine::{
        Engine,
        fake::{FakeEngine, Program},
        port::{Attached, Replay},
    },
    runtime::console::{Consoles, Ground},
};
use futures_util::StreamExt as _;
use support::{
    bench::Bench,
    fault_proxy::{FaultProxy, Mode},
};
use tokio::sync::mpsc;

#[path = "screens/sample.rs"]
#[allow(dead_code, reason = "the screens' tests use more of it")]
mod sample;

const SIZE: Size = Size { columns: 40, rows: 6 };
/// For what a busy machine takes its time for.
const PATIENCE: Duration = Duration::from_secs(60);

fn project() -> Project {
    let mut project = sample::project("development");
    project.consoles =
        vec![Console { name: "django".into(), run: vec!["python3".into()], place: Place::Service("web".into()) }];
    project
}

/// One console of a client, and what it has told.
struct Client {
    consoles: Consoles,
    messages: mpsc::Sender<Msg>,
    told: mpsc::Receiver<Msg>,
    frame: Arc<Frame>,
    attachment: Attachment,
    called: String,
    bells: usize,
}

impl Client {
    fn of(engine: Arc<dyn Engine>, project: &Project) -> Self {
        let ground = Ground { engine, project: Arc::new(project.clone()), reload: None };
        let (messages, told) = mpsc::channel(16);
        let (attachment, called) = (Attachment::Closed, String::new());
        Self { consoles: Consoles::new(ground), messages, told, frame: Arc::default(), attachment, called, bells: 0 }
    }

    fn ask(&mut self, ask: ConsoleAsk) {
        self.consoles.ask("django".into(), ask, &self.messages);
    }

    fn open(&mut self) {
        self.ask(ConsoleAsk::Open { service: None, folder: None, size: SIZE, start: Start::Never });
    }

    fn press(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.ask(ConsoleAsk::Key(Key::char(c))));
    }

    async fn hear(&mut self) {
        match tokio::time::timeout(PATIENCE, self.told.recv()).await.expect("nothing is told").unwrap() {
            Msg::Console(ConsoleMsg::Frame { frame, .. }) => self.frame = frame,
            Msg::Console(ConsoleMsg::Attachment { attachment, .. }) => self.attachment = attachment,
            Msg::Console(ConsoleMsg::Called { called, .. }) => self.called = called,
            Msg::Console(ConsoleMsg::Bell { .. }) => self.bells += 1,
            other => panic!("{other:?}"),
        }
    }

    async fn until_attached(&mut self, wanted: &Attachment) {
        while self.attachment != *wanted {
            self.hear().await;
        }
    }

    async fn until_text(&mut self, text: &str) {
        while self.frame.text() != text {
            self.hear().await;
        }
    }
}

/// A console's container on the scripted engine, whose terminal the test writes to.
struct Held {
    engine: FakeEngine,
    id: String,
    heard: usize,
}

impl Held {
    async fn start() -> Self {
        Self::of(HOLDER).await
    }

    /// A container whose PID 1 is the holder, or the program itself.
    async fn of(kind: &str) -> Self {
        let (engine, project) = (FakeEngine::new(), project());
        engine.add_image("x:1");
        let name = project.container_name(Role::Console, "django");
        engine.program(&name, Program { is_raw: true, ..Program::service() });
        let mut labels = project.labels();
        labels.insert(naming::LABEL_ROLE.into(), "console".into());
        let spec = ContainerSpec { tty: true, labels, ..ContainerSpec::new(name, "x:1") };
        let id = engine.create(&spec).await.unwrap();
        engine.start(&id).await.unwrap();
        engine.write_file(&id, KIND_FILE, format!("{kind}\n")).unwrap();
        Self { engine, id, heard: 0 }
    }

    /// The next line of a client's, as words.
    async fn line(&mut self) -> Vec<String> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let typed = String::from_utf8(self.engine.typed(&self.id)).unwrap();
            let line = typed.lines().filter(|line| !line.is_empty()).nth(self.heard);
            if let Some(line) = line {
                self.heard += 1;
                return line.split(' ').map(str::to_owned).collect();
            }
            assert!(tokio::time::Instant::now() < deadline, "nothing more after {typed:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The id of a client that says hello.
    async fn hello(&mut self) -> String {
        let words = self.line().await;
        assert_eq!(words[1..], ["hello", "6", "40"], "{words:?}");
        words[0].clone()
    }

    fn send(&self, letter: u8, content: &[u8]) {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        self.engine.write_terminal(&self.id, &[&[0x1e, letter][..], &length, content].concat());
    }

    /// A client that has the console open, and its id: its history is this.
    async fn opened(&mut self, history: &str) -> (Client, String) {
        let mut client = Client::of(Arc::new(self.engine.clone()), &project());
        client.open();
        let id = self.hello().await;
        self.welcome(&id, history);
        while client.attachment != Attachment::Attached || client.frame.size != SIZE {
            client.hear().await;
        }
        (client, id)
    }

    /// Welcomes a client with this history.
    fn welcome(&self, id: &str, history: &str) {
        self.send(b'W', id.as_bytes());
        self.send(b'H', format!("{id}O{history}").as_bytes());
        self.send(b'L', id.as_bytes());
    }
}

#[tokio::test]
async fn a_session_shows_the_history_then_what_is_live_and_answers_only_that() {
    let mut held = Held::start().await;
    held.engine.write_terminal(&held.id, b"the end of a frame of another client's");
    let mut client = Client::of(Arc::new(held.engine.clone()), &project());
    client.open();
    let id = held.hello().await;
    held.welcome(&id, ">>> \x1b[6n\x07");
    held.send(b'O', b"1\x1b[6n\x07");
    client.until_text(">>> 1").await;
    assert_eq!(client.attachment, Attachment::Attached);
    let answer = held.line().await;
    // One answer, to the live question: `ESC [ 1 ; 6 R`.
    assert_eq!(answer, [id.as_str(), "reply", "6", "G1sxOzZS"]);
    client.press("é");
    assert_eq!(held.line().await[1..], ["keys", "2", "w6k="]);
    assert_eq!(client.bells, 1);
}

#[tokio::test]
async fn sizes_are_asked_for_once_and_changed_where_the_stream_says_so() {
    let mut held = Held::start().await;
    let (mut client, _) = held.opened("text").await;
    for columns in [50, 60, 70] {
        client.ask(ConsoleAsk::Resize(Size { columns, rows: 9 }));
    }
    assert_eq!(held.line().await[1..], ["size", "9", "70"], "the last one alone");
    assert_eq!(client.frame.size, SIZE, "not before the holder says so");
    held.send(b'S', &[0, 9, 0, 70]);
    while client.frame.size != (Size { columns: 70, rows: 9 }) {
        client.hear().await;
    }
    assert_eq!(client.frame.text(), "text");
}

#[tokio::test]
async fn fault_7_an_attach_that_ends_is_looked_into() {
    let mut held = Held::start().await;
    let (mut client, id) = held.opened("before").await;
    held.engine.cut_attaches(&held.id);
    client.until_attached(&Attachment::Detached("the connection ended".into())).await;
    // The container runs: it is attached again, and its screen is what the holder says.
    let again = held.hello().await;
    assert_ne!(id, again);
    held.welcome(&again, "before and after");
    client.until_text("before and after").await;
    client.until_attached(&Attachment::Attached).await;
    held.engine.exit(&held.id, 3);
    client.until_attached(&Attachment::Ended(3)).await;
    assert_eq!(client.frame.text(), "before and after", "the last screen stays");
    held.engine.remove(&held.id).await.unwrap();
}

#[tokio::test]
async fn one_that_ends_just_before_it_is_attached_has_ended() {
    let held = Held::start().await;
    held.engine.exit_before_attach(&held.id, 127);
    let mut client = Client::of(Arc::new(held.engine.clone()), &project());
    client.open();
    client.until_attached(&Attachment::Ended(127)).await;
}

#[tokio::test]
async fn one_that_has_ended_and_runs_again_is_attached() {
    let mut held = Held::start().await;
    let (mut client, _) = held.opened("before").await;
    held.engine.exit(&held.id, 3);
    client.until_attached(&Attachment::Ended(3)).await;
    held.engine.start(&held.id).await.unwrap();
    client.open();
    let id = held.hello().await;
    held.welcome(&id, "after");
    client.until_text("after").await;
}

#[tokio::test]
async fn what_no_holder_writes_ends_the_connection_and_not_the_console() {
    let mut held = Held::start().await;
    let mut client = Client::of(Arc::new(held.engine.clone()), &project());
    client.open();
    let id = held.hello().await;
    held.welcome(&id, "x");
    held.engine.write_terminal(&held.id, b"\x1eO\xff\xff\xff\xff");
    let why = "the console's stream announces a frame of 4294967295 bytes".to_owned();
    client.until_attached(&Attachment::Detached(why)).await;
    let again = held.hello().await;
    held.welcome(&again, "y");
    client.until_text("y").await;
}

#[tokio::test]
async fn a_holder_that_is_late_is_asked_again() {
    let mut held = Held::start().await;
    let mut client = Client::of(Arc::new(held.engine.clone()), &project());
    client.open();
    let first = held.hello().await;
    assert_eq!(held.hello().await, first, "by the same client");
    held.welcome(&first, "here");
    client.until_text("here").await;
}

/// Two thousand lines, and a question behind them: it is answered by who has read them all.
async fn is_read_to_its_end(held: &mut Held) {
    for n in 0..2000 {
        held.send(b'O', format!("line {n}\r\n").as_bytes());
    }
    held.send(b'O', b"\x1b[6n");
    assert_eq!(held.line().await[1], "reply", "the last question is answered");
}

#[tokio::test]
async fn fault_18_a_flood_is_drained_although_nobody_draws() {
    let mut held = Held::start().await;
    let (mut client, _) = held.opened("").await;
    // Nobody takes a message: the channel is full after some.
    is_read_to_its_end(&mut held).await;
    client.until_text("line 1995\nline 1996\nline 1997\nline 1998\nline 1999").await;
}

#[tokio::test]
async fn fault_18_a_flood_is_drained_although_the_pane_is_frozen() {
    let mut held = Held::start().await;
    let (mut client, _) = held.opened("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8").await;
    client.ask(ConsoleAsk::Copy(Copying::Begin));
    client.ask(ConsoleAsk::Copy(Copying::Move(Motion::Top)));
    while client.frame.offset == 0 {
        client.hear().await;
    }
    is_read_to_its_end(&mut held).await;
    // What is looked at stays in view until it is let go.
    assert!(client.frame.text().starts_with('1'), "{}", client.frame.text());
    client.ask(ConsoleAsk::Copy(Copying::End));
    client.until_text("line 1995\nline 1996\nline 1997\nline 1998\nline 1999").await;
}

#[tokio::test]
async fn fault_16_output_that_begins_with_byte_1_is_shown_and_the_stream_goes_on() {
    let held = Held::of("plain").await;
    held.engine.write_terminal(&held.id, b"\x01\0\0\0\0\0\0\x05hello");
    let mut client = Client::of(Arc::new(held.engine.clone()), &project());
    client.open();
    client.until_text("hello").await;
    held.engine.write_terminal(&held.id, b"\x01\0\0\0 and more");
    client.until_text("hello and more").await;
}

#[tokio::test]
async fn fault_22_of_a_thousand_sizes_the_last_arrives() {
    let mut held = Held::start().await;
    let (mut client, id) = held.opened("text").await;
    for n in 0_u16..1000 {
        client.ask(ConsoleAsk::Resize(Size { columns: n * 37 % 300, rows: n * 17 % 90 }));
    }
    client.ask(ConsoleAsk::Resize(Size { columns: 91, rows: 21 }));
    let mut words = held.line().await;
    while words[1..] != ["size", "21", "91"] {
        assert_eq!((words[0].as_str(), words[1].as_str()), (id.as_str(), "size"), "{words:?}");
        words = held.line().await;
    }
    held.send(b'S', &[0, 21, 0, 91]);
    while client.frame.size != (Size { columns: 91, rows: 21 }) {
        client.hear().await;
    }
    assert_eq!(client.frame.text(), "text");
}

#[tokio::test]
async fn a_name_is_given_to_the_holder_and_taken_from_it() {
    let mut held = Held::start().await;
    let (mut client, id) = held.opened("text").await;
    client.ask(ConsoleAsk::Call("mine".into()));
    assert_eq!(held.line().await, [id.as_str(), "call", "4", "bWluZQ=="]);
    held.send(b'T', "another's".as_bytes());
    while client.called != "another's" {
        client.hear().await;
    }
}

#[tokio::test]
async fn an_engine_that_goes_away_is_waited_for() {
    let mut held = Held::start().await;
    let (mut client, _) = held.opened("before").await;
    held.engine.down(biostar_tui::engine::ErrorKind::Unreachable);
    while !matches!(client.attachment, Attachment::Detached(_)) {
        client.hear().await;
    }
    held.engine.up(true);
    let again = held.hello().await;
    held.welcome(&again, "before, and still");
    client.until_text("before, and still").await;
}

#[test]
fn ids_of_clients_differ() {
    assert_ne!(ClientId::of(1), ClientId::of(2));
}

/// The answer to an attach with a frame of 4 GB.
const FOUR_GB: &[u8] =
    b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\x01\0\0\0\xff\xff\xff\xffhello";

#[tokio::test]
async fn fault_8_a_frame_of_four_gigabytes_is_refused() {
    let bench = Bench::docker().await;
    let id = bench.started(&bench.spec("a", Program::service())).await;
    let proxy = FaultProxy::start(Mode::Pass);
    let engine = biostar_tui::engine::DockerEngine::new(proxy.endpoint());
    engine.connect().await.unwrap();
    proxy.set(Mode::AnswerPost(FOUR_GB.to_vec()));
    let Attached { mut output, .. } = engine.attach(&id, Replay::Nothing).await.unwrap();
    let error = output.next().await.unwrap().unwrap_err();
    assert!(error.message.contains("4294967295"), "{error}");
    assert!(output.next().await.is_none(), "nothing is believed after it");
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kilobytes: u64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 100 << 10, "{kilobytes} kB");
    // The engine itself is as well as before.
    proxy.set(Mode::Pass);
    engine.attach(&id, Replay::Nothing).await.unwrap();
}

#[tokio::test]
async fn fault_7_through_a_proxy_that_cuts() {
    let bench = Bench::docker().await;
    let id = bench.started(&ContainerSpec { tty: true, ..bench.spec("a", Program::service()) }).await;
    let proxy = FaultProxy::start(Mode::Cut(Duration::from_millis(300)));
    let engine = biostar_tui::engine::DockerEngine::new(proxy.endpoint());
    let Attached { mut output, input: _input } = engine.attach(&id, Replay::Nothing).await.unwrap();
    let end = tokio::time::timeout(PATIENCE, output.next()).await.expect("the end is told");
    // A clean end or an error: neither is the container's.
    assert!(end.is_none_or(|end| end.is_err()));
    assert!(engine.container(&id).await.unwrap().is_up());
}
