//! The files of a tree that count, by folder, as they were at some moment.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::watch::change::{Change, ChangeKind};

/// A file's device and inode: what it is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId {
    /// The device.
    pub device: u64,
    /// The inode.
    pub inode: u64,
}

/// What the system says of a file without its content being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stamp {
    /// Which file it is.
    pub id: FileId,
    /// Bytes.
    pub size: u64,
    /// When it was written, in nanoseconds since the Unix epoch.
    pub modified: i64,
    /// When its inode was changed: `cp -p` and `touch -d` cannot set this one.
    pub changed: i64,
}

/// The beginning of the SHA-256 of a file's content; zeros where it cannot be read.
pub type Digest = [u8; 16];

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct File {
    /// What the system says of it.
    pub stamp: Stamp,
    /// What is in it.
    pub digest: Digest,
}

/// A folder: its files that count.
pub type Folder = BTreeMap<OsString, File>;

/// The files of a tree that count. Paths are relative to the tree's root, which is the empty
/// path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    folders: BTreeMap<PathBuf, Folder>,
}

impl Snapshot {
    /// Its folders, a folder before what is in it.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.keys().map(PathBuf::as_path)
    }

    /// Whether there is this folder.
    pub fn has(&self, folder: &Path) -> bool {
        self.folders.contains_key(folder)
    }

    /// A folder's files.
    pub fn folder(&self, folder: &Path) -> Option<&Folder> {
        self.folders.get(folder)
    }

    /// The file of a path.
    pub fn file(&self, path: &Path) -> Option<&File> {
        self.folders.get(path.parent()?)?.get(path.file_name()?)
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = (PathBuf, &File)> {
        self.folders.iter().flat_map(|(folder, files)| files.iter().map(move |(name, file)| (folder.join(name), file)))
    }

    /// Puts a folder in the place of what was known of it, without what lies below.
    pub fn put(&mut self, folder: PathBuf, files: Folder) {
        self.folders.insert(folder, files);
    }

    /// Puts a file in its folder.
    pub fn insert(&mut self, path: &Path, file: File) {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
        self.folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), file);
    }

    /// Forgets a folder with all below it.
    pub fn remove(&mut self, folder: &Path) {
        self.folders.retain(|path, _| !path.starts_with(folder));
    }

    /// The folders directly in this one.
    pub fn children(&self, folder: &Path) -> BTreeSet<PathBuf> {
        let below = self.folders.range(folder.to_owned()..).take_while(|(path, _)| path.starts_with(folder));
        below.map(|(path, _)| path).filter(|path| path.parent() == Some(folder)).cloned().collect()
    }

    /// What is different in a newer one. A file that was only touched is not.
    pub fn changes_to(&self, newer: &Self) -> Vec<Change> {
        let folders: BTreeSet<&PathBuf> = self.folders.keys().chain(newer.folders.keys()).collect();
        let none = Folder::new();
        let mut changes = Vec::new();
        for folder in folders {
            let (old, new) = (self.folders.get(folder), newer.folders.get(folder));
            compare(folder, old.unwrap_or(&none), new.unwrap_or(&none), &mut changes);
        }
        changes
    }
}

fn compare(folder: &Path, old: &Folder, new: &Folder, changes: &mut Vec<Change>) {
    for (name, file) in new {
        match old.get(name) {
            None => changes.push(Change::new(folder.join(name), ChangeKind::Created)),
            Some(before) if before.digest != file.digest || before.stamp.size != file.stamp.size => {
                changes.push(Change::new(folder.join(name), ChangeKind::Modified));
            }
            Some(_) => {}
        }
    }
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    changes.extend(gone.map(|name| Change::new(folder.join(name), ChangeKind::Removed)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::samples::{content, tree};
    use proptest::prelude::*;

    fn changes(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let changes = tree(before).changes_to(&tree(after));
        changes.iter().map(|change| format!("{:?} {}", change.kind, change.path.display())).collect()
    }

    #[test]
    fn what_is_different() {
        let before = [("a.py", "1"), ("app/b.py", "2"), ("app/deep/c.py", "3")];
        assert_eq!(changes(&before, &before), Vec::<String>::new());
        let after = [("a.py", "other"), ("app/b.py", "2"), ("new/d.py", "4")];
        assert_eq!(changes(&before, &after), ["Modified a.py", "Removed app/deep/c.py", "Created new/d.py"]);
    }

    #[test]
    fn a_touch_is_no_change() {
        let (before, mut after) = (tree(&[("a.py", "1")]), Snapshot::default());
        let mut file = content("1");
        (file.stamp.modified, file.stamp.changed, file.stamp.id.inode) = (9, 9, 9);
        after.insert(Path::new("a.py"), file);
        assert_eq!(before.changes_to(&after), []);
    }

    #[test]
    fn a_folder_goes_with_all_below_it() {
        let mut tree = tree(&[("app/b.py", "2"), ("app/deep/c.py", "3"), ("apple/d.py", "4")]);
        assert_eq!(tree.children(Path::new("app")), [PathBuf::from("app/deep")].into());
        tree.remove(Path::new("app"));
        assert_eq!(tree.files().map(|(path, _)| path).collect::<Vec<_>>(), [PathBuf::from("apple/d.py")]);
    }

    proptest! {
        /// Whoever applies the changes to the old tree's names has the new tree's.
        #[test]
        fn changes_lead_from_one_to_the_other(
            old in prop::collection::btree_map("[ab]{1,2}(/[ab]){0,2}\\.py", "[01]", 0..8),
            new in prop::collection::btree_map("[ab]{1,2}(/[ab]){0,2}\\.py", "[01]", 0..8),
        ) {
            let of = |files: &BTreeMap<String, String>| {
                tree(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
            };
            let mut applied: BTreeMap<PathBuf, Digest> =
                of(&old).files().map(|(path, file)| (path, file.digest)).collect();
            let newer = of(&new);
            for change in of(&old).changes_to(&newer) {
                match newer.file(&change.path) {
                    Some(file) => drop(applied.insert(change.path, file.digest)),
                    None => drop(applied.remove(&change.path)),
                }
            }
            let wanted: BTreeMap<PathBuf, Digest> = newer.files().map(|(path, file)| (path, file.digest)).collect();
            prop_assert_eq!(applied, wanted);
        }
    }
}
