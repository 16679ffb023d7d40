//! Decisions are carried out.

use std::sync::Arc;

use crate::app::{Msg, message::WatchMsg};
use crate::core::{
    notice::Notice,
    observed::Timestamp,
    service::ServiceKind,
    watching::{Action, Offer},
};
use crate::runtime::{
    clock,
    watch::{rules, turn::Turn},
};
use crate::watch::{
    change::{Change, ChangeKind},
    decide::{Batch, Decision, decide},
    snapshot::Snapshot,
};

impl Turn {
    pub(super) async fn carry_out(&mut self, decisions: Vec<Decision>, saved_at: Timestamp) {
        for decision in decisions {
            match decision {
                Decision::Reload { cause } => self.reload(cause, saved_at).await,
                Decision::Refresh { .. } => self.refresh(),
                Decision::Act { action, service, cause } => {
                    let service = service.or_else(|| self.own_service(action));
                    let words = service.into_iter().collect();
                    self.send(WatchMsg::Act { action: action.as_str(), words, cause }).await;
                }
                Decision::SwitchDatabase { from, to } => {
                    let cause = format!("git, which has switched {from} → {to}");
                    let words = vec!["switch".to_owned(), from, to];
                    self.send(WatchMsg::Act { action: "snapshot", words, cause }).await;
                }
                Decision::Offer(offer) => self.send(WatchMsg::Offer(offer)).await,
                Decision::Reread { cause } => Box::pin(self.reread(cause, saved_at)).await,
            }
        }
    }

    /// What was decided about edits that nobody has watched. The supervisor has looked for
    /// itself, so a server that was started after all of them has them.
    pub(super) async fn carry_out_late(&mut self, decisions: Vec<Decision>, before: &Snapshot) {
        if decisions.is_empty() {
            return;
        }
        let newest = self.newest(before);
        let started = self.reloads.started_at().await;
        let is_served = newest.zip(started).is_some_and(|(newest, started)| newest < started);
        let needed = |decision: &Decision| !(is_served && matches!(decision, Decision::Reload { .. }));
        self.carry_out(decisions.into_iter().filter(needed).collect(), clock::now()).await;
    }

    /// When the last of the files that are different was written; `None` where one has gone,
    /// for nobody knows when.
    fn newest(&self, before: &Snapshot) -> Option<Timestamp> {
        let seen = self.eyes.seen();
        let changes = before.changes_to(seen);
        let written = |change: &Change| seen.file(&change.path).map(|file| file.stamp.modified.max(file.stamp.changed));
        changes.iter().map(written).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// A server that does not run has no pages that look at it.
    fn refresh(&self) {
        if let Some(server) = self.reloads.server() {
            tokio::spawn(async move { server.refresh().await });
        }
    }

    /// The service that is meant where a rule names none.
    fn own_service(&self, action: Action) -> Option<String> {
        let django = self.project.of_kind(ServiceKind::Django)?;
        action.is_of_service().then(|| django.name.clone())
    }

    async fn send(&self, msg: WatchMsg) {
        let _ = self.messages.send(Msg::Watch(msg)).await;
    }

    /// A broken edit keeps the last good configuration.
    async fn reread(&mut self, cause: String, saved_at: Timestamp) {
        match (self.watch.reread)() {
            Ok(loaded) => {
                let project = Arc::new(loaded.project);
                let rules = rules(&project, &loaded.settings.watch);
                let before = std::mem::replace(&mut self.rules, Arc::clone(&rules));
                self.project = project;
                let notices = self.eyes.follow(rules).await;
                self.say_all(notices).await;
                self.say_all(self.idle_rules()).await;
                let missed = self.acted.changes_to(self.eyes.seen());
                // What counts only from now on has not changed.
                let changes: Vec<_> = missed.into_iter().filter(|change| before.counts(&change.path)).collect();
                self.acted = self.eyes.seen().clone();
                let changes = changes.into_iter().filter(|change| change.kind != ChangeKind::Removed).collect();
                let decisions = decide(&Batch { changes, head: None }, &self.rules, &self.project);
                let decisions = decisions.into_iter().filter(|it| !matches!(it, Decision::Reread { .. })).collect();
                self.carry_out(decisions, saved_at).await;
                self.offer_up(cause).await;
            }
            Err(notice) => self.say_of_configuration(notice).await,
        }
    }

    async fn offer_up(&self, cause: String) {
        if !self.is_of_dashboard() {
            let summary = "the configuration has changed".to_owned();
            self.send(WatchMsg::Offer(Offer { action: "up", service: None, summary, cause: Some(cause) })).await;
        }
    }

    async fn say_of_configuration(&self, notice: Notice) {
        if !self.is_of_dashboard() {
            self.say(crate::runtime::actor::broken(notice)).await;
        }
    }

    /// Each dashboard watches the configuration for itself, whoever has the seat.
    fn is_of_dashboard(&self) -> bool {
        self.watch.kind == "dashboard"
    }
}
