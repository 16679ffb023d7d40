//! Watches a project's files and acts on what changes: one watcher a project, however many
//! dashboards are open.

mod eyes;
mod git;
mod listen;
mod mount;
mod scan;
mod seat;
mod server;
mod turn;

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
    time::{sleep, timeout},
};

pub use seat::Seat;

use crate::app::{Msg, message::WatchMsg};
use crate::core::{notice::Notice, project::Project, watching::Rule};
use crate::engine::Engine;
use crate::runtime::{actor::Reload, sources};
use crate::watch::rules::{Inputs, Rules};

/// What git has checked out in a folder: the branch, or a short commit.
pub fn branch(root: &std::path::Path) -> Option<String> {
    let head = git::look(&git::folder(root)?).head?;
    Some(head.name().to_owned()).filter(|name| !name.is_empty())
}

/// How often a seat that is taken is asked for.
const RETRY: Duration = Duration::from_secs(1);
/// How long the end may take: the server is told that nobody watches any more.
const END: Duration = Duration::from_millis(1500);

/// What a project is watched with.
#[derive(Clone)]
pub struct Watch {
    /// The project.
    pub project: Arc<Project>,
    /// The user's rules.
    pub rules: Vec<Rule>,
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// The configuration, read anew.
    pub reread: Reload,
    /// What watches: `dashboard` or `watch`.
    pub kind: &'static str,
}

/// What a watcher is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// To pause, or to go on.
    Toggle,
}

/// A watcher that runs.
#[derive(Debug)]
pub struct Handle {
    commands: Sender<Command>,
    task: JoinHandle<()>,
}

impl Handle {
    /// Tells it something.
    pub fn tell(&self, command: Command) {
        // A queue of keys that nobody has read yet is long enough.
        let _ = self.commands.try_send(command);
    }

    /// Ends it; the server is told that nobody watches any more.
    pub async fn end(self) {
        drop(self.commands);
        let abort = self.task.abort_handle();
        if timeout(END, self.task).await.is_err() {
            abort.abort();
        }
    }
}

/// Watches until it is told to end, or nobody listens any more.
pub fn start(watch: Watch, messages: Sender<Msg>) -> Handle {
    let seat = Seat::of(&watch.project);
    start_on(seat, watch, messages)
}

/// The same on a seat that need not be in the project's state folder.
pub fn start_on(seat: Seat, watch: Watch, messages: Sender<Msg>) -> Handle {
    let (commands, told) = mpsc::channel(4);
    Handle { commands, task: tokio::spawn(run(seat, watch, messages, told)) }
}

async fn run(seat: Seat, watch: Watch, messages: Sender<Msg>, mut told: Receiver<Command>) {
    match wait_for(&seat, &messages, &mut told).await {
        Ok(Some(taken)) => turn::run(watch, taken, messages, told).await,
        Ok(None) => {}
        Err(error) => {
            let notice = Notice::warning("files are not watched: the state folder cannot be written");
            let remedy = "make it writable, or name another one with XDG_STATE_HOME; a reload by hand works";
            let _ = messages.send(Msg::Notice(notice.because(error.to_string()).remedy(remedy))).await;
        }
    }
}

/// Waits for the seat, and tells who has it; `None` where there is nobody to watch for.
async fn wait_for(
    seat: &Seat,
    messages: &Sender<Msg>,
    told: &mut Receiver<Command>,
) -> std::io::Result<Option<seat::Taken>> {
    let mut shown = None;
    loop {
        if let Some(taken) = seat.take()? {
            return Ok(Some(taken));
        }
        let watcher = seat.watcher();
        if watcher.is_some() && watcher != shown {
            shown.clone_from(&watcher);
            let Some(watcher) = watcher else { continue };
            if messages.send(Msg::Watch(WatchMsg::Theirs(watcher))).await.is_err() {
                return Ok(None);
            }
        }
        tokio::select! {
            () = sleep(RETRY) => {}
            command = told.recv() => match command {
                Some(Command::Toggle) => drop(messages.send(Msg::Notice(not_ours(seat))).await),
                None => return Ok(None),
            },
        }
    }
}

fn not_ours(seat: &Seat) -> Notice {
    let notice = Notice::info("the files are watched by another dashboard, which alone can pause it");
    match seat.watcher() {
        Some(watcher) => notice.because(format!("it is process {} ({})", watcher.pid, watcher.kind)),
        None => notice,
    }
}

/// The rules of a project.
fn rules(project: &Project, own: &[Rule]) -> Arc<Rules> {
    Arc::new(Rules::new(own, Inputs::of(project, requirement_files(project))))
}

/// All requirement files, included ones among them; where one is missing those that are named.
fn requirement_files(project: &Project) -> Vec<PathBuf> {
    let read = sources::requirements(project);
    let files = read.map_or_else(|_| project.environment.requirements.clone(), |read| read.files);
    files.into_iter().map(PathBuf::from).collect()
}
