//! Build contexts as tar archives.

use std::path::Path;

use bytes::Bytes;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::core::{
    assets, digest, dockerfile,
    image::{Build, Context},
    notice::Notice,
    project::Project,
    spec::certificates,
};

type Archive = tar::Builder<Vec<u8>>;

/// The archive of a build's context, and the Dockerfile's path in it. Where the project has
/// a CA bundle, every stage of the build has it too.
///
/// # Errors
/// A notice when a file of the context cannot be read.
pub fn archive(project: &Project, build: &Build) -> Result<(Bytes, String), Notice> {
    let laid = certificates::in_builds(project);
    match &build.context {
        Context::Builtin(name) => {
            let packed = builtin(name, &laid).map(|bytes| (bytes, "Dockerfile".to_owned()));
            packed.map_err(|error| Notice::error("could not pack a build context").because(error.to_string()))
        }
        Context::Folder { folder, dockerfile } => {
            let bytes = folder_archive(folder, dockerfile, &laid).map_err(|error| unreadable(folder, &error))?;
            Ok((bytes, dockerfile.clone()))
        }
    }
}

/// The digest of a folder's build context: paths, modes and contents.
///
/// # Errors
/// As [`archive`].
pub fn digest_of(folder: &Path) -> Result<String, Notice> {
    let mut all = Vec::new();
    let visited = visit(folder, |path, name| {
        let content = std::fs::read(path)?;
        all.push((name.to_owned(), mode(path)?, digest::of_bytes(&content)));
        Ok(())
    });
    visited.map_err(|error| unreadable(folder, &error))?;
    Ok(digest::of(&all))
}

fn unreadable(folder: &Path, error: &std::io::Error) -> Notice {
    Notice::error(format!("could not read the build context {}", folder.display()))
        .because(error.to_string())
        .remedy("make its files readable, or leave them out by a .dockerignore")
}

fn builtin(name: &str, laid: &certificates::Laid) -> std::io::Result<Bytes> {
    let mut archive = Archive::new(Vec::new());
    for (path, data) in assets::image_context(name) {
        match &*path {
            "Dockerfile" => add(&mut archive, &path, &with_lines(&data, laid))?,
            _ => add(&mut archive, &path, &data)?,
        }
    }
    finish(archive, laid)
}

fn folder_archive(folder: &Path, dockerfile: &str, laid: &certificates::Laid) -> std::io::Result<Bytes> {
    let mut archive = Archive::new(Vec::new());
    archive.follow_symlinks(false);
    visit(folder, |path, name| match name {
        _ if name == dockerfile => add(&mut archive, name, &with_lines(&std::fs::read(path)?, laid)),
        _ => archive.append_path_with_name(path, name),
    })?;
    finish(archive, laid)
}

/// A Dockerfile that is not UTF-8 is left to the builder, which says so.
fn with_lines(content: &[u8], laid: &certificates::Laid) -> Vec<u8> {
    match std::str::from_utf8(content) {
        Ok(text) if !laid.lines.is_empty() => dockerfile::in_each_stage(text, &laid.lines).into_bytes(),
        _ => content.to_vec(),
    }
}

fn add(archive: &mut Archive, path: &str, data: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(data.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, data)
}

fn finish(mut archive: Archive, laid: &certificates::Laid) -> std::io::Result<Bytes> {
    laid.files.iter().try_for_each(|(path, data)| add(&mut archive, path, data))?;
    archive.into_inner().map(Bytes::from)
}

/// Every file of a context in a fixed order. Env files stay out whatever the
/// `.dockerignore` says: a secret in an image reaches everybody who gets the image.
fn visit(folder: &Path, mut each: impl FnMut(&Path, &str) -> std::io::Result<()>) -> std::io::Result<()> {
    let ignored = dockerignore(folder);
    let mut paths = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).build() {
        let entry = entry.map_err(std::io::Error::other)?;
        if entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink()) {
            paths.push(entry.into_path());
        }
    }
    paths.sort();
    for path in paths {
        let Ok(relative) = path.strip_prefix(folder) else { continue };
        let name = relative.to_string_lossy();
        let skipped = is_env_file(&name) || name.starts_with(".git/");
        if !skipped && !ignored.matched_path_or_any_parents(relative, false).is_ignore() {
            each(&path, &name)?;
        }
    }
    Ok(())
}

fn dockerignore(folder: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for line in std::fs::read_to_string(folder.join(".dockerignore")).unwrap_or_default().lines() {
        // Docker's patterns are anchored at the context's root, git's are not.
        let (negated, pattern) = line.trim().strip_prefix('!').map_or(("", line.trim()), |rest| ("!", rest));
        let anchored = if pattern.is_empty() || pattern.starts_with('#') {
            String::new()
        } else {
            format!("{negated}/{}", pattern.trim_start_matches('/'))
        };
        // A pattern that cannot be read ignores nothing, as with Docker's own client.
        let _ = builder.add_line(None, &anchored);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn is_env_file(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file == ".env" || file.starts_with(".env.") || file.ends_with(".env")
}

fn mode(path: &Path) -> std::io::Result<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::symlink_metadata(path)?.permissions().mode() & 0o777)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names = Vec::new();
        visit(folder, |_, name| {
            names.push(name.to_owned());
            Ok(())
        })
        .unwrap();
        names
    }

    #[test]
    fn env_files_and_ignored_files_stay_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("Dockerfile", "FROM x"), (".env", "A=1"), ("conf.env", ""), ("a.log", ""), ("keep.log", "")]
        {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        std::fs::write(folder.path().join(".dockerignore"), "*.log\n!keep.log\n").unwrap();
        assert_eq!(names(folder.path()), [".dockerignore", "Dockerfile", "keep.log"]);
    }

    #[test]
    fn a_changed_file_changes_the_digest() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Dockerfile"), "FROM a").unwrap();
        let before = digest_of(folder.path()).unwrap();
        std::fs::write(folder.path().join("Dockerfile"), "FROM b").unwrap();
        assert_ne!(before, digest_of(folder.path()).unwrap());
    }
}
