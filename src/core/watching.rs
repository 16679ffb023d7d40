//! Watching the project's files: rules, the watcher's state, reloads.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::core::observed::Timestamp;

/// Reloads that are remembered.
pub const MAX_HISTORY: usize = 50;

/// What happens when files are saved: one `[[watch]]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Globs of files, relative to the project's folder.
    pub paths: Vec<String>,
    /// Globs of files among them that do not count.
    pub ignore: Vec<String>,
    /// What is done.
    pub action: Action,
    /// The service that it is done to; the action's own default where none is named.
    pub service: Option<String>,
    /// How long it must have been quiet before.
    pub debounce: Duration,
}

/// What a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Nothing at all: takes files away from the built-in rules.
    Nothing,
    /// The server's process anew.
    Reload,
    /// Pages alone, in browsers, where `live_reload` is on.
    Refresh,
    /// A service's container anew.
    Restart,
    /// A service's image anew.
    Rebuild,
    /// The requirements are installed; a server that runs is reloaded by it.
    Install,
    /// Django's migrate.
    Migrate,
    /// The search index anew.
    Reindex,
    /// Static files are collected.
    Collectstatic,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Nothing,
        Self::Reload,
        Self::Refresh,
        Self::Restart,
        Self::Rebuild,
        Self::Install,
        Self::Migrate,
        Self::Reindex,
        Self::Collectstatic,
    ];

    /// Its word in the configuration: the id of the action in the registry, where it has one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Reload => "reload",
            Self::Refresh => "refresh",
            Self::Restart => "restart",
            Self::Rebuild => "rebuild",
            Self::Install => "install",
            Self::Migrate => "migrate",
            Self::Reindex => "reindex",
            Self::Collectstatic => "collectstatic",
        }
    }

    /// The action of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    /// Whether it is done to one service.
    pub const fn is_of_service(self) -> bool {
        matches!(self, Self::Reload | Self::Restart | Self::Rebuild)
    }
}

/// An action that the user is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The action's id in the registry.
    pub action: &'static str,
    /// The service that it is done to.
    pub service: Option<String>,
    /// What happened.
    pub summary: String,
    /// What it was seen by.
    pub cause: Option<String>,
}

impl Offer {
    /// `rebuild worker: what its image is built from has changed`.
    pub fn describe(&self) -> String {
        let service = self.service.as_ref().map(|service| format!(" {service}")).unwrap_or_default();
        format!("{}{service}: {}", self.action, self.summary)
    }
}

/// What the watcher does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WatcherState {
    /// Looks at the tree for the first time.
    Starting,
    /// The system tells it of changes.
    Watching,
    /// It looks again and again, because the system cannot tell.
    Polling,
    /// Told to do nothing.
    Paused,
    /// Git is at work; what it changes is waited for.
    Waiting,
}

impl WatcherState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Watching => "watching",
            Self::Polling => "polling",
            Self::Paused => "paused",
            Self::Waiting => "waiting for git",
        }
    }
}

/// The watcher of a project, as whoever watches tells all the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watcher {
    /// What it does.
    pub state: WatcherState,
    /// Its process.
    pub pid: u32,
    /// What that process is: `dashboard` or `watch`.
    pub kind: String,
    /// Since when it watches.
    pub since: Timestamp,
    /// Folders that are watched.
    pub folders: usize,
    /// The branch of git that is checked out, or the commit's short name.
    #[serde(default)]
    pub branch: Option<String>,
    /// The last reloads, the newest first.
    pub reloads: Vec<Reload>,
}

impl Watcher {
    /// Remembers a reload.
    pub fn remember(&mut self, reload: Reload) {
        self.reloads.insert(0, reload);
        self.reloads.truncate(MAX_HISTORY);
    }
}

/// A reload that a change of files has caused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reload {
    /// The files, in words.
    pub cause: String,
    /// When the first of them was changed, as far as that was seen.
    pub saved_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a reload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The new server answers, so many milliseconds after the save.
    Answered(u64),
    /// The new server did not start: its traceback is served.
    Failed,
    /// Nobody answered on its port in time, or it has none that could be asked.
    Unknown,
}

impl Reload {
    /// `0.31 s`, or what became of it instead.
    pub fn taken(&self) -> String {
        match self.outcome {
            // Hundredths: the difference between a fast reload and a slow one.
            Outcome::Answered(milliseconds) => {
                format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
            }
            Outcome::Failed => "failed".to_owned(),
            Outcome::Unknown => "no answer".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_actions_are_read_again() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        assert_eq!(Action::parse("destroy"), None);
    }

    #[test]
    fn the_history_is_bounded() {
        let reload = Reload { cause: "a.py".into(), saved_at: 1, outcome: Outcome::Answered(1234) };
        let mut watcher = Watcher {
            state: WatcherState::Watching,
            pid: 1,
            kind: "watch".into(),
            since: 0,
            folders: 1,
            branch: None,
            reloads: Vec::new(),
        };
        for _ in 0..MAX_HISTORY + 1 {
            watcher.remember(reload.clone());
        }
        assert_eq!(watcher.reloads.len(), MAX_HISTORY);
        assert_eq!(reload.taken(), "1.23 s");
    }
}
