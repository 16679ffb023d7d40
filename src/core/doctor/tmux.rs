//! Whether the tmux around the program is new enough, and lets through what helps.

use crate::core::doctor::{Finding, Surroundings, surroundings::Tmux};

/// The oldest major version: older ones know no pane options and no popups.
const OLDEST: u32 = 3;
/// A pause after Esc that is felt.
const SLOW_ESCAPE_MS: u32 = 100;

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let Some(tmux) = &surroundings.tmux else { return vec![Finding::ok("not inside tmux")] };
    match major(&tmux.version) {
        None => vec![Finding::skipped("inside tmux, whose version cannot be read")],
        Some(major) if major < OLDEST => vec![too_old(&tmux.version)],
        Some(_) => vec![new_enough(tmux)],
    }
}

fn too_old(version: &str) -> Finding {
    Finding::warning(format!("{version} is too old for panes of its own"))
        .because("`biostar-tui tmux` and moving a pane into a split need tmux 3.0")
        .remedy("install tmux 3.0 or newer, then start its server anew (`tmux kill-server` ends all sessions)")
}

fn new_enough(tmux: &Tmux) -> Finding {
    let finding = Finding::ok(format!("inside {}", tmux.version));
    let hints = hints(tmux);
    if hints.is_empty() { finding } else { finding.remedy(format!("in ~/.tmux.conf: {}", hints.join("; "))) }
}

/// Settings that make it better; nothing breaks without them.
fn hints(tmux: &Tmux) -> Vec<&'static str> {
    let option = |name: &str| tmux.options.get(name).map(String::as_str);
    let slow = option("escape-time").and_then(|value| value.parse::<u32>().ok()).is_some_and(|ms| ms > SLOW_ESCAPE_MS);
    let hints = [
        (option("allow-passthrough") == Some("off"), "`set -g allow-passthrough on` (the clipboard of consoles)"),
        (option("extended-keys") == Some("off"), "`set -g extended-keys on` (Ctrl and Shift with any key)"),
        (option("default-terminal") == Some("screen"), "`set -g default-terminal tmux-256color` (more colours)"),
        (slow, "`set -sg escape-time 10` (no pause after Esc)"),
    ];
    hints.into_iter().filter_map(|(wanted, hint)| wanted.then_some(hint)).collect()
}

/// The major version of `tmux 3.3a`, `tmux next-3.5`.
fn major(version: &str) -> Option<u32> {
    let number = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    fn found(version: &str, options: &[(&str, &str)]) -> Finding {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let tmux = Some(Tmux { version: version.into(), options });
        look(&Surroundings { tmux, ..Surroundings::sample() }).remove(0)
    }

    #[test]
    fn versions_and_options() {
        assert_eq!(found("tmux 2.9a", &[]).verdict, Verdict::Warning);
        assert_eq!(found("tmux next-3.5", &[]), Finding::ok("inside tmux next-3.5"));
        assert_eq!(found("", &[]).verdict, Verdict::Skipped);
        let hinted =
            found("tmux 3.3a", &[("allow-passthrough", "off"), ("escape-time", "500"), ("extended-keys", "on")]);
        let remedy = hinted.remedy.unwrap();
        assert_eq!(hinted.verdict, Verdict::Ok);
        assert!(remedy.contains("allow-passthrough on") && remedy.contains("escape-time 10"), "{remedy}");
        assert!(!remedy.contains("extended-keys"), "{remedy}");
    }
}
