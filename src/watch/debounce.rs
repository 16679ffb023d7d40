//! When it is time to act on changes: a small decision over moments that are given to it.

use std::time::Duration;

/// A moment: the time since some fixed beginning.
pub type Moment = Duration;

/// How long it must be quiet before something is done.
pub const QUIET: Duration = Duration::from_millis(50);
/// Changes that go on are acted upon after so many times the quiet: 500 ms.
const LONGEST: u32 = 10;
/// While changes keep coming two actions begin at least this far apart.
pub const GAP: Duration = Duration::from_secs(2);
/// Changes that are this far apart are saves of their own, acted upon at once.
const CALM: Duration = Duration::from_secs(1);

/// Changes that wait to be acted upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Debounce {
    waiting: Option<Waiting>,
    /// The last change that was acted upon.
    last: Option<Moment>,
    /// When the last action began.
    acted: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting {
    first: Moment,
    last: Moment,
    quiet: Duration,
    /// Whether they go on from those that were acted upon.
    goes_on: bool,
}

impl Debounce {
    /// A change was seen that wants so much quiet.
    pub fn changed(&mut self, now: Moment, quiet: Duration) {
        let goes_on = self.last.is_some_and(|last| now < last + CALM);
        let new = Waiting { first: now, last: now, quiet, goes_on };
        let waiting = self.waiting.get_or_insert(new);
        waiting.last = waiting.last.max(now);
        waiting.quiet = waiting.quiet.max(quiet);
    }

    /// When it is time to act; `None` where nothing waits.
    pub fn due(&self) -> Option<Moment> {
        let Waiting { first, last, quiet, goes_on } = self.waiting?;
        let due = (last + quiet).min(first + quiet * LONGEST);
        let spaced = self.acted.filter(|_| goes_on).map_or(due, |acted| due.max(acted + GAP));
        Some(spaced)
    }

    /// When the first of what waits was seen.
    pub fn since(&self) -> Option<Moment> {
        self.waiting.map(|waiting| waiting.first)
    }

    /// What waits is looked at now; `acts` where something is done about it.
    pub fn taken(&mut self, now: Moment, acts: bool) {
        let Some(waiting) = self.waiting.take() else { return };
        if acts {
            self.acted = Some(now);
            self.last = Some(waiting.last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(milliseconds: u64) -> Moment {
        Duration::from_millis(milliseconds)
    }

    /// The moments of action for changes at these moments.
    fn actions(changes: &[u64]) -> Vec<u64> {
        let mut debounce = Debounce::default();
        let mut acted = Vec::new();
        let mut act_until = |debounce: &mut Debounce, until: Moment| {
            while let Some(due) = debounce.due().filter(|due| *due <= until) {
                acted.push(due.as_millis() as u64);
                debounce.taken(due, true);
            }
        };
        for at in changes {
            act_until(&mut debounce, ms(*at));
            debounce.changed(ms(*at), QUIET);
        }
        act_until(&mut debounce, Moment::MAX);
        acted
    }

    #[test]
    fn what_is_done_when() {
        assert_eq!(actions(&[]), [0; 0]);
        assert_eq!(actions(&[100]), [150]);
        assert_eq!(actions(&[100, 120, 140]), [190], "a save in several steps is one");
        assert_eq!(actions(&[100, 3000]), [150, 3050]);
        assert_eq!(actions(&[100, 1400]), [150, 1450], "a second save is acted upon at once");
        assert_eq!(actions(&[100, 700]), [150, 2150], "what goes on is spaced");
    }

    #[test]
    fn what_does_not_end_is_acted_upon_all_the_same() {
        let changes: Vec<u64> = (0..100).map(|n| n * 40).collect();
        assert_eq!(actions(&changes), [500, 2500, 4500]);
    }

    #[test]
    fn a_rule_may_want_more_quiet() {
        let mut debounce = Debounce::default();
        debounce.changed(ms(0), ms(1000));
        debounce.changed(ms(10), QUIET);
        assert_eq!(debounce.due(), Some(ms(1010)));
    }

    #[test]
    fn what_led_to_nothing_does_not_hold_the_next_back() {
        let mut debounce = Debounce::default();
        debounce.changed(ms(0), QUIET);
        debounce.taken(ms(50), false);
        debounce.changed(ms(60), QUIET);
        assert_eq!(debounce.due(), Some(ms(110)));
    }

    proptest! {
        #[test]
        fn each_change_is_acted_upon_soon_and_actions_do_not_crowd(mut changes in prop::collection::vec(0_u64..20_000, 1..200)) {
            changes.sort_unstable();
            let acted = actions(&changes);
            for change in &changes {
                let next = acted.iter().find(|at| *at >= change);
                prop_assert!(next.is_some_and(|at| at - change <= 2500), "{change}: {acted:?}");
            }
            for pair in acted.windows(2) {
                let between = changes.iter().filter(|change| **change >= pair[0]).min();
                // A change in the moment of an action comes after it.
                let before = changes.iter().filter(|change| **change < pair[0]).max();
                let calm = between.zip(before).is_some_and(|(next, last)| next - last >= 1000);
                prop_assert!(pair[1] - pair[0] >= 2000 || calm, "{acted:?}");
            }
        }
    }
}
