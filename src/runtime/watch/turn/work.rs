//! Git's work on the tree.

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
        Self { branch: head.as_ref().and_then(|head| head.branch.clone()), head, folder, ..Self::default() }
    }

    /// The branch, or the commit's short name.
    pub(super) fn name(&self) -> Option<String> {
        self.head.as_ref().map(|head| head.name().to_owned()).filter(|name| !name.is_empty())
    }

    pub(super) fn look(&self) -> Look {
        self.folder.as_deref().map(git::look).unwrap_or_default()
    }
}
