//! Whatever the project's file holds: a project or problems, never a panic; and what is
//! shown of the problems is safe to show.
#![no_main]

use std::{
    io,
    path::{Path, PathBuf},
};

use biostar_tui::config::{
    self, Flags, Request,
    files::{FileKind, Files},
};
use libfuzzer_sys::fuzz_target;

/// A folder with `manage.py` and the file under test.
struct Folder<'a>(&'a [u8]);

impl Files for Folder<'_> {
    fn kind(&self, path: &Path) -> Option<FileKind> {
        match path.to_str()? {
            "/" | "/p" => Some(FileKind::Folder),
            "/p/manage.py" | "/p/biostar-tui.toml" => Some(FileKind::File),
            _ => None,
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.to_str() {
            Some("/p/manage.py") => Ok(b"os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'p.settings')".to_vec()),
            Some("/p/biostar-tui.toml") => Ok(self.0.to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let all = ["biostar-tui.toml", "manage.py"].map(str::to_owned).to_vec();
        if folder == Path::new("/p") { all } else { Vec::new() }
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn owner(&self, _path: &Path) -> io::Result<(u32, u32)> {
        Ok((1000, 1000))
    }
}

fuzz_target!(|data: &[u8]| {
    let request = Request { start: "/p".into(), flags: Flags::default(), ..Request::default() };
    match config::load_from(&Folder(data), &request) {
        Ok(loaded) => assert!(!loaded.leaves().is_empty()),
        Err(error) => assert!(!error.notice().to_string().contains('\x1b')),
    }
});
