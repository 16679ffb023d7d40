//! Guesses, where the project says nothing itself. Each is put into the document with
//! its origin, so that `config show` tells what it was read from.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use regex::Regex;

use crate::{
    config::{
        document::Document,
        files::{self, Files},
        requirements,
        source::{Layer, Origin, Place, Source},
        value::{Entry, Node, Table, Value},
    },
    core::notice::Notice,
};

/// Where guesses look.
pub struct Guesses<'a> {
    /// The files.
    pub files: &'a dyn Files,
    /// The project's folder.
    pub root: &'a Path,
    /// The folder of `manage.py`, relative to it; `None` where there is no Django.
    pub manage: Option<&'a str>,
    /// The environment in use.
    pub environment: &'a str,
}

impl Guesses<'_> {
    /// Puts in what is missing; gives what the user should know about it.
    pub fn fill(&self, document: &mut Document) -> Vec<Notice> {
        self.project_name(document);
        let Some(manage) = self.manage else { return Vec::new() };
        self.settings(document, manage);
        let notice = self.requirements(document, manage);
        self.packages(document);
        notice.into_iter().collect()
    }

    fn project_name(&self, document: &mut Document) {
        if !document.text(&["project", "name"]).is_empty() {
            return;
        }
        let name = self.root.file_name().map_or_else(|| "root".into(), |name| name.to_string_lossy());
        let origin = Origin::whole(Layer::Guess, &Source::value("the folder's name", name.as_ref()));
        put(document, &["project"], "name", Node::text(name, origin));
    }

    fn settings(&self, document: &mut Document, manage: &str) {
        if self.has(document, "settings") {
            return;
        }
        let path: PathBuf = self.root.join(manage).join("manage.py").components().collect();
        let Some(text) = files::text(self.files, &path) else { return };
        let source = Source::file(path.display().to_string(), text);
        let Some((module, span)) = settings_of(&source.text) else { return };
        let origin = Origin { layer: Layer::Guess, place: Place { source: Arc::clone(&source), span } };
        put(document, &self.path(), "settings", Node::text(module, origin));
    }

    fn requirements(&self, document: &mut Document, manage: &str) -> Option<Notice> {
        if self.has(document, "requirements") {
            return None;
        }
        let candidates = self.candidates(manage);
        let found = candidates.iter().find(|path| files::is_file(self.files, &self.root.join(path)));
        let origin = Origin::whole(Layer::Guess, &Source::value("the usual places", ""));
        let list = found.iter().map(|path| Node::text(path.as_str(), origin.clone())).collect();
        put(document, &self.path(), "requirements", Node { value: Value::List(list), origin });
        found.is_none().then(|| self.no_requirements(&candidates))
    }

    fn no_requirements(&self, candidates: &[String]) -> Notice {
        Notice::warning("no requirement file was found: nothing says which packages the project needs")
            .because(format!("looked for {}", candidates.join(", ")))
            .remedy(format!("[environments.{}]\nrequirements = [\"path/to/requirements.txt\"]", self.environment))
    }

    fn candidates(&self, manage: &str) -> Vec<String> {
        let environment = format!("requirements/{}.txt", self.environment);
        let usual = [
            "requirements.txt",
            "conf/requirements.txt",
            &environment,
            "requirements/development.txt",
            "requirements/dev.txt",
            "requirements/base.txt",
        ];
        let folders: &[&str] = if manage == "." { &[""] } else { &["", manage] };
        let mut all: Vec<String> = Vec::new();
        for folder in folders {
            let paths = usual.iter().map(|path| Path::new(folder).join(path).to_string_lossy().into_owned());
            all.extend(paths);
        }
        all.dedup();
        all
    }

    fn packages(&self, document: &mut Document) {
        if self.has(document, "packages") {
            return;
        }
        let mut wanted = Vec::new();
        if has_service(document, |table| text_of(table, "kind") == "postgres") && !self.has_driver(document) {
            wanted.push(("psycopg2-binary", "Django on PostgreSQL"));
        }
        if has_service(document, |table| text_of(table, "serve") == "waitress") {
            wanted.extend([("waitress", "serve = \"waitress\""), ("whitenoise", "serve = \"waitress\"")]);
        }
        if has_service(document, |table| {
            !text_of(table, "debug").is_empty() || table.get("debug").is_some_and(|node| node.as_integer().is_some())
        }) {
            wanted.push(("debugpy", "debug"));
        }
        let origin = |why: &str| Origin::whole(Layer::Guess, &Source::value(why, ""));
        let list = wanted.iter().map(|(name, why)| Node::text(*name, origin(why))).collect();
        let node = Node { value: Value::List(list), origin: origin("what the services need") };
        put(document, &self.path(), "packages", node);
    }

    /// Whether the requirements name a driver for PostgreSQL: two would be installed over
    /// each other. Files that cannot be read are told of elsewhere.
    fn has_driver(&self, document: &Document) -> bool {
        let [_, environment] = self.path();
        let list =
            document.at(&["environments", environment, "requirements"]).and_then(Node::as_list).unwrap_or_default();
        let paths: Vec<String> = list.iter().filter_map(Node::as_text).map(str::to_owned).collect();
        let reader = |path: &str| {
            self.files.read(&self.root.join(path)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let found = requirements::flatten(&requirements::Wanted::files(&paths), &reader);
        let names = found.map(|found| found.names).unwrap_or_default();
        ["psycopg", "psycopg2", "psycopg-binary", "psycopg2-binary"].iter().any(|name| names.contains(*name))
    }

    fn path(&self) -> [&str; 2] {
        ["environments", self.environment]
    }

    fn has(&self, document: &Document, key: &str) -> bool {
        let node = document.at(&["environments", self.environment, key]);
        node.is_some_and(|node| node.as_text() != Some(""))
    }
}

/// The module that `manage.py` falls back to.
pub(super) fn settings_of(text: &str) -> Option<(String, std::ops::Range<usize>)> {
    let found = Regex::new(r#"DJANGO_SETTINGS_MODULE['"]\s*(?:,|\]\s*=)\s*['"]([\w.]+)['"]"#).ok()?.captures(text)?;
    let module = found.get(1)?;
    Some((module.as_str().to_owned(), module.range()))
}

fn has_service(document: &Document, is: impl Fn(&Table) -> bool) -> bool {
    let tables = document.entries(&["services"]).iter().filter_map(|entry| entry.node.as_table());
    let mut enabled = tables.filter(|table| table.get("enabled").and_then(Node::as_bool) != Some(false));
    enabled.any(is)
}

fn text_of<'a>(table: &'a Table, key: &str) -> &'a str {
    table.get(key).and_then(Node::as_text).unwrap_or_default()
}

fn put(document: &mut Document, path: &[&str], key: &str, node: Node) {
    let origin = node.origin.clone();
    let table = path.iter().fold(&mut document.root, |node, key| node.table_mut().make(key, &origin));
    table.table_mut().insert(Entry { key: key.to_owned(), origin, node });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_module_of_manage_py() {
        let set = "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"demo.settings\")";
        assert_eq!(settings_of(set).expect("found").0, "demo.settings");
        let hard = "os.environ['DJANGO_SETTINGS_MODULE'] = 'a.b'";
        assert_eq!(settings_of(hard).expect("found").0, "a.b");
        assert_eq!(settings_of("print(1)"), None);
    }
}
