//! Services that were switched on or off by key or flag: kept in the state folder, over what
//! the configuration says.

use std::{collections::BTreeMap, path::PathBuf};

use crate::core::{notice::Notice, project::Project};
use crate::runtime::state_folder;

/// Which services are on (`true`) or off, whatever the configuration says.
pub type Toggles = BTreeMap<String, bool>;

fn path(project: &Project) -> PathBuf {
    state_folder::of(project).join("services.json")
}

/// The project as its services were switched. A file that cannot be read switches nothing.
pub fn apply(project: &mut Project) {
    let toggles: Toggles =
        std::fs::read(path(project)).ok().and_then(|data| serde_json::from_slice(&data).ok()).unwrap_or_default();
    for (service, on) in toggles {
        project.switch(&service, on);
    }
}

/// Switches a service for this and all later runs. What is as configured is not kept.
///
/// # Errors
/// Where the state folder cannot be written.
pub fn set(project: &Project, service: &str, on: bool) -> Result<(), Notice> {
    let path = path(project);
    let mut toggles: Toggles =
        std::fs::read(&path).ok().and_then(|data| serde_json::from_slice(&data).ok()).unwrap_or_default();
    toggles.insert(service.to_owned(), on);
    let text = serde_json::to_vec_pretty(&toggles).unwrap_or_default();
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| {
        // Renamed into place: other clients read it meanwhile.
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, &path)
    });
    written.map_err(|error| {
        Notice::error(format!("{service} was not switched: {} cannot be written", path.display()))
            .because(error.to_string())
            .remedy("make the state folder writable, or name another one with XDG_STATE_HOME")
    })
}
