//! One contract for every implementation of the engine port: each behaviour runs on the
//! scripted fake and on the real engine. Without a real engine these tests fail.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};

use biostar_tui::{
    core::{
        container::{FileUpload, HealthCheck, Mount, MountSource, Network, PasswdEntry, PublishedPort},
        naming,
        observed::{HealthState, Phase},
        service::Health,
    },
    engine::{
        ErrorKind,
        fake::Program,
        port::{BuildEvent, BuildRequest, LabelFilter, LogRequest, LogStream, Result},
    },
};
use futures_util::{StreamExt, TryStreamExt};
use support::bench::Bench;

fn kind<T>(result: Result<T>) -> ErrorKind {
    match result {
        Ok(_) => panic!("the call was to fail"),
        Err(error) => error.kind,
    }
}

fn texts(lines: &[biostar_tui::engine::port::LogLine]) -> Vec<String> {
    lines.iter().map(|line| String::from_utf8_lossy(&line.bytes).into_owned()).collect()
}

fn text_file(path: &str, text: &str) -> FileUpload {
    FileUpload { path: path.into(), mode: 0o640, uid: 1000, gid: 1001, content: text.into() }
}

fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Polls until it holds; what an engine notes may come a moment later.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !holds().await {
        assert!(begin.elapsed() < Duration::from_secs(10), "not within 10 s: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn connects_and_answers(bench: &Bench) {
    let info = bench.engine.connect().await.unwrap();
    assert!(info.api_version.starts_with("1.") && !info.version.is_empty() && !info.data_root.is_empty());
    bench.engine.ping().await.unwrap();
}

async fn exit_code_is_kept(bench: &Bench) {
    let (id, code) = bench.ran(&bench.spec("a", Program::task(3))).await;
    assert_eq!(code, 3);
    let seen = bench.engine.container(&id).await.unwrap();
    assert_eq!((seen.phase, seen.exit_code), (Phase::Exited, 3));
    // Not that one is after the other: of a container that ends at once the engine may note
    // the end before the start.
    assert!(seen.created_at > 0 && seen.started_at > 0 && seen.finished_at > 0);
    assert_eq!(seen.log_driver, "local");
}

async fn created_is_not_started(bench: &Bench) {
    let spec = bench.spec("a", Program::task(0));
    let id = bench.engine.create(&spec).await.unwrap();
    let seen = bench.engine.container(&spec.name).await.unwrap();
    assert_eq!((seen.id, seen.phase, seen.started_at), (id, Phase::Created, 0));
    assert_eq!(seen.labels.get(naming::LABEL_SPEC), Some(&spec.hash()));
    assert_eq!(seen.labels.get(naming::LABEL_VERSION).map(String::as_str), Some(env!("CARGO_PKG_VERSION")));
}

async fn starting_twice_is_no_error(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    let before = bench.engine.container(&id).await.unwrap();
    bench.engine.start(&id).await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().started_at, before.started_at);
}

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
    let spec = biostar_tui::core::container::ContainerSpec { tty: true, ..bench.spec("a", program) };
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
    let line = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(&line.bytes[..], b"first");
    let end = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.unwrap();
    assert!(end.is_none());
}

async fn a_name_is_given_once(bench: &Bench) {
    let spec = bench.spec("a", Program::task(0));
    bench.engine.create(&spec).await.unwrap();
    assert_eq!(kind(bench.engine.create(&spec).await), ErrorKind::Conflict);
}

