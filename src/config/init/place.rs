//! Finds `manage.py`.

use std::path::{Path, PathBuf};

use crate::config::{
    discover::{self, Manage},
    error::ConfigError,
    files::Files,
};

/// How deep below the folder it is looked for.
const DEEPEST: usize = 3;

/// Where the project is.
pub(super) struct Place {
    /// Its folder.
    pub(super) root: PathBuf,
    /// The folder of `manage.py`, relative to it.
    pub(super) manage: String,
}

/// In the folder, below it (the nearest one), then above it.
pub(super) fn find(files: &dyn Files, start: &Path) -> Result<Place, ConfigError> {
    let missing = match discover::manage(files, start) {
        Manage::In(manage) => return Ok(Place { root: start.to_owned(), manage }),
        Manage::Missing(looked_at) => looked_at,
    };
    let several = missing.iter().any(|path| path.contains("one of several"));
    if let Some(manage) = below(files, start).filter(|_| !several) {
        return Ok(Place { root: start.to_owned(), manage });
    }
    let above = start.ancestors().skip(1).find(|folder| has_manage(files, folder));
    if let Some(root) = above.filter(|_| !several) {
        return Ok(Place { root: root.to_owned(), manage: ".".to_owned() });
    }
    let needed_by = if several {
        "run it in one of these folders, or name it with --project".to_owned()
    } else {
        format!("nor is there one up to {DEEPEST} folders below, or above")
    };
    Err(ConfigError::NoManage { root: start.to_owned(), looked_at: missing, needed_by })
}

fn has_manage(files: &dyn Files, folder: &Path) -> bool {
    crate::config::files::is_file(files, &folder.join("manage.py"))
}

/// The one folder that has it, of those that are least deep.
fn below(files: &dyn Files, start: &Path) -> Option<String> {
    let mut level = vec![String::new()];
    for _ in 0..DEEPEST {
        level = level.iter().flat_map(|folder| inner(files, start, folder)).collect();
        let mut holders = level.iter().filter(|folder| has_manage(files, &start.join(folder)));
        if let Some(first) = holders.next() {
            return holders.next().is_none().then(|| first.clone());
        }
    }
    None
}

fn inner(files: &dyn Files, start: &Path, folder: &str) -> Vec<String> {
    let ground = super::ground::Ground { files, root: start, manage: "." };
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    ground.folders(folder).into_iter().map(|name| format!("{prefix}{name}")).collect()
}
