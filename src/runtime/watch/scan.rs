//! Looks at the tree: the whole of it, or some folders.

mod walk;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::core::pruned;
use crate::runtime::watch::scan::walk::Walk;
use crate::watch::{
    filter::{Filter, IGNORE_FILES},
    rules::Rules,
    snapshot::{FileId, Snapshot},
};

/// The tree as it was last seen.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    root: PathBuf,
    rules: Arc<Rules>,
    filter: Filter,
    seen: Snapshot,
    /// What folder each path is.
    ids: BTreeMap<PathBuf, FileId>,
    /// Folders that cannot be read.
    unreadable: BTreeSet<PathBuf>,
}

impl Scanner {
    /// Nothing is seen yet.
    pub(super) fn new(root: PathBuf, rules: Arc<Rules>) -> Self {
        Self {
            root,
            rules,
            filter: Filter::default(),
            seen: Snapshot::default(),
            ids: BTreeMap::new(),
            unreadable: BTreeSet::new(),
        }
    }

    /// What was seen.
    pub(super) fn seen(&self) -> &Snapshot {
        &self.seen
    }

    /// The folders that were seen, and which they are.
    pub(super) fn folders(&self) -> &BTreeMap<PathBuf, FileId> {
        &self.ids
    }

    /// Folders that cannot be read.
    pub(super) fn unreadable(&self) -> &BTreeSet<PathBuf> {
        &self.unreadable
    }

    /// From now on other files count.
    pub(super) fn follow(&mut self, rules: Arc<Rules>) {
        self.rules = rules;
    }

    /// Looks at the whole tree. Content is read of files whose stamp is another alone.
    pub(super) fn all(&mut self) {
        let before = std::mem::replace(self, Self::new(self.root.clone(), Arc::clone(&self.rules)));
        let mut walk = Walk { scanner: self, before: &before.seen, links: Vec::new() };
        walk.tree(PathBuf::new());
        walk.linked();
    }

    /// Looks at these folders, and at all of those that are new in them. What an ignore file
    /// says may count for any folder below it: then the whole tree is looked at.
    pub(super) fn some(&mut self, folders: &BTreeSet<PathBuf>) {
        let before = self.seen.clone();
        for folder in folders {
            if self.seen.has(folder) || folder.as_os_str().is_empty() {
                let mut walk = Walk { scanner: self, before: &before, links: Vec::new() };
                walk.again(folder);
                walk.linked();
            }
        }
    }

    fn forget(&mut self, folder: &Path) {
        self.seen.remove(folder);
        self.ids.retain(|path, _| !path.starts_with(folder));
        self.unreadable.retain(|path| !path.starts_with(folder));
    }
}

/// Whether a change of this file can change what is looked into.
pub(super) fn is_ignore_file(name: &OsStr) -> bool {
    IGNORE_FILES.iter().any(|file| name == *file) || is_mark(name)
}

/// Whether it may be what a virtual environment is known by.
fn is_mark(name: &OsStr) -> bool {
    pruned::ENVIRONMENT_MARKS.iter().any(|mark| Path::new(mark).file_name() == Some(name))
}

#[cfg(test)]
mod tests;
