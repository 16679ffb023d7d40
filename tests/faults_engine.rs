//! Faults between the program and an engine, at the port: a fault proxy stands in front
//! of the real engine's socket. Numbers are those of the list of faults.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use biostar_tui::{
    core::observed::Timestamp,
    engine::{
        DockerEngine, Endpoint, Engine, EngineError, ErrorKind,
        connection::{Backoff, Reconnect},
        fake::Program,
        port::{LabelFilter, LogRequest, LogStream},
    },
};
use futures_util::{StreamExt, TryStreamExt};
use support::{
    bench::{Bench, endpoint},
    fault_proxy::{FaultProxy, Mode},
};

fn engine(socket: &Path) -> DockerEngine {
    DockerEngine::new(Endpoint::Unix(socket.to_owned()))
}

/// Tries until the engine answers; gives the errors until then.
async fn connect(engine: &DockerEngine) -> Vec<EngineError> {
    let mut link = Reconnect::new(Backoff::for_shown(engine.endpoint()));
    let mut errors = Vec::new();
    while let Err(error) = engine.connect().await {
        errors.push(error.clone());
        assert!(errors.len() < 200, "does not connect: {error}");
        tokio::time::sleep(link.failed(error)).await;
    }
    assert!(link.answered());
    errors
}

/// A call that must fail in time, while the rest of the program goes on.
async fn fails_within(limit: Duration, call: impl Future<Output = Result<(), EngineError>>) -> EngineError {
    let begin = Instant::now();
    let mut ticks = 0;
    let ticking = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            ticks += 1;
        }
    };
    let error = tokio::select! {
        done = call => done.unwrap_err(),
        () = ticking => unreachable!(),
    };
    let spent = begin.elapsed();
    assert!(spent < limit, "{spent:?}: {error}");
    // A busy machine wakes late; a call that blocks the only thread lets none come.
    assert!(ticks as u128 + 25 >= spent.as_millis() / 100, "{ticks} ticks in {spent:?}: the runtime was held up");
    error
}

#[tokio::test]
async fn fault_1_no_socket_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("engine.sock");
    let engine = engine(&socket);
    let error = engine.connect().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    let notice = error.notice().to_string();
    assert!(
        notice.contains(&format!("unix://{}", socket.display())) && notice.contains("start the engine"),
        "{notice}"
    );
    // It appears while the program tries.
    let Endpoint::Unix(real) = endpoint() else { panic!("a unix socket is needed") };
    let appearing = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        std::os::unix::fs::symlink(real, &socket).unwrap();
        Instant::now()
    };
    let (appeared, _) = tokio::join!(appearing, connect(&engine));
    assert!(appeared.elapsed() < Duration::from_millis(700), "{:?} after the socket appeared", appeared.elapsed());
    engine.containers(&LabelFilter::new()).await.unwrap();
}

/// A socket for its owner alone lets its owner in. `fault_2_a_socket_without_permission`
/// runs this test again as another user, with the socket of somebody else.
#[tokio::test]
async fn fault_2_a_socket_for_its_owner() {
    if let Ok(socket) = std::env::var("FAULT_2_SOCKET") {
        return refused(&engine(Path::new(&socket))).await;
    }
    let proxy = FaultProxy::start(Mode::Pass);
    std::fs::set_permissions(proxy.socket(), std::fs::Permissions::from_mode(0o600)).unwrap();
    engine(&proxy.socket()).connect().await.unwrap();
}

async fn refused(engine: &DockerEngine) {
    let begin = Instant::now();
    let mut link = Reconnect::new(Backoff::for_shown(engine.endpoint()));
    let mut attempts = 0;
    while begin.elapsed() < Duration::from_secs(2) {
        let error = engine.connect().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permission);
        assert!(error.notice().to_string().contains("usermod -aG docker"), "{error:?}");
        tokio::time::sleep(link.failed(error)).await;
        attempts += 1;
    }
    assert!(attempts < 10, "{attempts} attempts in 2 s: it spins");
    println!("as uid {}: refused {attempts} times", rustix::process::getuid().as_raw());
}

