//! One watcher a project: who has the seat, and what it tells all others.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::core::{
    project::Project,
    watching::{Reload, Watcher},
};
use crate::runtime::state_folder;
use crate::watch::{remembered, snapshot::Snapshot};

/// The seat of a project's watcher: files in its state folder.
#[derive(Debug, Clone)]
pub struct Seat {
    folder: PathBuf,
}

/// The seat, taken. The kernel frees it when its holder ends, however it ends.
#[derive(Debug)]
pub(super) struct Taken {
    seat: Seat,
    _lock: File,
}

impl Seat {
    /// The seat of a project.
    pub fn of(project: &Project) -> Self {
        Self::at(state_folder::of(project))
    }

    /// A seat whose files are in this folder.
    pub const fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn lock_file(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        OpenOptions::new().create(true).truncate(false).write(true).open(self.file("watcher.lock"))
    }

    /// Takes the seat; `None` where somebody has it.
    ///
    /// # Errors
    /// Where the state folder cannot be written.
    pub(super) fn take(&self) -> io::Result<Option<Taken>> {
        let lock = self.lock_file()?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Taken { seat: self.clone(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Who has the seat and what it has told; `None` where nobody has it.
    pub fn watcher(&self) -> Option<Watcher> {
        let lock = File::open(self.file("watcher.lock")).ok()?;
        // Shared, so that two who look do not take each other for a watcher.
        match lock.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            _ => return None,
        }
        serde_json::from_slice(&fs::read(self.file("watcher.json")).ok()?).ok()
    }
}

impl Taken {
    /// The reloads that the one before has told of, the newest first.
    pub(super) fn reloads(&self) -> Vec<Reload> {
        let told = fs::read(self.seat.file("watcher.json")).ok();
        let told = told.and_then(|told| serde_json::from_slice::<Watcher>(&told).ok());
        told.map(|watcher| watcher.reloads).unwrap_or_default()
    }

    /// Tells all others.
    pub(super) fn tell(&self, watcher: &Watcher) {
        // Nobody but the others would miss it.
        let _ = write_whole(&self.seat.file("watcher.json"), &serde_json::to_vec(watcher).unwrap_or_default());
    }

    /// The files as they were when they were last acted upon; `None` where nobody has watched.
    pub(super) fn remembered(&self) -> Option<Snapshot> {
        remembered::decode(&fs::read(self.seat.file("watched")).ok()?)
    }

    /// Remembers the files as they are now acted upon.
    pub(super) fn remember(&self, snapshot: &Snapshot) {
        // Without it the next watcher cannot tell what was edited while nobody watched.
        let _ = write_whole(&self.seat.file("watched"), &remembered::encode(snapshot));
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, bytes)?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::watching::{Outcome, WatcherState};

    #[test]
    fn one_has_the_seat_and_others_see_who() {
        let folder = tempfile::tempdir().unwrap();
        let seat = Seat { folder: folder.path().join("state") };
        assert_eq!(seat.watcher(), None);
        let taken = seat.take().unwrap().expect("a free seat");
        assert!(seat.take().unwrap().is_none());
        let reload = Reload { cause: "a.py".into(), saved_at: 1, outcome: Outcome::Answered(300) };
        let watcher = Watcher {
            state: WatcherState::Watching,
            pid: 7,
            kind: "watch".into(),
            since: 1,
            folders: 2,
            branch: Some("main".into()),
            reloads: vec![reload.clone()],
        };
        taken.tell(&watcher);
        assert_eq!(seat.watcher(), Some(watcher));
        drop(taken);
        assert_eq!(seat.watcher(), None, "what a watcher that has gone said does not count");
        let next = seat.take().unwrap().expect("a free seat again");
        assert_eq!(next.reloads(), [reload], "the history goes on");
    }
}
