//! A snapshot as bytes: what the next watcher compares the tree with.
//!
//! A line with the form's name, then a record for each file: digest, size and the path's
//! bytes, which may be any but the zero that ends it.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

use crate::watch::snapshot::{Digest, File, Snapshot, Stamp};

const FORM: &[u8] = b"biostar-tui files 1\n";
/// Digest and size before a path.
const HEAD: usize = size_of::<Digest>() + size_of::<u64>();

/// The bytes of a snapshot.
pub fn encode(snapshot: &Snapshot) -> Vec<u8> {
    let mut bytes = FORM.to_vec();
    for (path, file) in snapshot.files() {
        bytes.extend(file.digest);
        bytes.extend(file.stamp.size.to_le_bytes());
        bytes.extend(path.as_os_str().as_bytes());
        bytes.push(0);
    }
    bytes
}

/// The snapshot of these bytes; `None` where they are none of ours, or broken off.
pub fn decode(bytes: &[u8]) -> Option<Snapshot> {
    let mut rest = bytes.strip_prefix(FORM)?;
    let mut snapshot = Snapshot::default();
    while !rest.is_empty() {
        let (head, after) = rest.split_at_checked(HEAD)?;
        let end = after.iter().position(|byte| *byte == 0)?;
        let (digest, size) = head.split_at(size_of::<Digest>());
        let stamp = Stamp { size: u64::from_le_bytes(size.try_into().ok()?), ..Stamp::default() };
        let file = File { stamp, digest: digest.try_into().ok()? };
        snapshot.insert(Path::new(OsStr::from_bytes(&after[..end])), file);
        rest = &after[end + 1..];
    }
    Some(snapshot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::samples::tree;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut snapshot = tree(&[("a.py", "1"), ("app/b c.py", "2")]);
        let strange = Path::new(OsStr::from_bytes(b"app/\xff\n.py"));
        snapshot.insert(strange, *snapshot.file(Path::new("a.py")).unwrap());
        let read = decode(&encode(&snapshot)).unwrap();
        assert_eq!(snapshot.changes_to(&read), []);
        assert!(read.file(strange).is_some());
    }

    proptest! {
        #[test]
        fn whatever_is_found_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&[FORM, bytes.as_slice()].concat());
            prop_assert!(bytes.starts_with(FORM) || decode(&bytes).is_none());
        }
    }
}
