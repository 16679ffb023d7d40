//! A bench: an engine, real or fake, with a tiny image, names of its own, and a guard
//! that removes everything of it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use biostar_tui::{
    core::container::ContainerSpec,
    engine::{
        DockerEngine, Endpoint, Engine,
        endpoint::{Surroundings, resolve},
        fake::{FakeEngine, Program},
        port::{ExecOutput, LogLine, LogRequest, LogStream},
    },
};
use futures_util::{StreamExt, TryStreamExt};

pub const LABEL: &str = "biostar-tui.test";
pub const RUN: &str = "biostar-tui.test-run";

pub struct Bench {
    pub engine: Arc<dyn Engine>,
    pub fake: Option<FakeEngine>,
    pub image: String,
    pub run: String,
}

/// The endpoint of the real engine.
pub fn endpoint() -> Endpoint {
    let variable = |name: &str| std::env::var(name).ok();
    let read = |path: &std::path::Path| std::fs::read_to_string(path).ok();
    resolve(None, &Surroundings { variable: &variable, read: &read }).unwrap()
}

fn unique() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("{:x}{:x}", std::process::id(), now.as_nanos() & 0xffff_ffff)
}

impl Bench {
    pub async fn fake() -> Self {
        let fake = FakeEngine::new();
        let run = unique();
        let image = format!("biostar-tui-contract:{run}");
        fake.add_image(&image);
        Self { engine: Arc::new(fake.clone()), fake: Some(fake), image, run }
    }

    /// The real engine; without one the test fails and says why.
    pub async fn docker() -> Self {
        Self::over(endpoint()).await
    }

    /// The real engine, over an endpoint of the test's own.
    pub async fn over(endpoint: Endpoint) -> Self {
        let engine = DockerEngine::new(endpoint);
        if let Err(error) = engine.connect().await {
            panic!("this test needs a real engine: {}", error.notice());
        }
        let run = unique();
        let image = format!("biostar-tui-contract:{run}");
        let bench = Self { engine: Arc::new(engine), fake: None, image, run };
        bench.import_image().await;
        bench
    }

    async fn import_image(&self) {
        let chunks: Vec<_> = super::image::busybox_root().chunks(64 << 10).map(|it| Ok(it.to_vec().into())).collect();
        let archive = futures_util::stream::iter(chunks).boxed();
        self.engine.import(&self.image, &self.labels(), archive).await.expect("the test image can be imported");
    }

    pub fn labels(&self) -> BTreeMap<String, String> {
        let labels = [(LABEL, "contract"), (RUN, self.run.as_str())];
        labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    /// A name that no other test has.
    pub fn name(&self, part: &str) -> String {
        format!("contract-{}-{part}", self.run)
    }

    /// A spec whose container does what the program says, in either engine.
    pub fn spec(&self, part: &str, program: Program) -> ContainerSpec {
        let name = self.name(part);
        let command = vec!["sh".to_owned(), "-c".to_owned(), shell(&program)];
        if let Some(fake) = &self.fake {
            fake.program(&name, program);
        }
        ContainerSpec {
            command: Some(command),
            labels: self.labels(),
            stop_timeout: 2,
            ..ContainerSpec::new(name, self.image.clone())
        }
    }

    pub async fn started(&self, spec: &ContainerSpec) -> String {
        let id = self.engine.create(spec).await.unwrap();
        self.engine.start(&id).await.unwrap();
        id
    }

    /// Created, started, ended: its exit code.
    pub async fn ran(&self, spec: &ContainerSpec) -> (String, i64) {
        let id = self.started(spec).await;
        let code = self.engine.wait(&id).await.unwrap();
        (id, code)
    }

    /// All lines of a log; a log driver may be a moment late.
    pub async fn lines(&self, id: &str, request: LogRequest, wanted: usize) -> Vec<LogLine> {
        let begin = Instant::now();
        loop {
            let stream = self.engine.logs(id, &request).await.unwrap();
            let lines: Vec<LogLine> = stream.try_collect().await.unwrap();
            if lines.len() >= wanted || begin.elapsed() > Duration::from_secs(30) {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What a command gives in the fake; the real engine runs it.
    pub fn on_exec(&self, name: &str, exit_code: i64, stdout: &str, stderr: &str) {
        let output = ExecOutput { exit_code, stdout: stdout.into(), stderr: stderr.into() };
        if let Some(fake) = &self.fake {
            fake.on_exec(name, move |_| Some(output.clone()));
        }
    }
}

/// The program as a shell does it.
fn shell(program: &Program) -> String {
    let mut script = String::new();
    for (stream, text) in &program.output {
        let octal: String = text.iter().map(|byte| format!("\\{byte:03o}")).collect();
        let to = if *stream == LogStream::Stderr { " >&2" } else { "" };
        script.push_str(&format!("printf '{octal}\\n'{to}; "));
    }
    match program.lasts {
        Some(lasts) => script.push_str(&format!("sleep {}; exit {}", lasts.as_secs_f32(), program.exit_code)),
        None if program.ignores_stop => script.push_str("trap '' TERM; while :; do sleep 0.1; done"),
        None => {
            script.push_str(&format!("trap 'exit {}' TERM; while :; do sleep 1000 & wait $!; done", program.stop_code))
        }
    }
    script
}

impl Drop for Bench {
    /// Removes everything of the run; in a thread of its own, for a runtime cannot be
    /// waited for from within itself.
    fn drop(&mut self) {
        if self.fake.is_some() {
            return;
        }
        let labels = self.labels();
        // A connection of its own: the test's may go through a proxy with a fault.
        let engine = DockerEngine::new(endpoint());
        let cleaning = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(remove_all(&engine, &labels));
        });
        let _ = cleaning.join();
    }
}

async fn remove_all(engine: &DockerEngine, labels: &BTreeMap<String, String>) {
    for container in engine.containers(labels).await.unwrap_or_default() {
        let _ = engine.remove(&container.id).await;
    }
    for network in engine.networks(labels).await.unwrap_or_default() {
        let _ = engine.remove_network(&network.id).await;
    }
    for volume in engine.volumes(labels).await.unwrap_or_default() {
        let _ = engine.remove_volume(&volume.name).await;
    }
    for image in engine.images(labels).await.unwrap_or_default() {
        let _ = engine.remove_image(image.tags.first().unwrap_or(&image.id)).await;
    }
}
