//! A dashboard in the middle of a day.

use biostar_tui::app::message::{ConsoleMsg, EngineMsg, LogMsg, RunMsg, Snapshot, TaskMsg};
use biostar_tui::app::{Keymap, Model, Msg, update};
use biostar_tui::config::theme::shipped;
use biostar_tui::console::{Emulator as _, Source, Terminal};
use biostar_tui::core::console::{Attachment, Console, Place, Size};
use biostar_tui::core::environment::Environment;
use biostar_tui::core::image::{Base, Bootstrap};
use biostar_tui::core::input::{Input, Key};
use biostar_tui::core::notice::Notice;
use biostar_tui::core::observed::{HealthState, PortInUse, Timestamp};
use biostar_tui::core::progress::{Progress, Question, RunId, StepState};
use biostar_tui::core::project::{Owner, Project};
use biostar_tui::core::secret::Secrets;
use biostar_tui::core::service::{ImageSource, Service, ServiceKind};
use biostar_tui::core::state::{ServiceState, TaskState};
use biostar_tui::core::status::{ServiceView, TaskView};
use biostar_tui::core::theme::{Depth, Look, Themes};
use biostar_tui::core::usage::Usage;
use biostar_tui::logs::assemble::RawLine;
use biostar_tui::logs::sanitise::Sanitiser;
use biostar_tui::logs::{LogLine, Mark};

const SECOND: Timestamp = 1_000_000_000;
/// An afternoon.
const NOW: Timestamp = 1_800_000_000 * SECOND;

fn service(name: &str, kind: ServiceKind) -> Service {
    Service {
        name: name.into(),
        kind,
        enabled: true,
        image: ImageSource::Builtin(name.into()),
        base: None,
        python: None,
        system_packages: Vec::new(),
        command: None,
        serve: None,
        env: Default::default(),
        ports: Vec::new(),
        mounts: Vec::new(),
        memory: None,
        haystack: None,
        own_env: Default::default(),
        needs: Vec::new(),
        health: None,
    }
}

/// A project with a database, a server and a worker.
pub fn project(environment: &str) -> Project {
    Project {
        root: "/home/ada/biostar".into(),
        name: "biostar".into(),
        slug: "biostar".into(),
        host: "host".into(),
        manage: Some(String::new()),
        environment: Environment { name: environment.into(), ..Default::default() },
        environments: vec![environment.into()],
        owner: Owner { uid: 1000, gid: 1000, name: "ada".into() },
        base: Base { image: "debian:bookworm-slim".into(), bootstrap: Bootstrap::Auto, mirror: String::new() },
        engine: Default::default(),
        ca_bundle: None,
        services: vec![
            service("db", ServiceKind::Postgres),
            service("web", ServiceKind::Django),
            service("worker", ServiceKind::Custom),
        ],
        steps: Vec::new(),
        snapshots: Default::default(),
        consoles: vec![Console {
            name: "django".into(),
            run: vec!["python3".into(), "manage.py".into(), "shell".into()],
            place: Place::Service("web".into()),
        }],
    }
}

/// A model that has heard nothing yet.
pub fn fresh(environment: &str, size: (u16, u16)) -> Model {
    let mut model =
        Model::new(&project(environment), "unix:///run/docker.sock", Keymap::new(&Default::default()).unwrap());
    model.screen.size = size;
    let theme = shipped("plain").unwrap();
    let look = Look { themes: Themes { dark: theme.clone(), light: theme }, depth: Depth::Sixteen, ..Look::default() };
    model.screen.wear(look);
    update(&mut model, Msg::Tick(NOW));
    model
}

fn view(name: &str, kind: ServiceKind, state: ServiceState) -> ServiceView {
    ServiceView {
        name: name.into(),
        kind,
        is_declared: true,
        state,
        health: None,
        container: Some(format!("biostar-development-service-{name}")),
        container_id: Some(name.into()),
        image: None,
        ports: Vec::new(),
        started_at: NOW - 4000 * SECOND,
        restarts: 0,
        exit_code: None,
        oom_killed: false,
        usage: None,
    }
}

