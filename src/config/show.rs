//! `config show`: each value with the layer that set it.

use crate::config::{
    document::{self, Leaf},
    load::Loaded,
};
use crate::core::service::ServiceKind;

/// The same for a page that may be narrow: nothing is aligned.
pub fn narrow(leaves: &[Leaf]) -> String {
    let line = |leaf: &Leaf| format!("{} = {}  # {} ({})\n", leaf.key, leaf.value, leaf.layer.as_str(), leaf.place);
    leaves.iter().map(line).collect()
}

/// The lines of `config show`: value by value, the layer and its place behind.
pub fn text(leaves: &[Leaf]) -> String {
    let lines: Vec<(String, String)> = leaves
        .iter()
        .map(|leaf| (format!("{} = {}", leaf.key, leaf.value), format!("{} ({})", leaf.layer.as_str(), leaf.place)))
        .collect();
    let widest = lines.iter().map(|(value, _)| value.chars().count()).filter(|width| *width <= 60).max().unwrap_or(0);
    lines.iter().map(|(value, layer)| format!("{value:widest$}  # {layer}\n")).collect()
}

/// The environment in use alone: what it is made of, and the variables that its containers
/// get of the project, each once, with where it comes from. Secrets are masked.
pub fn environment(loaded: &Loaded) -> Vec<(String, String, String)> {
    let project = &loaded.project;
    let name = &project.environment.name;
    let own = format!("environments.{name}.");
    let mut services: Vec<String> = project
        .wanted()
        .filter(|service| service.kind == ServiceKind::Django || service.name == "search")
        .map(|service| format!("services.{}.env.", service.name))
        .collect();
    services.push("project.environment".to_owned());
    let leaves = loaded.leaves();
    let counts =
        |leaf: &&Leaf| leaf.key.starts_with(&own) || services.iter().any(|prefix| leaf.key.starts_with(prefix));
    let place = |leaf: &Leaf| format!("{} ({})", leaf.layer.as_str(), leaf.place);
    let declared = leaves.iter().filter(counts).map(|leaf| (leaf.key.clone(), leaf.value.to_string(), place(leaf)));
    let file = project.environment.env_file.as_deref().unwrap_or_default();
    let secrets = loaded.secrets();
    let variable = |(key, value): (&String, &String)| {
        let shown = document::masked(key, value.as_str().into(), &[&secrets]);
        (format!("env {key}"), shown.to_string(), format!("env file ({file})"))
    };
    // What a service sets itself goes before its env file, and stands above.
    let is_set = |key: &&String| {
        leaves.iter().any(|leaf| services.iter().any(|prefix| leaf.key.strip_prefix(prefix) == Some(key.as_str())))
    };
    let variables = project.environment.variables.iter().filter(|(key, _)| !is_set(key)).map(variable);
    let computed = project.environment.sourced.iter().flat_map(|sourced| &sourced.names).filter(|key| !is_set(key));
    let computed = computed.map(|key| (format!("env {key}"), "?".to_owned(), format!("a shell, from {file}")));
    declared.chain(variables).chain(computed).collect()
}

/// The same as lines.
pub fn environment_text(loaded: &Loaded) -> String {
    let lines = environment(loaded).into_iter().map(|(key, value, from)| format!("{key} = {value}  # {from}\n"));
    lines.collect()
}

/// The object of `config show --json`: `{"values": [{"key", "value", "layer", "source",
/// "line", "column"}]}`; line and column are null where the source has none.
pub fn json(leaves: &[Leaf]) -> serde_json::Value {
    let values: Vec<serde_json::Value> = leaves.iter().map(one).collect();
    serde_json::json!({ "values": values })
}

fn one(leaf: &Leaf) -> serde_json::Value {
    let position = leaf.place.position();
    serde_json::json!({
        "key": leaf.key,
        "value": leaf.value,
        "layer": leaf.layer.as_str(),
        "source": leaf.place.source.name,
        "line": position.map(|(line, _)| line),
        "column": position.map(|(_, column)| column),
    })
}
