//! Names that editors and other tools use for a moment while they save.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

/// Whether a file of this name is a tool's own, and never the user's.
///
/// vim: `4913` (it tries whether it may write), `name~`, `.name.swp`; Emacs: `.#name`,
/// `#name#`; `JetBrains`: `name___jb_tmp___`, `name___jb_old___`; GNOME: `.goutputstream-X`;
/// KDE: `.name.kate-swp`; sed -i: `sedAbC123`; patch and others: `name.tmp`, `name.orig`,
/// `name.rej`; a step's receipt beside what it has made: `name.biostar-tui.json`.
pub fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_bytes();
    let ends = |end: &[u8]| name.ends_with(end);
    let starts = |start: &[u8]| name.starts_with(start);
    name == b"4913"
        || ends(b"~")
        || starts(b".#")
        || (starts(b"#") && ends(b"#"))
        || is_swap(name)
        || starts(b".goutputstream-")
        || is_of_sed(name)
        || [&b"___jb_tmp___"[..], b"___jb_old___", b".kate-swp", b".tmp", b".orig", b".rej", b".crswap"]
            .iter()
            .any(|end| ends(end))
        || ends(b".biostar-tui.json")
}

/// `.name.swp`; when that is taken vim goes on with `.swo`, `.swn` and so on.
fn is_swap(name: &[u8]) -> bool {
    let Some((stem, last)) = name.split_at_checked(name.len().saturating_sub(4)) else { return false };
    name.starts_with(b".") && stem.len() > 1 && last.starts_with(b".sw") && last[3].is_ascii_lowercase()
}

/// `sed` and six letters or digits, as mkstemp(3) makes them.
fn is_of_sed(name: &[u8]) -> bool {
    name.len() == 9 && name.starts_with(b"sed") && name[3..].iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tools() {
        for name in [
            "4913",
            "views.py~",
            ".views.py.swp",
            ".views.py.swo",
            ".#views.py",
            "#views.py#",
            "views.py___jb_tmp___",
            ".goutputstream-AB12CD",
            "sedVnO3Uq",
            "views.py.orig",
            "search_index.biostar-tui.json",
        ] {
            assert!(is_temporary(OsStr::new(name)), "{name}");
        }
        for name in ["views.py", ".env", "sedation.py", "4914", "swp", ".swp", "requirements.txt", "tmp.py", ""] {
            assert!(!is_temporary(OsStr::new(name)), "{name}");
        }
        assert!(is_temporary(OsStr::from_bytes(b"\xff\xfe~")));
    }
}
