//! The script: what containers do, and what goes wrong.

use std::time::Duration;

use crate::{
    core::{
        observed::{HealthState, Image, Timestamp},
        usage::Usage,
    },
    engine::{
        error::{EngineError, ErrorKind},
        fake::{FakeEngine, state::Fault},
        port::{ExecOutput, LogStream},
    },
};

/// What a container does when it is started.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Lines that it writes at once (to a terminal, where it has one).
    pub output: Vec<(LogStream, Vec<u8>)>,
    /// How long it runs; until it is stopped where this is `None`.
    pub lasts: Option<Duration>,
    /// Its exit code when it ends by itself.
    pub exit_code: i64,
    /// Its exit code when it is stopped.
    pub stop_code: i64,
    /// Whether SIGTERM does nothing to it: it is killed when its time is over.
    pub ignores_stop: bool,
    /// Where it has a health check: how long until it is healthy; never with `None`.
    pub healthy_after: Option<Duration>,
    /// Whether it is killed for memory at its end.
    pub out_of_memory: bool,
    /// Whether its terminal does not show what is typed.
    pub is_raw: bool,
}

impl Program {
    /// Runs until it is stopped, healthy at once.
    pub fn service() -> Self {
        Self { healthy_after: Some(Duration::ZERO), ..Self::default() }
    }

    /// Ends at once with this exit code.
    pub fn task(exit_code: i64) -> Self {
        Self { lasts: Some(Duration::ZERO), exit_code, ..Self::default() }
    }

    /// The same with a line that it writes.
    #[must_use]
    pub fn line(mut self, stream: LogStream, text: impl Into<Vec<u8>>) -> Self {
        self.output.push((stream, text.into()));
        self
    }

    /// The same, but it runs for so long.
    #[must_use]
    pub fn for_a_time(self, lasts: Duration) -> Self {
        Self { lasts: Some(lasts), ..self }
    }
}

type Answer = dyn Fn(&[String]) -> Option<ExecOutput> + Send + Sync;

/// What commands in a container give.
pub(super) struct ExecAnswer {
    pub(super) container: String,
    pub(super) answer: Box<Answer>,
}

impl FakeEngine {
    /// What containers of this name do. Without a script tasks and helpers (by their
    /// role label) end at once with 0, and everything else runs until it is stopped.
    pub fn program(&self, name: &str, program: Program) {
        self.state().programs.insert(name.to_owned(), program);
    }

    /// The `nth` call of a method (the port's name for it) from now on gives this error.
    pub fn fail(&self, method: &str, nth: u32, error: EngineError) {
        self.state().faults.push(Fault { method: method.to_owned(), left: nth.max(1), error });
    }

    /// Every call of a method takes so long.
    pub fn delay(&self, method: &str, delay: Duration) {
        self.state().delays.insert(method.to_owned(), delay);
    }

    /// The engine goes away: every call fails with this kind, every stream ends.
    pub fn down(&self, kind: ErrorKind) {
        self.change(|state| {
            state.down = Some(kind);
            state.era += 1;
        });
    }

    /// The engine is back. Without live-restore its containers have died, silently.
    pub fn up(&self, live_restore: bool) {
        self.change(|state| {
            state.down = None;
            if !live_restore {
                state.die_silently();
            }
        });
    }

    /// This path of the host does not exist; all others do.
    pub fn missing_path(&self, path: &str) {
        self.state().missing_paths.insert(path.to_owned());
    }

    /// Somebody else listens on this port of the host.
    pub fn take_port(&self, port: u16) {
        self.state().taken_ports.insert(port);
    }

    /// The port is free again.
    pub fn release_port(&self, port: u16) {
        self.state().taken_ports.remove(&port);
    }

    /// This image is there.
    pub fn add_image(&self, reference: &str) {
        self.change(|state| {
            let id = format!("sha256:{}", state.id());
            let image = Image { id, tags: vec![reference.to_owned()], size: 1, ..Image::default() };
            state.images.insert(reference.to_owned(), image);
        });
    }

    /// This image can be pulled; all others cannot.
    pub fn add_to_registry(&self, reference: &str) {
        self.state().registry.insert(reference.to_owned());
    }

    /// Builds of tags that begin with this fail with this message.
    pub fn break_build(&self, tag: &str, message: &str) {
        self.state().broken_builds.insert(tag.to_owned(), message.to_owned());
    }

    /// Builds of tags that begin with this succeed again.
    pub fn mend_build(&self, tag: &str) {
        self.state().broken_builds.remove(tag);
    }

    /// What commands in containers of this name give; `None` asks the answers before,
    /// and at last success without output. The newest answer is asked first.
    pub fn on_exec(&self, name: &str, answer: impl Fn(&[String]) -> Option<ExecOutput> + Send + Sync + 'static) {
        self.state().answers.push(ExecAnswer { container: name.to_owned(), answer: Box::new(answer) });
    }

    /// A container writes a line; gives its moment.
    pub fn push_log(&self, id: &str, stream: LogStream, text: impl Into<Vec<u8>>) -> Option<Timestamp> {
        self.change(|state| state.write(id, stream, text.into()))
    }

    /// A container ends by itself.
    pub fn exit(&self, id: &str, code: i64) {
        self.change(|state| state.end(id, code, false));
    }

    /// A container is killed for memory.
    pub fn exhaust_memory(&self, id: &str) {
        self.change(|state| state.end(id, 137, true));
    }

    /// The health check of a container says something else.
    pub fn set_health(&self, id: &str, health: HealthState) {
        self.change(|state| state.health(id, health));
    }

    /// A container of this name is read to use so much, after the first two readings (of
    /// nothing but a mebibyte) and those given before.
    pub fn push_usage(&self, name: &str, usage: Usage) {
        self.change(|state| state.usages.entry(name.to_owned()).or_default().push(usage));
    }

    /// The signals that a container got.
    pub fn signals(&self, id: &str) -> Vec<String> {
        self.state().find(id).map(|it| it.signals.clone()).unwrap_or_default()
    }

    /// All calls so far: `create web`, without targets `containers`.
    pub fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.state().calls.clear();
    }
}
