//! Where the files that containers name lie on this host.

use std::path::{Path, PathBuf};

use crate::core::project::Project;
use crate::core::spec::PROJECT_DIR;

/// Folders of containers, and where they lie on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths(Vec<(String, PathBuf)>);

impl Paths {
    /// The project's folder, and what its services mount from the host.
    pub fn of(project: &Project) -> Self {
        let mounts = project.services.iter().flat_map(|service| &service.mounts);
        let bound = mounts.filter(|mount| mount.source.starts_with(['.', '/']));
        let bound = bound.map(|mount| (mount.target.clone(), project.root.join(&mount.source)));
        let mut all: Vec<_> = bound.chain([(PROJECT_DIR.to_owned(), project.root.clone())]).collect();
        // A folder within another is told first.
        all.sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
        Self(all)
    }

    /// The host's path of a container's file; `None` where only the container has it. A
    /// relative path is one of the folder that the project's commands run in.
    pub fn on_host(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(PROJECT_DIR).join(path);
        if path.components().any(|part| part == std::path::Component::ParentDir) || path.to_str()?.contains('<') {
            return None;
        }
        self.0.iter().find_map(|(target, source)| Some(source.join(path.strip_prefix(target).ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_nearest_mount() {
        let paths =
            Paths(vec![("/project/media".into(), "/srv/media".into()), (PROJECT_DIR.into(), "/home/ada/forum".into())]);
        let on_host = |path: &str| paths.on_host(path).map(|path| path.display().to_string());
        assert_eq!(on_host("/project/forum/views.py").as_deref(), Some("/home/ada/forum/forum/views.py"));
        assert_eq!(on_host("/project/media/x.py").as_deref(), Some("/srv/media/x.py"));
        assert_eq!(on_host("manage.py").as_deref(), Some("/home/ada/forum/manage.py"));
        for path in ["/usr/lib/python3.11/x.py", "/project/../etc/passwd", "<string>", "/projects/x.py"] {
            assert_eq!(on_host(path), None, "{path}");
        }
    }
}
