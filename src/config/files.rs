//! The files that a configuration is read from: the disk, or a table in tests.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// The largest file that is read whole: a CA bundle has a quarter of a megabyte.
pub const LARGEST: u64 = 4 << 20;

/// What there is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A socket, a device, a pipe.
    Other,
}

/// Reads files; follows symbolic links.
pub trait Files {
    /// The absolute path without links.
    ///
    /// # Errors
    /// What the system says.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;

    /// What there is; `None` for nothing (or nothing that may be seen).
    fn kind(&self, path: &Path) -> Option<FileKind>;

    /// A file's content.
    ///
    /// # Errors
    /// What the system says; a file larger than [`LARGEST`], or what is no file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The names in a folder, sorted; none where it cannot be read.
    fn names(&self, folder: &Path) -> Vec<String>;

    /// User and group id of a path's owner.
    ///
    /// # Errors
    /// What the system says.
    fn owner(&self, path: &Path) -> io::Result<(u32, u32)>;
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        let metadata = path.metadata().ok()?;
        Some(match (metadata.is_file(), metadata.is_dir()) {
            (true, _) => FileKind::File,
            (_, true) => FileKind::Folder,
            _ => FileKind::Other,
        })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Opening a pipe would wait for its writer.
        if !path.metadata()?.is_file() {
            return Err(io::Error::other("not a file"));
        }
        let mut content = Vec::new();
        std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGEST { Err(io::Error::other("too large: more than 4 MiB")) } else { Ok(content) }
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn owner(&self, path: &Path) -> io::Result<(u32, u32)> {
        use std::os::unix::fs::MetadataExt as _;
        path.metadata().map(|metadata| (metadata.uid(), metadata.gid()))
    }
}

/// Whether there is a file at the path.
pub fn is_file(files: &dyn Files, path: &Path) -> bool {
    files.kind(path) == Some(FileKind::File)
}

/// A file's text; bytes that are no UTF-8 are replaced.
pub fn text(files: &dyn Files, path: &Path) -> Option<String> {
    files.read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
pub mod fake {
    //! A table of files.

    use std::collections::BTreeMap;

    use super::*;

    /// Files by their path; `None` for a file that cannot be read.
    #[derive(Debug, Clone, Default)]
    pub struct Table(BTreeMap<PathBuf, Option<Vec<u8>>>);

    impl Table {
        /// The same with one more file.
        pub fn with(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
            self.0.insert(path.into(), Some(content.as_ref().to_vec()));
            self
        }

        /// The same with a file that cannot be read.
        pub fn locked(mut self, path: &str) -> Self {
            self.0.insert(path.into(), None);
            self
        }
    }

    impl Files for Table {
        fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
            self.kind(path).map(|_| path.to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        fn kind(&self, path: &Path) -> Option<FileKind> {
            let path: PathBuf = path.components().collect();
            if self.0.contains_key(&path) {
                return Some(FileKind::File);
            }
            self.0.keys().any(|file| file.starts_with(&path)).then_some(FileKind::Folder)
        }

        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            let path: PathBuf = path.components().collect();
            match self.0.get(&path) {
                Some(Some(content)) => Ok(content.clone()),
                Some(None) => Err(io::ErrorKind::PermissionDenied.into()),
                None => Err(io::ErrorKind::NotFound.into()),
            }
        }

        fn names(&self, folder: &Path) -> Vec<String> {
            let below = self.0.keys().filter_map(|path| path.strip_prefix(folder).ok());
            let mut names: Vec<String> =
                below.filter_map(|path| Some(path.components().next()?.as_os_str().to_str()?.to_owned())).collect();
            names.dedup();
            names
        }

        fn owner(&self, _path: &Path) -> io::Result<(u32, u32)> {
            Ok((1000, 1000))
        }
    }
}
