//! The environment in use.

use std::path::PathBuf;

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        resolve::{Facts, Findings},
        source::{Layer, Origin},
        value::{Node, Value},
    },
    core::environment::{Environment, is_production},
};

/// Names of all declared environments.
pub fn names(document: &Document) -> Vec<String> {
    document.entries(&["environments"]).iter().map(|entry| entry.key.clone()).collect()
}

pub(super) fn resolve(document: &Document, facts: &Facts, findings: &mut Findings) -> Environment {
    let name = document.text(&["project", "environment"]);
    let entry = document.entries(&["environments"]).iter().find(|entry| entry.key == name);
    let Some(fields) = entry.and_then(Fields::of) else {
        // `environment_in_use` has told it, if it was asked.
        findings.problems.push(Problem::new(format!("unknown environment `{name}`")));
        return Environment::default();
    };
    if let Some(folder) = facts.manage.as_ref().filter(|_| fields.text("settings").is_none()) {
        let manage: PathBuf = facts.root.join(folder).join("manage.py").components().collect();
        findings.problems.push(no_settings(name, &manage.display().to_string(), &facts.settings, fields.origin));
    }
    check_live_reload(name, &fields, findings);
    Environment {
        name: name.to_owned(),
        requirements: fields.texts("requirements"),
        packages: fields.texts("packages"),
        pins: fields.pairs("pins").collect(),
        exclude: fields.texts("exclude"),
        settings: fields.owned("settings").unwrap_or_default(),
        overlay: overlay(fields.get("overlay")),
        live_reload: fields.bool("live_reload").unwrap_or(false),
        test_settings: fields.owned("test_settings"),
        packages_in_folder: fields.text("packages_in") == Some("folder"),
        env_file: fields.owned("env_file"),
        variables: facts.variables.clone(),
        sourced: facts.sourced.clone(),
    }
}

/// The script comes into pages by the overlay, and has no place in those of others.
fn check_live_reload(name: &str, fields: &Fields<'_>, findings: &mut Findings) {
    if fields.bool("live_reload") != Some(true) {
        return;
    }
    let mut problem = |message: String, help: &str| {
        findings.problems.push(Problem::at(fields.place("live_reload").clone(), message).help(help.to_owned()));
    };
    if overlay(fields.get("overlay")).is_none() {
        problem("`live_reload` needs the settings overlay".to_owned(), "leave `overlay = false` out, or `live_reload`");
    }
    if is_production(name) {
        problem(format!("`live_reload` is for development, and `{name}` counts as production"), "leave it out here");
    }
}

pub(super) fn overlay(node: Option<&Node>) -> Option<serde_json::Map<String, serde_json::Value>> {
    match node.map(|node| &node.value) {
        None => Some(serde_json::Map::new()),
        Some(Value::Table(table)) => Some(table.to_json()),
        Some(_) => None,
    }
}

fn no_settings(environment: &str, manage: &str, there: &[String], origin: &Origin) -> Problem {
    let found = if there.is_empty() { String::new() } else { format!("; there is {}", there.join(" and ")) };
    let message = format!("the environment `{environment}` has no settings module, and {manage} names none{found}");
    let first = there.first().map_or("mysite.settings", String::as_str);
    // What is built in is no place to write it.
    let place = (origin.layer >= Layer::Project).then(|| origin.place.clone());
    let help = Some(format!("[environments.{environment}]\nsettings = \"{first}\""));
    Problem { place, message, help }
}
