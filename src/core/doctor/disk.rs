//! Whether there is space for images, the database, dumps and the project.

use crate::core::doctor::{Finding, Surroundings, surroundings::Disk};

/// Base, database, web image and packages take some two GiB; a database comes on top.
const COMFORTABLE: u64 = 5 << 30;
/// Below this a build, or PostgreSQL in the middle of a write, runs out.
const LEAST: u64 = 1 << 30;

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    match surroundings.disks.as_slice() {
        [] => vec![Finding::skipped("no folder of this machine is used")],
        disks => disks.iter().map(one).collect(),
    }
}

fn one(disk: &Disk) -> Finding {
    let Disk { purpose, path, free } = disk;
    let Some(free) = *free else { return Finding::skipped(format!("the disk of {path} ({purpose}) cannot be read")) };
    let summary = format!("{} free at {path} ({purpose})", size(free));
    let finding = match free {
        _ if free >= COMFORTABLE => return Finding::ok(summary),
        _ if free >= LEAST => Finding::warning(summary).because("builds and dumps may run out of space below 5 GiB"),
        _ => Finding::error(summary).because("builds and the database run out of space below 1 GiB"),
    };
    finding.remedy("free space on this disk; `docker system df` shows what the engine uses")
}

/// A size in words.
fn size(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) >> 30;
    if tenths >= 10 { format!("{}.{} GiB", tenths / 10, tenths % 10) } else { format!("{} MiB", bytes >> 20) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    #[test]
    fn the_limits() {
        let found = |free| {
            let disks = vec![Disk { purpose: "the state folder", path: "/s".into(), free }];
            look(&Surroundings { disks, ..Surroundings::sample() }).remove(0)
        };
        assert_eq!(found(Some(5 << 30)).verdict, Verdict::Ok);
        assert_eq!(found(Some((5 << 30) - 1)).verdict, Verdict::Warning);
        assert_eq!(found(Some(1 << 30)).summary, "1.0 GiB free at /s (the state folder)");
        let error = found(Some(700 << 20));
        assert_eq!((error.verdict, error.summary.as_str()), (Verdict::Error, "700 MiB free at /s (the state folder)"));
        assert_eq!(found(None).verdict, Verdict::Skipped);
        assert_eq!(found(Some(u64::MAX)).verdict, Verdict::Ok);
    }
}
