//! Which packages the project needs, and where it says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{
    init::{ground::Ground, imports, pipfile, pyproject},
    requirements,
};

/// Packages that a file lists in a form of its own, as pip's lines.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// Where they are listed: `pyproject.toml:7`.
    pub(super) from: String,
    /// pip's lines.
    pub(super) lines: Vec<String>,
    /// Names that no line can stand for: local folders, optional ones.
    pub(super) left_out: Vec<String>,
    /// Groups that were taken beside the main ones.
    pub(super) groups: Vec<String>,
    /// Groups that were not.
    pub(super) other_groups: Vec<String>,
}

impl Listed {
    /// Adds a line, unless its package is listed already (Poetry's table beside PEP 621's).
    pub(super) fn add(&mut self, line: impl Into<String>) {
        let line = line.into();
        match name_of(&line) {
            None => self.left_out.push(line),
            // Several lines of one package are told apart by markers.
            Some(name) if line.contains(';') || !self.has(&name) => self.lines.push(line),
            Some(_) => {}
        }
    }

    pub(super) fn leave_out(&mut self, name: &str) {
        self.left_out.push(name.to_owned());
    }

    fn has(&self, name: &str) -> bool {
        self.lines.iter().any(|line| name_of(line).as_deref() == Some(name))
    }

    /// Removes a package's lines; whether there were any.
    pub(super) fn remove(&mut self, name: &str) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| name_of(line).as_deref() != Some(name));
        self.lines.len() < before
    }

    /// Whether a group is one of the wanted; remembers its name in either case.
    pub(super) fn takes(&mut self, name: &str, wanted: &[&str]) -> bool {
        let takes = wanted.contains(&name);
        let list = if takes { &mut self.groups } else { &mut self.other_groups };
        if !list.iter().any(|known| known == name) {
            list.push(name.to_owned());
        }
        takes
    }
}

fn name_of(line: &str) -> Option<String> {
    requirements::name_of(line).map(|name| requirements::normalised(&name))
}

/// What the project needs.
#[derive(Debug)]
pub(super) struct Needs {
    /// Requirement files, where there are any.
    pub(super) files: Vec<String>,
    /// Otherwise what another file lists, the driver of PostgreSQL included.
    pub(super) listed: Option<Listed>,
    /// What should be known about it.
    pub(super) notes: Vec<String>,
    /// For each package: the first line that names it, and where.
    pub(super) lines: BTreeMap<String, (String, String)>,
}

impl Needs {
    /// Where the first of these packages is named, with its name.
    pub(super) fn first(&self, names: &[&str]) -> Option<(String, String)> {
        names.iter().find_map(|name| Some(((*name).to_owned(), self.lines.get(*name)?.1.clone())))
    }

    /// The line that names a package.
    pub(super) fn line(&self, name: &str) -> Option<&(String, String)> {
        self.lines.get(name)
    }
}

const DRIVERS: &[&str] = &["psycopg", "psycopg2", "psycopg-binary", "psycopg2-binary"];
const DRIVER: &str = "psycopg2-binary";

pub(super) fn look(ground: &Ground<'_>, module: Option<&str>) -> Needs {
    let files = files(ground);
    if !files.is_empty() {
        return of_files(ground, files);
    }
    let pyproject = ground.first(&["pyproject.toml"]).and_then(|path| pyproject::look(ground, &path));
    let listed = pyproject.or_else(|| ground.first(&["Pipfile"]).and_then(|path| pipfile::look(ground, &path)));
    match listed {
        Some(listed) => of_listed(listed),
        None => {
            let mut needs = of_listed(imports::look(ground, module));
            needs.notes.insert(0, "no file lists the project's packages: these are what its settings name".to_owned());
            needs
        }
    }
}

fn of_listed(mut listed: Listed) -> Needs {
    let from = listed.from.clone();
    let named = listed.lines.iter().filter_map(|line| Some((name_of(line)?, (line.clone(), from.clone()))));
    let lines: BTreeMap<_, _> = named.collect();
    let mut notes = Vec::new();
    if !DRIVERS.iter().any(|driver| lines.contains_key(*driver)) {
        listed.lines.push(DRIVER.to_owned());
        notes.push(format!("{DRIVER} is added: Django on PostgreSQL needs a driver"));
    }
    let named = |label: &str, names: &[String]| (!names.is_empty()).then(|| format!("{label}: {}", names.join(", ")));
    notes.extend(named("groups that are taken too", &listed.groups));
    notes.extend(named("groups that are not taken", &listed.other_groups));
    notes.extend(named("left out, for pip cannot install it here", &listed.left_out));
    Needs { files: Vec::new(), listed: Some(listed), notes, lines }
}

fn of_files(ground: &Ground<'_>, files: Vec<String>) -> Needs {
    let read = |path: &str| ground.text(path).ok_or_else(|| std::io::ErrorKind::NotFound.into());
    let flat = requirements::flatten(&requirements::Wanted::files(&files), &read);
    let notes = flat.as_ref().err().map(ToString::to_string).into_iter().collect();
    let all = flat.map(|flat| flat.files).unwrap_or_else(|_| files.clone());
    let mut lines = BTreeMap::new();
    for file in &all {
        for (number, line) in ground.text(file).unwrap_or_default().lines().enumerate() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            if let Some(name) = name_of(line) {
                lines.entry(name).or_insert_with(|| (line.to_owned(), format!("{file}:{}", number + 1)));
            }
        }
    }
    Needs { files, listed: None, notes, lines }
}

/// The requirement files for development.
fn files(ground: &Ground<'_>) -> Vec<String> {
    let folder = ["requirements/development.txt", "requirements/dev.txt", "requirements/local.txt"];
    if let Some(development) = ground.first(&folder) {
        return with_base(ground, development);
    }
    let plain = ["requirements.txt", "conf/requirements.txt", "requirements/requirements.txt", "requirements/base.txt"];
    let Some(main) = ground.first(&plain).or_else(|| only_one(ground)) else { return Vec::new() };
    let extra = ["requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements.dev.txt"];
    // It often includes the main one; pip is given each line once.
    std::iter::once(main).chain(ground.first(&extra)).collect()
}

/// A file for development often leaves out to include the one that all have.
fn with_base(ground: &Ground<'_>, development: String) -> Vec<String> {
    let folder = development.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let includes =
        ground.text(&development).unwrap_or_default().lines().any(|line| line.trim_start().starts_with("-r"));
    let base = ["base.txt", "common.txt", "requirements.txt"].map(|name| format!("{folder}/{name}"));
    let base = base.into_iter().find(|path| !includes && ground.is_file(path));
    base.into_iter().chain(std::iter::once(development)).collect()
}

/// The one file of the folder `requirements`.
fn only_one(ground: &Ground<'_>) -> Option<String> {
    ground.prefixes().into_iter().find_map(|prefix| {
        let folder = format!("{prefix}requirements");
        let mut texts = ground.names(&folder).into_iter().filter(|name| name.ends_with(".txt"));
        let only: BTreeSet<String> = texts.by_ref().take(2).collect();
        (only.len() == 1).then(|| only.into_iter().next().map(|name| format!("{folder}/{name}")))?
    })
}
