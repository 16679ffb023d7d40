//! Whether the system tells of changes under a folder at all.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use crate::core::notice::Notice;

/// File systems whose changes are made by another kernel, which tells ours nothing: their
/// magic numbers (statfs(2)) and names.
const FOREIGN: [(i64, &str); 8] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x0102_1997, "9P, as of WSL2 or a virtual machine"),
    (0x6573_5546, "FUSE, as of sshfs or a virtual machine"),
    (0x786f_4256, "a shared folder of VirtualBox"),
    (0x6a65_6a63, "virtiofs, as of a virtual machine"),
];

/// The name of the file system that a folder lies on, where it is one of another machine.
#[allow(clippy::unnecessary_cast, reason = "the field's type differs between systems")]
pub(super) fn foreign(root: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(root).ok()?.f_type as i64 & 0xffff_ffff;
    FOREIGN.iter().find(|(magic, _)| *magic == kind).map(|(_, name)| *name)
}

/// Does something to the folder that the system would tell of and that changes nothing: sets
/// the mode that it has. False where it may not be done.
pub(super) fn stir(root: &Path) -> bool {
    let owner = fs::metadata(root).is_ok_and(|root| root.uid() == rustix::process::geteuid().as_raw());
    owner && fs::metadata(root).and_then(|metadata| fs::set_permissions(root, metadata.permissions())).is_ok()
}

/// What is said where the folder is looked at again and again.
pub(super) fn polled(why: &str) -> Notice {
    Notice::info("the files are looked at again and again, so a save is noticed a second later").because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_this_machine() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(foreign(root.path()), None);
        assert!(stir(root.path()));
        assert_eq!(foreign(Path::new("/nonexistent")), None);
    }
}
