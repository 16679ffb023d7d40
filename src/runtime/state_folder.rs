//! The state folder: what the program keeps on the client's host.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::core::{digest, notice::Notice, project::Project};

/// `$XDG_STATE_HOME/biostar-tui`, or `~/.local/state/biostar-tui`; the system's folder
/// for temporary files where there is no home.
pub fn all() -> PathBuf {
    let named = |key: &str| std::env::var_os(key).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = named("XDG_STATE_HOME").or_else(|| named("HOME").map(|home| home.join(".local/state")));
    state.unwrap_or_else(std::env::temp_dir).join("biostar-tui")
}

/// The folder of one project's environment: `<slug>-<environment>-<hash of root>`.
pub fn of(project: &Project) -> PathBuf {
    of_root(project, &project.root)
}

/// The same of the project as it was in another folder.
pub fn of_root(project: &Project, root: &Path) -> PathBuf {
    let root = digest::of_bytes(root.as_os_str().as_encoded_bytes());
    all().join(format!("{}-{}-{}", project.slug, project.environment.name, digest::short(&root)))
}

/// Where dumps of the database are kept.
pub fn dumps(project: &Project) -> PathBuf {
    of(project).join("dumps")
}

/// Where installed packages lie that editors read.
pub fn packages(project: &Project) -> PathBuf {
    of(project).join("packages")
}

/// A lock that the kernel frees when its holder ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// How often a taken lock is asked for again.
const RETRY: Duration = Duration::from_millis(200);

/// Takes the machine-wide lock of this name; `waiting` is called once when another holds it.
///
/// # Errors
/// A notice when the lock file cannot be made.
pub async fn lock(name: &str, waiting: impl FnOnce() + Send) -> Result<Lock, Notice> {
    let folder = all().join("locks");
    let path = folder.join(format!("{}.lock", digest::short(&digest::of_bytes(name.as_bytes()))));
    let file = open(&folder, &path).map_err(|error| cannot_lock(&path, &error))?;
    let mut waiting = Some(waiting);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::Error(error)) => return Err(cannot_lock(&path, &error)),
            Err(TryLockError::WouldBlock) => {}
        }
        if let Some(waiting) = waiting.take() {
            waiting();
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn open(folder: &Path, path: &Path) -> std::io::Result<File> {
    std::fs::create_dir_all(folder)?;
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

fn cannot_lock(path: &Path, error: &std::io::Error) -> Notice {
    Notice::error(format!("could not lock {}", path.display()))
        .because(error.to_string())
        .remedy("make the state folder writable, or name another one with XDG_STATE_HOME")
}
