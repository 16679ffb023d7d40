//! Files that the configuration names must be there.

use std::path::{Path, PathBuf};

use crate::config::{
    document::Document,
    error::Problem,
    fields::Fields,
    files::{FileKind, Files},
    forms, names,
    value::Node,
};

/// Everything that the environment in use and the enabled services name and that is not there.
pub fn check(files: &dyn Files, root: &Path, document: &Document, environment: &str) -> Vec<Problem> {
    let look = Look { files, root };
    let environments = document.entries(&["environments"]).iter().filter(|entry| entry.key == environment);
    let requirements = environments.filter_map(Fields::of).flat_map(|fields| fields.list("requirements"));
    let missing_requirements = requirements.filter_map(|node| look.file(node, "requirement file"));
    let services = document.entries(&["services"]).iter().filter_map(Fields::of);
    let enabled = services.filter(|fields| fields.bool("enabled") != Some(false));
    missing_requirements.chain(enabled.flat_map(|fields| look.service(&fields))).collect()
}

/// What can be done about a file that is named and not there.
pub(super) const LEAVE_OUT: &str = "make it, or take its name out";

struct Look<'a> {
    files: &'a dyn Files,
    root: &'a Path,
}

impl Look<'_> {
    fn file(&self, node: &Node, what: &str) -> Option<Problem> {
        let path = self.path(node.as_text().filter(|text| !text.is_empty())?);
        let wrong = match self.files.kind(&path) {
            Some(FileKind::File) => return None,
            Some(_) => "is not a file",
            None => "does not exist",
        };
        let message = format!("the {what} {} {wrong}", path.display());
        Some(Problem::at(node.origin.place.clone(), message).help(LEAVE_OUT).maybe_help(nearest(self.files, &path)))
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative).components().collect()
    }

    fn service(&self, fields: &Fields<'_>) -> Vec<Problem> {
        let dockerfile = fields.get("dockerfile").and_then(|node| self.file(node, "Dockerfile"));
        dockerfile.into_iter().chain(fields.list("mounts").iter().filter_map(|node| self.mount(node))).collect()
    }

    fn mount(&self, node: &Node) -> Option<Problem> {
        let source = forms::mount(node.as_text()?).ok()?.source;
        let path = self.path(&source);
        let missing = forms::is_path(&source) && self.files.kind(&path).is_none();
        missing.then(|| {
            let message = format!("the path {} does not exist, so it cannot be mounted", path.display());
            Problem::at(node.origin.place.clone(), message).help("make it, or name a volume (without a `/`)")
        })
    }
}

/// "did you mean", of the names in the folder of a path that is not there.
pub fn nearest(files: &dyn Files, path: &Path) -> Option<String> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    let names = files.names(folder);
    let near = names::nearest(name, names.iter().map(String::as_str))?;
    Some(format!("did you mean `{near}`, which is in {}?", folder.display()))
}
