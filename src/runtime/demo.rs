//! Writes the demo project.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::core::{assets, notice::Notice, project::Project};
use crate::engine::Engine;
use crate::runtime::holdings;

/// The file that tells a folder of ours: the demo's own configuration.
const MARK: &str = "biostar-tui.toml";

/// Writes the demo project to a folder. One that holds the demo already stays as it is,
/// with the user's changes.
///
/// # Errors
/// A notice where the folder holds something else, or cannot be written.
pub fn write(folder: &Path) -> Result<PathBuf, Notice> {
    let failed = |error: &std::io::Error| {
        Notice::error(format!("the demo could not be written to {}", folder.display()))
            .because(error.to_string())
            .remedy("name another folder: `biostar-tui demo DIR`")
    };
    if folder.join(MARK).is_file() && folder.join("forum").is_dir() {
        return folder.canonicalize().map_err(|error| failed(&error));
    }
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let notice = Notice::error(format!("{} is not empty", folder.display()));
        return Err(notice
            .because("the demo is written to a folder of its own, and touches nothing that is there")
            .remedy("name another folder: `biostar-tui demo DIR`"));
    }
    write_all(folder).map_err(|error| failed(&error))?;
    folder.canonicalize().map_err(|error| failed(&error))
}

/// The name that the demo is written with.
const NAME: &str = "demo";

/// Gives a demo that bears the name of one in another folder the next free one: `demo-2`. Its name
/// in words, where it was given another; one that the user has named stays.
///
/// # Errors
/// An engine that does not answer, or a file that cannot be written.
pub async fn find_name(engine: &dyn Engine, project: &Project) -> Result<Option<String>, Notice> {
    let file = project.root.join(MARK);
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let line = format!("name = \"{NAME}\"");
    if project.name != NAME || !text.contains(&line) {
        return Ok(None);
    }
    let held = holdings::objects(engine, &project.host).await?;
    let root = project.root.display().to_string();
    let others = held.projects().into_iter().map(|known| known.owner).filter(|owner| owner.root != root);
    let Some(name) = free_name(&others.map(|owner| owner.project).collect()) else { return Ok(None) };
    std::fs::write(&file, text.replacen(&line, &format!("name = \"{name}\""), 1)).map_err(|error| {
        let notice = Notice::error(format!("{} cannot be written", file.display())).because(error.to_string());
        notice.remedy("make it writable, or name another folder: `biostar-tui demo DIR`")
    })?;
    Ok(Some(name))
}

/// The first name that nobody has; `None` where that is the demo's own.
fn free_name(taken: &BTreeSet<String>) -> Option<String> {
    if !taken.contains(NAME) {
        return None;
    }
    (2..).map(|n| format!("{NAME}-{n}")).find(|name| !taken.contains(name))
}

/// Written beside its place and renamed: a full disk leaves nothing half-written.
fn write_all(folder: &Path) -> std::io::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "demo".to_owned());
    let partial = parent.join(format!(".{name}.partial-{}", std::process::id()));
    let written = write_files(&partial).and_then(|()| belong_like(folder, &partial)).and_then(|()| {
        // An empty folder of this name gives way.
        let _ = std::fs::remove_dir(folder);
        std::fs::rename(&partial, folder)
    });
    if written.is_err() {
        let _ = std::fs::remove_dir_all(&partial);
    }
    written
}

/// An empty folder that is given belongs to somebody: what takes its place, and all in it,
/// does too. Only root can have made it somebody else's.
fn belong_like(given: &Path, made: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, lchown};
    let Ok(owner) = std::fs::metadata(given) else { return Ok(()) };
    if !rustix::process::geteuid().is_root() || owner.uid() == 0 {
        return Ok(());
    }
    let mut open = vec![made.to_owned()];
    while let Some(path) = open.pop() {
        lchown(&path, Some(owner.uid()), Some(owner.gid()))?;
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        }
    }
    Ok(())
}

fn write_files(folder: &Path) -> std::io::Result<()> {
    for (path, data) in assets::files::<assets::Demo>() {
        let target = folder.join(path.as_ref());
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::File::create(&target)?.write_all(&data)?;
    }
    make_executable(&folder.join("manage.py"))
}

fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_counted_on() {
        let taken = |names: &[&str]| free_name(&names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(taken(&["forum"]), None);
        assert_eq!(taken(&["demo"]).as_deref(), Some("demo-2"));
        assert_eq!(taken(&["demo", "demo-2", "demo-4"]).as_deref(), Some("demo-3"));
    }

    #[test]
    fn the_demo_is_written_once() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("my demo");
        write(&folder).unwrap();
        std::fs::write(folder.join("forum/mine.py"), "x = 1").unwrap();
        write(&folder).unwrap();
        assert!(folder.join("forum/mine.py").is_file());
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_with_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("thesis.tex"), "").unwrap();
        assert!(write(folder.path()).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
