//! Which folders are not looked into at all.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::core::pruned;

/// Files that name folders to leave out, the stronger last.
pub const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Which folders are not looked into. What the ignore files of the tree say counts for
/// folders alone: a settings file that git ignores matters to the server all the same.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    ignored: BTreeMap<PathBuf, Gitignore>,
}

impl Filter {
    /// Takes in what the ignore files of a folder say; the stronger text last. A line that
    /// cannot be read is left out, as git does.
    pub fn learn(&mut self, folder: &Path, texts: &[String]) {
        let mut builder = GitignoreBuilder::new("");
        for line in texts.iter().flat_map(|text| text.lines()) {
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(rules) if !rules.is_empty() => drop(self.ignored.insert(folder.to_owned(), rules)),
            _ => drop(self.ignored.remove(folder)),
        }
    }

    /// Whether a folder of the tree is looked into.
    pub fn enters(&self, folder: &Path) -> bool {
        let name = folder.file_name().unwrap_or_default();
        !pruned::is_pruned(name) && !self.is_ignored(folder)
    }

    /// The nearest ignore file with an opinion decides.
    fn is_ignored(&self, folder: &Path) -> bool {
        let opinions = folder.ancestors().skip(1).filter_map(|above| {
            let rules = self.ignored.get(above)?;
            let opinion = rules.matched(folder.strip_prefix(above).ok()?, true);
            (!opinion.is_none()).then_some(opinion)
        });
        opinions.map(|opinion| opinion.is_ignore()).next().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(files: &[(&str, &str)]) -> Filter {
        let mut filter = Filter::default();
        for (folder, text) in files {
            filter.learn(Path::new(folder), &[(*text).to_owned()]);
        }
        filter
    }

    #[test]
    fn what_is_left_out() {
        let plain = filter(&[]);
        for folder in [".git", "app/__pycache__", "a/node_modules"] {
            assert!(!plain.enters(Path::new(folder)), "{folder}");
        }
        assert!(plain.enters(Path::new("app")) && plain.enters(Path::new("")));
    }

    #[test]
    fn ignore_files_name_folders() {
        let filter = filter(&[("", "/export/\nmedia\n!app/media\n[\n*.py\n"), ("app", "cache/\n")]);
        for folder in ["export", "media", "x/media", "app/cache", "app/x/cache"] {
            assert!(!filter.enters(Path::new(folder)), "{folder}");
        }
        for folder in ["app/export", "app/media", "cache", "app"] {
            assert!(filter.enters(Path::new(folder)), "{folder}");
        }
    }

    #[test]
    fn the_nearer_file_and_the_later_text_win() {
        let nearer = filter(&[("", "data"), ("app", "!data")]);
        assert!(nearer.enters(Path::new("app/data")) && !nearer.enters(Path::new("data")));
        let mut both = Filter::default();
        both.learn(Path::new(""), &["data".to_owned(), "!data".to_owned()]);
        assert!(both.enters(Path::new("data")));
    }
}
