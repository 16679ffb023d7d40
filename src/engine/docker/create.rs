//! Creating a container from its spec.

use std::collections::HashMap;

use bollard::models;
use futures_util::{
    FutureExt as _,
    future::{join3, try_join},
};

use crate::{
    core::{
        container::{ContainerSpec, HealthCheck, Mount, MountSource, Network, PublishedPort},
        naming::{self, Role},
    },
    engine::{
        docker::{
            DockerEngine, half_made,
            http::{Ask, Call},
            query::Path,
            users::Users,
            wire,
        },
        port::{LabelFilter, Result},
    },
};

impl DockerEngine {
    /// Under a name of its own until its files are in it: whoever finds a container under
    /// its real name, another client at the same moment or the next run after a kill, may
    /// start it. What is `old` has the real name until then.
    pub(super) async fn create_container(&self, spec: &ContainerSpec, old: Option<&str>) -> Result<String> {
        let call = Call::new("create container", &spec.name);
        let path = Path::from("/containers/create").with("name", half_made::name(&spec.name));
        let ask = Ask::post(path).json(&body(spec)).map_err(|failure| call.error(failure))?;
        let create = self.http.json::<wire::Id>(call, ask);
        // Two wait for it: the container is there first as a rule, and `old` need not wait.
        let users = self.users_of_twin(spec).shared();
        let made = async {
            let id = create.await?.id;
            match self.finish_container(&id, spec, old, users.clone()).await {
                Ok(()) => Ok(id),
                Err(error) => {
                    // The first error is the one that matters.
                    let _ = self.remove_container(&id).await;
                    Err(error)
                }
            }
        };
        join3(made, self.sweep(&spec.name), users.clone()).await.0
    }

    /// Gives a new container its files and, in the place of `old`, its name.
    async fn finish_container(
        &self,
        id: &str,
        spec: &ContainerSpec,
        old: Option<&str>,
        users: impl Future<Output = Option<Users>>,
    ) -> Result<()> {
        let furnish = async { self.furnish(id, spec, users.await).await };
        let removal = async { if let Some(old) = old { self.remove_container(old).await } else { Ok(()) } };
        try_join(furnish, removal).await?;
        let rename = Path::of("containers", id).part("rename").with("name", &spec.name);
        self.http.done(Call::new("create container", &spec.name), Ask::post(rename)).await
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

/// The part's name, as far as it is a legal host name. The engine makes it a name on the
/// network, too: a service's is its own, and the console `db` must not be taken for it.
fn hostname(spec: &ContainerSpec) -> String {
    let part = spec.labels.get(naming::LABEL_NAME).unwrap_or(&spec.name);
    let role = spec.labels.get(naming::LABEL_ROLE).filter(|role| *role != Role::Service.as_str());
    let name = role.map_or_else(|| part.clone(), |role| format!("{part}-{role}"));
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
    // The configuration's bound is far below.
    let memory = spec.memory.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    models::HostConfig {
        memory,
        // No swap besides: it would only make the end slower.
        memory_swap: memory,
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

/// The engine's default driver may be one that cannot be read back. Rotated files are not
/// packed: engines unpack all of them for each reader, though it asks for the last line alone.
fn log_config() -> models::HostConfigLogConfig {
    let options = [("max-size", "50m"), ("max-file", "3"), ("compress", "false")];
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