async fn what_is_missing_is_not_found(bench: &Bench) {
    let name = bench.name("nothing");
    assert_eq!(kind(bench.engine.container(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.start(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.wait(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.logs(&name, &LogRequest::default()).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.image(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.network(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.volume(&name).await), ErrorKind::NotFound);
    bench.engine.remove(&name).await.unwrap();
    bench.engine.remove_image(&name).await.unwrap();
    bench.engine.remove_network(&name).await.unwrap();
    bench.engine.remove_volume(&name).await.unwrap();
}

async fn removing_takes_what_runs(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.remove(&id).await.unwrap();
    assert_eq!(kind(bench.engine.container(&id).await), ErrorKind::NotFound);
}

async fn stopping_is_quick_for_who_listens(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program { stop_code: 4, ..Program::service() })).await;
    // The trap is set a moment after the start.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begin = Instant::now();
    bench.engine.stop(&id, 10).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let seen = bench.engine.container(&id).await.unwrap();
    assert_eq!((seen.phase, seen.exit_code), (Phase::Exited, 4));
    bench.engine.stop(&id, 10).await.unwrap();
}

async fn stopping_kills_who_does_not(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program { ignores_stop: true, ..Program::service() })).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begin = Instant::now();
    bench.engine.stop(&id, 1).await.unwrap();
    assert!(begin.elapsed() > Duration::from_millis(900) && begin.elapsed() < Duration::from_secs(8));
    assert_eq!(bench.engine.container(&id).await.unwrap().exit_code, 137);
}

async fn signals_arrive(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.kill(&id, "SIGKILL").await.unwrap();
    assert_eq!(bench.engine.wait(&id).await.unwrap(), 137);
    assert_eq!(kind(bench.engine.kill(&id, "SIGHUP").await), ErrorKind::Conflict);
}

async fn pausing_twice_is_no_error(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.pause(&id).await.unwrap();
    bench.engine.pause(&id).await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Paused);
    bench.engine.unpause(&id).await.unwrap();
    bench.engine.unpause(&id).await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Running);
    bench.engine.kill(&id, "SIGKILL").await.unwrap();
    bench.engine.wait(&id).await.unwrap();
    assert_eq!(kind(bench.engine.pause(&id).await), ErrorKind::Conflict);
}

async fn waiting_for_what_has_ended_returns(bench: &Bench) {
    let (id, _) = bench.ran(&bench.spec("a", Program::task(7))).await;
    assert_eq!(bench.engine.wait(&id).await.unwrap(), 7);
}

async fn labels_filter(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0));
    spec.labels.insert("contract.colour".into(), "red".into());
    let red = bench.engine.create(&spec).await.unwrap();
    bench.engine.create(&bench.spec("b", Program::task(0))).await.unwrap();
    assert_eq!(bench.engine.containers(&bench.labels()).await.unwrap().len(), 2);
    let mut filter: LabelFilter = bench.labels();
    filter.insert("contract.colour".into(), String::new());
    let found = bench.engine.containers(&filter).await.unwrap();
    assert_eq!(found.iter().map(|it| &it.id).collect::<Vec<_>>(), [&red]);
    filter.insert("contract.colour".into(), "blue".into());
    assert!(bench.engine.containers(&filter).await.unwrap().is_empty());
    let all = bench.engine.all_containers().await.unwrap();
    assert!(all.iter().any(|it| it.id == red && it.name == spec.name && it.labels == all_labels(&spec)));
}

fn all_labels(spec: &biostar_tui::core::container::ContainerSpec) -> std::collections::BTreeMap<String, String> {
    let mut labels = spec.labels.clone();
    labels.insert(naming::LABEL_SPEC.into(), spec.hash());
    labels.insert(naming::LABEL_VERSION.into(), env!("CARGO_PKG_VERSION").into());
    labels
}

async fn files_are_there_at_the_start(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0).line(LogStream::Stdout, "1000 1001 640 hello 755 0"));
    if bench.fake.is_none() {
        let show = "echo $(stat -c '%u %g %a' /run/own/deep/file.txt) $(cat /run/own/deep/file.txt) $(stat -c '%a %u' /run/own)";
        spec.command = Some(command(&["sh", "-c", show]));
    }
    spec.files = vec![text_file("/run/own/deep/file.txt", "hello"), text_file("/run/own/other", "")];
    let (id, _) = bench.ran(&spec).await;
    assert_eq!(texts(&bench.lines(&id, LogRequest::default(), 1).await), ["1000 1001 640 hello 755 0"]);
    let mut files = bench.engine.download(&id, "/run/own").await.unwrap();
    files.sort();
    assert_eq!(files, [("deep/file.txt".to_owned(), b"hello".to_vec()), ("other".to_owned(), Vec::new())]);
    let one = bench.engine.download(&id, "/run/own/deep/file.txt").await.unwrap();
    assert_eq!(one, [("file.txt".to_owned(), b"hello".to_vec())]);
    assert_eq!(kind(bench.engine.download(&id, "/run/nothing").await), ErrorKind::NotFound);
}

