//! A project in a temporary folder, a scripted engine that runs its server, a watcher.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use biostar_tui::{
    app::{Msg, message::WatchMsg},
    config::{self, Loaded},
    core::{container::ContainerSpec, naming::Role, notice::Notice},
    engine::{Engine, fake::FakeEngine},
    runtime::watch::{Handle, Seat, Watch, start_on},
};
use tempfile::TempDir;
use tokio::{
    sync::mpsc::{Receiver, channel},
    time::{sleep, timeout},
};

/// Longer than a watcher takes to act on a loaded machine, than it waits for git, and than it
/// lets pass between reloads that follow each other (2 s).
const SETTLE: Duration = Duration::from_millis(3200);
/// The same where no reload was a moment ago.
const CALM: Duration = Duration::from_millis(1200);
/// What comes for certain may be long in coming where other tests are at work.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct Stage {
    folder: TempDir,
    pub engine: FakeEngine,
    server: String,
}

impl Stage {
    /// A Django project of these files, whose server runs.
    pub async fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = FakeEngine::new();
        engine.add_image("server:1");
        let mut stage = Self { folder, engine, server: String::new() };
        stage.write("manage.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'app.settings')\n");
        stage.write("requirements.txt", "django\n");
        files.iter().for_each(|(path, text)| stage.write(path, text));
        let name = load(&stage.root()).unwrap().project.container_name(Role::Service, "web");
        stage.server = stage.engine.create(&ContainerSpec::new(name, "server:1")).await.unwrap();
        stage.engine.start(&stage.server).await.unwrap();
        stage
    }

    pub fn root(&self) -> PathBuf {
        let root = self.folder.path().join("project");
        fs::create_dir_all(&root).unwrap();
        root.canonicalize().unwrap()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A watcher that has the seat and has looked.
    pub async fn watch(&self) -> Watching {
        let mut watching = self.wait_for_seat();
        watching.until(|msg| matches!(msg, Msg::Watch(WatchMsg::Ours(_)))).await;
        watching
    }

    /// A watcher that may have to wait.
    pub fn wait_for_seat(&self) -> Watching {
        let loaded = load(&self.root()).unwrap();
        let root = self.root();
        let watch = Watch {
            project: Arc::new(loaded.project),
            rules: loaded.settings.watch,
            engine: Arc::new(self.engine.clone()),
            reread: Arc::new(move || load(&root)),
            kind: "watch",
        };
        let (messages, received) = channel(256);
        let seat = Seat::at(self.folder.path().join("state"));
        Watching { handle: start_on(seat, watch, messages), received }
    }

    /// How often the server was asked to reload.
    pub fn reloads(&self) -> usize {
        self.engine.signals(&self.server).iter().filter(|it| *it == "SIGHUP").count()
    }

    /// How many say to the supervisor that they watch.
    pub fn watchers(&self) -> usize {
        self.engine.held(&self.server)
    }

    /// Exactly so many reloads come of this, by the history that the watcher tells, which has
    /// one for each signal.
    pub async fn reloads_exactly(&self, count: usize, what: &str, change: impl FnOnce()) {
        let (before, signals) = (self.history(), self.reloads());
        change();
        self.until(what, || self.history() >= before + count).await;
        self.quiet_for(if count == 0 { CALM } else { SETTLE }).await;
        assert_eq!(self.history() - before, count, "{what}");
        assert_eq!(self.reloads() - signals, count, "{what}: signals, and what the history says");
    }

    /// Waits for a condition, on a machine that may be busy.
    pub async fn until(&self, what: &str, is: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is() {
            assert!(begun.elapsed() < PATIENCE, "{what}: {} reloads in the history", self.history());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Reloads in the history of whoever watches.
    pub fn history(&self) -> usize {
        Seat::at(self.folder.path().join("state")).watcher().map_or(0, |watcher| watcher.reloads.len())
    }

    /// Waits until no reload has come for a while, and each is in the history.
    pub async fn settled(&self) {
        self.quiet_for(SETTLE).await;
    }

    async fn quiet_for(&self, quiet: Duration) {
        let state = || (self.reloads(), self.history());
        let (mut last, mut since) = (state(), Instant::now());
        while since.elapsed() < quiet {
            sleep(Duration::from_millis(50)).await;
            if state() != last {
                (last, since) = (state(), Instant::now());
            }
        }
    }
}

fn load(root: &Path) -> Result<Loaded, Notice> {
    let request = config::Request { start: root.to_owned(), ..config::Request::default() };
    config::load(&request).map_err(|error| error.notice())
}

/// A watcher, and what it says.
pub struct Watching {
    pub handle: Handle,
    received: Receiver<Msg>,
}

impl Watching {
    /// Waits for a message.
    pub async fn until(&mut self, wanted: impl Fn(&Msg) -> bool) -> Msg {
        let found = async {
            loop {
                let msg = self.received.recv().await.expect("the watcher goes on");
                if wanted(&msg) {
                    return msg;
                }
            }
        };
        timeout(PATIENCE, found).await.expect("the message comes")
    }

    /// What it has said so far.
    pub fn said(&mut self) -> Vec<Msg> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }

    pub async fn end(self) {
        // Whoever sends to nobody is at its end.
        drop(self.received);
        self.handle.end().await;
    }
}
