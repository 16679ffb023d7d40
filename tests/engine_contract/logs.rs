//! Logs.

use std::time::Duration;

use biostar_tui::core::container::{ContainerSpec, FileUpload};
use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::fake::Program;
use biostar_tui::engine::port::{LogRequest, LogStream};
use futures_util::StreamExt as _;

use crate::{
    command,
    support::{bench::Bench, raw},
    texts,
};

async fn logs_have_stream_and_time(bench: &Bench) {
    let program = Program::task(0).line(LogStream::Stdout, "out").line(LogStream::Stderr, "err");
    let (id, _) = bench.ran(&bench.spec("a", program)).await;
    let lines = bench.lines(&id, LogRequest::default(), 2).await;
    let mut seen: Vec<_> = lines.iter().map(|it| (it.bytes.to_vec(), it.stream)).collect();
    seen.sort();
    assert_eq!(seen, [(b"err".to_vec(), LogStream::Stderr), (b"out".to_vec(), LogStream::Stdout)]);
    let started = bench.engine.container(&id).await.unwrap().started_at;
    // The engine notes its clock of the start after the program's first line at times.
    assert!(lines.iter().all(|line| line.complete && line.time > started - 2_000_000_000));
}

async fn logs_of_a_terminal_may_begin_with_any_byte(bench: &Bench) {
    let first: &[u8] = b"\x01\x00\x00\x00\x00\x00\x00\x05hello";
    let program = Program::task(0).line(LogStream::Stdout, first).line(LogStream::Stdout, "second");
    let spec = ContainerSpec { tty: true, ..bench.spec("a", program) };
    let (id, _) = bench.ran(&spec).await;
    let lines = bench.lines(&id, LogRequest::default(), 2).await;
    assert_eq!(lines.len(), 2);
    assert_eq!(&lines[0].bytes[..], first);
    assert_eq!(&lines[1].bytes[..], b"second");
    assert!(lines.iter().all(|line| line.stream == LogStream::Tty));
    assert!(bench.engine.container(&id).await.unwrap().tty);
}

async fn long_lines_come_in_parts(bench: &Bench) {
    let long: Vec<u8> = (0..40_000_u32).map(|number| b'a' + (number % 26) as u8).collect();
    for (part, tty) in [("a", false), ("b", true)] {
        let mut spec =
            bench.spec(part, Program::task(0).line(LogStream::Stdout, &long[..]).line(LogStream::Stdout, "end"));
        spec.tty = tty;
        if bench.fake.is_none() {
            // As one argument it would be too long.
            spec.command = Some(command(&["sh", "-c", "cat /tmp/long; echo end"]));
            let content = [&long[..], b"\n"].concat();
            spec.files = vec![FileUpload { path: "/tmp/long".into(), mode: 0o644, uid: 0, gid: 0, content }];
        }
        let (id, _) = bench.ran(&spec).await;
        let mut lines = bench.lines(&id, LogRequest::default(), 4).await;
        assert_eq!(&lines.pop().unwrap().bytes[..], b"end");
        let (last, parts) = lines.split_last().unwrap();
        assert!(last.complete && parts.len() == 2, "{} parts, tty: {tty}", parts.len());
        assert!(parts.iter().all(|line| !line.complete && line.bytes.len() == 16 << 10));
        assert_eq!(lines.iter().flat_map(|line| line.bytes.to_vec()).collect::<Vec<u8>>(), long);
    }
}

async fn since_is_inclusive_and_tail_counts(bench: &Bench) {
    let program =
        ["one", "two", "three"].into_iter().fold(Program::task(0), |it, text| it.line(LogStream::Stdout, text));
    let (id, _) = bench.ran(&bench.spec("a", program)).await;
    let lines = bench.lines(&id, LogRequest::default(), 3).await;
    let since = LogRequest { since: Some(lines[1].time), ..LogRequest::default() };
    assert_eq!(texts(&bench.lines(&id, since, 2).await), ["two", "three"]);
    let tail = LogRequest { tail: Some(1), ..LogRequest::default() };
    assert_eq!(texts(&bench.lines(&id, tail, 1).await), ["three"]);
}

