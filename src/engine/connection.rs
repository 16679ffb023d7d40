//! Losing an engine and finding it again, pure: when to try, and what happened meanwhile.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    core::observed::Container,
    engine::{endpoint::Endpoint, error::EngineError},
};

/// The first pause after a failure.
const FIRST: Duration = Duration::from_millis(50);
/// The longest pause on a unix socket: a refused connect costs nothing there.
const LONGEST_LOCAL: Duration = Duration::from_millis(500);
/// The longest pause over a network.
const LONGEST_REMOTE: Duration = Duration::from_secs(5);

/// Growing pauses between attempts, without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    /// The pauses that suit an endpoint.
    pub fn for_endpoint(endpoint: &Endpoint) -> Self {
        Self {
            next: FIRST,
            longest: if matches!(endpoint, Endpoint::Unix(_)) { LONGEST_LOCAL } else { LONGEST_REMOTE },
        }
    }

    /// The same for an endpoint as it is shown.
    pub fn for_shown(endpoint: &str) -> Self {
        Self { next: FIRST, longest: if endpoint.starts_with("unix:") { LONGEST_LOCAL } else { LONGEST_REMOTE } }
    }

    /// The pause before the next attempt; the one after it is twice as long.
    pub fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }

    /// After a success: the next pause is the first again.
    pub fn reset(&mut self) {
        self.next = FIRST;
    }
}

/// The connection to an engine, as far as it is known.
#[derive(Debug, Clone)]
pub enum Link {
    /// Not tried yet.
    Unknown,
    /// The engine answers.
    Up,
    /// It does not.
    Down {
        /// Failed attempts in a row.
        attempts: u32,
        /// The pause before the next one.
        pause: Duration,
        /// Why the last one failed.
        error: EngineError,
    },
}

/// Keeps a link's state: what to tell, and when to try again.
#[derive(Debug, Clone)]
pub struct Reconnect {
    link: Link,
    backoff: Backoff,
}

impl Reconnect {
    /// A link that was not tried yet.
    pub fn new(backoff: Backoff) -> Self {
        Self { link: Link::Unknown, backoff }
    }

    /// The state.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// An attempt or a call failed: gives the pause before the next attempt.
    pub fn failed(&mut self, error: EngineError) -> Duration {
        let attempts = if let Link::Down { attempts, .. } = self.link { attempts.saturating_add(1) } else { 1 };
        let pause = self.backoff.pause();
        self.link = Link::Down { attempts, pause, error };
        pause
    }

    /// The engine answered: gives whether it was away, so that the state has to be read
    /// anew.
    pub fn answered(&mut self) -> bool {
        self.backoff.reset();
        !matches!(std::mem::replace(&mut self.link, Link::Up), Link::Up)
    }
}

/// What happened to a container while nobody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    New {
        /// Its id.
        id: String,
    },
    /// It is not there any more.
    Gone {
        /// Its id.
        id: String,
    },
    /// Another one has its name.
    Recreated {
        /// The name.
        name: String,
        /// The id before.
        before: String,
        /// The id now.
        after: String,
    },
    /// It has ended (after another start, perhaps).
    Ended {
        /// Its id.
        id: String,
    },
    /// It runs, but was started (again) meanwhile.
    Restarted {
        /// Its id.
        id: String,
    },
}

/// Compares two snapshots by container id: what died while the engine was away gives no
/// event, and an exited container keeps its name.
pub fn reconcile(before: &[Container], after: &[Container]) -> Vec<Change> {
    let old: BTreeMap<&str, &Container> = before.iter().map(|it| (it.id.as_str(), it)).collect();
    let new: BTreeMap<&str, &Container> = after.iter().map(|it| (it.id.as_str(), it)).collect();
    let successor = |name: &str| after.iter().find(|it| it.name == name && !old.contains_key(it.id.as_str()));
    let predecessor = |name: &str| before.iter().find(|it| it.name == name && !new.contains_key(it.id.as_str()));
    let mut changes = Vec::new();
    for was in before {
        match (new.get(was.id.as_str()), successor(&was.name)) {
            (Some(is), _) => changes.extend(of_one(was, is)),
            (None, Some(next)) => changes.push(Change::Recreated {
                name: was.name.clone(),
                before: was.id.clone(),
                after: next.id.clone(),
            }),
            (None, None) => changes.push(Change::Gone { id: was.id.clone() }),
        }
    }
    let arrived = after.iter().filter(|it| !old.contains_key(it.id.as_str()) && predecessor(&it.name).is_none());
    changes.extend(arrived.map(|it| Change::New { id: it.id.clone() }));
    changes
}