fn services() -> Vec<ServiceView> {
    let port = |port| vec![PortInUse { container: port, address: "127.0.0.1".into(), host: port }];
    vec![
        ServiceView {
            health: Some(HealthState::Healthy),
            ports: port(5432),
            ..view("db", ServiceKind::Postgres, ServiceState::Running)
        },
        ServiceView {
            health: Some(HealthState::Starting),
            ports: port(8000),
            started_at: NOW - 4 * SECOND,
            ..view("web", ServiceKind::Django, ServiceState::Starting)
        },
        ServiceView { exit_code: Some(2), restarts: 3, ..view("worker", ServiceKind::Custom, ServiceState::Failed) },
    ]
}

fn usage(cpu_tenths: u32, mebibytes: u64) -> Usage {
    Usage { cpu_tenths: Some(cpu_tenths), memory_bytes: mebibytes << 20 }
}

fn task(name: &str, state: TaskState, exit_code: Option<i64>, started: Timestamp, took: Timestamp) -> TaskView {
    let started_at = NOW - started * SECOND;
    let finished_at = if exit_code.is_some() { started_at + took * SECOND / 10 } else { 0 };
    TaskView {
        name: name.into(),
        state,
        exit_code,
        started_at,
        finished_at,
        container_id: name.into(),
        command: Vec::new(),
    }
}

/// Lines of a log.
pub fn lines(texts: &[&str]) -> Vec<LogLine> {
    let mut sanitiser = Sanitiser::new(Secrets::from_variables([("DB_PASSWORD", "correct-horse")]));
    let line = |text: &&str| LogLine::new(&RawLine { time: NOW, bytes: (*text).into(), beyond: 0 }, &mut sanitiser);
    texts.iter().map(line).collect()
}

fn log(service: &str, texts: &[&str]) -> Msg {
    Msg::Log(LogMsg::Lines { service: service.into(), lines: lines(texts) })
}

fn output(task: &str, texts: &[&str]) -> Msg {
    Msg::Task(TaskMsg::Output { task: task.into(), container: task.into(), lines: lines(texts) })
}

/// What has happened to the sample.
fn story() -> Vec<Msg> {
    let tasks = vec![
        task("packages", TaskState::Done, Some(0), 300, 842),
        task("migrate", TaskState::Failed, Some(1), 200, 31),
        task("index", TaskState::Running, None, 12, 0),
    ];
    vec![
        Msg::Engine(EngineMsg::Connected { version: "27.3.1".into() }),
        Msg::Engine(EngineMsg::Snapshot(Snapshot { services: services(), tasks, ..Snapshot::default() })),
        Msg::Engine(EngineMsg::Usage([("db".to_owned(), usage(34, 84)), ("web".to_owned(), usage(1012, 1290))].into())),
        log("db", &["LOG:  database system is ready to accept connections", "LOG:  password correct-horse accepted"]),
        Msg::Log(LogMsg::Mark { service: "db".into(), time: NOW, mark: Mark::Recreated }),
        log(
            "db",
            &["\x1b[1;33mWARNING\x1b[0m:  hostile \x1b]52;c;ZXZpbA==\x07title \u{202e}txt", "a\tb\t日本語 👩‍👩‍👧 שלום"],
        ),
        log(
            "web",
            &["Performing system checks...", "\x1b[32mStarting development server\x1b[0m at http://0.0.0.0:8000/"],
        ),
        log(
            "web",
            &[
                "\x1b[31;1mInternal Server Error: /p/1/\x1b[0m",
                "GET /p/1/ HTTP/1.1 500 with a query string that is much longer than the pane is wide, by far: ?q=bioinformatics&page=17&sort=rank",
            ],
        ),
        output("migrate", &["Applying forum.0002_rank...", "django.db.utils.ProgrammingError: column \"rank\" exists"]),
        output("index", &["Indexing 267 posts", "  indexed 1 - 120 of 267"]),
        Msg::Notice(Notice::info("port 8001 is used: 8000 is taken by python3, process 4711")),
        Msg::Notice(
            Notice::error("the step migrate has failed")
                .because("django.db.utils.ProgrammingError: column \"rank\" exists")
                .remedy("mend the migration, then press u"),
        ),
    ]
}

/// A dashboard in the middle of a day.
pub fn filled(environment: &str, size: (u16, u16)) -> Model {
    let mut model = fresh(environment, size);
    story().into_iter().for_each(|msg| drop(update(&mut model, msg)));
    model
}

