//! No edit is ever missed: a thousand rounds of edits, with all that may go wrong meanwhile.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::rounds;

/// Another seed each time; `BIOSTAR_TUI_SEED` has one that failed again.
fn seed() -> u64 {
    let given = std::env::var("BIOSTAR_TUI_SEED").ok().and_then(|seed| seed.parse().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    given.unwrap_or_else(|| u64::from(now.subsec_nanos()))
}

#[test]
fn what_is_served_is_what_is_there_after_each_of_a_thousand_rounds() {
    rounds::play(1000, seed());
}
