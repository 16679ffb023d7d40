//! Files that the configuration names must be there.

use std::path::Path;

use crate::config::{
    document::Document,
    error::Problem,
    fields::Fields,
    files::{FileKind, Files},
    forms,
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

struct Look<'a> {
    files: &'a dyn Files,
    root: &'a Path,
}

impl Look<'_> {
    fn file(&self, node: &Node, what: &str) -> Option<Problem> {
        let path = self.root.join(node.as_text().filter(|text| !text.is_empty())?);
        let wrong = match self.files.kind(&path) {
            Some(FileKind::File) => return None,
            Some(_) => "is not a file",
            None => "does not exist",
        };
        Some(Problem::at(node.origin.place.clone(), format!("the {what} {} {wrong}", path.display())))
    }

    fn service(&self, fields: &Fields<'_>) -> Vec<Problem> {
        let dockerfile = fields.get("dockerfile").and_then(|node| self.file(node, "Dockerfile"));
        dockerfile.into_iter().chain(fields.list("mounts").iter().filter_map(|node| self.mount(node))).collect()
    }

    fn mount(&self, node: &Node) -> Option<Problem> {
        let source = forms::mount(node.as_text()?).ok()?.source;
        let path = self.root.join(&source);
        let missing = forms::is_path(&source) && self.files.kind(&path).is_none();
        missing.then(|| {
            let message = format!("the path {} does not exist, so it cannot be mounted", path.display());
            Problem::at(node.origin.place.clone(), message).help("make it, or name a volume (without a `/`)")
        })
    }
}
