//! The environment in use.

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        resolve::{Facts, Findings},
        source::Place,
        value::{Node, Value},
    },
    core::environment::Environment,
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
    if facts.manage.is_some() && fields.text("settings").is_none() {
        findings.problems.push(no_settings(name, fields.place("settings")));
    }
    Environment {
        name: name.to_owned(),
        requirements: fields.texts("requirements"),
        packages: fields.texts("packages"),
        pins: fields.pairs("pins").collect(),
        settings: fields.owned("settings").unwrap_or_default(),
        overlay: overlay(fields.get("overlay")),
        env_file: fields.owned("env_file"),
        variables: facts.variables.clone(),
    }
}

fn overlay(node: Option<&Node>) -> Option<serde_json::Map<String, serde_json::Value>> {
    match node.map(|node| &node.value) {
        None => Some(serde_json::Map::new()),
        Some(Value::Table(table)) => Some(table.to_json()),
        Some(_) => None,
    }
}

fn no_settings(environment: &str, place: &Place) -> Problem {
    let message = format!("the environment `{environment}` has no settings module, and manage.py names none");
    Problem::at(place.clone(), message).help(format!("[environments.{environment}]\nsettings = \"mysite.settings\""))
}
