//! Space on disks of this machine.

use std::path::Path;

use crate::engine::Engine;

/// Below this a log line, a receipt or a page of a table may find no place any more.
const FULL: u64 = 16 << 20;

/// Free bytes of the disk that a folder lies on, or will lie on; `None` where it cannot be
/// read.
pub fn free(folder: &Path) -> Option<u64> {
    let existing = folder.ancestors().find(|folder| folder.exists())?;
    rustix::fs::statvfs(existing).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The folder of the engine's data, where it lies on a disk of this machine that is full.
pub async fn full_of_engine(engine: &dyn Engine) -> Option<String> {
    let local = engine.endpoint().starts_with("unix://");
    let info = engine.connect().await.ok().filter(|_| local)?;
    // An engine in a virtual machine names a folder that this machine does not have.
    let folder = Path::new(&info.data_root);
    let is_full = folder.exists() && free(folder).is_some_and(|free| free < FULL);
    is_full.then_some(info.data_root)
}
