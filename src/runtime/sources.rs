//! The project's own sources on the disk: which folders hold them, what is to be installed.

use std::path::Path;

use crate::config::requirements::{self, Requirements, RequirementsError, Wanted};
use crate::core::{project::Project, pruned};

/// Whether a folder may hold sources: it has no name that says otherwise, and is no virtual
/// environment.
pub fn may_be_in(folder: &Path) -> bool {
    let is_environment = || pruned::ENVIRONMENT_MARKS.iter().any(|mark| folder.join(mark).exists());
    !folder.file_name().is_some_and(pruned::is_pruned) && !is_environment()
}

/// The requirements of a project's environment, read from its folder.
///
/// # Errors
/// A file that is missing or includes itself, with the line that names it.
pub fn requirements(project: &Project) -> Result<Requirements, RequirementsError> {
    let read = |path: &str| std::fs::read_to_string(project.root.join(path));
    requirements::flatten(&Wanted::of(&project.environment), &read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_environments_tell_themselves() {
        let root = tempfile::tempdir().unwrap();
        for (folder, mark) in [("new", "pyvenv.cfg"), ("old", "bin/activate"), ("app", "views.py")] {
            let path = root.path().join(folder).join(mark);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
            assert_eq!(may_be_in(&root.path().join(folder)), folder == "app", "{folder}");
        }
        assert!(!may_be_in(&root.path().join("node_modules")));
    }
}
