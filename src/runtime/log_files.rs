//! Logs leave the dashboard: to files.

use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::core::notice::Notice;

/// Writes a log to a new file of the user's own.
pub async fn save(folder: PathBuf, name: String, text: String) -> Notice {
    let path = folder.join(name);
    let target = path.clone();
    let write = move || {
        std::fs::create_dir_all(&folder)?;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&target)?;
        file.write_all(text.as_bytes())
    };
    match tokio::task::spawn_blocking(write).await.map_err(io::Error::other).flatten() {
        Ok(()) => Notice::info(saved(&path)),
        Err(error) => {
            let notice = Notice::error(format!("the log could not be saved to {}", path.display()));
            notice
                .because(error.to_string())
                .remedy("make the state folder writable, or name another one with XDG_STATE_HOME")
        }
    }
}

/// The file's name first: a line may end before the whole of its path.
fn saved(path: &Path) -> String {
    let (name, folder) = (path.file_name().unwrap_or_default(), path.parent().unwrap_or(Path::new("/")));
    format!("the log was saved as {} in {}", name.display(), folder.display())
}
