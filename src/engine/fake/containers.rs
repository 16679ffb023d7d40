//! The life of the fake's containers.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    core::{
        container::{ContainerSpec, MountSource, Network, PublishedPort},
        naming::{self, Role},
        observed::{Container, HealthState, Phase, PortInUse},
    },
    engine::{
        error::{EngineError, ErrorKind},
        fake::{
            FakeEngine,
            calls::away,
            inspection,
            script::Program,
            state::{Kept, State},
        },
        port::{ExecOutput, LogLine, LogStream, Result},
    },
};

/// Where an engine's log driver cuts a long line; all parts have the time of the first.
const DRIVER_CUT: usize = 16 << 10;

fn refusal<T>(kind: ErrorKind, action: &str, target: &str, message: String) -> Result<T> {
    Err(EngineError::new(kind, action, target, message))
}

impl FakeEngine {
    pub(super) fn start_program(&self, id: &str) -> Result<()> {
        let Some((id, program, run)) = self.change(|state| state.start(id))? else { return Ok(()) };
        match program.lasts {
            Some(Duration::ZERO) => self.change(|state| state.end_run(&id, run, &program)),
            Some(lasts) => self.later(lasts, {
                let (id, program) = (id.clone(), program.clone());
                move |state| state.end_run(&id, run, &program)
            }),
            None => {}
        }
        match program.healthy_after {
            Some(Duration::ZERO) => self.change(|state| state.healthy_run(&id, run)),
            Some(after) => self.later(after, move |state| state.healthy_run(&id, run)),
            None => {}
        }
        Ok(())
    }

    fn later(&self, delay: Duration, change: impl FnOnce(&mut State) + Send + 'static) {
        let engine = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            engine.change(change);
        });
    }

    pub(super) async fn stop_program(&self, id: &str, seconds: u32) -> Result<()> {
        let (name, up) = self.state().find(id).map(|it| (it.seen.name.clone(), it.seen.is_up()))?;
        if !up {
            return Ok(());
        }
        let program = self.state().program_of(&name);
        if program.ignores_stop {
            tokio::time::sleep(Duration::from_secs(seconds.into())).await;
        }
        let code = if program.ignores_stop { 137 } else { program.stop_code };
        self.change(|state| {
            state.end(id, code, false);
            state.event(id, "stop", &[]);
        });
        Ok(())
    }

    pub(super) async fn wait_for_end(&self, id: &str) -> Result<i64> {
        let mut changed = self.shared.changed.subscribe();
        let era = self.state().era;
        self.state().find(id)?;
        loop {
            {
                let state = self.state();
                if state.era != era {
                    return Err(away(ErrorKind::Unreachable, "wait for container", id));
                }
                match state.find(id) {
                    Ok(kept) if !kept.seen.is_up() => return Ok(kept.seen.exit_code),
                    Ok(_) => {}
                    // Removed by force meanwhile: killed.
                    Err(_) => return Ok(137),
                }
            }
            // The sender lives as long as the engine does.
            let _ = changed.changed().await;
        }
    }
}

impl State {
    pub(super) fn create(&mut self, spec: &ContainerSpec) -> Result<String> {
        let action = "create container";
        if let Some(other) = self.kept.iter().find(|it| it.seen.name == spec.name) {
            let text = format!("the name is already in use by container {}", other.seen.id);
            return refusal(ErrorKind::Conflict, action, &spec.name, text);
        }
        let image = self.image(&spec.image)?;
        self.mount(spec)?;
        let (id, now) = (self.id(), self.now());
        let mut labels = spec.labels.clone();
        labels.insert(naming::LABEL_SPEC.to_owned(), spec.hash());
        labels.insert(naming::LABEL_VERSION.to_owned(), env!("CARGO_PKG_VERSION").to_owned());
        let seen = Container {
            id: id.clone(),
            name: spec.name.clone(),
            image: spec.image.clone(),
            image_id: image.id,
            labels,
            created_at: now,
            tty: spec.tty,
            log_driver: "local".to_owned(),
            ..Container::default()
        };
        let spec = spec.clone();
        let kept = Kept {
            seen,
            spec,
            files: Default::default(),
            log: Vec::new(),
            signals: Vec::new(),
            inputs: std::collections::BTreeMap::new(),
            terminal: Default::default(),
        };
        self.kept.push(kept);
        self.event(&id, "create", &[]);
        self.furnish(&id)?;
        Ok(id)
    }