async fn uploads_reach_what_runs(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.upload(&id, &[text_file("/tmp/new/it", "one")]).await.unwrap();
    bench.engine.upload(&id, &[text_file("/tmp/new/it", "two")]).await.unwrap();
    let files = bench.engine.download(&id, "/tmp/new").await.unwrap();
    assert_eq!(files, [("it".to_owned(), b"two".to_vec())]);
    // A folder that was there keeps its mode; a new one is root's.
    bench.on_exec(&bench.name("a"), 0, "1777 0\n755 0\n", "");
    let stat = command(&["stat", "-c", "%a %u", "/tmp", "/tmp/new"]);
    let output = bench.engine.exec(&id, None, &stat).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1777 0\n755 0\n");
}

async fn a_user_gets_a_passwd_entry(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0).line(LogStream::Stdout, "ada 1000 755 /home/ada"));
    if bench.fake.is_none() {
        spec.command = Some(command(&["sh", "-c", "echo $(whoami) $(stat -c '%u %a' /home/ada) ~"]));
    }
    spec.user = Some("1000:1000".into());
    spec.passwd = Some(PasswdEntry { name: "ada".into(), uid: 1000, gid: 1000, home: "/home/ada".into() });
    let (id, _) = bench.ran(&spec).await;
    assert_eq!(texts(&bench.lines(&id, LogRequest::default(), 1).await), ["ada 1000 755 /home/ada"]);
    let passwd = bench.engine.download(&id, "/etc/passwd").await.unwrap().remove(0).1;
    let passwd = String::from_utf8(passwd).unwrap();
    assert!(passwd.starts_with("root:x:0:") && passwd.contains("ada:x:1000:1000::/home/ada:"), "{passwd}");
}

async fn volumes_outlive_containers(bench: &Bench) {
    let name = bench.name("volume");
    bench.engine.create_volume(&name, &bench.labels()).await.unwrap();
    bench.engine.create_volume(&name, &bench.labels()).await.unwrap();
    assert_eq!(bench.engine.volumes(&bench.labels()).await.unwrap().len(), 1);
    let mount = Mount { source: MountSource::Volume(name.clone()), target: "/data".into(), read_only: false };
    let mut first = bench.spec("a", Program::task(0));
    first.mounts = vec![mount.clone()];
    let id = bench.engine.create(&first).await.unwrap();
    bench.engine.upload(&id, &[text_file("/data/receipt", "done")]).await.unwrap();
    assert_eq!(kind(bench.engine.remove_volume(&name).await), ErrorKind::Conflict);
    bench.engine.remove(&id).await.unwrap();
    let mut second = bench.spec("b", Program::task(0));
    second.mounts = vec![mount];
    let id = bench.engine.create(&second).await.unwrap();
    assert_eq!(bench.engine.download(&id, "/data").await.unwrap(), [("receipt".to_owned(), b"done".to_vec())]);
    bench.engine.remove(&id).await.unwrap();
    assert_eq!(bench.engine.volume(&name).await.unwrap().labels, bench.labels());
    bench.engine.remove_volume(&name).await.unwrap();
    assert_eq!(kind(bench.engine.volume(&name).await), ErrorKind::NotFound);
}

async fn networks_are_made_once(bench: &Bench) {
    let name = bench.name("network");
    bench.engine.create_network(&name, &bench.labels()).await.unwrap();
    assert_eq!(kind(bench.engine.create_network(&name, &bench.labels()).await), ErrorKind::Conflict);
    let found = bench.engine.networks(&bench.labels()).await.unwrap();
    assert_eq!(found, [bench.engine.network(&name).await.unwrap()]);
    let mut spec = bench.spec("a", Program::service());
    spec.network = Network::Named { name: name.clone(), aliases: vec!["web".into()] };
    let id = bench.started(&spec).await;
    assert_eq!(kind(bench.engine.remove_network(&name).await), ErrorKind::Conflict);
    bench.engine.remove(&id).await.unwrap();
    bench.engine.remove_network(&name).await.unwrap();
    assert!(bench.engine.networks(&bench.labels()).await.unwrap().is_empty());
}

