//! Git at work: its changes are waited for, and a branch that is switched is one event.

use std::time::Duration;

use crate::watch::debounce::Moment;

/// A lock that nothing happens under is one that a killed git has left.
const STALE: Duration = Duration::from_secs(10);
/// Between the steps of a rebase, a merge or a bisection git is still for a moment; one that
/// rests for longer waits for the user, who wants to see what he does.
const STEP: Duration = Duration::from_millis(1500);
/// A stash or a pull is several runs of git, one after the other.
pub const RUNS: Duration = Duration::from_millis(250);

/// What git has checked out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The branch; `None` where a commit is checked out.
    pub branch: Option<String>,
    /// The commit's name; empty before the first.
    pub commit: String,
}

impl Head {
    /// The branch, or the commit's short name.
    pub fn name(&self) -> &str {
        self.branch.as_deref().unwrap_or_else(|| self.short())
    }

    fn short(&self) -> &str {
        self.commit.get(..7).unwrap_or(&self.commit)
    }
}

/// What git's folder looks like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Whether one of its locks is there.
    pub locked: bool,
    /// What goes on over several runs: `rebase`, `merge`, `bisect`.
    pub sequence: Option<&'static str>,
    /// What is checked out.
    pub head: Option<Head>,
}

/// HEAD was one, and is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadMove {
    /// What was checked out.
    pub from: Head,
    /// What is.
    pub to: Head,
}

impl HeadMove {
    /// From one look to the next; `None` where nothing moved.
    pub fn between(from: Option<&Head>, to: Option<&Head>) -> Option<Self> {
        let (from, to) = from.zip(to).filter(|(from, to)| from != to)?;
        Some(Self { from: from.clone(), to: to.clone() })
    }

    /// `main → topic`, or `main: 1234567 → 89abcde`.
    pub fn describe(&self) -> String {
        let (from, to) = (&self.from, &self.to);
        if from.branch.is_some() && from.branch == to.branch {
            return format!("{}: {} → {}", from.name(), from.short(), to.short());
        }
        format!("{} → {}", from.name(), to.name())
    }
}

/// Until when changes wait for git: `active` is when something happened in its folder (since
/// the last action; `None` for nothing), `changed` when a file of the tree changed.
pub fn holds_until(look: &Look, active: Option<Moment>, changed: Moment) -> Moment {
    let last = active.map_or(changed, |active| active.max(changed));
    match (look.locked, look.sequence, active) {
        (true, ..) => last + STALE,
        (false, Some(_), _) => last + STEP,
        (false, None, Some(_)) => last + RUNS,
        (false, None, None) => Moment::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(branch: Option<&str>, commit: &str) -> Head {
        Head { branch: branch.map(str::to_owned), commit: commit.to_owned() }
    }

    #[test]
    fn what_is_waited_for() {
        let second = Duration::from_secs(1);
        let until =
            |locked, sequence, active| holds_until(&Look { locked, sequence, head: None }, active, second).as_millis();
        assert_eq!(until(false, None, None), 0);
        assert_eq!(until(false, None, Some(second * 2)), 2250);
        assert_eq!(until(false, Some("rebase"), None), 2500);
        assert_eq!(until(true, Some("rebase"), Some(second * 3)), 13_000);
    }

    #[test]
    fn a_move_of_head_in_words() {
        let moved = |from: Head, to: Head| HeadMove::between(Some(&from), Some(&to)).map(|moved| moved.describe());
        let (one, two) = ("1234567890", "abcdefabcd");
        assert_eq!(moved(head(Some("main"), one), head(Some("main"), one)), None);
        assert_eq!(moved(head(Some("main"), one), head(Some("topic"), two)).unwrap(), "main → topic");
        assert_eq!(moved(head(Some("main"), one), head(Some("main"), two)).unwrap(), "main: 1234567 → abcdefa");
        assert_eq!(moved(head(None, one), head(Some("main"), two)).unwrap(), "1234567 → main");
        assert_eq!(HeadMove::between(None, Some(&head(None, one))), None);
    }
}
