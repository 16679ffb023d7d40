//! An engine's answers as the program's nouns.

use crate::{
    core::holdings::DiskUsage,
    core::inspection::{Connected, Details, Layer, Mounted},
    core::observed::{Container, HealthState, Image, NetworkInfo, Phase, PortInUse, Timestamp, Volume},
    engine::{
        docker::{decode, errors::sanitised, half_made, wire},
        port::EngineEvent,
    },
};

impl From<wire::Inspected> for Container {
    fn from(it: wire::Inspected) -> Self {
        Self {
            ports: bound(&it.network_settings),
            addresses: addresses(&it.network_settings),
            phase: phase(&it.state.status),
            health: it.state.health.as_ref().and_then(|health| verdict(health, it.config.healthcheck.retries)),
            health_said: it.state.health.as_ref().map(said).unwrap_or_default(),
            id: it.id,
            name: it.name.trim_start_matches('/').to_owned(),
            image: it.config.image,
            image_id: it.image,
            labels: half_made::without_role(&it.name, it.config.labels),
            exit_code: it.state.exit_code,
            oom_killed: it.state.oom_killed,
            error: it.state.error,
            created_at: moment(&it.created),
            started_at: moment(&it.state.started_at),
            finished_at: moment(&it.state.finished_at),
            restarts: it.restart_count,
            tty: it.config.tty,
            log_driver: it.host_config.log_config.driver,
        }
    }
}

/// It has none in a network while it does not run.
fn addresses(settings: &wire::NetworkSettings) -> Vec<String> {
    settings.networks.values().map(|place| place.address.clone()).filter(|address| !address.is_empty()).collect()
}

impl From<wire::Inspected> for Details {
    fn from(mut it: wire::Inspected) -> Self {
        let mut command = std::mem::take(&mut it.config.entrypoint);
        command.append(&mut it.config.cmd);
        let addresses = addresses(&it.network_settings);
        let networks = std::mem::take(&mut it.network_settings.networks);
        let health = it.state.health.as_ref();
        Self {
            env: std::mem::take(&mut it.config.env),
            command,
            user: std::mem::take(&mut it.config.user),
            working_dir: std::mem::take(&mut it.config.working_dir),
            mounts: std::mem::take(&mut it.mounts).into_iter().map(Into::into).collect(),
            networks: networks.into_iter().map(|(network, place)| connected(network, place, &it.id)).collect(),
            restart_policy: std::mem::take(&mut it.host_config.restart_policy.name),
            memory: it.host_config.memory,
            failing_streak: health.map_or(0, |health| health.failing_streak),
            check_exit_code: health.and_then(|health| health.log.last()).map(|probe| probe.exit_code),
            container: Container { addresses, ..it.into() },
        }
    }
}

impl From<wire::Mount> for Mounted {
    fn from(it: wire::Mount) -> Self {
        let source = if it.name.is_empty() { it.source } else { it.name };
        Self { kind: it.kind, source, target: it.destination, read_only: !it.writable }
    }
}

/// The engine adds the beginning of the container's id to its names.
fn connected(network: String, place: wire::Endpoint, id: &str) -> Connected {
    let aliases = place.aliases.into_iter().filter(|name| !id.starts_with(name.as_str())).collect();
    Connected { network, address: place.address, aliases }
}

impl From<wire::Layer> for Layer {
    fn from(it: wire::Layer) -> Self {
        // An imported archive has no instruction, but a comment.
        let created_by = if it.created_by.is_empty() { it.comment } else { it.created_by };
        Self {
            created_at: it.created.saturating_mul(1_000_000_000),
            created_by: sanitised(&created_by),
            size: it.size,
            tags: it.tags,
        }
    }
}

impl From<wire::Summary> for Container {
    fn from(it: wire::Summary) -> Self {
        Self {
            name: it.names.first().map(|name| name.trim_start_matches('/').to_owned()).unwrap_or_default(),
            phase: phase(&it.state),
            created_at: it.created.saturating_mul(1_000_000_000),
            ports: it.ports.into_iter().filter_map(listed).collect(),
            id: it.id,
            image: it.image,
            image_id: it.image_id,
            labels: half_made::without_role(it.names.first().map_or("", String::as_str), it.labels),
            ..Self::default()
        }
    }
}

impl From<wire::Image> for Image {
    fn from(it: wire::Image) -> Self {
        Self {
            created_at: moment(&it.created),
            id: it.id,
            tags: it.repo_tags,
            labels: it.config.labels,
            size: it.size,
            env: it.config.env,
        }
    }
}

impl From<wire::DiskUsage> for DiskUsage {
    fn from(it: wire::DiskUsage) -> Self {
        let own = |it: &wire::CountedImage| bytes(it.size.saturating_sub(it.shared_size.max(0)));
        let of_volume = |it: wire::CountedVolume| Some((it.name, bytes(it.usage_data.size)?));
        Self {
            images: it
                .images
                .into_iter()
                .chain(it.image_usage.items)
                .filter_map(|it| own(&it).map(|own| (it.id, own)))
                .collect(),
            volumes: it.volumes.into_iter().chain(it.volume_usage.items).filter_map(of_volume).collect(),
        }
    }
}

