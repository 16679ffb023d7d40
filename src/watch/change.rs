//! Changes of files.

use std::path::{Path, PathBuf};

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It came.
    Created,
    /// Its content is another.
    Modified,
    /// It went.
    Removed,
}

/// A changed file, its path relative to the project's folder. The path need not be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// The path.
    pub path: PathBuf,
    /// What happened.
    pub kind: ChangeKind,
}

impl Change {
    /// A change.
    pub fn new(path: impl Into<PathBuf>, kind: ChangeKind) -> Self {
        Self { path: path.into(), kind }
    }
}

/// Files in words: the first, and how many more.
pub fn describe<'a>(paths: impl IntoIterator<Item = &'a Path>) -> String {
    let mut paths = paths.into_iter();
    let Some(first) = paths.next() else { return "nothing".to_owned() };
    match paths.count() {
        0 => first.display().to_string(),
        more => format!("{} and {more} more", first.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    #[test]
    fn files_in_words() {
        let described = |paths: &[&str]| describe(paths.iter().map(Path::new));
        assert_eq!(described(&[]), "nothing");
        assert_eq!(described(&["a.py"]), "a.py");
        assert_eq!(described(&["a.py", "b.py", "c.py"]), "a.py and 2 more");
        assert_eq!(describe([Path::new(OsStr::from_bytes(b"\xff.py"))]), "\u{fffd}.py");
    }
}
