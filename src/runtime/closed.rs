//! Whether a step's outputs can be made in the project's folder at all.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::StatVfsMountFlags;

use crate::core::project::{Owner, Project};
use crate::core::step::{Scope, Step};

/// Whether containers, which run as the folder's owner, may not write where the step's
/// outputs lie. Where that cannot be told they may: then the task finds out.
pub fn outputs(project: &Project, step: &Step, rootless: bool) -> bool {
    step.scope == Scope::Project
        && !project.keeps_outputs_apart()
        && step.outputs.iter().any(|output| {
            let folder = folder_of(&project.root, output);
            is_read_only(&folder) || (!rootless && is_another_s(&folder, &project.owner))
        })
}

/// The folder that an output is made in, as far as it exists.
fn folder_of(root: &Path, output: &str) -> PathBuf {
    let path = root.join(output.trim_end_matches('/'));
    let above = path.ancestors().skip(1).find(|folder| folder.is_dir() && folder.starts_with(root));
    above.unwrap_or(root).to_owned()
}

fn is_read_only(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|about| about.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// By its mode bits; root may write everywhere.
fn is_another_s(folder: &Path, owner: &Owner) -> bool {
    let Ok(about) = folder.metadata() else { return false };
    let bit = match (about.uid() == owner.uid, about.gid() == owner.gid) {
        (true, _) => 0o200,
        (false, true) => 0o020,
        (false, false) => 0o002,
    };
    owner.uid != 0 && about.mode() & bit == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_owner_s_bits_count_unless_it_is_root() {
        let folder = tempfile::tempdir().unwrap();
        let about = folder.path().metadata().unwrap();
        let owner = |uid| Owner { uid, gid: about.gid(), name: "x".to_owned() };
        let mode = |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o755);
        assert!(is_another_s(folder.path(), &owner(about.uid() + 1)), "the group may not");
        mode(0o575);
        assert!(!is_another_s(folder.path(), &owner(about.uid() + 1)));
        assert_eq!(is_another_s(folder.path(), &owner(about.uid())), about.uid() != 0);
        assert!(
            !is_read_only(folder.path()) && is_read_only(Path::new("/proc/sys/..")) == is_read_only(Path::new("/proc"))
        );
        mode(0o755);
    }

    #[test]
    fn an_output_lies_in_the_nearest_folder_there_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        assert_eq!(folder_of(folder.path(), "a/b/c/"), folder.path().join("a"));
        assert_eq!(folder_of(folder.path(), "index"), folder.path());
    }
}
