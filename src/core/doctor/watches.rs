//! Whether the kernel lets all folders of the project be watched.

use crate::core::doctor::{Finding, Fix, Surroundings, surroundings::Folders};

const WATCHES: &str = "fs.inotify.max_user_watches";
const INSTANCES: &str = "fs.inotify.max_user_instances";
/// What editors' documentation asks for: half a GiB of kernel memory when all are used.
const ENOUGH_WATCHES: u64 = 524_288;
const ENOUGH_INSTANCES: u64 = 1024;
/// The program needs one for each dashboard.
const SPARE_INSTANCES: u64 = 4;

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let facts = &surroundings.watches;
    let Some(limit) = facts.watches else { return vec![Finding::skipped("this system has no inotify")] };
    let folders = match (facts.folders, surroundings.configuration.missing()) {
        (Some(folders), _) => folders_of(limit, folders),
        (None, why) => Finding::skipped(why.unwrap_or("the project's folders could not be counted")),
    };
    let instances = facts.instances.and_then(|limit| instances_of(limit, facts.instances_used));
    std::iter::once(folders).chain(instances).collect()
}

fn folders_of(limit: u64, folders: Folders) -> Finding {
    let Folders { count, more } = folders;
    let summary = format!("{}{count} folders to watch, {WATCHES} is {limit}", if more { "more than " } else { "" });
    // Editors and other programs of this user count against the same limit.
    let finding = match count {
        _ if count.saturating_mul(2) <= limit && !more => return Finding::ok(summary),
        _ if count <= limit && !more => {
            Finding::warning(summary).because("editors of the same user need watches of the same limit too")
        }
        _ => Finding::warning(summary).because("folders that cannot be watched are looked at again and again instead"),
    };
    let wanted = ENOUGH_WATCHES.max(count.saturating_mul(2).next_power_of_two()).max(limit.saturating_mul(2));
    raise(finding, WATCHES, wanted)
}

fn instances_of(limit: u64, used: u64) -> Option<Finding> {
    let short = used.saturating_add(SPARE_INSTANCES) > limit;
    let finding = Finding::warning(format!("{used} of {limit} watchers are in use ({INSTANCES})"))
        .because("a watcher that cannot be made looks at the files again and again instead");
    short.then(|| raise(finding, INSTANCES, ENOUGH_INSTANCES.max(limit.saturating_mul(2))))
}

fn raise(finding: Finding, key: &'static str, value: u64) -> Finding {
    let remedy =
        format!("`sudo sysctl -w {key}={value}`; a line `{key}={value}` in /etc/sysctl.d/60-watches.conf keeps it");
    finding.remedy(remedy).fix(Some(Fix::Sysctl { key, value }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    fn found(limit: u64, count: u64, more: bool) -> Finding {
        let mut machine = Surroundings::sample();
        machine.watches.watches = Some(limit);
        machine.watches.folders = Some(Folders { count, more });
        look(&machine).remove(0)
    }

    #[test]
    fn the_limits() {
        assert_eq!(found(8192, 4096, false).verdict, Verdict::Ok);
        assert_eq!(found(8192, 4097, false).verdict, Verdict::Warning);
        let few = found(8192, 20_000, false);
        assert_eq!(few.fix, Some(Fix::Sysctl { key: WATCHES, value: 524_288 }));
        assert!(few.remedy.unwrap().contains("sysctl -w fs.inotify.max_user_watches=524288"));
        assert_eq!(found(524_288, 600_000, false).fix, Some(Fix::Sysctl { key: WATCHES, value: 2_097_152 }));
        assert!(found(u64::MAX, 1, true).summary.starts_with("more than"));
    }

    #[test]
    fn watchers_run_out() {
        let mut machine = Surroundings::sample();
        machine.watches.instances_used = 126;
        assert_eq!(look(&machine)[1].fix, Some(Fix::Sysctl { key: INSTANCES, value: 1024 }));
    }

    #[test]
    fn without_inotify_or_project() {
        let mut machine = Surroundings::sample();
        machine.watches.folders = None;
        assert_eq!(look(&machine)[0].verdict, Verdict::Skipped);
        machine.watches.watches = None;
        assert_eq!(look(&machine)[0].verdict, Verdict::Skipped);
    }
}
