//! What the system tells of changes: folders one by one, through notify.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _, event::ModifyKind};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::core::notice::Notice;
use crate::watch::snapshot::FileId;

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// Something happened to this path (relative to the tree).
    Path(PathBuf),
    /// Something happened in git's folder.
    Git,
    /// The system has lost events: all has to be looked at.
    Lost,
    /// The mode of the tree's own folder was set: what the probe does.
    Root,
}

/// Listens to folders.
pub(super) struct Listener {
    watcher: RecommendedWatcher,
    root: PathBuf,
    folders: BTreeMap<PathBuf, FileId>,
}

/// Makes a listener that hears nothing yet.
///
/// # Errors
/// Where the system gives no watcher: a notice that says how to get one.
pub(super) fn listener(root: &Path, git: Option<PathBuf>) -> Result<(Listener, UnboundedReceiver<Heard>), Notice> {
    let (heard, hears) = unbounded_channel();
    let ear = Ear { root: root.to_owned(), git: git.clone(), heard };
    let watcher = notify::recommended_watcher(move |event| ear.hear(event));
    let mut watcher = watcher.map_err(|error| refused(&error))?;
    if let Some(git) = git {
        // Without it git's work is seen by what it changes in the tree alone.
        let _ = watcher.watch(&git, RecursiveMode::NonRecursive);
    }
    Ok((Listener { watcher, root: root.to_owned(), folders: BTreeMap::new() }, hears))
}

impl Listener {
    /// Listens to exactly these folders (relative to the tree). Gives those that are new.
    ///
    /// # Errors
    /// Where the system allows no more: a notice that says how to get more.
    pub(super) fn follow(&mut self, wanted: &BTreeMap<PathBuf, FileId>) -> Result<BTreeSet<PathBuf>, Notice> {
        let gone = self.folders.iter().filter(|(path, id)| wanted.get(*path) != Some(id));
        let gone: Vec<PathBuf> = gone.map(|(path, _)| path.clone()).collect();
        // First those that went: a folder that was moved is one watch under two names, and
        // giving the old name up would end it.
        for path in gone {
            self.folders.remove(&path);
            let _ = self.watcher.unwatch(&self.root.join(path));
        }
        let mut new = BTreeSet::new();
        for (path, id) in wanted.iter().filter(|(path, _)| !self.folders.contains_key(*path)).collect::<Vec<_>>() {
            match self.watcher.watch(&self.root.join(path), RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.folders.insert(path.clone(), *id);
                    new.insert(path.clone());
                }
                // It went meanwhile, which its parent tells, or may not be read.
                Err(error) if is_of_this_folder(&error) => {}
                Err(error) => return Err(refused(&error)),
            }
        }
        Ok(new)
    }

    /// The system may have given a folder up: it is listened to anew.
    pub(super) fn lost(&mut self, folder: &Path) {
        self.folders.remove(folder);
    }
}

fn is_of_this_folder(error: &notify::Error) -> bool {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(error.kind(), NotFound | PermissionDenied),
        _ => false,
    }
}

/// The limits of inotify(7), by the error that they give.
fn refused(error: &notify::Error) -> Notice {
    let limit = match &error.kind {
        ErrorKind::MaxFilesWatch => Some(("fs.inotify.max_user_watches", 524_288)),
        ErrorKind::Io(error) if error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) => {
            Some(("fs.inotify.max_user_instances", 1024))
        }
        _ => None,
    };
    let notice = Notice::warning("the system cannot tell of all changes, so files are looked at again and again");
    match limit {
        Some((key, value)) => notice
            .because(format!("the limit {key} is reached; other programs of this user count, too"))
            .remedy(format!("`sudo sysctl -w {key}={value}`; a line in /etc/sysctl.d keeps it")),
        None => notice.because(error.to_string()),
    }
}

/// The receiving end, in notify's own thread.
struct Ear {
    root: PathBuf,
    git: Option<PathBuf>,
    heard: UnboundedSender<Heard>,
}

impl Ear {
    fn hear(&self, event: notify::Result<Event>) {
        match event {
            // First: an event of a lost queue has no paths.
            Ok(event) if event.need_rescan() => self.tell(Heard::Lost),
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
            Ok(event) => event.paths.iter().for_each(|path| self.path(path, event.kind)),
            Err(_) => self.tell(Heard::Lost),
        }
    }

    fn path(&self, path: &Path, kind: EventKind) {
        if self.git.as_ref().is_some_and(|git| path.starts_with(git)) {
            return if is_of_work(path) {
                self.tell(Heard::Git)
            };
        }
        let Ok(path) = path.strip_prefix(&self.root) else { return };
        if !path.as_os_str().is_empty() {
            self.tell(Heard::Path(path.to_owned()));
        } else if matches!(kind, EventKind::Modify(ModifyKind::Metadata(_))) {
            self.tell(Heard::Root);
        } else {
            // The folder itself was moved or removed.
            self.tell(Heard::Lost);
        }
    }

    fn tell(&self, heard: Heard) {
        // Nobody listens any more: the watcher is about to end.
        let _ = self.heard.send(heard);
    }
}

/// Whether a file in git's folder tells of work on the tree; others are messages and logs.
fn is_of_work(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ["index", "HEAD", "rebase", "MERGE", "BISECT", "CHERRY_PICK", "REVERT"].iter().any(|start| name.starts_with(start))
}