#[tokio::test]
async fn fault_2_a_socket_without_permission() {
    assert!(rustix::process::getuid().is_root(), "this test drops from root to another user");
    let proxy = FaultProxy::start(Mode::Pass);
    std::fs::set_permissions(proxy.socket(), std::fs::Permissions::from_mode(0o600)).unwrap();
    // The test binary lies where another user may not look: run a copy of it.
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("helper");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let output = tokio::process::Command::new(&program)
        .args(["--exact", "fault_2_a_socket_for_its_owner", "--nocapture"])
        .env("FAULT_2_SOCKET", proxy.socket())
        .current_dir("/")
        .uid(65534)
        .gid(65534)
        .output()
        .await
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("as uid 65534: refused"), "{told}");
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
async fn fault_3_headers_stall() {
    let proxy = FaultProxy::start(Mode::StallHeaders);
    let engine = engine(&proxy.socket());
    let error = fails_within(Duration::from_secs(4), async { engine.connect().await.map(drop) }).await;
    assert_eq!(error.kind, ErrorKind::Deadline);
    let error = fails_within(Duration::from_secs(3), engine.ping()).await;
    assert_eq!(error.kind, ErrorKind::Deadline);
    proxy.set(Mode::Pass);
    engine.connect().await.unwrap();
}

#[tokio::test]
async fn fault_4_body_stalls() {
    let proxy = FaultProxy::start(Mode::StallBody(20));
    let engine = engine(&proxy.socket());
    let error = fails_within(Duration::from_secs(4), async { engine.connect().await.map(drop) }).await;
    assert_eq!(error.kind, ErrorKind::Deadline);
    proxy.set(Mode::Pass);
    engine.connect().await.unwrap();
    proxy.set(Mode::StallBody(1));
    let error = fails_within(Duration::from_secs(3), engine.ping()).await;
    assert_eq!(error.kind, ErrorKind::Deadline);
}

/// The usual deadline of 30 s, over the body of a listing: slow, so it is one test.
#[tokio::test]
async fn fault_4_the_body_of_a_listing_stalls() {
    let proxy = FaultProxy::start(Mode::Pass);
    let engine = engine(&proxy.socket());
    engine.connect().await.unwrap();
    proxy.set(Mode::StallBody(0));
    let listing = async { engine.images(&LabelFilter::new()).await.map(drop) };
    let error = fails_within(Duration::from_secs(32), listing).await;
    assert_eq!(error.kind, ErrorKind::Deadline);
}

#[tokio::test]
async fn fault_5_body_truncated() {
    let bench = Bench::docker().await;
    let id = bench.engine.create(&bench.spec("a", Program::task(0))).await.unwrap();
    let proxy = FaultProxy::start(Mode::Pass);
    let engine = engine(&proxy.socket());
    engine.connect().await.unwrap();
    proxy.set(Mode::TruncateBody(30));
    let before = proxy.connections();
    let error = engine.container(&id).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    assert!(error.is_connection());
    assert_eq!(proxy.connections() - before, 2, "a read is tried twice");
    let error = engine.containers(&bench.labels()).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    // The next one is whole: nothing of the half answers is left.
    proxy.set(Mode::Pass);
    assert_eq!(engine.containers(&bench.labels()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn fault_6_garbage_and_pages() {
    let page = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 76\r\nContent-Type: text/html\r\n\r\n\
        <html><head><title>502</title></head><body>\x1b]52;c;AA==\x07Bad Gateway</body></html>";
    let proxy = FaultProxy::start(Mode::Answer(page.to_vec()));
    let engine = engine(&proxy.socket());
    let sane = |error: &EngineError| {
        assert_eq!(error.kind, ErrorKind::Protocol, "{error:?}");
        let text = error.notice().to_string();
        assert!(!text.contains(['\x1b', '\x07', '\r']) && !text.contains("<html"), "{text:?}");
        assert!(error.message.chars().count() <= 301);
    };
    let error = engine.connect().await.unwrap_err();
    sane(&error);
    assert!(error.message.contains("502"), "{error}");
    for garbage in [
        b"\x00\x01\x02garbage\x1b[31m\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html>\x1b[m".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"ApiVersion\":\"\\u001bx\"}"[..61].to_vec(),
        b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
    ] {
        proxy.set(Mode::Answer(garbage));
        sane(&engine.connect().await.unwrap_err());
    }
    // Attempts go on with growing pauses, and succeed when sense returns.
    let before = proxy.connections();
    let returning = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        proxy.set(Mode::Pass);
    };
    let (errors, ()) = tokio::join!(connect(&engine), returning);
    assert!(errors.len() >= 4 && errors.len() <= 10, "{} attempts in 2 s", errors.len());
    assert!(proxy.connections() - before < 16);
}

fn resident_megabytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    status.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096 / (1 << 20)
}

