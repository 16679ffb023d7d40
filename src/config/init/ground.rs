//! The project's files as `init` sees them: paths relative to the project's folder.

use std::path::Path;

use crate::config::{
    files::{self, Files},
    parse,
    source::{Layer, Source},
    value::Node,
};

/// A guess and where it comes from: `manage.py:9`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Guess {
    /// The value.
    pub value: String,
    /// Where it comes from.
    pub from: String,
}

impl Guess {
    pub(super) fn new(value: impl Into<String>, from: impl Into<String>) -> Self {
        Self { value: value.into(), from: from.into() }
    }
}

/// Where `init` looks.
pub(super) struct Ground<'a> {
    /// The files.
    pub(super) files: &'a dyn Files,
    /// The project's folder.
    pub(super) root: &'a Path,
    /// The folder of `manage.py`, relative to it; `.` for itself.
    pub(super) manage: &'a str,
}

impl Ground<'_> {
    /// A file's text.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        files::text(self.files, &self.root.join(path))
    }

    pub(super) fn is_file(&self, path: &str) -> bool {
        files::is_file(self.files, &self.root.join(path))
    }

    /// The names in a folder.
    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        let folder = if matches!(folder, "" | ".") { self.root.to_owned() } else { self.root.join(folder) };
        self.files.names(&folder)
    }

    /// The names of its folders that may hold sources.
    pub(super) fn folders(&self, folder: &str) -> Vec<String> {
        let is_folder =
            |name: &String| self.files.kind(&self.root.join(folder).join(name)) == Some(files::FileKind::Folder);
        self.names(folder).into_iter().filter(|name| is_source(name)).filter(is_folder).collect()
    }

    /// A path below the folder of `manage.py`, relative to the project's.
    pub(super) fn below_manage(&self, path: &str) -> String {
        if self.manage == "." { path.to_owned() } else { format!("{}/{path}", self.manage) }
    }

    /// The project's folder and that of `manage.py`, once each, as prefixes of paths.
    pub(super) fn prefixes(&self) -> Vec<String> {
        let own = (self.manage != ".").then(|| format!("{}/", self.manage));
        std::iter::once(String::new()).chain(own).collect()
    }

    /// The first of these names that is a file in one of the two folders.
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        let paths =
            self.prefixes().into_iter().flat_map(|prefix| names.iter().map(move |name| format!("{prefix}{name}")));
        paths.into_iter().find(|path| self.is_file(path))
    }

    /// A TOML file's tree; `None` where it is none.
    pub(super) fn toml(&self, path: &str) -> Option<Node> {
        parse::document(Layer::Guess, &Source::file(path, self.text(path)?)).ok()
    }
}

/// Whether a folder of this name may hold a project's own sources.
fn is_source(name: &str) -> bool {
    !name.starts_with('.') && !matches!(name, "node_modules" | "venv" | "env" | "__pycache__" | "site-packages")
}

/// The line (from 1) that a byte of a text is in.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// The place of a node: `pyproject.toml:12`.
pub(super) fn place_of(node: &Node) -> String {
    let place = &node.origin.place;
    match place.position() {
        Some((line, _)) => format!("{}:{line}", place.source.name),
        None => place.source.name.clone(),
    }
}
