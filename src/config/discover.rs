//! Finds the project: `biostar-tui.toml`, or a folder with `manage.py`, by walking up.

use std::path::{Path, PathBuf};

use crate::config::{
    error::ConfigError,
    files::{self, FileKind, Files},
};

/// The project's own file.
pub const FILE: &str = "biostar-tui.toml";

/// A project's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The folder.
    pub root: PathBuf,
    /// Its `biostar-tui.toml`, where it has one.
    pub file: Option<PathBuf>,
}

/// The project that `start` is in.
///
/// # Errors
/// No folder up to the root has one of the two files.
pub fn project(files: &dyn Files, start: &Path) -> Result<Found, ConfigError> {
    let holder = |name: &str, fits: fn(FileKind) -> bool| {
        start.ancestors().find(|folder| files.kind(&folder.join(name)).is_some_and(fits))
    };
    // Whatever has this name is meant: a folder is told of, not passed over.
    if let Some(root) = holder(FILE, |_| true) {
        return Ok(Found { root: root.to_owned(), file: Some(root.join(FILE)) });
    }
    match holder("manage.py", |kind| kind != FileKind::Folder) {
        Some(root) => Ok(Found { root: root.to_owned(), file: None }),
        None => Err(ConfigError::NoProject { start: start.to_owned() }),
    }
}

/// Where `manage.py` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manage {
    /// In this folder, relative to the project's; `.` for the project's own.
    In(String),
    /// Nowhere; these were looked at.
    Missing(Vec<String>),
}

/// Looks for `manage.py` in the project's folder, then in the folders right below it:
/// exactly one of them must have it.
pub fn manage(files: &dyn Files, root: &Path) -> Manage {
    if files::is_file(files, &root.join("manage.py")) {
        return Manage::In(".".to_owned());
    }
    let names = files.names(root).into_iter().filter(|name| !name.starts_with('.'));
    let mut holders: Vec<String> =
        names.filter(|name| files::is_file(files, &root.join(name).join("manage.py"))).collect();
    match (holders.pop(), holders.as_slice()) {
        (Some(only), []) => Manage::In(only),
        (None, _) => Manage::Missing(vec![
            root.join("manage.py").display().to_string(),
            root.join("*/manage.py").display().to_string(),
        ]),
        (Some(last), others) => {
            let several = others.iter().chain([&last]).map(|name| format!("{name}/manage.py (one of several)"));
            Manage::Missing(std::iter::once(root.join("manage.py").display().to_string()).chain(several).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{files::fake::Table, *};

    #[test]
    fn the_file_wins_over_a_nearer_manage_py() {
        let files = Table::default().with("/a/biostar-tui.toml", "").with("/a/b/manage.py", "").with("/a/b/c/x", "");
        let found = project(&files, Path::new("/a/b/c")).expect("a project");
        assert_eq!(found, Found { root: "/a".into(), file: Some("/a/biostar-tui.toml".into()) });
        assert_eq!(manage(&files, Path::new("/a")), Manage::In("b".into()));
    }

    #[test]
    fn a_folder_with_manage_py_is_a_project() {
        let files = Table::default().with("/a/manage.py", "").with("/a/b/x", "");
        assert_eq!(project(&files, Path::new("/a/b")).expect("a project").root, Path::new("/a"));
        assert!(project(&files, Path::new("/c")).is_err());
    }

    #[test]
    fn a_folder_of_the_files_name_is_not_passed_over() {
        let files = Table::default().with("/a/manage.py", "").with("/a/biostar-tui.toml/x", "");
        let found = project(&files, Path::new("/a")).expect("a project");
        assert_eq!(found.file, Some("/a/biostar-tui.toml".into()), "reading it tells what is wrong");
    }

    #[test]
    fn several_are_none() {
        let files = Table::default().with("/a/b/manage.py", "").with("/a/c/manage.py", "");
        let Manage::Missing(looked) = manage(&files, Path::new("/a")) else { panic!("found one") };
        assert_eq!(looked, ["/a/manage.py", "b/manage.py (one of several)", "c/manage.py (one of several)"]);
    }
}