    /// Missing host paths are refused; missing volumes are made.
    fn mount(&mut self, spec: &ContainerSpec) -> Result<()> {
        for mount in &spec.mounts {
            match &mount.source {
                MountSource::Bind(path) if self.missing_paths.contains(path) => {
                    let text = format!("bind source path does not exist: {path}");
                    return refusal(ErrorKind::Refused, "create container", &spec.name, text);
                }
                MountSource::Bind(_) => {}
                MountSource::Volume(name) => self.create_volume(name, &Default::default()),
            }
        }
        Ok(())
    }

    /// Starts; gives id, program and the run's moment, or nothing where it runs already.
    pub(super) fn start(&mut self, id: &str) -> Result<Option<(String, Program, i64)>> {
        let kept = self.find(id)?;
        if kept.seen.is_up() {
            return Ok(None);
        }
        let (id, name, spec) = (kept.seen.id.clone(), kept.seen.name.clone(), kept.spec.clone());
        if let Network::Named { name: network, .. } = &spec.network {
            self.network(network)?;
        }
        let ports = self.bind_ports(&id, &spec)?;
        let (program, now) = (self.program_of(&name), self.now());
        let seen = &mut self.find_mut(&id)?.seen;
        seen.phase = Phase::Running;
        seen.health = spec.health.as_ref().map(|_| HealthState::Starting);
        (seen.started_at, seen.exit_code, seen.oom_killed, seen.ports) = (now, 0, false, ports);
        seen.addresses = inspection::addresses(&spec.network);
        self.event(&id, "start", &[]);
        for (stream, text) in &program.output {
            self.write(&id, *stream, text.clone());
        }
        Ok(Some((id, program, now)))
    }

    fn bind_ports(&mut self, id: &str, spec: &ContainerSpec) -> Result<Vec<PortInUse>> {
        let mut bound = Vec::new();
        for PublishedPort { container, address, publish, .. } in &spec.ports {
            let host = if *publish == 0 { self.free_port() } else { *publish };
            let ours = self.kept.iter().any(|it| it.seen.ports.iter().any(|port| port.host == host));
            if ours || self.taken_ports.contains(&host) {
                let text = format!("Bind for {address}:{host} failed: port is already allocated");
                return refusal(ErrorKind::PortTaken, "start container", id, text);
            }
            bound.push(PortInUse { container: *container, address: address.clone(), host });
        }
        Ok(bound)
    }

    /// The script's program for a name, or the default of its role.
    pub(super) fn program_of(&self, name: &str) -> Program {
        if let Some(program) = self.programs.get(name) {
            return program.clone();
        }
        match self.find(name).ok().and_then(|it| it.seen.role()) {
            Some(Role::Task | Role::Helper) => Program::task(0),
            _ => Program::service(),
        }
    }

    /// The end of the run that began at this moment, unless it has ended already.
    pub(super) fn end_run(&mut self, id: &str, run: i64, program: &Program) {
        if self.find(id).is_ok_and(|it| it.seen.started_at == run && it.seen.is_up()) {
            self.end(id, program.exit_code, program.out_of_memory);
        }
    }

    pub(super) fn healthy_run(&mut self, id: &str, run: i64) {
        if self.find(id).is_ok_and(|it| it.seen.started_at == run && it.seen.is_up()) {
            self.health(id, HealthState::Healthy);
        }
    }

