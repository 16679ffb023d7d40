//! What the dashboard knows of the files' watcher.

use crate::components::status_line::Mood;
use crate::core::watching::{Offer, Outcome, Watcher, WatcherState};

/// What is known of the files' watcher.
#[derive(Debug, Default)]
pub struct Watching {
    /// It; `None` until it is there.
    pub watcher: Option<Watcher>,
    /// Whether it is another process.
    pub elsewhere: bool,
    /// Actions that changes of files ask for, and that wait for their turn: the action's id,
    /// its words.
    pub owed: Vec<(&'static str, Vec<String>)>,
    /// Actions that are offered, the newest first.
    pub offers: Vec<Offer>,
    /// Those of them that the action does which goes on.
    pub begun: Vec<Offer>,
}

impl Watching {
    /// Offers an action. `up` does what the others would: gives back what it takes the place of.
    pub fn offer(&mut self, offer: Offer) -> Vec<Offer> {
        let replaced = self.done_by(offer.action, offer.service.as_deref());
        self.offers.insert(0, offer);
        replaced
    }

    /// An action is begun, so what it does is not offered meanwhile.
    pub fn begin(&mut self, action: &str, service: Option<&str>) {
        self.begun = self.done_by(action, service);
    }

    /// It is done: gives back what was offered of it.
    pub fn done(&mut self) -> Vec<Offer> {
        std::mem::take(&mut self.begun)
    }

    /// It was not done, or not to its end: all of it is offered as before.
    pub fn put_back(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        self.offers.extend(begun);
    }

    /// Takes away what an action does.
    fn done_by(&mut self, action: &str, service: Option<&str>) -> Vec<Offer> {
        self.take(|offer| action == "up" || offer.action == action && offer.service.as_deref() == service)
    }

    fn take(&mut self, which: impl Fn(&Offer) -> bool) -> Vec<Offer> {
        let (taken, left) = std::mem::take(&mut self.offers).into_iter().partition(which);
        self.offers = left;
        taken
    }

    /// Takes `migrate` away, where nothing is left to migrate: whoever has done it.
    pub fn migrated(&mut self) -> Vec<Offer> {
        self.take(|offer| offer.action == "migrate")
    }

    /// Takes away what `up` would not do any more, by the steps of its plan: whoever has done it.
    /// `migrate` follows from each edit of code, and is known better.
    pub fn overtaken(&mut self, planned: &[String]) -> Vec<Offer> {
        let is_due = |offer: &Offer| match (offer.action, &offer.service) {
            ("up", _) => !planned.is_empty(),
            ("rebuild", Some(service)) => {
                ["build", "create"].iter().any(|deed| planned.contains(&format!("{deed} {service}")))
            }
            _ => true,
        };
        self.take(|offer| !is_due(offer))
    }

    /// The watcher on the status line.
    pub fn line(&self) -> Option<(String, Mood)> {
        let watcher = self.watcher.as_ref()?;
        // One from before this watcher is history.
        let last = watcher.reloads.first().filter(|reload| reload.saved_at >= watcher.since);
        let (text, mood) = match (watcher.state, last) {
            (WatcherState::Paused, _) => ("watching is paused".to_owned(), Mood::Waiting),
            (WatcherState::Waiting, _) => ("waiting for git".to_owned(), Mood::Waiting),
            (_, Some(reload)) => {
                let mood = if reload.outcome == Outcome::Failed { Mood::Bad } else { Mood::Good };
                (format!("reload: {}, {}", reload.cause, reload.taken()), mood)
            }
            (state, None) => (state.as_str().to_owned(), Mood::Good),
        };
        let by = if self.elsewhere { format!(" (by process {})", watcher.pid) } else { String::new() };
        Some((format!("{text}{by}"), mood))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::watching::Reload;

    fn line(state: WatcherState, reload: Option<Outcome>, elsewhere: bool) -> (String, Mood) {
        let reload = reload.map(|outcome| Reload { cause: "forum/views.py".into(), saved_at: 1, outcome });
        let reloads = reload.into_iter().collect();
        let watcher = Watcher { state, pid: 7, kind: "watch".into(), since: 0, folders: 1, branch: None, reloads };
        Watching { watcher: Some(watcher), elsewhere, ..super::Watching::default() }.line().unwrap()
    }

    #[test]
    fn what_the_status_line_says() {
        use WatcherState::{Paused, Polling, Waiting, Watching};
        assert_eq!(line(Watching, None, false), ("watching".into(), Mood::Good));
        assert_eq!(line(Polling, None, true), ("polling (by process 7)".into(), Mood::Good));
        assert_eq!(line(Paused, Some(Outcome::Failed), false), ("watching is paused".into(), Mood::Waiting));
        assert_eq!(line(Waiting, None, false), ("waiting for git".into(), Mood::Waiting));
        let reloaded = line(Watching, Some(Outcome::Answered(314)), false);
        assert_eq!(reloaded, ("reload: forum/views.py, 0.31 s".into(), Mood::Good));
        let failed = line(Watching, Some(Outcome::Failed), true);
        assert_eq!(failed, ("reload: forum/views.py, failed (by process 7)".into(), Mood::Bad));
    }
}
