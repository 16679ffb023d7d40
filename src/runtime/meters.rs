//! What services use: a stream for each that runs, while somebody looks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use crate::app::message::{EngineMsg, Msg};
use crate::core::naming::Role;
use crate::core::observed::{Container, Observed, Phase};
use crate::core::usage::Usage;
use crate::engine::Engine;

/// How long a container has to run before it is read: of one that restarts in a loop, and
/// between two streams of one container.
const SETTLE: Duration = Duration::from_millis(500);
/// An engine reads all containers in one go: what comes within this is one message, and one
/// frame.
const GATHER: Duration = Duration::from_millis(150);

/// A container and what it uses.
type Reading = (String, Usage);

/// The streams that are read, by the container's id.
pub struct Meters {
    engine: Arc<dyn Engine>,
    readings: mpsc::Sender<Reading>,
    open: BTreeMap<String, AbortHandle>,
    /// Ends what is read when the meters are dropped.
    tasks: JoinSet<()>,
}

impl Meters {
    /// Reads nothing yet.
    pub fn new(engine: Arc<dyn Engine>, messages: mpsc::Sender<Msg>) -> Self {
        let mut tasks = JoinSet::new();
        // As many as the largest project has services; who sends waits.
        let (readings, received) = mpsc::channel(32);
        tasks.spawn(gather(received, messages));
        Self { engine, readings, open: BTreeMap::new(), tasks }
    }

    /// Reads the services that run, and nothing else.
    pub fn read(&mut self, observed: &Observed) {
        self.open.retain(|id, task| is_wanted(observed, id) || abort(task));
        while self.tasks.try_join_next().is_some() {}
        for container in observed.containers.values().filter(|container| runs(container)) {
            let meter = || meter(Arc::clone(&self.engine), container.id.clone(), self.readings.clone());
            self.open.entry(container.id.clone()).or_insert_with(|| self.tasks.spawn(meter()));
        }
    }

    /// Reads nothing any more.
    pub fn cut(&mut self) {
        self.read(&Observed::default());
    }
}

fn abort(task: &AbortHandle) -> bool {
    task.abort();
    false
}

fn is_wanted(observed: &Observed, id: &str) -> bool {
    observed.containers.values().any(|container| container.id == id && runs(container))
}

fn runs(container: &Container) -> bool {
    container.role() == Some(Role::Service) && matches!(container.phase, Phase::Running | Phase::Paused)
}

/// Reads one container until it is aborted. A stream that ends is no reason to say anything:
/// the look at the engine tells whether the container or the engine has gone.
async fn meter(engine: Arc<dyn Engine>, container: String, readings: mpsc::Sender<Reading>) {
    let mut told = None;
    loop {
        sleep(SETTLE).await;
        let Ok(mut stream) = engine.stats(&container).await else { continue };
        while let Some(Ok(usage)) = stream.next().await {
            let usage = usage.rounded();
            // Only what looks different is worth a frame.
            if told.replace(usage) != Some(usage) && readings.send((container.clone(), usage)).await.is_err() {
                return;
            }
        }
    }
}

async fn gather(mut readings: mpsc::Receiver<Reading>, messages: mpsc::Sender<Msg>) {
    while let Some(first) = readings.recv().await {
        sleep(GATHER).await;
        let rest = std::iter::from_fn(|| readings.try_recv().ok());
        let usages = std::iter::once(first).chain(rest).collect();
        if messages.send(Msg::Engine(EngineMsg::Usage(usages))).await.is_err() {
            return;
        }
    }
}
