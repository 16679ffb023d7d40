//! The layers but for the profile, read and held against the schema.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::config::{
    discover::Found,
    document::Document,
    error::{ConfigError, Problem},
    files::Files,
    load::{Flags, Request},
    merge, parse,
    profile::{self, Profile},
    source::{Layer, Origin, Place, Source},
    validate,
    value::{Entry, Node},
    variables,
};

/// The layers but for the profile: it may be chosen by any of them.
pub(super) struct Layers {
    defaults: Node,
    user: Option<Node>,
    project: Option<Node>,
    variables: Node,
    flags: Node,
}

impl Layers {
    /// Reads and checks them all before it gives up: a slip in one file should not hide
    /// those in another.
    pub(super) fn read(files: &dyn Files, request: &Request, found: &Found) -> Result<Self, ConfigError> {
        let mut reading = Reading { problems: Vec::new() };
        let defaults = profile::defaults().map_err(ConfigError::Problems)?;
        let user_path = user_file(&request.variables).filter(|path| files.kind(path).is_some());
        let user = user_path.and_then(|path| reading.file(files, Layer::User, &path));
        let project = found.file.as_ref().and_then(|path| reading.file(files, Layer::Project, path));
        let below = below(&defaults, [&user, &project])?;
        let variables = reading.keep(variables::layer(&request.variables, &below));
        let flags = reading.keep(Ok(flags(&request.flags)));
        match (variables, flags) {
            (Some(variables), Some(flags)) if reading.problems.is_empty() => {
                Ok(Self { defaults, user, project, variables, flags })
            }
            _ => Err(ConfigError::Problems(reading.problems)),
        }
    }

    fn highest_first(&self) -> impl Iterator<Item = &Node> {
        let all =
            [Some(&self.flags), Some(&self.variables), self.project.as_ref(), self.user.as_ref(), Some(&self.defaults)];
        all.into_iter().flatten()
    }

    /// The text that the highest of the layers gives, with its origin; `None` for the empty one.
    pub(super) fn text(&self, path: &[&str]) -> Option<(&str, &Origin)> {
        let node = self.highest_first().find_map(|layer| layer.at(path))?;
        node.as_text().filter(|text| !text.is_empty()).map(|text| (text, &node.origin))
    }

    /// Whether any of them declares a service.
    pub(super) fn declare_services(&self) -> bool {
        let mut tables = self.highest_first().filter_map(|layer| layer.at(&["services"])?.as_table());
        tables.any(|table| !table.entries().is_empty())
    }

    /// All of them with the profile in its place.
    pub(super) fn over(self, profile: Profile) -> Result<Document, ConfigError> {
        let profile = profile.documents().map_err(ConfigError::Problems)?;
        let mut root = self.defaults;
        let lower = self.user.into_iter().chain(profile);
        let upper = self.project.into_iter().chain([self.variables, self.flags]);
        lower.chain(upper).for_each(|layer| merge::documents(&mut root, layer));
        Ok(Document { root })
    }
}

/// What variables may refer to by name: Django's profile is in it, for its services and
/// steps are named whether or not it will be the one.
fn below(defaults: &Node, layers: [&Option<Node>; 2]) -> Result<Node, ConfigError> {
    let mut below = defaults.clone();
    let profile = Profile::Django.documents().map_err(ConfigError::Problems)?;
    profile.into_iter().for_each(|layer| merge::documents(&mut below, layer));
    layers.into_iter().flatten().cloned().for_each(|layer| merge::documents(&mut below, layer));
    Ok(below)
}

struct Reading {
    problems: Vec<Problem>,
}

impl Reading {
    fn file(&mut self, files: &dyn Files, layer: Layer, path: &Path) -> Option<Node> {
        self.keep(file(files, layer, path))
    }

    /// The document, if nothing is wrong with it.
    fn keep(&mut self, document: Result<Node, Vec<Problem>>) -> Option<Node> {
        let checked = document.and_then(|document| match validate::document(&document) {
            problems if problems.is_empty() => Ok(document),
            mut problems => {
                problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
                Err(problems)
            }
        });
        checked.map_err(|problems| self.problems.extend(problems)).ok()
    }
}

fn file(files: &dyn Files, layer: Layer, path: &Path) -> Result<Node, Vec<Problem>> {
    let place = || Place::whole(&Source::file(path.display().to_string(), ""));
    let bytes = files.read(path).map_err(|error| {
        let problem = Problem::at(place(), format!("cannot be read: {error}"));
        vec![problem.help("it has to be a file that you may read (`ls -ld` shows what it is)")]
    })?;
    if bytes.len() > parse::LARGEST {
        return Err(vec![Problem::at(place(), "too large for a configuration: more than 1 MiB")]);
    }
    parse::file(layer, path, &bytes)
}

/// Where the user's own file is, whether or not it exists.
pub fn user_file(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    let absolute = |name: &str| variables.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("biostar-tui").join("config.toml"))
}

fn flags(flags: &Flags) -> Node {
    let mut root = Node::table(Origin::whole(Layer::Flag, &Source::value("flags", "")));
    let given =
        [("--environment", "project", "environment", &flags.environment), ("--host", "engine", "host", &flags.host)];
    for (flag, table, key, value) in given {
        let Some(value) = value else { continue };
        let origin = Origin::whole(Layer::Flag, &Source::value(flag, value));
        let node = Node::text(value, origin.clone());
        root.table_mut().make(table, &origin).table_mut().insert(Entry { key: key.to_owned(), origin, node });
    }
    root
}
