//! Volumes and networks.

use biostar_tui::core::container::{Mount, MountSource, Network};
use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::fake::Program;

use crate::{kind, support::bench::Bench, text_file};

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

async fn the_disk_is_counted(bench: &Bench) {
    let volume = bench.name("counted");
    bench.engine.create_volume(&volume, &bench.labels()).await.unwrap();
    let mut spec = bench.spec("a", Program::task(0));
    spec.mounts = vec![Mount { source: MountSource::Volume(volume.clone()), target: "/data".into(), read_only: false }];
    let (id, _) = bench.ran(&spec).await;
    let text = "x".repeat(100_000);
    bench.engine.upload(&id, &[text_file("/data/file", &text)]).await.unwrap();
    let counted = match bench.engine.disk_usage().await {
        Ok(counted) => counted,
        Err(error) => {
            // An old engine, or one that is busy with another count.
            assert!(bench.fake.is_none(), "{error}");
            assert!(matches!(error.kind, ErrorKind::Version | ErrorKind::Deadline | ErrorKind::Refused), "{error:?}");
            return;
        }
    };
    assert!(counted.volumes[&volume] >= 100_000, "{:?}", counted.volumes.get(&volume));
    let image = bench.engine.image(&bench.image).await.unwrap();
    assert!(counted.images.contains_key(&image.id));
}

contract!(the_disk_is_counted, volumes_outlive_containers, networks_are_made_once, the_hosts_network_can_be_used,);