fn of_one(was: &Container, is: &Container) -> Option<Change> {
    let id = is.id.clone();
    let restarted = was.started_at != is.started_at;
    match is.is_up() {
        true if restarted => Some(Change::Restarted { id }),
        false if was.is_up() || restarted => Some(Change::Ended { id }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{core::observed::Phase, engine::error::ErrorKind};
    use proptest::prelude::*;

    fn container(id: &str, name: &str, phase: Phase, started_at: i64) -> Container {
        Container { id: id.into(), name: name.into(), phase, started_at, ..Container::default() }
    }

    #[test]
    fn pauses_grow_to_their_bound_and_begin_again() {
        let mut backoff = Backoff::for_endpoint(&Endpoint::default());
        let pauses: Vec<u128> = (0..6).map(|_| backoff.pause().as_millis()).collect();
        assert_eq!(pauses, [50, 100, 200, 400, 500, 500]);
        backoff.reset();
        assert_eq!(backoff.pause(), FIRST);
        let mut remote = Backoff::for_shown("tcp://host:2375");
        assert_eq!((0..99).map(|_| remote.pause()).max(), Some(LONGEST_REMOTE));
    }

    #[test]
    fn a_link_counts_attempts_and_tells_a_return() {
        let mut reconnect = Reconnect::new(Backoff::for_shown("unix:///x"));
        let error = || EngineError::new(ErrorKind::Unreachable, "reach", "x", "gone");
        reconnect.failed(error());
        reconnect.failed(error());
        assert!(matches!(reconnect.link(), Link::Down { attempts: 2, .. }));
        assert!(reconnect.answered());
        assert!(!reconnect.answered());
    }

    #[test]
    fn snapshots_are_compared_by_id() {
        use Phase::{Exited, Running};
        let before = [
            container("1", "same", Running, 1),
            container("2", "ended", Running, 1),
            container("3", "restarted", Running, 1),
            container("4", "recreated", Running, 1),
            container("5", "gone", Exited, 1),
        ];
        let after = [
            container("1", "same", Running, 1),
            container("2", "ended", Exited, 1),
            container("3", "restarted", Running, 2),
            container("6", "recreated", Running, 2),
            container("7", "new", Running, 2),
        ];
        let id = |id: &str| id.to_owned();
        let wanted = [
            Change::Ended { id: id("2") },
            Change::Restarted { id: id("3") },
            Change::Recreated { name: id("recreated"), before: id("4"), after: id("6") },
            Change::Gone { id: id("5") },
            Change::New { id: id("7") },
        ];
        assert_eq!(reconcile(&before, &after), wanted);
    }

    #[test]
    fn a_run_that_began_and_ended_meanwhile_has_ended() {
        let before = [container("1", "a", Phase::Exited, 1)];
        let after = [container("1", "a", Phase::Exited, 5)];
        assert_eq!(reconcile(&before, &after), [Change::Ended { id: "1".into() }]);
    }

    fn snapshot() -> impl Strategy<Value = Vec<Container>> {
        let phase = prop_oneof![Just(Phase::Created), Just(Phase::Running), Just(Phase::Exited)];
        // One name belongs to one container at a time.
        let one = (0u8..9, 0u8..4, phase, 0i64..3);
        proptest::collection::vec(one, 0..6).prop_map(|list| {
            let named: BTreeMap<u8, Container> = list
                .into_iter()
                .map(|(id, name, phase, start)| {
                    (name, container(&format!("{name}-{id}"), &name.to_string(), phase, start))
                })
                .collect();
            named.into_values().collect()
        })
    }

    proptest! {
        #[test]
        fn nothing_changes_between_equal_snapshots(snapshot in snapshot()) {
            prop_assert_eq!(reconcile(&snapshot, &snapshot), []);
        }

        #[test]
        fn every_arrival_and_departure_is_told_once(before in snapshot(), after in snapshot()) {
            let changes = reconcile(&before, &after);
            let gone = changes.iter().filter(|it| matches!(it, Change::Gone { .. } | Change::Recreated { .. })).count();
            let come = changes.iter().filter(|it| matches!(it, Change::New { .. } | Change::Recreated { .. })).count();
            let missing = |these: &[Container], those: &[Container]| {
                these.iter().filter(|it| those.iter().all(|other| other.id != it.id)).count()
            };
            prop_assert_eq!(gone, missing(&before, &after));
            prop_assert_eq!(come, missing(&after, &before));
        }
    }
}
