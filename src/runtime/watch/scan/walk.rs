//! A walk through the tree: what lies in its folders, links last.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::runtime::{clock, sources, watch::scan::Scanner};
use crate::watch::{
    filter::IGNORE_FILES,
    snapshot::{Digest, File, FileId, Folder, Snapshot, Stamp},
};

/// A file that was written within this before it was read may be written again without its
/// times being different: clocks of file systems tick every 4 ms, or 10. In nanoseconds.
const RACY: i64 = 50_000_000;

/// A walk through the tree.
pub(super) struct Walk<'a> {
    pub(super) scanner: &'a mut Scanner,
    /// What is known of files whose stamp is still the same.
    pub(super) before: &'a Snapshot,
    /// Folders that links lead to. They come last: what the tree itself has is known by its
    /// own path, and a link to it adds nothing. (An ignored alias must not hide it.)
    pub(super) links: Vec<PathBuf>,
}

/// What is in a folder.
#[derive(Default)]
struct Listing {
    files: Folder,
    folders: Vec<PathBuf>,
}

impl Walk<'_> {
    pub(super) fn tree(&mut self, top: PathBuf) {
        self.tree_but(top, &BTreeMap::new());
    }

    /// Without the folders that are known by another path: so circles end.
    fn tree_but(&mut self, top: PathBuf, known: &BTreeMap<FileId, PathBuf>) {
        let mut open = vec![top];
        while let Some(folder) = open.pop() {
            let Some(id) = self.id(&folder) else { continue };
            if known.get(&id).is_some_and(|path| *path != folder) {
                continue;
            }
            match self.list(&folder) {
                Some(listing) => {
                    self.scanner.ids.insert(folder.clone(), id);
                    self.scanner.seen.put(folder, listing.files);
                    open.extend(listing.folders);
                }
                None => drop(self.scanner.unreadable.insert(folder)),
            }
        }
    }

    /// A known folder: itself, and what is new below.
    pub(super) fn again(&mut self, folder: &Path) {
        let known = self.scanner.seen.children(folder);
        let listing = self.id(folder).and_then(|id| Some((id, self.list(folder)?)));
        let Some((id, listing)) = listing else { return self.scanner.forget(folder) };
        self.scanner.ids.insert(folder.to_owned(), id);
        self.scanner.seen.put(folder.to_owned(), listing.files);
        let there: BTreeSet<&PathBuf> = listing.folders.iter().chain(&self.links).collect();
        known.iter().filter(|child| !there.contains(child)).for_each(|child| self.scanner.forget(child));
        for child in listing.folders {
            // One of the same name may be another by now.
            if self.scanner.ids.get(&child).copied() != self.id(&child) || !known.contains(&child) {
                self.scanner.forget(&child);
                self.tree(child);
            }
        }
    }

    /// The folders behind links, those that are in the tree already left out: a link may lead
    /// to one of them, or to one above them.
    pub(super) fn linked(&mut self) {
        while let Some(link) = self.links.pop() {
            let known = self.scanner.ids.iter().map(|(path, id)| (*id, path.clone())).collect();
            self.tree_but(link, &known);
        }
    }

    fn id(&self, folder: &Path) -> Option<FileId> {
        let metadata = fs::metadata(self.scanner.root.join(folder)).ok()?;
        metadata.is_dir().then(|| id(&metadata))
    }

    fn list(&mut self, folder: &Path) -> Option<Listing> {
        let names: Vec<OsString> =
            fs::read_dir(self.scanner.root.join(folder)).ok()?.flatten().map(|entry| entry.file_name()).collect();
        self.learn(folder, &names);
        let mut listing = Listing::default();
        for name in names {
            self.entry(folder, name, &mut listing);
        }
        Some(listing)
    }

    fn learn(&mut self, folder: &Path, names: &[OsString]) {
        let there = IGNORE_FILES.iter().filter(|file| names.iter().any(|name| name == **file));
        let path = self.scanner.root.join(folder);
        let texts: Vec<String> = there.filter_map(|file| fs::read_to_string(path.join(file)).ok()).collect();
        self.scanner.filter.learn(folder, &texts);
    }

    fn entry(&mut self, folder: &Path, name: OsString, listing: &mut Listing) {
        let path = folder.join(&name);
        let full = self.scanner.root.join(&path);
        let Ok(metadata) = fs::symlink_metadata(&full) else { return };
        let is_link = metadata.is_symlink();
        let Some(metadata) = (if is_link { fs::metadata(&full).ok() } else { Some(metadata) }) else { return };
        if metadata.is_dir() {
            if self.scanner.filter.enters(&path) && sources::may_be_in(&full) {
                if is_link { self.links.push(path) } else { listing.folders.push(path) }
            }
        } else if metadata.is_file() && self.scanner.rules.counts(&path) {
            listing.files.insert(name, self.file(&path, &full, &metadata));
        }
    }

    fn file(&self, path: &Path, full: &Path, metadata: &Metadata) -> File {
        let mut stamp = stamp(metadata);
        if let Some(known) = self.before.file(path).filter(|known| known.stamp == stamp) {
            return *known;
        }
        if (clock::now() - stamp.changed).abs() < RACY {
            // Never equal to a later one: it is read again then.
            stamp.changed = 0;
        }
        File { stamp, digest: digest(full) }
    }
}

fn id(metadata: &Metadata) -> FileId {
    FileId { device: metadata.dev(), inode: metadata.ino() }
}

fn stamp(metadata: &Metadata) -> Stamp {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    Stamp {
        id: id(metadata),
        size: metadata.size(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
    }
}

/// A file that went meanwhile, or may not be read, has a digest of its own.
fn digest(path: &Path) -> Digest {
    let mut short = Digest::default();
    if let Ok(content) = fs::read(path) {
        short.copy_from_slice(&Sha256::digest(content)[..size_of::<Digest>()]);
    }
    short
}
