//! Watching: from what is noticed to what is done, until it ends.

mod begin;
mod carry_out;
mod reload;
mod work;

use std::sync::Arc;

use tokio::{
    sync::mpsc::{Receiver, Sender},
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::app::{Msg, message::WatchMsg};
use crate::core::{
    notice::Notice,
    project::Project,
    watching::{Watcher, WatcherState},
};
use crate::runtime::watch::{
    Command, Watch,
    eyes::{Eyes, Sight},
    seat::Taken,
    turn::{reload::Reloads, work::Work},
};
use crate::watch::{
    debounce::{Debounce, GAP, Moment},
    decide::{Batch, database, decide},
    git::{HeadMove, Look, RUNS, holds_until},
    rules::Rules,
    snapshot::Snapshot,
};

/// Watches a project.
pub(super) async fn run(watch: Watch, seat: Taken, messages: Sender<Msg>, mut told: Receiver<Command>) {
    let mut turn = Turn::begin(watch, seat, messages).await;
    loop {
        let due = turn.due();
        tokio::select! {
            command = told.recv() => match command {
                Some(Command::Toggle) => turn.toggle().await,
                None => break,
            },
            () = turn.messages.closed() => break,
            sight = turn.eyes.next() => turn.noticed(sight).await,
            () = at(due) => turn.act().await,
            ended = turn.reloads.next() => turn.reloaded(ended).await,
        }
    }
    turn.end().await;
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// A watcher that has the seat.
struct Turn {
    watch: Watch,
    project: Arc<Project>,
    rules: Arc<Rules>,
    seat: Taken,
    messages: Sender<Msg>,
    eyes: Eyes,
    /// The files as they were when they were last acted upon.
    acted: Snapshot,
    debounce: Debounce,
    git: Work,
    reloads: Reloads,
    /// Tells the supervisor that somebody watches.
    telling: JoinSet<()>,
    watcher: Watcher,
    /// What moments are counted from.
    begun: Instant,
    /// Whether the folder was missing at the last look.
    gone: bool,
}

impl Turn {
    fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    /// When it is time to act.
    fn due(&self) -> Option<Instant> {
        if self.watcher.state == WatcherState::Paused {
            return None;
        }
        let due = self.debounce.due()?;
        // A reload that takes long does not hold the next one back for ever.
        let busy = self.reloads.since().map_or(Moment::ZERO, |since| since + GAP);
        let due = due.max(busy).max(self.git.hold.unwrap_or_default());
        Some(self.begun + due)
    }

    async fn noticed(&mut self, sight: Sight) {
        let now = self.now();
        match sight {
            Sight::Changed(quiet) => {
                self.debounce.changed(now, quiet);
                self.reloads.prepare();
            }
            Sight::Git => {
                self.git.active = Some(now);
                self.git.hold = None;
                self.debounce.changed(now, RUNS);
            }
            Sight::Look => {
                let notices = self.eyes.look().await;
                self.say_all(notices).await;
                if !self.acted.changes_to(self.eyes.seen()).is_empty() {
                    self.debounce.changed(now, crate::watch::debounce::QUIET);
                }
            }
        }
    }

    /// Acts on what has changed, unless git is still at work.
    async fn act(&mut self) {
        self.look_for_git();
        let look = self.git.look();
        let changed = self.debounce.since().unwrap_or_default();
        let until = holds_until(&look, self.git.active, changed);
        if until > self.now() {
            self.git.hold = Some(until);
            if look.locked || look.sequence.is_some() {
                self.turn_to(WatcherState::Waiting).await;
            }
            return;
        }
        self.git.hold = None;
        self.turn_to(self.ordinary()).await;
        let notices = self.eyes.look().await;
        self.say_all(notices).await;
        if self.is_gone().await {
            return;
        }
        self.act_on(look).await;
    }

    /// Git's folder may have come since the watcher began, or be another than the one listened to.
    fn look_for_git(&mut self) {
        if self.git.is_as_it_was(&self.project.root) {
            return;
        }
        self.git = Work::of(&self.project.root);
        if let Some(folder) = self.git.folder.clone() {
            self.eyes.listen_to_git(folder);
        }
    }

    async fn act_on(&mut self, look: Look) {
        let changes = self.acted.changes_to(self.eyes.seen());
        let head = HeadMove::between(self.git.head.as_ref(), look.head.as_ref());
        let saved_at = self.saved_at(&changes);
        self.debounce.taken(self.now(), !changes.is_empty());
        self.git.active = None;
        let branch = look.head.as_ref().and_then(|head| head.branch.clone());
        let mut decisions = Vec::from_iter(database(self.git.branch.as_deref(), branch.as_deref(), &self.project));
        self.git.branch = branch.or(self.git.branch.take());
        self.git.head = look.head;
        if self.git.name() != self.watcher.branch {
            self.show().await;
        }
        let is_changed = !changes.is_empty();
        if is_changed {
            self.acted = self.eyes.seen().clone();
            decisions.extend(decide(&Batch { changes, head }, &self.rules, &self.project));
        }
        self.carry_out(decisions, saved_at).await;
        if is_changed {
            self.remember();
        }
    }

    /// Whether the folder itself is missing: what is not there was not deleted by the user.
    async fn is_gone(&mut self) -> bool {
        // It may have come back since it was looked for.
        let gone = !self.project.root.is_dir() || self.eyes.folders() == 0;
        if gone && !self.gone {
            let notice = Notice::warning(format!("the project's folder {} is gone", self.project.root.display()));
            self.say(notice.because("it was moved or removed").remedy("watching goes on when it is back")).await;
        }
        self.gone = gone;
        if gone {
            // Nobody tells when it comes back, nor what came with it.
            self.eyes.look_at_all();
            let now = self.now();
            self.debounce.taken(now, false);
            self.debounce.changed(now, GAP / 2);
        }
        gone
    }

    async fn toggle(&mut self) {
        let paused = self.watcher.state == WatcherState::Paused;
        self.turn_to(if paused { self.ordinary() } else { WatcherState::Paused }).await;
        if paused {
            self.debounce.changed(self.now(), Moment::ZERO);
        }
    }

    fn ordinary(&self) -> WatcherState {
        if self.eyes.polls() { WatcherState::Polling } else { WatcherState::Watching }
    }

    async fn turn_to(&mut self, state: WatcherState) {
        if self.watcher.state != state {
            self.watcher.state = state;
            self.show().await;
        }
    }

    /// Shows the watcher here, and to all who look at the seat.
    async fn show(&mut self) {
        self.watcher.folders = self.eyes.folders();
        self.watcher.branch = self.git.name();
        self.seat.tell(&self.watcher);
        let _ = self.messages.send(Msg::Watch(WatchMsg::Ours(self.watcher.clone()))).await;
    }

    async fn say(&self, notice: Notice) {
        // Nobody listens any more: the loop is about to see that.
        let _ = self.messages.send(Msg::Notice(notice)).await;
    }

    async fn say_all(&self, notices: Vec<Notice>) {
        for notice in notices {
            self.say(notice).await;
        }
    }

    /// Remembers what was acted upon, unless the server may not have been told of it yet: who
    /// watches next would take it for done.
    fn remember(&self) {
        if self.reloads.since().is_none() {
            self.seat.remember(&self.acted);
        }
    }

    async fn end(mut self) {
        self.remember();
        // The supervisor looks for itself from here on, before the seat is free for others.
        self.telling.shutdown().await;
    }
}
