//! Looks for debuggers that wait in servers: when something tells that there may be one,
//! and from then on until none is left.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::app::{Msg, message::ConsoleMsg};
use crate::core::debugger::{Debuggers, FOLDER};
use crate::core::naming::Role;
use crate::engine::{Engine, EngineError, ErrorKind};
use crate::runtime::console::open::Ground;

/// While one waits: a server that is killed says nothing, and those in the queue must not.
const PAUSE: Duration = Duration::from_secs(1);

/// What a server's debuggers tell now.
///
/// # Errors
/// What the engine says.
pub async fn read(engine: &dyn Engine, container: &str) -> Result<Debuggers, EngineError> {
    match engine.download(container, FOLDER).await {
        Ok(files) => Ok(Debuggers::read(&files)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Debuggers::Unknown),
        Err(error) => Err(error),
    }
}

/// A task for each service that was looked at.
pub(super) struct Prompts {
    ground: Ground,
    looks: HashMap<String, Sender<()>>,
}

impl Prompts {
    pub(super) fn new(ground: Ground) -> Self {
        Self { ground, looks: HashMap::new() }
    }

    /// Looks at a service's debuggers, and goes on while there are some.
    pub(super) fn look(&mut self, service: String, messages: &Sender<Msg>) {
        let looks = self.looks.entry(service.clone()).or_insert_with(|| {
            // One that waits is enough: it begins after whatever has asked for it.
            let (looks, asked) = mpsc::channel(1);
            tokio::spawn(watch(self.ground.clone(), service, asked, messages.clone()));
            looks
        });
        let _ = looks.try_send(());
    }
}

/// Goes on until nobody asks any more.
async fn watch(ground: Ground, service: String, mut asked: Receiver<()>, messages: Sender<Msg>) {
    let engine: Arc<dyn Engine> = ground.engine;
    let container = ground.project.container_name(Role::Service, &service);
    let mut told = Debuggers::Unknown;
    loop {
        let again = async {
            if told.all().is_empty() { std::future::pending().await } else { tokio::time::sleep(PAUSE).await }
        };
        let is_asked = tokio::select! {
            look = asked.recv() => match look {
                Some(()) => true,
                None => return,
            },
            () = again => false,
        };
        // An engine that is away is asked again by whatever tells that it is back.
        let now = read(engine.as_ref(), &container).await.unwrap_or_default();
        // Who asks may not have been there when it was told last.
        if is_asked || now != told {
            told = now;
            let msg = ConsoleMsg::Debuggers { service: service.clone(), debuggers: told.clone() };
            if messages.send(Msg::Console(msg)).await.is_err() {
                return;
            }
        }
    }
}