async fn following_ends_with_the_container(bench: &Bench) {
    let program = Program::task(0).line(LogStream::Stdout, "first").for_a_time(Duration::from_millis(400));
    let id = bench.started(&bench.spec("a", program)).await;
    let request = LogRequest { follow: true, ..LogRequest::default() };
    let mut stream = bench.engine.logs(&id, &request).await.unwrap();
    let line = tokio::time::timeout(Duration::from_secs(60), stream.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(&line.bytes[..], b"first");
    let end = tokio::time::timeout(Duration::from_secs(60), stream.next()).await.unwrap();
    assert!(end.is_none());
}

/// Whoever asks meanwhile gets the log, or hears that there is none.
async fn the_log_of_what_goes_is_not_found(bench: &Bench) {
    let program = Program::service().line(LogStream::Stdout, "a line");
    let id = bench.started(&bench.spec("a", program)).await;
    let asking = async {
        loop {
            match bench.engine.logs(&id, &LogRequest::default()).await {
                Ok(lines) => drop(lines.collect::<Vec<_>>().await),
                Err(error) => return error,
            }
            // The fake answers without ever waiting.
            tokio::task::yield_now().await;
        }
    };
    let (error, removed) = tokio::join!(asking, bench.engine.remove(&id));
    removed.unwrap();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
}

/// 400 KB of a log that is rotated, and packed, at each 20.
fn rotated(bench: &Bench) -> String {
    let name = bench.name("rotated");
    let script = "i=0; while [ $i -lt 10000 ]; do i=$((i + 1)); echo line $i; [ $i != 5000 ] || sleep 1; done";
    let log = serde_json::json!({ "Type": "local", "Config": { "max-size": "20k", "max-file": "100" } });
    let spec = serde_json::json!({
        "Image": bench.image, "Cmd": ["sh", "-c", script], "Labels": bench.labels(), "HostConfig": { "LogConfig": log },
    });
    raw::post(&format!("/containers/create?name={name}"), &spec.to_string());
    name
}

#[tokio::test]
async fn since_reaches_back_into_rotated_files() {
    let bench = Bench::docker().await;
    let name = rotated(&bench);
    bench.engine.start(&name).await.unwrap();
    bench.engine.wait(&name).await.unwrap();
    let all = bench.lines(&name, LogRequest::default(), 10_000).await;
    assert_eq!(all.len(), 10_000);
    for from in [0, 100, 4_000, 6_000, 9_990] {
        let since = all[from].time;
        let wanted: Vec<_> = all.iter().filter(|line| line.time >= since).cloned().collect();
        let request = LogRequest { since: Some(since), ..LogRequest::default() };
        assert_eq!(texts(&bench.lines(&name, request, wanted.len()).await), texts(&wanted), "from line {from}");
    }
    let last = LogRequest { since: Some(all[9_990].time), tail: Some(5), ..LogRequest::default() };
    assert_eq!(texts(&bench.lines(&name, last, 5).await), texts(&all[9_995..]));
}

#[tokio::test]
async fn a_log_that_cannot_be_read_names_its_driver() {
    let bench = Bench::docker().await;
    let name = bench.name("unreadable");
    let spec = serde_json::json!({
        "Image": bench.image, "Cmd": ["sh", "-c", "echo line"], "Labels": bench.labels(),
        "HostConfig": { "LogConfig": { "Type": "none" } },
    });
    raw::post(&format!("/containers/create?name={name}"), &spec.to_string());
    bench.engine.start(&name).await.unwrap();
    bench.engine.wait(&name).await.unwrap();
    let Err(error) = bench.engine.logs(&name, &LogRequest::default()).await else { panic!("it was read") };
    assert_eq!(error.kind, ErrorKind::LogDriver);
    let told = error.notice().to_string();
    assert!(told.contains("log driver is \"none\"") && told.contains(&format!("docker rm -f {name}")), "{told}");
}

contract!(
    logs_have_stream_and_time,
    logs_of_a_terminal_may_begin_with_any_byte,
    long_lines_come_in_parts,
    since_is_inclusive_and_tail_counts,
    following_ends_with_the_container,
    the_log_of_what_goes_is_not_found,
);
