//! Whether this is a Django project, and where its `manage.py` is.

use std::path::Path;

use crate::config::{
    discover::{self, Manage},
    document::Document,
    error::{ConfigError, Problem},
    files::{self, Files},
    layers::Layers,
    profile::Profile,
    source::Origin,
    value::{Entry, Node},
};

/// The profile, and where `manage.py` is.
///
/// # Errors
/// There is no `manage.py`, and nothing else to run either.
pub(super) fn profile(files: &dyn Files, root: &Path, layers: &Layers) -> Result<(Profile, Manage), ConfigError> {
    let manage = named_manage(files, root, layers)?;
    let named = layers.text(&["project", "profile"]).and_then(|(word, origin)| Some((Profile::parse(word)?, origin)));
    match (named, &manage) {
        (Some((Profile::None, _)), _) => Ok((Profile::None, manage)),
        (named, Manage::In(_)) => Ok((named.map_or(Profile::Django, |(profile, _)| profile), manage)),
        (Some((profile, origin)), Manage::Missing(looked_at)) => {
            let needed_by = format!("the profile `{}` ({}) needs it", profile.as_str(), origin.place);
            Err(missing(root, looked_at, needed_by))
        }
        (None, Manage::Missing(_)) if layers.declare_services() => Ok((Profile::None, manage)),
        (None, Manage::Missing(looked_at)) => {
            Err(missing(root, looked_at, "no services of its own are declared either".to_owned()))
        }
    }
}

fn missing(root: &Path, looked_at: &[String], needed_by: String) -> ConfigError {
    ConfigError::NoManage { root: root.to_owned(), looked_at: looked_at.to_vec(), needed_by }
}

fn named_manage(files: &dyn Files, root: &Path, layers: &Layers) -> Result<Manage, ConfigError> {
    let Some((named, origin)) = layers.text(&["project", "manage"]) else { return Ok(discover::manage(files, root)) };
    let problem = |message: String| {
        let problem = Problem::at(origin.place.clone(), message);
        ConfigError::one(problem.help("the folder of manage.py, relative to the project's: \"src\""))
    };
    let folder = named.trim_end_matches('/').trim_start_matches("./");
    if named.starts_with('/') || folder.split('/').any(|part| part == "..") {
        return Err(problem(format!("`{named}` is outside the project's folder")));
    }
    let path = root.join(folder).join("manage.py");
    match files::is_file(files, &path) {
        true => Ok(Manage::In(if folder.is_empty() { "." } else { folder }.to_owned())),
        false => Err(problem(format!("{} does not exist", path.display()))),
    }
}

/// The folder of `manage.py` where a service is Django's; `None` where none is.
///
/// # Errors
/// A service is Django's and there is no `manage.py`.
pub(super) fn folder(root: &Path, document: &Document, manage: Manage) -> Result<Option<String>, ConfigError> {
    let Some((name, origin)) = service(document) else { return Ok(None) };
    match manage {
        Manage::In(folder) => Ok(Some(folder)),
        Manage::Missing(looked_at) => {
            Err(missing(root, &looked_at, format!("the service `{name}` ({}) needs it", origin.place)))
        }
    }
}

fn service(document: &Document) -> Option<(&str, &Origin)> {
    document.entries(&["services"]).iter().find_map(|Entry { key, node, .. }| {
        let kind = node.at(&["kind"]).filter(|kind| kind.as_text() == Some("django"))?;
        let wanted = node.at(&["enabled"]).and_then(Node::as_bool) != Some(false);
        wanted.then_some((key.as_str(), &kind.origin))
    })
}
