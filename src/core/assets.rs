//! The files of `assets/`, embedded in the program.

use std::borrow::Cow;

use rust_embed::Embed;

/// Build contexts of the built-in images, a folder each.
#[derive(Embed)]
#[folder = "assets/images"]
pub struct Images;

/// Files that are uploaded into containers of ours.
#[derive(Embed)]
#[folder = "assets/container"]
#[exclude = "*.pyc"]
#[exclude = "*/__pycache__/*"]
pub struct ContainerFiles;

/// The demo project.
#[derive(Embed)]
#[folder = "assets/demo"]
#[exclude = "*.pyc"]
#[exclude = "*/__pycache__/*"]
#[exclude = "db.sqlite3"]
#[exclude = "search_index/*"]
#[exclude = "staticfiles/*"]
#[exclude = ".venv/*"]
pub struct Demo;

/// An embedded file's path and content.
pub type File = (Cow<'static, str>, Cow<'static, [u8]>);

/// All files of a tree, ordered by path.
pub fn files<T: Embed>() -> impl Iterator<Item = File> {
    let mut paths: Vec<_> = T::iter().collect();
    paths.sort();
    paths.into_iter().filter_map(|path| T::get(&path).map(|file| (path, file.data)))
}

/// The build context of a built-in image: paths relative to its folder.
pub fn image_context(name: &str) -> Vec<File> {
    let prefix = format!("{name}/");
    files::<Images>()
        .filter_map(|(path, data)| path.strip_prefix(&prefix).map(|rest| (Cow::Owned(rest.to_owned()), data.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_have_a_dockerfile() {
        for name in ["db", "web"] {
            assert!(image_context(name).iter().any(|(path, _)| path == "Dockerfile"), "{name}");
        }
    }

    #[test]
    fn the_demo_is_complete_and_clean() {
        let paths: Vec<_> = files::<Demo>().map(|(path, _)| path).collect();
        for wanted in ["manage.py", "biostar-tui.toml", ".gitignore", "forum/fixtures/initial.json"] {
            assert!(paths.iter().any(|path| path == wanted), "{wanted}");
        }
        assert!(!paths.iter().any(|path| path.ends_with(".pyc") || path.ends_with("db.sqlite3")));
    }
}
