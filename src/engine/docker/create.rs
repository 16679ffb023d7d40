//! Creating a container from its spec.

use std::collections::HashMap;

use bollard::models;

use crate::{
    core::{
        container::{ContainerSpec, HealthCheck, Mount, MountSource, Network, PublishedPort},
        naming,
    },
    engine::{
        docker::{
            DockerEngine, half_made,
            http::{Ask, Call},
            query::Path,
            wire,
        },
        port::{LabelFilter, Result},
    },
};

impl DockerEngine {
    /// Under a name of its own until its files are in it: whoever finds a container under
    /// its real name, another client at the same moment or the next run after a kill, may
    /// start it.
    pub(super) async fn create_container(&self, spec: &ContainerSpec) -> Result<String> {
        self.sweep(&spec.name).await;
        let call = Call::new("create container", &spec.name);
        let path = Path::from("/containers/create").with("name", half_made::name(&spec.name));
        let ask = Ask::post(path).json(&body(spec)).map_err(|failure| call.error(failure))?;
        let created: wire::Id = self.http.json(call, ask).await?;
        let whole = async {
            self.furnish(&created.id, spec).await?;
            let rename = Path::of("containers", &created.id).part("rename").with("name", &spec.name);
            self.http.done(call, Ask::post(rename)).await
        };
        if let Err(error) = whole.await {
            // The first error is the one that matters.
            let _ = self.remove_container(&created.id).await;
            return Err(error);
        }
        Ok(created.id)
    }

    /// Removes what clients that were killed have left half-made under this name. What
    /// cannot be removed now is removed the next time.
    async fn sweep(&self, name: &str) {
        let all = self.list(&LabelFilter::new()).await.unwrap_or_default();
        for left in all.iter().filter(|it| it.names.iter().any(|it| half_made::is_left_over(it, name))) {
            let _ = self.remove_container(&left.id).await;
        }
    }
}

fn body(spec: &ContainerSpec) -> models::ContainerCreateBody {
    models::ContainerCreateBody {
        hostname: Some(hostname(spec)),
        user: spec.user.clone(),
        exposed_ports: Some(spec.ports.iter().map(port_key).collect()),
        tty: Some(spec.tty),
        open_stdin: Some(spec.tty),
        env: Some(spec.env.iter().map(|(key, value)| format!("{key}={value}")).collect()),
        cmd: spec.command.clone(),
        healthcheck: spec.health.as_ref().map(health),
        image: Some(spec.image.clone()),
        working_dir: spec.working_dir.clone(),
        entrypoint: spec.entrypoint.clone(),
        labels: Some(labels(spec)),
        stop_signal: spec.stop_signal.clone(),
        stop_timeout: Some(spec.stop_timeout.into()),
        host_config: Some(host_config(spec)),
        networking_config: networking(&spec.network),
        ..Default::default()
    }
}

/// The part's name, as far as it is a legal host name.
fn hostname(spec: &ContainerSpec) -> String {
    let name = spec.labels.get(naming::LABEL_NAME).unwrap_or(&spec.name);
    let legal = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = name.chars().map(legal).take(63).collect();
    name.trim_matches('-').to_owned()
}

fn labels(spec: &ContainerSpec) -> HashMap<String, String> {
    let own = [(naming::LABEL_SPEC, spec.hash()), (naming::LABEL_VERSION, env!("CARGO_PKG_VERSION").to_owned())];
    let own = own.into_iter().map(|(key, value)| (key.to_owned(), value));
    spec.labels.clone().into_iter().chain(own).collect()
}

fn host_config(spec: &ContainerSpec) -> models::HostConfig {
    models::HostConfig {
        network_mode: Some(match &spec.network {
            Network::Named { name, .. } => name.clone(),
            Network::Host => "host".to_owned(),
            Network::None => "none".to_owned(),
        }),
        port_bindings: Some(spec.ports.iter().fold(HashMap::new(), bind_port)),
        mounts: Some(spec.mounts.iter().map(mount).collect()),
        log_config: Some(log_config()),
        restart_policy: Some(models::RestartPolicy {
            name: Some(models::RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        init: Some(false),
        ..Default::default()
    }
}

/// The engine's default driver may be one that cannot be read back.
fn log_config() -> models::HostConfigLogConfig {
    let options = [("max-size", "50m"), ("max-file", "3")];
    models::HostConfigLogConfig {
        typ: Some("local".to_owned()),
        config: Some(options.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()),
    }
}

fn port_key(port: &PublishedPort) -> String {
    format!("{}/tcp", port.container)
}

fn bind_port(mut map: models::PortMap, port: &PublishedPort) -> models::PortMap {
    let binding = models::PortBinding {
        host_ip: Some(port.address.clone()),
        // An empty port lets the engine choose.
        host_port: Some(if port.publish == 0 { String::new() } else { port.publish.to_string() }),
    };
    map.entry(port_key(port)).or_default().get_or_insert_default().push(binding);
    map
}

fn mount(mount: &Mount) -> models::Mount {
    let (kind, source) = match &mount.source {
        MountSource::Bind(path) => (models::MountType::BIND, path),
        MountSource::Volume(name) => (models::MountType::VOLUME, name),
    };
    models::Mount {
        target: Some(mount.target.clone()),
        source: Some(source.clone()),
        typ: Some(kind),
        read_only: Some(mount.read_only),
        ..Default::default()
    }
}

fn networking(network: &Network) -> Option<models::NetworkingConfig> {
    let Network::Named { name, aliases } = network else { return None };
    let settings = models::EndpointSettings { aliases: Some(aliases.clone()), ..Default::default() };
    Some(models::NetworkingConfig { endpoints_config: Some([(name.clone(), settings)].into()) })
}

fn health(check: &HealthCheck) -> models::HealthConfig {
    let nanoseconds = |milliseconds: u64| i64::try_from(milliseconds).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    models::HealthConfig {
        test: Some(["CMD".to_owned()].into_iter().chain(check.command.iter().cloned()).collect()),
        interval: Some(nanoseconds(check.interval_ms)),
        timeout: Some(nanoseconds(check.timeout_ms)),
        start_period: Some(nanoseconds(check.start_period_ms)),
        retries: Some(check.retries.into()),
        ..Default::default()
    }
}
