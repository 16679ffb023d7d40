//! Containers of services: created, started, waited for, stopped.

use std::time::{Duration, Instant};

use crate::core::{
    container::{ContainerSpec, PublishedPort},
    naming::Role,
    notice::{Notice, Severity},
    observed::{Container, HealthState},
    report::What,
    spec::{health, service},
};
use crate::engine::{EngineError, ErrorKind};
use crate::logs::{cause, sanitise::plain};
use crate::runtime::{
    apply::{StepResult, StepRun},
    console::prompts,
    ports, server_log,
};

/// How often a service that is not healthy yet is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// A service without a health check has come up when it is still there after so long: a
/// wrong command or a missing setting ends a program at once.
const STAYS: Duration = Duration::from_millis(600);
/// What is unhealthy may be about to recover: it was paused, its file was just mended.
const RECOVERY: Duration = Duration::from_secs(12);
/// After so long without health the user is told what the check says.
const PATIENCE: Duration = Duration::from_secs(8);
/// Lines of a log that a notice shows.
const SHOWN: u64 = 12;

/// How long a service that was paused may take until it answers.
const AWAKE: Duration = Duration::from_secs(30);

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
                Ok(container) => self.stop_and_remove(&container).await?,
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
                Ok(()) => return self.stays(name).await,
                // The port was lost between its choice and the start, or while halted.
                Err(error) if error.kind == ErrorKind::PortTaken => self.make_anew(name, &container).await?,
                // Its network was removed, or removed and made again: it knows the old one.
                Err(error) if is_network_gone(&error) => self.make_anew(name, &container).await?,
                Err(error) if error.message.contains("is ambiguous") => self.keep_one_network().await?,
                Err(error) => return Err(start_failed(name, &error)),
            }
        }
        Err(Notice::error(format!("{name} could not be started in four attempts"))
            .because("its port was taken, or its network removed, each time in between")
            .remedy(format!("`biostar-tui up` again; set another port for {name} in biostar-tui.toml if it is that")))
    }

    /// Whether what has no health check is still there after a moment.
    async fn stays(&self, name: &str) -> StepResult {
        if self.declared(name)?.health.is_some() {
            return Ok(None);
        }
        let begun = Instant::now();
        while begun.elapsed() < STAYS {
            tokio::time::sleep(LOOK).await;
            let container = self.service_container(name).await?;
            if container.is_up() {
                continue;
            }
            let notice = self.ended(name, &container).await;
            if container.exit_code != 0 {
                return Err(notice);
            }
            // Not every program is a server: one that has done its work is no failure.
            self.report(What::Notice(Notice { severity: Severity::Warning, ..notice }));
            break;
        }
        Ok(None)
    }

    /// A container's ports and network are fixed when it is created.
    async fn make_anew(&self, name: &str, container: &Container) -> Result<(), Notice> {
        self.stop_and_remove(container).await?;
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
        // The supervisor puts a reload off as long as somebody is at a debugger's prompt.
        let debuggers = prompts::read(self.engine(), &container.id).await.unwrap_or_default();
        if let Some(prompt) = debuggers.open() {
            let summary = format!("{name} reloads when its debugger is left");
            let notice = Notice::warning(summary).because(format!("a debugger waits at {}", plain(&prompt.place)));
            self.report(What::Notice(notice.remedy(format!("`biostar-tui attach {name}`, then c or q"))));
        }
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

    /// Removal by force kills: a database would have to recover at its next start, and the
    /// last lines of a log would be lost.
    pub(super) async fn stop_and_remove(&self, container: &Container) -> Result<(), Notice> {
        if container.is_up() {
            self.stop(&container.id).await?;
        }
        Ok(self.engine().remove(&container.id).await?)
    }

    /// Waits until a service answers that was paused. The engine's word is an old one then:
    /// a check was paused with it and rests for seconds more, so it is checked here and now.
    async fn wake(&self, name: &str) -> Result<(), Notice> {
        let Some(check) = self.service_spec(name)?.health else { return Ok(()) };
        let container = self.service_container(name).await?;
        let mut command = check.command;
        if let Some(place) = command.iter().position(|word| word.ends_with("/health.sh")) {
            command.insert(place + 1, "now".to_owned());
        }
        let begun = Instant::now();
        loop {
            let output = self.engine().exec(&container.id, None, &command).await?;
            if output.exit_code == 0 {
                return Ok(());
            }
            if begun.elapsed() > AWAKE {
                let cause = String::from_utf8_lossy(&output.stdout).into_owned();
                return Err(Notice::error(format!("{name} goes on but does not answer")).because(cause).remedy(
                    format!("`biostar-tui logs {name}` shows its log; `biostar-tui restart {name}` starts it again"),
                ));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until a service is healthy. What is starting has the time that its health
    /// check grants it; it ends earlier when its server is known to fail.
    pub(super) async fn healthy(&self, name: &str) -> StepResult {
        if self.step.needs.iter().any(|name| name.starts_with("unpause ")) {
            self.wake(name).await?;
            return Ok(None);
        }
        let begun = Instant::now();
        let (mut looks, mut sick_since, mut told) = (0_u32, None, String::new());
        loop {
            let container = self.service_container(name).await?;
            match container.health {
                _ if !container.is_up() => return Err(self.ended(name, &container).await),
                None => return Ok(None),
                Some(HealthState::Healthy) if self.answers(name, &container).await => return Ok(None),
                Some(HealthState::Healthy | HealthState::Starting) => sick_since = None,
                Some(HealthState::Unhealthy) => {
                    if sick_since.get_or_insert_with(Instant::now).elapsed() > RECOVERY || was_waited_for(begun) {
                        return Err(self.unhealthy(name, &container).await);
                    }
                }
            }
            looks += 1;
            if looks.is_multiple_of(10) {
                if let Some(failure) = self.server_failure(name, &container).await {
                    return Err(failure);
                }
                self.tell_patience(begun, &container, &mut told);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What the check says, once for each of its words.
    fn tell_patience(&self, begun: Instant, container: &Container, told: &mut String) {
        if begun.elapsed() > PATIENCE && *told != container.health_said {
            told.clone_from(&container.health_said);
            let said = self.application.secrets.mask(told);
            self.report(What::Waiting(format!("not healthy yet: {said}")));
        }
    }

    async fn ended(&self, name: &str, container: &Container) -> Notice {
        let why = if container.oom_killed { " (killed because it used too much memory)" } else { "" };
        let summary = format!("{name} ended with exit code {}{why}", container.exit_code);
        self.with_last_lines(Notice::error(summary), name, container).await
    }

    async fn unhealthy(&self, name: &str, container: &Container) -> Notice {
        let said = if container.health_said.is_empty() { "says nothing" } else { &container.health_said };
        let notice = Notice::error(format!("{name} runs but is not healthy"));
        self.with_last_lines(notice.because(format!("its health check: {said}")), name, container).await
    }

    async fn server_failure(&self, name: &str, container: &Container) -> Option<Notice> {
        let words = server_log::of_dead_server(self.engine(), container).await?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Some(
            Notice::error(format!("the server of {name} does not start"))
                .because(cause::of(&words).text())
                .remedy("mend what it names: the supervisor starts the server again on the next save"),
        )
    }

    /// Whether the service answers at this moment, where that has to be known: after a
    /// reload the engine's verdict is still that of the server before it.
    async fn answers(&self, name: &str, container: &Container) -> bool {
        let reloaded = self.step.needs.contains(&format!("reload {name}"));
        let health = self.project().service(name).and_then(|service| service.health.as_ref());
        let Some(health) = health.filter(|_| reloaded) else { return true };
        let asked = self.engine().exec(&container.id, None, &health::now(health)).await;
        asked.is_ok_and(|output| output.exit_code == 0)
    }

    async fn with_last_lines(&self, notice: Notice, name: &str, container: &Container) -> Notice {
        let lines = server_log::last_lines(self.engine(), container, SHOWN).await;
        let cause: Vec<String> = notice.cause.iter().cloned().chain(lines).collect();
        let notice = notice.remedy(format!("`biostar-tui logs {name}` shows all of its log"));
        if cause.is_empty() { notice.because("it wrote nothing to its log") } else { notice.because(cause.join("\n")) }
    }
}

fn is_usable(container: &Container) -> bool {
    use crate::core::observed::Phase;
    !matches!(container.phase, Phase::Removing | Phase::Dead)
}

/// Whether an `up` has waited long for a service that was starting: its verdict is final.
fn was_waited_for(begun: Instant) -> bool {
    begun.elapsed() > 2 * RECOVERY
}

fn is_network_gone(error: &EngineError) -> bool {
    error.message.starts_with("network ") && error.message.contains("not found")
}

fn start_failed(name: &str, error: &EngineError) -> Notice {
    let notice = error.notice();
    let remedy = if error.message.contains("executable file not found") || error.message.contains("no such file") {
        format!("look at `command` of [services.{name}]: its first word has to be a program of the image")
    } else {
        format!("mend what the engine names, then `biostar-tui up` again; [services.{name}] declares it")
    };
    Notice { summary: format!("{name} could not be started"), remedy: notice.remedy.or(Some(remedy)), ..notice }
}