async fn the_hosts_network_can_be_used(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0));
    spec.network = Network::Host;
    assert_eq!(bench.ran(&spec).await.1, 0);
}

async fn a_missing_bind_path_is_refused(bench: &Bench) {
    let path = format!("/nowhere/{}", bench.run);
    if let Some(fake) = &bench.fake {
        fake.missing_path(&path);
    }
    let mut spec = bench.spec("a", Program::task(0));
    spec.mounts = vec![Mount { source: MountSource::Bind(path.clone()), target: "/x".into(), read_only: false }];
    let error = bench.engine.create(&spec).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Refused);
    assert!(error.message.contains(&path), "{error}");
    assert_eq!(kind(bench.engine.container(&spec.name).await), ErrorKind::NotFound);
}

async fn a_missing_image_is_not_found(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0));
    spec.image = format!("biostar-tui-contract-missing:{}", bench.run);
    assert_eq!(kind(bench.engine.create(&spec).await), ErrorKind::NotFound);
}

async fn images_have_labels(bench: &Bench) {
    let reference = format!("biostar-tui-contract-own:{}", bench.run);
    let mut labels = bench.labels();
    labels.insert("contract.odd".into(), "a \"b\" $HOME \\ ü=1".into());
    let archive = support::image::busybox_root();
    let archive = futures_util::stream::iter([Ok(archive.into())]).boxed();
    bench.engine.import(&reference, &labels, archive).await.unwrap();
    let image = bench.engine.image(&reference).await.unwrap();
    assert_eq!(image.labels, labels);
    assert_eq!(image.tags, std::slice::from_ref(&reference));
    let found = bench.engine.images(&labels).await.unwrap();
    assert_eq!(found.iter().map(|it| &it.id).collect::<Vec<_>>(), [&image.id]);
    bench.engine.remove_image(&reference).await.unwrap();
    assert_eq!(kind(bench.engine.image(&reference).await), ErrorKind::NotFound);
}

async fn a_broken_archive_makes_no_image(bench: &Bench) {
    let reference = format!("biostar-tui-contract-broken:{}", bench.run);
    let broken = biostar_tui::engine::EngineError::new(ErrorKind::Refused, "read", "the archive", "bootstrap failed");
    let archive = futures_util::stream::iter([Ok(vec![0; 512].into()), Err(broken)]).boxed();
    let error = bench.engine.import(&reference, &bench.labels(), archive).await.unwrap_err();
    assert!(error.message.contains("bootstrap failed"), "{error:?}");
    assert_eq!(kind(bench.engine.image(&reference).await), ErrorKind::NotFound);
}

async fn commands_give_exit_code_and_streams(bench: &Bench) {
    let spec = bench.spec("a", Program::service());
    let id = bench.started(&spec).await;
    bench.on_exec(&spec.name, 3, "out\n", "err\n");
    let words = command(&["sh", "-c", "echo out; echo err >&2; exit 3"]);
    let output = bench.engine.exec(&id, None, &words).await.unwrap();
    assert_eq!((output.exit_code, &output.stdout[..], &output.stderr[..]), (3, &b"out\n"[..], &b"err\n"[..]));
    let mut stream = bench.engine.exec_stream(&id, Some("0"), &words).await.unwrap();
    assert_eq!(&stream.next().await.unwrap().unwrap()[..], b"out\n");
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(error.message.contains("exit code 3") && error.message.contains("err"), "{error}");
    assert!(stream.next().await.is_none());
    bench.engine.kill(&id, "SIGKILL").await.unwrap();
    bench.engine.wait(&id).await.unwrap();
    assert_eq!(kind(bench.engine.exec(&id, None, &words).await), ErrorKind::Conflict);
}

