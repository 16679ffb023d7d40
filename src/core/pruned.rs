//! Folders whose content is nobody's source: not watched, not counted, no inputs of steps.

use std::ffi::OsStr;

/// Their names, wherever they are.
pub const FOLDERS: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "__pycache__",
    "site-packages",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    ".cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".idea",
    ".vscode",
];

/// What a virtual environment tells itself by, whatever it is called: `venv` and virtualenv 20
/// write the one (PEP 405), the virtualenv of Python 2 only the other.
pub const ENVIRONMENT_MARKS: [&str; 2] = ["pyvenv.cfg", "bin/activate"];

/// Whether a folder of this name is left out.
pub fn is_pruned(name: &OsStr) -> bool {
    FOLDERS.iter().any(|pruned| name == *pruned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(is_pruned(OsStr::new(".git")) && is_pruned(OsStr::new("site-packages")));
        assert!(!is_pruned(OsStr::new("env")), "an app may be called so");
    }

    /// The supervisor, which looks for itself while nobody watches, has a list in Python. It
    /// leaves out every name with a dot before it.
    #[test]
    fn the_supervisor_leaves_out_the_same() {
        let source = include_str!("../../assets/container/supervisor.py");
        let list = source.split_once("PRUNED = frozenset([").and_then(|(_, rest)| rest.split_once("])")).unwrap().0;
        let mut theirs: Vec<&str> = list.split(',').map(|name| name.trim().trim_matches('"')).collect();
        let mut ours: Vec<&str> = FOLDERS.iter().copied().filter(|name| !name.starts_with('.')).collect();
        theirs.sort_unstable();
        ours.sort_unstable();
        assert_eq!(theirs, ours);
        for mark in ENVIRONMENT_MARKS {
            assert!(source.contains(&format!("\"{mark}\"")), "{mark}");
        }
    }
}
