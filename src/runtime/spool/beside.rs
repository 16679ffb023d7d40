//! The spools of further dashboards: each begins with what the first one's has.
//!
//! Segments are append-only and closed ones never change, so links to them cost nothing; only
//! the one that is being written is copied.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::runtime::spool::segment::Segment;

/// Dashboards of a project that keep their logs; more of them go without.
const MOST: u32 = 8;

/// The folders of further dashboards beside the first one's.
fn folders(first: &Path) -> impl Iterator<Item = PathBuf> + use<'_> {
    let name = first.file_name().unwrap_or_default().to_string_lossy().into_owned();
    (2..=MOST).map(move |n| first.with_file_name(format!("{name}-{n}")))
}

/// The lock of a folder, if nobody has it.
///
/// # Errors
/// The folder cannot be made or written.
pub fn lock(folder: &Path) -> io::Result<Option<File>> {
    std::fs::create_dir_all(folder)?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
    Ok(lock.try_lock().is_ok().then_some(lock))
}

/// A folder of its own with what the first one has of these services.
///
/// # Errors
/// It cannot be made.
pub fn take(first: &Path, services: &[String]) -> io::Result<Option<(PathBuf, File)>> {
    for folder in folders(first) {
        if let Some(lock) = lock(&folder)? {
            for service in services {
                fill(&first.join(service), &folder.join(service))?;
            }
            return Ok(Some((folder, lock)));
        }
    }
    Ok(None)
}

/// Removes what dashboards have left that were killed.
pub fn clean(first: &Path) {
    for folder in folders(first).filter(|folder| folder.is_dir()) {
        if let Ok(Some(_lock)) = lock(&folder) {
            // What cannot be removed now is tried again by the next dashboard.
            let _ = std::fs::remove_dir_all(&folder);
        }
    }
}

fn fill(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir_all(to)?;
    // A service that has never written anything has no folder.
    let segments = Segment::list(from).unwrap_or_default();
    let Some((last, closed)) = segments.split_last() else { return Ok(()) };
    for segment in closed {
        // One that is over its bound meanwhile is gone; where there are no links, it is copied.
        let target = to.join(segment.path.file_name().unwrap_or_default());
        if std::fs::hard_link(&segment.path, &target).is_err() {
            let _ = std::fs::copy(&segment.path, &target);
        }
    }
    let _ = std::fs::copy(&last.path, to.join(last.path.file_name().unwrap_or_default()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::app::message::LogMsg;
    use crate::runtime::spool::Spool;

    #[test]
    fn a_second_dashboard_begins_with_the_firsts_lines_and_leaves_nothing() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("logs");
        let services = ["web".to_owned()];
        let (_first, _) = Spool::open(&folder, 1 << 20, &services).unwrap().unwrap();
        std::fs::write(folder.join("web/00000000000000000000.log"), b"Cone\nL1 a\nL2 b\n").unwrap();
        std::fs::write(folder.join("web/00000000000000000002.log"), b"Cone\nL3 c\nL4 half").unwrap();
        let (second, found) = Spool::open(&folder, 1 << 20, &services).unwrap().unwrap();
        let LogMsg::Spooled { oldest, entries, .. } = &found.messages[0] else { panic!("{found:?}") };
        assert_eq!((*oldest, entries.len()), (0, 3));
        assert_eq!(found.restored["web"].container, "one");
        drop(second);
        assert!(!state.path().join("logs-2").exists());
        assert!(folder.join("web/00000000000000000000.log").exists());
    }
}
