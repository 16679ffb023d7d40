//! Whether the clocks of engine and host agree: logs and receipts are told by both.

use crate::core::doctor::{Finding, Surroundings, engine, surroundings::Engine};

/// What two clocks may differ by before times in logs look wrong.
const TOLERATED_MS: u64 = 2000;

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let Engine::Up(answer) = &surroundings.engine else {
        return vec![Finding::skipped(engine::missing(surroundings).unwrap_or_default())];
    };
    vec![match answer.ahead_ms {
        None => Finding::skipped("the engine does not tell its time"),
        Some(ahead) if ahead.unsigned_abs() <= TOLERATED_MS => Finding::ok("the clocks of engine and host agree"),
        Some(ahead) => differ(ahead, surroundings.local),
    }]
}

fn differ(ahead_ms: i64, local: bool) -> Finding {
    let (way, seconds) = (if ahead_ms > 0 { "ahead of" } else { "behind" }, ahead_ms.unsigned_abs() / 1000);
    let remedy = if local {
        "set the clock of the engine's virtual machine (restart it after the computer slept), or turn NTP on"
    } else {
        "turn NTP on at both ends (`timedatectl set-ntp true`)"
    };
    Finding::warning(format!("the engine's clock is {seconds} s {way} this machine's"))
        .because("times in logs are the engine's, and changed files are told by this machine's")
        .remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::{Verdict, surroundings::Answer};

    #[test]
    fn two_seconds_are_tolerated() {
        let found = |ahead_ms| {
            let engine = Engine::Up(Answer { ahead_ms, ..Answer::default() });
            look(&Surroundings { engine, ..Surroundings::sample() }).remove(0)
        };
        assert_eq!(found(Some(-2000)).verdict, Verdict::Ok);
        assert_eq!(found(None).verdict, Verdict::Skipped);
        assert_eq!(found(Some(3500)).summary, "the engine's clock is 3 s ahead of this machine's");
        assert_eq!(found(Some(-90_000)).summary, "the engine's clock is 90 s behind this machine's");
    }
}
