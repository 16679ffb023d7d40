//! Trees for tests.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::watch::snapshot::{File, Snapshot, Stamp};

/// A file with this content.
pub fn content(text: &str) -> File {
    let digest = Sha256::digest(text.as_bytes());
    let stamp = Stamp { size: text.len() as u64, modified: 1, ..Stamp::default() };
    File { stamp, digest: digest[..16].try_into().unwrap() }
}

/// A tree of these files.
pub fn tree(files: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for (path, text) in files {
        snapshot.insert(Path::new(path), content(text));
    }
    snapshot
}
