//! What is told when an action was cancelled.

use crate::core::notice::Notice;

/// What a cancelled plan leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leftover {
    /// What happened to each step that ran: `task migrate was stopped; ...`
    pub steps: Vec<String>,
    /// How many steps were done.
    pub done: usize,
    /// How many the plan has.
    pub all: usize,
}

/// The notice of an action that was cancelled, on screen and on the command line alike.
pub fn notice(action: &str, leftover: &Leftover) -> Notice {
    let mut cause = leftover.steps.clone();
    if leftover.done > 0 {
        cause.push(format!("{} of {} steps were done and stay so", leftover.done, leftover.all));
    }
    let notice = Notice::warning(format!("{action} was cancelled"));
    let notice = if cause.is_empty() { notice } else { notice.because(cause.join("\n")) };
    notice.remedy(if leftover.all > 1 { "the same again goes on from here" } else { "the same again begins anew" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_named() {
        let leftover = Leftover { steps: vec!["build web was given up".into()], done: 2, all: 9 };
        let notice = notice("up", &leftover);
        assert_eq!(notice.summary, "up was cancelled");
        assert_eq!(notice.cause.unwrap(), "build web was given up\n2 of 9 steps were done and stay so");
    }
}
