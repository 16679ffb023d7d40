//! Counts the folders that a watcher of a project has to watch.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::core::doctor::surroundings::Folders;
use crate::runtime::sources;

/// A count that takes longer has said enough.
const PATIENCE: Duration = Duration::from_secs(3);

/// Counts them.
pub(super) fn count(root: &Path) -> Folders {
    let begun = Instant::now();
    let walk = ignore::WalkBuilder::new(root).standard_filters(false).filter_entry(is_watched).build();
    let mut count = 0;
    for entry in walk.flatten() {
        count += u64::from(entry.file_type().is_some_and(|kind| kind.is_dir()));
        if begun.elapsed() > PATIENCE {
            return Folders { count, more: true };
        }
    }
    Folders { count, more: false }
}

fn is_watched(entry: &ignore::DirEntry) -> bool {
    entry.depth() == 0 || sources::may_be_in(entry.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_and_environments_are_left_out() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["app/templates", ".git/objects", "node_modules/x", "env/lib", "app/__pycache__"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        std::fs::write(root.path().join("env/pyvenv.cfg"), "").unwrap();
        assert_eq!(count(root.path()), Folders { count: 3, more: false });
    }
}
