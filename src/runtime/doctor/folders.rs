//! Counts the folders that a watcher of a project has to watch.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::core::doctor::surroundings::Folders;

/// A count that takes longer has said enough.
const PATIENCE: Duration = Duration::from_secs(3);

/// Folders whose content is nobody's source.
const PRUNED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "__pycache__",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    ".cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
];

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

/// A virtual environment tells itself by its `pyvenv.cfg`, whatever it is called.
fn is_watched(entry: &ignore::DirEntry) -> bool {
    let pruned = PRUNED.iter().any(|name| entry.file_name() == *name);
    entry.depth() == 0 || !(pruned || entry.path().join("pyvenv.cfg").exists())
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
