//! Git's work on the tree.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::runtime::watch::git;
use crate::watch::{
    debounce::Moment,
    git::{Head, Look},
};

/// What is known of git's work.
#[derive(Default)]
pub(super) struct Work {
    pub(super) folder: Option<PathBuf>,
    /// Device and inode of the folder: one that was removed and made anew has others.
    identity: Option<(u64, u64)>,
    pub(super) head: Option<Head>,
    /// The branch that was checked out last, whatever commit is since.
    pub(super) branch: Option<String>,
    /// When something was last noticed of it, since the last action.
    pub(super) active: Option<Moment>,
    /// Until when it is waited for.
    pub(super) hold: Option<Moment>,
}

impl Work {
    /// What git has checked out in a folder, if it is one of git's.
    pub(super) fn of(root: &Path) -> Self {
        let folder = git::folder(root);
        let head = folder.as_deref().and_then(|folder| git::look(folder).head);
        let branch = head.as_ref().and_then(|head| head.branch.clone());
        Self { branch, head, identity: folder.as_deref().and_then(identity), folder, ..Self::default() }
    }

    /// Whether git's folder is the one that is known, or still missing.
    pub(super) fn is_as_it_was(&self, root: &Path) -> bool {
        git::folder(root).as_deref().and_then(identity) == self.identity
    }

    /// The branch, or the commit's short name.
    pub(super) fn name(&self) -> Option<String> {
        self.head.as_ref().map(|head| head.name().to_owned()).filter(|name| !name.is_empty())
    }

    pub(super) fn look(&self) -> Look {
        self.folder.as_deref().map(git::look).unwrap_or_default()
    }
}

fn identity(folder: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(folder).ok().map(|it| (it.dev(), it.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_made_anew_is_another() {
        let root = tempfile::tempdir().unwrap();
        let git = root.path().join(".git");
        let none = Work::of(root.path());
        assert!(none.is_as_it_was(root.path()));
        std::fs::create_dir(&git).unwrap();
        assert!(!none.is_as_it_was(root.path()));
        let work = Work::of(root.path());
        assert!(work.is_as_it_was(root.path()));
        // The new one is there before the old one goes: it cannot have its inode.
        std::fs::create_dir(root.path().join("new")).unwrap();
        std::fs::remove_dir(&git).unwrap();
        assert!(!work.is_as_it_was(root.path()));
        std::fs::rename(root.path().join("new"), &git).unwrap();
        assert!(!work.is_as_it_was(root.path()));
    }
}
