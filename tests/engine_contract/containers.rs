//! Containers: made, found, refused, and commands in them.

use biostar_tui::core::container::{ContainerSpec, Mount, MountSource, Network, PublishedPort};
use biostar_tui::core::naming;
use biostar_tui::core::observed::Phase;
use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::fake::Program;
use biostar_tui::engine::port::{LabelFilter, LogRequest};
use futures_util::StreamExt as _;

use crate::{command, kind, support::bench::Bench};

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

async fn a_name_is_given_once(bench: &Bench) {
    let spec = bench.spec("a", Program::task(0));
    bench.engine.create(&spec).await.unwrap();
    assert_eq!(kind(bench.engine.create(&spec).await), ErrorKind::Conflict);
}

async fn one_takes_the_place_of_another(bench: &Bench) {
    let (old, _) = bench.ran(&bench.spec("a", Program::task(0))).await;
    let spec = bench.spec("a", Program::task(3));
    let id = bench.engine.replace(&old, &spec).await.unwrap();
    assert_eq!(kind(bench.engine.container(&old).await), ErrorKind::NotFound);
    let seen = bench.engine.container(&spec.name).await.unwrap();
    assert_eq!((seen.id, seen.phase), (id.clone(), Phase::Created));
    // One that is gone meanwhile is in nobody's way.
    bench.engine.remove(&id).await.unwrap();
    bench.engine.replace(&id, &spec).await.unwrap();
}

async fn what_is_missing_is_not_found(bench: &Bench) {
    let name = bench.name("nothing");
    assert_eq!(kind(bench.engine.container(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.start(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.wait(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.logs(&name, &LogRequest::default()).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.stats(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.image(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.network(&name).await), ErrorKind::NotFound);
    assert_eq!(kind(bench.engine.volume(&name).await), ErrorKind::NotFound);
    bench.engine.remove(&name).await.unwrap();
    bench.engine.remove_image(&name).await.unwrap();
    bench.engine.remove_network(&name).await.unwrap();
    bench.engine.remove_volume(&name).await.unwrap();
}

async fn details_tell_what_it_was_made_of(bench: &Bench) {
    let network = bench.name("network");
    bench.engine.create_network(&network, &bench.labels()).await.unwrap();
    let volume = bench.name("volume");
    bench.engine.create_volume(&volume, &bench.labels()).await.unwrap();
    let spec = ContainerSpec {
        env: [("COLOUR".to_owned(), "red = ü".to_owned())].into(),
        user: Some("1000:1001".into()),
        working_dir: Some("/tmp".into()),
        mounts: vec![Mount { source: MountSource::Volume(volume.clone()), target: "/data".into(), read_only: true }],
        network: Network::Named { name: network.clone(), aliases: vec!["alias".into()] },
        memory: Some(64 << 20),
        ..bench.spec("a", Program::service())
    };
    let id = bench.started(&spec).await;
    let details = bench.engine.details(&id).await.unwrap();
    assert_eq!(details.container, bench.engine.container(&id).await.unwrap());
    assert!(details.env.iter().any(|line| line == "COLOUR=red = ü"), "{:?}", details.env);
    assert_eq!((details.user.as_str(), details.working_dir.as_str()), ("1000:1001", "/tmp"));
    assert_eq!(Some(&details.command), spec.command.as_ref());
    let [mount] = details.mounts.as_slice() else { panic!("{:?}", details.mounts) };
    assert_eq!((mount.kind.as_str(), &mount.source, mount.target.as_str()), ("volume", &volume, "/data"));
    assert!(mount.read_only);
    let [place] = details.networks.as_slice() else { panic!("{:?}", details.networks) };
    assert_eq!(place.network, network);
    // Engines add names of their own.
    assert!(place.aliases.iter().any(|name| name == "alias"), "{:?}", place.aliases);
    assert!(!place.address.is_empty());
    assert_eq!(details.container.addresses, std::slice::from_ref(&place.address));
    assert_eq!((details.restart_policy.as_str(), details.memory), ("no", 64 << 20));
    assert_eq!((details.failing_streak, details.check_exit_code), (0, None));
    bench.engine.remove(&id).await.unwrap();
    assert_eq!(kind(bench.engine.details(&id).await), ErrorKind::NotFound);
}

async fn removing_takes_what_runs(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.remove(&id).await.unwrap();
    assert_eq!(kind(bench.engine.container(&id).await), ErrorKind::NotFound);
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

fn all_labels(spec: &ContainerSpec) -> std::collections::BTreeMap<String, String> {
    let mut labels = spec.labels.clone();
    labels.insert(naming::LABEL_SPEC.into(), spec.hash());
    labels.insert(naming::LABEL_VERSION.into(), env!("CARGO_PKG_VERSION").into());
    labels
}

async fn a_missing_image_is_not_found(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0));
    spec.image = format!("biostar-tui-contract-missing:{}", bench.run);
    assert_eq!(kind(bench.engine.create(&spec).await), ErrorKind::NotFound);
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

contract!(
    connects_and_answers,
    exit_code_is_kept,
    created_is_not_started,
    starting_twice_is_no_error,
    a_name_is_given_once,
    one_takes_the_place_of_another,
    what_is_missing_is_not_found,
    details_tell_what_it_was_made_of,
    removing_takes_what_runs,
    labels_filter,
    a_missing_image_is_not_found,
    a_missing_bind_path_is_refused,
    a_taken_port_is_told,
    commands_give_exit_code_and_streams,
);
