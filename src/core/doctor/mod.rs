//! What `doctor` looks at, pure: from facts about this machine to findings with remedies.
//! The facts are gathered by `runtime::doctor`.

mod api_version;
mod base;
mod certificates;
mod clock;
mod configuration;
mod disk;
mod engine;
mod finding;
mod folder;
mod permission;
mod ports;
mod rootless;
pub mod surroundings;
mod terminal;
pub mod text;
mod tmux;
mod watches;

pub use finding::{Finding, Fix, Verdict};
pub use surroundings::Surroundings;

use crate::core::notice::Notice;

/// One thing that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// What it finds: one finding, or one for each port, disk and image.
    pub look: fn(&Surroundings) -> Vec<Finding>,
}

/// All checks, in the order in which they are shown: what others need comes first.
pub const CHECKS: &[Check] = &[
    Check { name: "configuration", look: configuration::look },
    Check { name: "engine", look: engine::look },
    Check { name: "permission", look: permission::look },
    Check { name: "api-version", look: api_version::look },
    Check { name: "rootless", look: rootless::look },
    Check { name: "clock", look: clock::look },
    Check { name: "base", look: base::look },
    Check { name: "ports", look: ports::look },
    Check { name: "disk", look: disk::look },
    Check { name: "folder", look: folder::look },
    Check { name: "watches", look: watches::look },
    Check { name: "certificates", look: certificates::look },
    Check { name: "terminal", look: terminal::look },
    Check { name: "tmux", look: tmux::look },
];

/// What all checks find.
pub fn examine(surroundings: &Surroundings) -> Vec<Finding> {
    let of = |check: &Check| {
        let found = (check.look)(surroundings).into_iter();
        found.map(|finding| Finding { check: check.name, ..finding }).collect::<Vec<_>>()
    };
    CHECKS.iter().flat_map(of).collect()
}

/// Whether nothing is an error.
pub fn is_well(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.verdict != Verdict::Error)
}

/// The warnings and errors as notices, for the dashboard.
pub fn notices(findings: &[Finding]) -> Vec<Notice> {
    findings.iter().filter_map(Finding::notice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
    }

    #[test]
    fn a_good_machine_has_nothing_to_tell() {
        let findings = examine(&Surroundings::sample());
        assert_eq!(notices(&findings), []);
        assert!(is_well(&findings) && CHECKS.iter().all(|check| findings.iter().any(|it| it.check == check.name)));
    }

    #[test]
    fn nothing_known_is_no_panic_and_every_check_says_something() {
        let findings = examine(&Surroundings::default());
        assert!(CHECKS.iter().all(|check| findings.iter().any(|finding| finding.check == check.name)));
    }

    #[test]
    fn every_warning_and_error_has_a_remedy() {
        for notice in notices(&examine(&Surroundings::default())) {
            assert!(notice.remedy.is_some(), "{notice}");
        }
    }
}