/// Engines write -1 for what they have not counted.
fn bytes(count: i64) -> Option<u64> {
    u64::try_from(count).ok()
}

impl From<wire::Network> for NetworkInfo {
    fn from(it: wire::Network) -> Self {
        Self { id: it.id, name: it.name, labels: it.labels }
    }
}

impl From<wire::Volume> for Volume {
    fn from(it: wire::Volume) -> Self {
        Self { name: it.name, labels: it.labels }
    }
}

impl From<wire::Event> for EngineEvent {
    fn from(it: wire::Event) -> Self {
        let mut attributes = it.actor.attributes;
        // A container is made under another name than the one it is known by.
        if let Some(name) = attributes.get_mut("name").filter(|_| it.kind == "container") {
            *name = half_made::whole(name).to_owned();
        }
        Self { kind: it.kind, action: it.action, id: it.actor.id, attributes, time: it.time_nano }
    }
}

pub(super) fn moment(text: &str) -> Timestamp {
    decode::timestamp(text.as_bytes()).unwrap_or(0)
}

/// An unknown word is taken for "not running": what acts on it inspects again.
fn phase(word: &str) -> Phase {
    match word {
        "created" | "configured" | "initialized" => Phase::Created,
        "running" => Phase::Running,
        "paused" => Phase::Paused,
        "restarting" => Phase::Restarting,
        "removing" | "stopping" => Phase::Removing,
        "dead" => Phase::Dead,
        _ => Phase::Exited,
    }
}

/// The words of the last probe that had any.
fn said(health: &wire::Health) -> String {
    let spoken = health.log.iter().rev().find(|probe| !probe.output.trim().is_empty());
    spoken.map(|probe| sanitised(&probe.output)).unwrap_or_default()
}

/// What failed checks in a row make unhealthy, where a container's own check does not say
/// (moby, `daemon/health.go`).
const DEFAULT_RETRIES: i64 = 3;

/// An engine that pauses a container calls it unhealthy, and goes on doing so until the
/// next check after that has ended. Without as many failures in a row as it takes, that is
/// no verdict: what the last check found is.
fn verdict(health: &wire::Health, retries: i64) -> Option<HealthState> {
    let needed = if retries > 0 { retries } else { DEFAULT_RETRIES };
    match health_state(&health.status) {
        Some(HealthState::Unhealthy) if health.failing_streak < needed => {
            let is_fine = health.log.last().is_some_and(|probe| probe.exit_code == 0);
            Some(if is_fine { HealthState::Healthy } else { HealthState::Starting })
        }
        said => said,
    }
}

fn health_state(word: &str) -> Option<HealthState> {
    [HealthState::Starting, HealthState::Healthy, HealthState::Unhealthy].into_iter().find(|it| it.as_str() == word)
}

fn listed(port: wire::SummaryPort) -> Option<PortInUse> {
    let published = port.protocol == "tcp" && port.public_port > 0;
    published.then_some(PortInUse { container: port.private_port, address: port.ip, host: port.public_port })
}

fn bound(settings: &wire::NetworkSettings) -> Vec<PortInUse> {
    let mut ports = Vec::new();
    for (key, bindings) in &settings.ports {
        let Some(container) = key.strip_suffix("/tcp").and_then(|port| port.parse().ok()) else { continue };
        for binding in bindings.iter().flatten() {
            if let Ok(host) = binding.host_port.parse() {
                ports.push(PortInUse { container, address: binding.host_ip.clone(), host });
            }
        }
    }
    ports
}

#[cfg(test)]
mod disk {
    use super::*;

    /// Both forms by the API's descriptions, 1.42 and 1.53; -1 stands for what was not counted.
    #[test]
    fn both_forms_are_read() {
        let image = r#"{"Id": "sha256:a", "Size": 500, "SharedSize": 100}"#;
        let volumes =
            r#"[{"Name": "v", "UsageData": {"Size": 7, "RefCount": 1}}, {"Name": "w", "UsageData": {"Size": -1}}]"#;
        for text in [
            format!(r#"{{"LayersSize": 1, "Images": [{image}], "Containers": null, "Volumes": {volumes}}}"#),
            format!(
                r#"{{"ImageUsage": {{"TotalCount": 1, "Items": [{image}]}}, "VolumeUsage": {{"Items": {volumes}}}}}"#
            ),
        ] {
            let counted: DiskUsage = serde_json::from_str::<wire::DiskUsage>(&text).unwrap().into();
            assert_eq!(counted.images, [("sha256:a".to_owned(), 400)].into());
            assert_eq!(counted.volumes, [("v".to_owned(), 7)].into());
        }
        let nothing: DiskUsage = serde_json::from_str::<wire::DiskUsage>(r#"{"VolumeUsage": null}"#).unwrap().into();
        assert_eq!(nothing, DiskUsage::default());
    }
}