async fn events_tell_a_life(bench: &Bench) {
    let mut events = bench.engine.events(&bench.labels(), None).await.unwrap();
    let spec = bench.spec("a", Program::task(5));
    let (id, _) = bench.ran(&spec).await;
    bench.engine.remove(&id).await.unwrap();
    let mut actions = Vec::new();
    while actions.last().map(String::as_str) != Some("destroy") {
        let event = tokio::time::timeout(Duration::from_secs(5), events.next()).await.unwrap().unwrap().unwrap();
        if event.id == id {
            assert_eq!(event.attributes.get("name"), Some(&spec.name));
            assert!(event.kind == "container" && event.time > 0);
            if event.action == "die" {
                assert_eq!(event.attributes.get("exitCode").map(String::as_str), Some("5"));
            }
            actions.push(event.action);
        }
    }
    let told = ["create", "start", "die", "destroy"];
    assert!(told.iter().all(|it| actions.iter().any(|action| action == it)), "{actions:?}");
}

async fn past_events_are_told_from_a_moment_on(bench: &Bench) {
    let (id, _) = bench.ran(&bench.spec("a", Program::task(0))).await;
    let created = bench.engine.container(&id).await.unwrap().created_at;
    let mut events = bench.engine.events(&bench.labels(), Some(created)).await.unwrap();
    until("the start is told", async || {
        let event = tokio::time::timeout(Duration::from_secs(5), events.next()).await.unwrap().unwrap().unwrap();
        event.id == id && event.action == "start"
    })
    .await;
}

async fn a_taken_port_is_told(bench: &Bench) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    if let Some(fake) = &bench.fake {
        fake.take_port(port);
    }
    let network = bench.name("network");
    bench.engine.create_network(&network, &bench.labels()).await.unwrap();
    let published = |publish| PublishedPort { container: 80, address: "127.0.0.1".into(), wanted: port, publish };
    let mut spec = bench.spec("a", Program::service());
    spec.network = Network::Named { name: network.clone(), aliases: Vec::new() };
    spec.ports = vec![published(port)];
    let id = bench.engine.create(&spec).await.unwrap();
    assert_eq!(kind(bench.engine.start(&id).await), ErrorKind::PortTaken);
    bench.engine.remove(&id).await.unwrap();
    spec.ports = vec![published(0)];
    let id = bench.started(&spec).await;
    let ports = bench.engine.container(&id).await.unwrap().ports;
    assert_eq!((ports.len(), ports[0].container, ports[0].address.as_str()), (1, 80, "127.0.0.1"));
    assert!(ports[0].host > 0 && ports[0].host != port);
    let listed = bench.engine.all_containers().await.unwrap();
    assert!(listed.iter().any(|it| it.id == id && it.ports == ports));
}

async fn health_is_told(bench: &Bench) {
    let mut spec = bench.spec("a", Program::service());
    spec.health = Some(HealthCheck {
        health: Health::Tcp(80),
        command: command(&["true"]),
        interval_ms: 100,
        timeout_ms: 1000,
        start_period_ms: 0,
        retries: 3,
    });
    let id = bench.started(&spec).await;
    until("the container is healthy", async || {
        bench.engine.container(&id).await.unwrap().health == Some(HealthState::Healthy)
    })
    .await;
}

async fn builds_give_steps_and_an_image(bench: &Bench) {
    let dockerfile = format!("FROM {}\nARG WHO\nLABEL who=$WHO\n", bench.image);
    let request = build_request(bench, "good", &dockerfile);
    let tag = request.tag.clone();
    let events: Vec<BuildEvent> = bench.engine.build(request).await.unwrap().try_collect().await.unwrap();
    let steps: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            BuildEvent::Step { number, total, instruction } => Some((*number, *total, instruction.as_str())),
            _ => None,
        })
        .collect();
    let from = format!("FROM {}", bench.image);
    assert_eq!(steps[..3], [(1, 5, from.as_str()), (2, 5, "ARG WHO"), (3, 5, "LABEL who=$WHO")]);
    let image = bench.engine.image(&tag).await.unwrap();
    assert!(matches!(events.last(), Some(BuildEvent::Built(id)) if *id == image.id), "{events:?}");
    assert!(bench.labels().iter().all(|(key, value)| image.labels.get(key) == Some(value)));
}

