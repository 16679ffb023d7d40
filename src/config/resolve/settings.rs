//! What only the client's side reads: keys, theme, consoles, watch rules.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        forms,
        resolve::{Findings, services},
        value::{Node, Value},
    },
    core::service::Service,
};

/// Keys by the id of their action; an action that is not in it keeps its own.
pub type Keys = BTreeMap<String, Vec<String>>;

/// What only the client's side reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The user's keys.
    pub keys: Keys,
    /// How the dashboard looks.
    pub theme: Theme,
    /// Interactive programs.
    pub consoles: Vec<Console>,
    /// What happens when files are saved.
    pub watch: Vec<Watch>,
}

/// How the dashboard looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    /// The theme's name.
    pub name: String,
    /// Colours in place of the theme's, by role.
    pub colors: BTreeMap<String, String>,
}

/// An interactive program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// Its name.
    pub name: String,
    /// Its program.
    pub run: Vec<String>,
    /// Where it runs.
    pub place: Place,
}

/// Where a console runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a container like this service's.
    Service(String),
    /// In a local terminal.
    Host,
}

/// What happens when files are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Globs of files, relative to the project's folder.
    pub paths: Vec<String>,
    /// The id of the action that is done.
    pub action: String,
    /// How long it must have been quiet before.
    pub debounce: Duration,
}

pub(super) fn resolve(document: &Document, services: &[Service], findings: &mut Findings) -> Settings {
    let consoles = document.tables("consoles").map(|(table, origin)| Fields { table, origin });
    let watch = document.tables("watch").map(|(table, origin)| Fields { table, origin });
    Settings {
        keys: document.entries(&["keys"]).iter().map(|entry| (entry.key.clone(), keys(&entry.node))).collect(),
        theme: theme(document),
        consoles: consoles.filter_map(|fields| console(&fields, services, findings)).collect(),
        watch: watch.filter_map(|fields| rule(&fields, findings)).collect(),
    }
}

fn keys(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Text(text) => vec![text.clone()],
        _ => node.as_list().unwrap_or_default().iter().filter_map(Node::as_text).map(str::to_owned).collect(),
    }
}

fn theme(document: &Document) -> Theme {
    let colors = document.entries(&["theme", "colors"]).iter();
    let colors = colors.filter_map(|entry| Some((entry.key.clone(), entry.node.as_text()?.to_owned())));
    Theme { name: document.text(&["theme", "name"]).to_owned(), colors: colors.collect() }
}

fn console(fields: &Fields<'_>, services: &[Service], findings: &mut Findings) -> Option<Console> {
    let name = fields.owned("name")?;
    let run = fields.command("run");
    if run.is_empty() {
        let message = format!("the console `{name}` has no program");
        findings.problems.push(Problem::at(fields.place("run").clone(), message).help("add run = [...]"));
    }
    let place = match fields.text("where") {
        Some("host") => Place::Host,
        _ => Place::Service(services::used(services, fields, &format!("the console `{name}`"), findings)?.name.clone()),
    };
    Some(Console { name, run, place })
}

fn rule(fields: &Fields<'_>, findings: &mut Findings) -> Option<Watch> {
    let paths = fields.texts("paths");
    for key in ["paths", "action"] {
        if fields.get(key).is_none() {
            let message = format!("this `[[watch]]` has no {key}");
            findings.problems.push(Problem::at(fields.origin.place.clone(), message).help(format!("add {key}")));
        }
    }
    let debounce = fields.text("debounce").and_then(|text| forms::duration(text).ok());
    Some(Watch { paths, action: fields.owned("action")?, debounce: debounce.unwrap_or(Duration::from_millis(100)) })
}
