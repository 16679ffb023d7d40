//! Containers of services: created, started, waited for, stopped.

use std::time::Duration;

use crate::core::{
    container::{ContainerSpec, PublishedPort},
    naming::Role,
    notice::Notice,
    observed::{Container, HealthState},
    report::What,
    spec::service,
};
use crate::engine::{EngineError, ErrorKind, port::LogRequest};
use crate::runtime::{
    apply::{StepResult, StepRun},
    ports,
};

/// How often a service that is not healthy yet is looked at.
const LOOK: Duration = Duration::from_millis(100);

impl StepRun<'_> {
    fn service_spec(&self, name: &str) -> Result<ContainerSpec, Notice> {
        Ok(service::spec(self.project(), self.facts(), self.declared(name)?))
    }

    async fn service_container(&self, name: &str) -> Result<Container, Notice> {
        Ok(self.engine().container(&self.project().container_name(Role::Service, name)).await?)
    }

    pub(super) async fn create(&self, name: &str) -> StepResult {
        let mut spec = self.service_spec(name)?;
        loop {
            match self.engine().container(&spec.name).await {
                Ok(container) if self.is_wanted(&container, &spec) => {
                    return Ok(Some("another client has made it".to_owned()));
                }
                Ok(container) => self.engine().remove(&container.id).await?,
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
            self.choose_ports(&mut spec, name).await?;
            match self.engine().create(&spec).await {
                Ok(_) => return Ok(None),
                Err(error) if error.kind == ErrorKind::Conflict => tokio::time::sleep(LOOK).await,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether a container is what the plan is about to make: another client's, then. One
    /// that is to be made anew counts only if it is not the one that the plan saw.
    fn is_wanted(&self, container: &Container, spec: &ContainerSpec) -> bool {
        let seen = self.application.observed.containers.get(&spec.name).is_some_and(|seen| seen.id == container.id);
        container.spec() == spec.hash() && is_usable(container) && !(self.is_forced() && seen)
    }

    /// Takes the next free port where the wanted one is taken, and says by whom.
    async fn choose_ports(&self, spec: &mut ContainerSpec, service: &str) -> Result<(), Notice> {
        if spec.ports.iter().all(|port| port.publish == 0) {
            return Ok(());
        }
        let containers = self.engine().all_containers().await?;
        for port in &mut spec.ports {
            let taken = ports::container_with(&containers, port.publish).is_some()
                || self.is_local() && !ports::is_free(&port.address, port.publish);
            if port.publish != 0 && taken {
                self.fall_back(port, service, &containers)?;
            }
        }
        Ok(())
    }

    fn is_local(&self) -> bool {
        self.engine().endpoint().starts_with("unix://")
    }

    fn fall_back(&self, port: &mut PublishedPort, service: &str, containers: &[Container]) -> Result<(), Notice> {
        let owner = ports::owner(containers, port.publish);
        let taken = format!("port {} of {service} is taken by {owner}", port.publish);
        let strict = self.declared(service)?.ports.iter().any(|wanted| wanted.host == port.wanted && wanted.strict);
        let next = if strict { None } else { ports::next_free(port, port.publish, containers) };
        let Some(next) = next else {
            return Err(Notice::error(taken).remedy(format!("stop it, or set another port for {service}")));
        };
        self.report(What::Notice(Notice::warning(format!("{taken}; {next} is used instead"))));
        port.publish = next;
        Ok(())
    }

    pub(super) async fn start(&self, name: &str) -> StepResult {
        for _ in 0..4 {
            let container = self.service_container(name).await?;
            match self.engine().start(&container.id).await {
                Ok(()) => return Ok(None),
                // The port was lost between its choice and the start, or while halted.
                Err(error) if error.kind == ErrorKind::PortTaken => self.move_ports(name, &container).await?,
                Err(error) => return Err(start_failed(name, &error)),
            }
        }
        Err(Notice::error(format!("{name} found no free port in four attempts"))
            .remedy(format!("set another port for {name} in biostar-tui.toml")))
    }

    /// A container's ports are fixed when it is created: made anew with others.
    async fn move_ports(&self, name: &str, container: &Container) -> Result<(), Notice> {
        self.engine().remove(&container.id).await?;
        self.create(name).await.map(drop)
    }

    pub(super) async fn pause(&self, name: &str) -> StepResult {
        let container = self.service_container(name).await?;
        self.engine().pause(&container.id).await?;
        Ok(None)
    }

    pub(super) async fn unpause(&self, name: &str) -> StepResult {
        let container = self.service_container(name).await?;
        self.engine().unpause(&container.id).await?;
        Ok(None)
    }

    pub(super) async fn reload(&self, name: &str) -> StepResult {
        let container = self.service_container(name).await?;
        self.engine().kill(&container.id, "SIGHUP").await?;
        Ok(None)
    }

    pub(super) async fn stop(&self, id: &str) -> StepResult {
        let seconds = match self.application.observed.containers.values().find(|container| container.id == id) {
            Some(container) => self
                .project()
                .service(container.part())
                .map_or(10, |known| service::spec(self.project(), self.facts(), known).stop_timeout),
            None => 10,
        };
        self.engine().stop(id, seconds).await?;
        Ok(None)
    }

    /// Waits until a service is healthy. There is no time limit while it is starting: it
    /// ends, says that its server fails, or the engine calls it unhealthy.
    pub(super) async fn healthy(&self, name: &str) -> StepResult {
        let mut looks = 0_u32;
        loop {
            let container = self.service_container(name).await?;
            match container.health {
                _ if !container.is_up() => return Err(self.ended(name, &container).await),
                None | Some(HealthState::Healthy) => return Ok(None),
                Some(HealthState::Unhealthy) => return Err(self.unhealthy(name, &container).await),
                Some(HealthState::Starting) => {}
            }
            looks += 1;
            if looks.is_multiple_of(10)
                && let Some(failure) = self.server_failure(name, &container).await
            {
                return Err(failure);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn ended(&self, name: &str, container: &Container) -> Notice {
        let why = if container.oom_killed { " (killed because it used too much memory)" } else { "" };
        let summary = format!("{name} ended with exit code {}{why}", container.exit_code);
        self.with_last_lines(Notice::error(summary), name, container).await
    }

    async fn unhealthy(&self, name: &str, container: &Container) -> Notice {
        let notice = Notice::error(format!("{name} runs but is not healthy"));
        self.with_last_lines(notice, name, container).await
    }

    /// The supervisor outlives its server, so a server that cannot start is told by the
    /// supervisor's own line.
    async fn server_failure(&self, name: &str, container: &Container) -> Option<Notice> {
        let lines = self.last_lines(container, 60).await;
        let failed = lines.iter().rposition(|line| line.starts_with("biostar-tui: server exited with code"))?;
        let cause = lines[failed.saturating_sub(12)..=failed].join("\n");
        Some(
            Notice::error(format!("the server of {name} does not start"))
                .because(cause)
                .remedy("mend what the traceback names: the supervisor starts the server again on the next save"),
        )
    }

    async fn with_last_lines(&self, notice: Notice, name: &str, container: &Container) -> Notice {
        let lines = self.last_lines(container, 12).await.join("\n");
        notice.because(lines).remedy(format!("`biostar-tui logs {name}` shows all of its log"))
    }

    async fn last_lines(&self, container: &Container, count: u64) -> Vec<String> {
        use futures_util::StreamExt as _;
        let request = LogRequest { tail: Some(count), since: Some(container.started_at), ..LogRequest::default() };
        let Ok(lines) = self.engine().logs(&container.id, &request).await else { return Vec::new() };
        let texts = lines.filter_map(|line| async { line.ok() });
        texts.map(|line| crate::logs::sanitise::plain(&String::from_utf8_lossy(&line.bytes))).collect().await
    }
}

fn is_usable(container: &Container) -> bool {
    use crate::core::observed::Phase;
    !matches!(container.phase, Phase::Removing | Phase::Dead)
}

fn start_failed(name: &str, error: &EngineError) -> Notice {
    Notice { summary: format!("{name} could not be started"), ..error.notice() }
}
