//! Reloads: asked for, waited for, remembered.

use std::time::Duration;

use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::core::{
    observed::Timestamp,
    watching::{Outcome, Reload},
};
use crate::runtime::{
    clock,
    watch::{server::Server, turn::Turn},
};
use crate::watch::{change::Change, debounce::Moment};

/// How long the server that is to be reloaded may take to say who it is. One that is busy is
/// not waited for: then only the time of the first answer is not known.
const NAMED: Duration = Duration::from_millis(150);
/// For so long it counts who has served: somebody else may start the server anew.
const FRESH: Duration = Duration::from_secs(1);
/// How often an engine that is away is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// The reload that goes on, if one does.
pub(super) struct Reloads {
    server: Option<Server>,
    running: Option<Running>,
    /// Who serves, asked at this moment.
    named: Option<(Instant, JoinHandle<Option<String>>)>,
}

/// A reload that goes on.
struct Running {
    since: Moment,
    cause: String,
    saved_at: Timestamp,
    /// Whether the server was told.
    told: oneshot::Receiver<()>,
    work: JoinHandle<Option<Reload>>,
}

impl Running {
    /// Gives it up; what it was, where the server was told.
    fn give_up(mut self) -> Option<Reload> {
        self.work.abort();
        let Self { cause, saved_at, .. } = self;
        self.told.try_recv().ok().map(|()| Reload { cause, saved_at, outcome: Outcome::Unknown })
    }
}

impl Reloads {
    pub(super) fn new(server: Option<Server>) -> Self {
        Self { server, running: None, named: None }
    }

    pub(super) fn server(&self) -> Option<Server> {
        self.server.clone()
    }

    /// When the reload that goes on was begun.
    pub(super) fn since(&self) -> Option<Moment> {
        self.running.as_ref().map(|running| running.since)
    }

    /// When the server that answers was started.
    pub(super) async fn started_at(&self) -> Option<Timestamp> {
        let name = timeout(NAMED * 4, self.server.as_ref()?.name()).await.ok().flatten()?;
        name.rsplit_once('-')?.1.parse().ok()
    }

    /// Waits for the end of the reload that goes on; `None` where nothing runs that could be
    /// reloaded.
    pub(super) async fn next(&mut self) -> Option<Reload> {
        let Some(running) = &mut self.running else { return std::future::pending().await };
        let ended = (&mut running.work).await;
        self.running = None;
        ended.ok().flatten()
    }

    /// A reload may follow: who serves is asked while changes have to be quiet, and need not be
    /// waited for afterwards.
    pub(super) fn prepare(&mut self) {
        let asked = self.named.as_ref().is_some_and(|(asked, _)| asked.elapsed() < FRESH);
        // A reload that goes on brings another server.
        if asked || self.running.is_some() {
            return;
        }
        let server = self.server.clone();
        self.named = server.map(|server| (Instant::now(), tokio::spawn(async move { old_name(&server).await })));
    }

    /// Begins a reload. One that goes on is given up, and is given back: its server is ended by the
    /// new one.
    fn begin(&mut self, now: Moment, cause: String, saved_at: Timestamp) -> Option<Reload> {
        let server = self.server.clone()?;
        let before = self.running.take().and_then(Running::give_up);
        let named = self.named.take().filter(|(asked, _)| asked.elapsed() < FRESH).map(|(_, named)| named);
        let (tell, told) = oneshot::channel();
        let about = cause.clone();
        let reload = async move {
            let old = match named {
                Some(named) => named.await.ok().flatten(),
                None => old_name(&server).await,
            };
            let outcome = carry_out(server, old, tell, saved_at).await?;
            Some(Reload { cause: about, saved_at, outcome })
        };
        self.running = Some(Running { since: now, cause, saved_at, told, work: tokio::spawn(reload) });
        before
    }
}

/// Who serves before a reload; `None` where that is not said soon.
async fn old_name(server: &Server) -> Option<String> {
    timeout(NAMED, server.name()).await.ok().flatten()
}

/// One reload, from the signal to the answer. An engine that is away is asked until it is back.
async fn carry_out(
    server: Server,
    old: Option<String>,
    tell: oneshot::Sender<()>,
    saved_at: Timestamp,
) -> Option<Outcome> {
    loop {
        match server.reload().await {
            Ok(true) => break,
            Ok(false) => return None,
            Err(_) => sleep(AGAIN).await,
        }
    }
    // Whoever gave the reload up does not listen.
    let _ = tell.send(());
    let begun = Instant::now();
    let answer = server.other_than(old.as_deref()).await;
    // Without the old one's name the first answer may have been its last.
    let known = answer.filter(|_| old.is_some() || begun.elapsed() > NAMED);
    Some(match known {
        Some(true) => Outcome::Answered(milliseconds_since(saved_at)),
        Some(false) => Outcome::Failed,
        None => Outcome::Unknown,
    })
}

fn milliseconds_since(moment: Timestamp) -> u64 {
    u64::try_from(clock::now().saturating_sub(moment) / 1_000_000).unwrap_or_default()
}

impl Turn {
    pub(super) async fn reload(&mut self, cause: String, saved_at: Timestamp) {
        let now = self.now();
        if let Some(before) = self.reloads.begin(now, cause, saved_at) {
            self.watcher.remember(before);
        }
    }

    pub(super) async fn reloaded(&mut self, ended: Option<Reload>) {
        self.remember();
        if let Some(reload) = ended {
            self.watcher.remember(reload);
            self.show().await;
        }
    }

    /// When what is acted upon now was saved: when it was first noticed, or, where it was
    /// looked for, when the last file was written.
    pub(super) fn saved_at(&self, changes: &[Change]) -> Timestamp {
        let now = clock::now();
        let waited = self.debounce.since().map_or(Duration::ZERO, |since| self.now().saturating_sub(since));
        let noticed = now - i64::try_from(waited.as_nanos()).unwrap_or_default();
        let seen = self.eyes.seen();
        let written = changes.iter().filter_map(|change| Some(seen.file(&change.path)?.stamp.modified)).max();
        // A time stamp from a backup or another clock says nothing.
        let plausible = |written: &Timestamp| self.eyes.polls() && now - written < 60_000_000_000 && *written < now;
        written.filter(plausible).unwrap_or(noticed)
    }
}
