//! `config show`: each value with the layer that set it.

use crate::config::document::Leaf;

/// The lines of `config show`: value by value, the layer and its place behind.
pub fn text(leaves: &[Leaf]) -> String {
    let lines: Vec<(String, String)> = leaves
        .iter()
        .map(|leaf| (format!("{} = {}", leaf.key, leaf.value), format!("{} ({})", leaf.layer.as_str(), leaf.place)))
        .collect();
    let widest = lines.iter().map(|(value, _)| value.chars().count()).filter(|width| *width <= 60).max().unwrap_or(0);
    lines.iter().map(|(value, layer)| format!("{value:widest$}  # {layer}\n")).collect()
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
