//! The dashboard of a place, under a pseudo-terminal; and its model alone, kept in touch
//! with the engine as the dashboard's is, for what has to be counted.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use biostar_tui::{
    app::{Keymap, Model, update},
    config,
    engine::{DockerEngine, Engine as _},
    logs::Entry,
    runtime::follow::Follow,
};
use tokio::sync::mpsc;

use crate::{
    place::{PATIENCE, Place},
    pty::Pty,
};

/// How long a screen may take to show what is already so, on a busy machine.
const SHOWN: Duration = Duration::from_secs(60);

/// Opens the dashboard of a place.
pub fn open(place: &Place, size: (u16, u16)) -> Pty {
    start(place, "exec ", "", size)
}

/// Runs a verb of the program in a terminal.
pub fn terminal(place: &Place, verb: &str, size: (u16, u16)) -> Pty {
    start(place, "", verb, size)
}

fn start(place: &Place, before: &str, verb: &str, size: (u16, u16)) -> Pty {
    let mut variables = place.variables.borrow().clone();
    variables.insert("XDG_STATE_HOME".into(), place.beside("state").display().to_string());
    let variables: Vec<String> = variables.iter().map(|(key, value)| format!("{key}='{value}'")).collect();
    let program = env!("CARGO_BIN_EXE_biostar-tui");
    let program = format!("env {} '{program}' --project '{}'", variables.join(" "), place.root.display());
    Pty::shell(&format!("{before}{program} {verb}"), size)
}

/// Waits for a text on the screen.
#[track_caller]
pub fn shows(pty: &Pty, text: &str) {
    shows_all(pty, &[text]);
}

/// Waits until all of these are on the screen at once.
#[track_caller]
pub fn shows_all(pty: &Pty, texts: &[&str]) {
    let begun = Instant::now();
    loop {
        let screen = pty.screen().join("\n");
        if texts.iter().all(|text| screen.contains(text)) {
            return;
        }
        assert!(begun.elapsed() < SHOWN, "not all of {texts:?} came to be on the screen:\n{screen}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A model that follows the engine in the background.
pub struct Watched {
    model: Arc<Mutex<Model>>,
    _runtime: tokio::runtime::Runtime,
}

impl Watched {
    pub fn of(place: &Place) -> Self {
        let request = config::Request {
            start: place.root.clone(),
            variables: place.variables.borrow().clone(),
            ..config::Request::default()
        };
        let loaded = config::load(&request).expect("the configuration is right");
        let engine = DockerEngine::new(place.endpoint.clone());
        let model = Model::new(&loaded.project, engine.endpoint(), Keymap::new(&Default::default()).unwrap());
        let model = Arc::new(Mutex::new(model));
        let (sender, mut messages) = mpsc::channel(16);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let secrets = loaded.secrets();
        // What it begins to read runs there too.
        let inside = runtime.enter();
        let follow = Follow::new(Arc::new(loaded.project), Arc::new(engine), secrets, sender);
        drop(inside);
        runtime.spawn(follow.run());
        let own = Arc::clone(&model);
        runtime.spawn(async move {
            while let Some(msg) = messages.recv().await {
                update(&mut own.lock().unwrap(), msg);
            }
        });
        Self { model, _runtime: runtime }
    }

    /// Waits until the model is as wanted; how long that took.
    #[track_caller]
    pub fn until(&self, what: &str, wanted: impl Fn(&Model) -> bool) -> Duration {
        let begun = Instant::now();
        while !wanted(&self.model.lock().unwrap()) {
            assert!(begun.elapsed() < PATIENCE, "never: {what}\n{:?}", self.model.lock().unwrap());
            std::thread::sleep(Duration::from_millis(5));
        }
        begun.elapsed()
    }

    /// Something of the model.
    pub fn see<T>(&self, look: impl FnOnce(&Model) -> T) -> T {
        look(&self.model.lock().unwrap())
    }

    /// The lines of a service's log, marks in brackets.
    pub fn log(&self, service: &str) -> Vec<String> {
        self.see(|model| log(model, service))
    }
}

/// The lines of a service's log, marks in brackets.
pub fn log(model: &Model, service: &str) -> Vec<String> {
    let log = model.logs.iter().find(|log| log.service == service).expect("the service has a log");
    let text = |entry: &Entry| match entry {
        Entry::Line(line) => line.content().text().to_owned(),
        Entry::Mark { mark, .. } => format!("[{}]", mark.as_str()),
    };
    log.store.range(0, u64::MAX).map(text).collect()
}
