//! Writes a file of the project's at once or not at all.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

/// What happens to a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the write fails with `AlreadyExists`.
    Keep,
    /// It is replaced.
    Replace,
}

/// Writes the text beside the path, then gives it its name. It belongs to the owner of its
/// folder, also when root writes it.
///
/// # Errors
/// What the system says; the path is then as it was.
pub fn write(path: &Path, text: &str, existing: Existing) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fill(&draft, text, folder).and_then(|()| publish(&draft, path, existing));
    if written.is_err() || draft.exists() {
        let _ = std::fs::remove_file(&draft);
    }
    written
}

fn fill(draft: &Path, text: &str, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let mut file = File::create(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if rustix::process::geteuid().is_root() {
        let owner = folder.metadata()?;
        // Where a file system has no owners there is nothing to give away.
        let _ = chown(draft, Some(owner.uid()), Some(owner.gid()));
    }
    Ok(())
}

fn publish(draft: &Path, path: &Path, existing: Existing) -> io::Result<()> {
    if existing == Existing::Replace {
        return std::fs::rename(draft, path);
    }
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    // A link fails where somebody has made the file just now; a rename would replace it.
    match std::fs::hard_link(draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => std::fs::rename(draft, path),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_stays_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        write(&path, "one", Existing::Keep).unwrap();
        assert_eq!(write(&path, "two", Existing::Keep).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write(&path, "three", Existing::Replace).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_dangling_link_counts_as_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::os::unix::fs::symlink("gone", &path).unwrap();
        assert!(write(&path, "x", Existing::Keep).is_err());
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error() {
        assert!(write(Path::new("/nonexistent/a"), "x", Existing::Keep).is_err());
    }
}
