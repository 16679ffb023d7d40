//! Files that are uploaded into containers.

use crate::core::{
    assets,
    container::{FileUpload, PasswdEntry},
    facts::Facts,
    project::Project,
    spec::{self, TOOLS_DIR},
};

/// A file of root's that everybody may read.
pub fn readable(path: String, content: Vec<u8>) -> FileUpload {
    FileUpload { path, mode: 0o644, uid: 0, gid: 0, content }
}

/// The supervisor, the task runner and the overlay, with the CA bundle where there is one.
pub fn tools(project: &Project) -> Vec<FileUpload> {
    let mut files: Vec<_> = assets::files::<assets::ContainerFiles>()
        .map(|(path, data)| readable(format!("{TOOLS_DIR}/{path}"), data.into_owned()))
        .collect();
    files.extend(certificates(project));
    files
}

/// One of the tools alone.
pub fn tool(name: &str) -> Option<FileUpload> {
    let (path, data) = assets::files::<assets::ContainerFiles>().find(|(path, _)| path == name)?;
    Some(readable(format!("{TOOLS_DIR}/{path}"), data.into_owned()))
}

/// The CA bundle, where there is one.
pub fn certificates(project: &Project) -> Option<FileUpload> {
    let bundle = project.ca_bundle.as_ref()?;
    Some(readable(super::certificates::BUNDLE.to_owned(), bundle.content.clone()))
}

/// The passwd line of the user that containers run as.
pub fn passwd(project: &Project, facts: &Facts) -> PasswdEntry {
    let (uid, gid) = spec::run_as(project, facts);
    if uid == 0 {
        return PasswdEntry { name: "root".into(), uid, gid, home: "/root".into() };
    }
    let name = project.owner.name.clone();
    PasswdEntry { home: format!("/home/{name}"), name, uid, gid }
}