/// The same after some minutes in which the server had much to do, and was away for a while.
pub fn used(size: (u16, u16)) -> Model {
    let mut model = filled("development", size);
    for step in (0..60_u32).rev() {
        let at = NOW + Timestamp::from(60 - step) * 5 * SECOND;
        let load = if step % 20 < 7 { 900 - 100 * (step % 20) } else { 12 };
        let mut read =
            std::collections::BTreeMap::from([("db".to_owned(), usage(load / 9, 84 + u64::from(load / 30)))]);
        if !(30..36).contains(&step) {
            read.insert("web".to_owned(), usage(load, 1290 - u64::from(step)));
        }
        update(&mut model, Msg::Tick(at));
        if step == 35 {
            let services = services().into_iter().map(|service| match service.name.as_str() {
                "web" => ServiceView { container_id: None, ..service },
                _ => service,
            });
            let snapshot = Snapshot { services: services.collect(), ..Snapshot::default() };
            update(&mut model, Msg::Engine(EngineMsg::Snapshot(snapshot)));
        }
        if step == 29 {
            let snapshot = Snapshot { services: services(), ..Snapshot::default() };
            update(&mut model, Msg::Engine(EngineMsg::Snapshot(snapshot)));
        }
        update(&mut model, Msg::Engine(EngineMsg::Usage(read)));
    }
    model
}

/// Presses keys.
pub fn press(model: &mut Model, keys: &[&str]) {
    for key in keys {
        update(model, Msg::Input(Input::Key(key.parse::<Key>().unwrap())));
    }
}

/// The same while `up` runs.
pub fn busy(size: (u16, u16)) -> Model {
    let mut model = filled("development", size);
    press(&mut model, &["u"]);
    let run = |msg| Msg::Run(RunId(1), msg);
    let step = |step: &str, state, detail: &str| run(RunMsg::Step { step: step.into(), state, detail: detail.into() });
    let steps = ["build db", "build web", "create db", "start db", "task migrate"];
    for msg in [
        run(RunMsg::Planned(steps.map(str::to_owned).to_vec())),
        step("build db", StepState::Done, ""),
        step("build web", StepState::Running, "RUN apt-get install -y python3-pip postgresql-client"),
        run(RunMsg::Progress {
            step: "build web".into(),
            progress: Progress { label: "step".into(), done: 4, total: 9 },
        }),
        Msg::Tick(NOW + 83 * SECOND),
    ] {
        update(&mut model, msg);
    }
    model
}

/// A question over the sample.
pub fn asked(type_name: Option<&str>, size: (u16, u16)) -> Model {
    let mut model = filled("production", size);
    press(&mut model, &["D"]);
    let question = Question {
        run: RunId(1),
        title: "destroy biostar in production?".into(),
        destroys: vec!["container biostar-production-service-db".into(), "volume biostar-production-volume-db".into()],
        remarks: vec!["a dump is written to ~/.local/state/biostar-tui/biostar-production/dumps first".into()],
        command: "biostar-tui destroy --volumes --environment production --allow-production".into(),
        type_name: type_name.map(str::to_owned),
    };
    update(&mut model, Msg::Run(RunId(1), RunMsg::Asks(question)));
    model
}

/// The sample with a console in focus whose program has written this, on a terminal that is
/// wider than the pane.
pub fn with_output(size: (u16, u16), output: &[u8]) -> Model {
    let mut model = filled("development", size);
    press(&mut model, &["C"]);
    attachment(&mut model, Attachment::Attached);
    let mut terminal = Terminal::new(Size { columns: 67, rows: 9 });
    terminal.feed(output, Source::Live);
    let frame = std::sync::Arc::new(terminal.frame());
    update(&mut model, Msg::Console(ConsoleMsg::Frame { console: "django".into(), frame, urgent: false }));
    model
}

/// The sample with Django's shell in focus.
pub fn with_console(size: (u16, u16)) -> Model {
    let prompt = "\x1b[1;32m>>> \x1b[m";
    let output = format!(
        "\x1b]0;shell\x07Python 3.11.2\r\n{prompt}'日本語 \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}'\r\n\x1b[7mreverse\x1b[m \x1b[4munder\x1b[m\r\n\r\n{prompt}1/0\r\n\x1b[31mZeroDivisionError\x1b[m\r\n{prompt}\x1b[6 q"
    );
    with_output(size, output.as_bytes())
}

/// How it stands with the console.
pub fn attachment(model: &mut Model, attachment: Attachment) {
    update(model, Msg::Console(ConsoleMsg::Attachment { console: "django".into(), attachment }));
}
