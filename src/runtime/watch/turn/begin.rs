//! A watcher begins: it looks, says what is odd, and makes up for what nobody has watched.

use std::{path::PathBuf, sync::Arc};

use tokio::{sync::mpsc::Sender, task::JoinSet, time::Instant};

use crate::app::Msg;
use crate::core::{
    notice::Notice,
    watching::{Action, Watcher, WatcherState},
};
use crate::runtime::{
    clock,
    watch::{
        Watch,
        eyes::Eyes,
        rules,
        seat::Taken,
        server::Server,
        turn::{Turn, reload::Reloads, work::Work},
    },
};
use crate::watch::{
    debounce::Debounce,
    decide::{Batch, decide},
};

impl Turn {
    pub(super) async fn begin(watch: Watch, seat: Taken, messages: Sender<Msg>) -> Self {
        let project = Arc::clone(&watch.project);
        let rules = rules(&project, &watch.rules);
        // First: what git does while the tree is looked at moves the head afterwards.
        let git = Work::of(&project.root);
        let (eyes, notices) = Eyes::open(project.root.clone(), Arc::clone(&rules), git.folder.clone()).await;
        let mut turn = Self {
            reloads: Reloads::new(Server::of(&project, &watch.engine)),
            telling: JoinSet::new(),
            watcher: first_word(&watch, &eyes, &seat),
            acted: eyes.seen().clone(),
            debounce: Debounce::default(),
            begun: Instant::now(),
            gone: false,
            watch,
            project,
            rules,
            seat,
            messages,
            eyes,
            git,
        };
        turn.say_all(notices).await;
        turn.say_all(turn.idle_rules()).await;
        turn.show().await;
        turn.catch_up().await;
        if let Some(server) = turn.reloads.server() {
            turn.telling.spawn(server.tell());
        }
        turn
    }

    /// What was edited while nobody watched.
    async fn catch_up(&mut self) {
        if let Some(before) = self.seat.remembered() {
            let changes = before.changes_to(self.eyes.seen());
            let decisions = decide(&Batch { changes, head: None }, &self.rules, &self.project);
            self.carry_out_late(decisions, &before).await;
        }
        self.remember();
    }

    pub(super) fn idle_rules(&self) -> Vec<Notice> {
        let files: Vec<PathBuf> = self.eyes.seen().files().map(|(path, _)| path).collect();
        let idle = self.rules.idle(&files).into_iter().filter(|rule| rule.action != Action::Nothing);
        let notice = |paths: &str| {
            Notice::warning(format!("a [[watch]] rule matches no file: {paths}"))
                .remedy("globs are relative to the project's folder: \"**/*.html\"")
        };
        idle.map(|rule| notice(&rule.paths.join(", "))).collect()
    }
}

fn first_word(watch: &Watch, eyes: &Eyes, seat: &Taken) -> Watcher {
    Watcher {
        state: if eyes.polls() { WatcherState::Polling } else { WatcherState::Watching },
        pid: std::process::id(),
        kind: watch.kind.to_owned(),
        since: clock::now(),
        folders: eyes.folders(),
        branch: None,
        reloads: seat.reloads(),
    }
}