#[tokio::test]
async fn fault_8_a_frame_of_four_gigabytes() {
    let bench = Bench::docker().await;
    let program = Program::task(0).line(LogStream::Stdout, "real");
    let (id, _) = bench.ran(&bench.spec("a", program)).await;
    let proxy = Arc::new(FaultProxy::start(Mode::Pass));
    let engine = engine(&proxy.socket());
    engine.connect().await.unwrap();
    let mut hostile = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n".to_vec();
    hostile.extend([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    hostile.extend(vec![b'x'; 4 << 20]);
    // The inspection passes; the log's connection is the next one.
    let switching = {
        let (proxy, first) = (Arc::clone(&proxy), proxy.connections());
        tokio::spawn(async move {
            while proxy.connections() == first {
                tokio::task::yield_now().await;
            }
            proxy.set(Mode::Answer(hostile));
        })
    };
    let outcome = match engine.logs(&id, &LogRequest::default()).await {
        Ok(stream) => stream.try_collect::<Vec<_>>().await.map(drop),
        Err(error) => Err(error),
    };
    switching.await.unwrap();
    let error = outcome.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol, "{error}");
    assert!(error.message.contains("4294967295"), "{error}");
    assert!(error.is_connection(), "so that it is connected again");
    assert!(resident_megabytes() < 100, "{} MB", resident_megabytes());
    proxy.set(Mode::Pass);
    let lines: Vec<_> = engine.logs(&id, &LogRequest::default()).await.unwrap().try_collect().await.unwrap();
    assert_eq!(lines.len(), 1);
}

/// Fault 9 at the port: what a reader needs to resume is there (inclusive `since`, a
/// moment for each line), so that cuts lose nothing and double nothing.
#[tokio::test]
async fn fault_9_a_stream_that_is_cut() {
    let bench = Bench::docker().await;
    let mut spec = bench.spec("a", Program::task(0));
    let script = "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo line $i; [ $((i % 10)) = 0 ] && sleep 0.1; done; true";
    spec.command = Some(vec!["sh".into(), "-c".into(), script.into()]);
    let id = bench.started(&spec).await;
    let proxy = FaultProxy::start(Mode::Cut(Duration::from_millis(300)));
    let engine = engine(&proxy.socket());
    connect(&engine).await;
    let (mut seen, mut texts, mut last, mut cuts) = (BTreeSet::new(), Vec::new(), None::<Timestamp>, 0);
    loop {
        let request = LogRequest { follow: true, since: last, ..LogRequest::default() };
        let mut complete = false;
        if let Ok(mut stream) = engine.logs(&id, &request).await {
            loop {
                match stream.next().await {
                    Some(Ok(line)) => {
                        last = Some(line.time);
                        if seen.insert((line.time, line.bytes.clone())) {
                            texts.push(String::from_utf8_lossy(&line.bytes).into_owned());
                        }
                    }
                    Some(Err(_)) => break,
                    None => {
                        complete = true;
                        break;
                    }
                }
            }
        }
        // The end of a stream is not the end of the container: look.
        if complete && engine.container(&id).await.is_ok_and(|it| !it.is_up()) {
            break;
        }
        cuts += 1;
        assert!(cuts < 200);
    }
    let wanted: Vec<String> = (1..=400).map(|number| format!("line {number}")).collect();
    assert_eq!(texts, wanted);
    assert!(cuts > 3, "{cuts} cuts");
}

#[tokio::test]
async fn connections_that_are_closed_at_once() {
    let proxy = FaultProxy::start(Mode::Refuse);
    let error = engine(&proxy.socket()).connect().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
}

fn answering(json: &str) -> Mode {
    Mode::Answer(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{json}", json.len()).into_bytes())
}

#[tokio::test]
async fn versions_are_negotiated() {
    let newest = r#"{"Version": "29.1", "ApiVersion": "1.55", "MinAPIVersion": "1.44", "Arch": "arm64"}"#;
    let proxy = FaultProxy::start(answering(newest));
    let info = engine(&proxy.socket()).connect().await.unwrap();
    assert_eq!((info.version.as_str(), info.architecture.as_str()), ("29.1", "arm64"));
    // The newest that bollard describes, for the engine speaks newer ones too.
    assert_eq!(info.api_version, format!("1.{}", bollard::API_DEFAULT_VERSION.minor_version));
    proxy.set(answering(r#"{"Version": "17.06", "ApiVersion": "1.30", "MinAPIVersion": "1.12"}"#));
    let error = engine(&proxy.socket()).connect().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Version);
    assert!(error.message.contains("17.06") && error.message.contains("1.30"), "{error}");
    proxy.set(answering(r#"{"Version": "99", "ApiVersion": "1.99", "MinAPIVersion": "1.90"}"#));
    assert_eq!(engine(&proxy.socket()).connect().await.unwrap_err().kind, ErrorKind::Version);
}