async fn a_failed_build_tells_its_words(bench: &Bench) {
    let dockerfile = format!("FROM {}\nRUN echo no such package; exit 100\n", bench.image);
    let request = build_request(bench, "bad", &dockerfile);
    let told = format!("RUN echo no such package; exit 100\nno such package ({})", bench.run);
    if let Some(fake) = &bench.fake {
        fake.break_build(&request.tag, &told);
    }
    let tag = request.tag.clone();
    let events: Vec<_> = bench.engine.build(request).await.unwrap().collect().await;
    let error = events.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Build);
    assert!(error.message.contains("RUN echo no such package") && error.message.contains("\n"), "{error}");
    assert_eq!(kind(bench.engine.image(&tag).await), ErrorKind::NotFound);
}

fn build_request(bench: &Bench, part: &str, dockerfile: &str) -> BuildRequest {
    let mut context = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(dockerfile.len() as u64);
    header.set_mode(0o644);
    context.append_data(&mut header, "Dockerfile", dockerfile.as_bytes()).unwrap();
    BuildRequest {
        target: String::new(),
        no_cache: false,
        tag: format!("biostar-tui-contract-{part}:{}", bench.run),
        dockerfile: "Dockerfile".into(),
        args: [("WHO".to_owned(), "me & you".to_owned())].into(),
        labels: bench.labels(),
        network: "none".into(),
        context: context.into_inner().unwrap().into(),
    }
}

async fn an_unknown_image_cannot_be_pulled(bench: &Bench) {
    // Nobody listens there: what an unreachable registry gives, at once.
    let reference = "127.0.0.1:1/nothing:1";
    let begin = Instant::now();
    assert_eq!(bench.engine.offered(reference).await.unwrap_err().kind, ErrorKind::Pull);
    let error = match bench.engine.pull(reference).await {
        Err(error) => error,
        Ok(stream) => stream.try_collect::<Vec<_>>().await.unwrap_err(),
    };
    assert_eq!(error.kind, ErrorKind::Pull, "{error}");
    assert!(begin.elapsed() < Duration::from_secs(25));
}

macro_rules! contract {
    ($($behaviour:ident),* $(,)?) => {
        mod contract_of_the_fake {
            use super::*;
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(&Bench::fake().await).await;
            })*
        }
        mod contract_of_docker {
            use super::*;
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(&Bench::docker().await).await;
            })*
        }
    };
}

contract!(
    connects_and_answers,
    exit_code_is_kept,
    created_is_not_started,
    starting_twice_is_no_error,
    logs_have_stream_and_time,
    logs_of_a_terminal_may_begin_with_any_byte,
    long_lines_come_in_parts,
    since_is_inclusive_and_tail_counts,
    following_ends_with_the_container,
    a_name_is_given_once,
    what_is_missing_is_not_found,
    removing_takes_what_runs,
    stopping_is_quick_for_who_listens,
    stopping_kills_who_does_not,
    signals_arrive,
    pausing_twice_is_no_error,
    waiting_for_what_has_ended_returns,
    labels_filter,
    files_are_there_at_the_start,
    uploads_reach_what_runs,
    a_user_gets_a_passwd_entry,
    volumes_outlive_containers,
    networks_are_made_once,
    the_hosts_network_can_be_used,
    a_missing_bind_path_is_refused,
    a_missing_image_is_not_found,
    images_have_labels,
    a_broken_archive_makes_no_image,
    commands_give_exit_code_and_streams,
    events_tell_a_life,
    past_events_are_told_from_a_moment_on,
    a_taken_port_is_told,
    health_is_told,
    builds_give_steps_and_an_image,
    a_failed_build_tells_its_words,
    an_unknown_image_cannot_be_pulled,
);
