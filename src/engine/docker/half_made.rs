//! Names of containers that have not got their files yet: `<name>.new-<when>-<who>`.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{core::naming, engine::docker::wire::Labels};

const MARK: &str = ".new-";

/// Seconds after which nobody works on a half-made container any more: its maker's calls
/// have had their deadlines.
const LEFT_AFTER: u64 = 120;

/// A name of this moment and process.
pub(super) fn name(of: &str) -> String {
    let now = since_epoch();
    format!("{of}{MARK}{}-{:x}-{:x}", now.as_secs(), std::process::id(), now.subsec_nanos())
}

/// The name that a container is going to have, or has.
pub(super) fn whole(name: &str) -> &str {
    parts(name).map_or(name, |(whole, _)| whole)
}

/// The labels of a container of this name: one that is half-made has no role yet, so that
/// nobody takes it for the service or task that it is going to be. It is the project's own
/// all the same, and is destroyed with it.
pub(super) fn without_role(name: &str, mut labels: Labels) -> Labels {
    if parts(name).is_some() {
        labels.remove(naming::LABEL_ROLE);
        labels.remove(naming::LABEL_NAME);
    }
    labels
}

/// Whether it is one of this container that was left behind.
pub(super) fn is_left_over(name: &str, of: &str) -> bool {
    parts(name).is_some_and(|(whole, made)| whole == of && since_epoch().as_secs() > made.saturating_add(LEFT_AFTER))
}

/// The name that it was to have, and when it was made.
fn parts(name: &str) -> Option<(&str, u64)> {
    let (whole, rest) = name.trim_start_matches('/').rsplit_once(MARK)?;
    Some((whole, rest.split('-').next()?.parse().ok()?))
}

fn since_epoch() -> std::time::Duration {
    // A clock before 1970 gives names that are left over at once, and swept.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_grow_old() {
        let new = name("p-development-service-web");
        assert!(!is_left_over(&new, "p-development-service-web"), "somebody works on it");
        assert!(is_left_over("/x.new-1000-1-1", "x") && !is_left_over("/x.new-1000-1-1", "y"));
        assert!(!is_left_over("my.new-release", "my"));
        assert_eq!((whole(&new), whole("my.new-release")), ("p-development-service-web", "my.new-release"));
    }

    #[test]
    fn what_is_half_made_has_no_role() {
        let labels: Labels = [(naming::LABEL_ROLE, "task"), (naming::LABEL_PROJECT, "p")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        assert_eq!(without_role("/p-development-task-x", labels.clone()), labels);
        let left = without_role(&format!("/{}", name("p-development-task-x")), labels);
        assert_eq!(left.into_keys().collect::<Vec<_>>(), [naming::LABEL_PROJECT]);
    }
}