    pub(super) fn end(&mut self, id: &str, code: i64, out_of_memory: bool) {
        let now = self.now();
        let Ok(kept) = self.find_mut(id) else { return };
        if !kept.seen.is_up() {
            return;
        }
        kept.seen.phase = Phase::Exited;
        (kept.seen.exit_code, kept.seen.oom_killed, kept.seen.finished_at) = (code, out_of_memory, now);
        kept.seen.ports.clear();
        kept.seen.addresses.clear();
        if out_of_memory {
            self.event(id, "oom", &[]);
        }
        self.event(id, "die", &[("exitCode", code.to_string())]);
    }

    /// All that runs dies with the engine, and no event tells it.
    pub(super) fn die_silently(&mut self) {
        let now = self.now();
        for kept in self.kept.iter_mut().filter(|it| it.seen.is_up()) {
            kept.seen.phase = Phase::Exited;
            (kept.seen.exit_code, kept.seen.finished_at) = (137, now);
            kept.seen.ports.clear();
            kept.seen.addresses.clear();
        }
    }

    pub(super) fn health(&mut self, id: &str, health: HealthState) {
        let Ok(kept) = self.find_mut(id) else { return };
        if kept.spec.health.is_some() && kept.seen.health != Some(health) {
            kept.seen.health = Some(health);
            self.event(id, &format!("health_status: {}", health.as_str()), &[]);
        }
    }

    pub(super) fn kill(&mut self, id: &str, signal: &str) -> Result<()> {
        let kept = self.find_mut(id)?;
        if !kept.seen.is_up() {
            return refusal(ErrorKind::Conflict, "send a signal to", id, format!("Container {id} is not running"));
        }
        kept.signals.push(signal.to_owned());
        let name = kept.seen.name.clone();
        self.event(id, "kill", &[("signal", signal.to_owned())]);
        let program = self.program_of(&name);
        match signal {
            "SIGKILL" | "KILL" | "9" => self.end(id, 137, false),
            "SIGTERM" | "TERM" | "15" if !program.ignores_stop => self.end(id, program.stop_code, false),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn pause(&mut self, id: &str, pause: bool) -> Result<()> {
        let (from, to, event) = match pause {
            true => (Phase::Running, Phase::Paused, "pause"),
            false => (Phase::Paused, Phase::Running, "unpause"),
        };
        let kept = self.find_mut(id)?;
        if kept.seen.phase == from {
            kept.seen.phase = to;
            self.event(id, event, &[]);
        } else if pause && kept.seen.phase != to {
            return refusal(ErrorKind::Conflict, "pause container", id, format!("Container {id} is not running"));
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, id: &str) {
        let Ok(kept) = self.find(id) else { return };
        let id = kept.seen.id.clone();
        self.end(&id, 137, false);
        self.event(&id, "destroy", &[]);
        self.kept.retain(|it| it.seen.id != id);
    }

    /// A line of a container's output; a terminal has one stream only.
    pub(super) fn write(&mut self, id: &str, stream: LogStream, text: Vec<u8>) -> Option<i64> {
        let time = self.now();
        let kept = self.find_mut(id).ok()?;
        let stream = if kept.seen.tty { LogStream::Tty } else { stream };
        kept.terminal.written.extend_from_slice(&text);
        kept.terminal.written.extend_from_slice(if kept.seen.tty { b"\r\n" } else { b"\n" });
        let text = Bytes::from(text);
        let parts = text.len().div_ceil(DRIVER_CUT).max(1);
        for part in 0..parts {
            let bytes = text.slice(part * DRIVER_CUT..text.len().min((part + 1) * DRIVER_CUT));
            kept.log.push(LogLine { time, stream, bytes, complete: part + 1 == parts });
        }
        Some(time)
    }

    pub(super) fn exec(&self, id: &str, command: &[String]) -> Result<ExecOutput> {
        let kept = self.find(id)?;
        if kept.seen.phase != Phase::Running {
            return refusal(ErrorKind::Conflict, "run a command in", id, format!("Container {id} is not running"));
        }
        let own = self.answers.iter().rev().filter(|it| it.container == kept.seen.name);
        let answer = own.filter_map(|it| (it.answer)(command)).next();
        Ok(answer.unwrap_or(ExecOutput { exit_code: 0, stdout: Vec::new(), stderr: Vec::new() }))
    }
}
