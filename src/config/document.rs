//! The merged configuration with the provenance of each value.

use crate::{
    config::value::{Entry, Node, Table, Value},
    core::secret::{self, Secrets},
};

use super::source::{Layer, Origin, Place};

/// All layers laid over each other; every value knows where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The tree.
    pub root: Node,
}

/// One value as `config show` tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// Its path, `steps.migrate.run`.
    pub key: String,
    /// The value, secrets masked.
    pub value: serde_json::Value,
    /// The layer that set it.
    pub layer: Layer,
    /// Where: `FILE:LINE:COLUMN`, a variable, a flag.
    pub place: Place,
}

impl Document {
    /// The value under a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        self.root.at(path)
    }

    /// The text under a path of keys; empty where there is none.
    pub fn text(&self, path: &[&str]) -> &str {
        self.at(path).and_then(Node::as_text).unwrap_or_default()
    }

    /// The entries of the table under a path of keys.
    pub fn entries(&self, path: &[&str]) -> &[Entry] {
        self.at(path).and_then(Node::as_table).map(Table::entries).unwrap_or_default()
    }

    /// The tables of an array of tables.
    pub fn tables(&self, key: &str) -> impl Iterator<Item = (&Table, &Origin)> {
        let list = self.at(&[key]).and_then(Node::as_list).unwrap_or_default();
        list.iter().filter_map(|node| Some((node.as_table()?, &node.origin)))
    }

    /// Every value, secrets masked. `secrets` are those known from elsewhere (the env
    /// file's); those of the document itself are found here.
    pub fn leaves(&self, secrets: &Secrets) -> Vec<Leaf> {
        let mut all = Vec::new();
        collect("", "", &self.root, &mut all);
        let own = Secrets::from_variables(all.iter().filter_map(|found| Some((found.key, found.node.as_text()?))));
        all.into_iter().map(|found| found.leaf(&[&own, secrets])).collect()
    }
}

struct FoundLeaf<'n> {
    path: String,
    /// The last key of the path: it tells whether the value is a secret.
    key: &'n str,
    node: &'n Node,
}

impl FoundLeaf<'_> {
    fn leaf(self, secrets: &[&Secrets]) -> Leaf {
        Leaf {
            value: masked(self.key, self.node.to_json(), secrets),
            key: self.path,
            layer: self.node.origin.layer,
            place: self.node.origin.place.clone(),
        }
    }
}

fn collect<'n>(path: &str, key: &'n str, node: &'n Node, all: &mut Vec<FoundLeaf<'n>>) {
    match &node.value {
        Value::Table(table) if !table.entries().is_empty() => {
            for entry in table.entries() {
                collect(&joined(path, &entry.key), &entry.key, &entry.node, all);
            }
        }
        Value::List(list) if list.iter().any(|node| node.as_table().is_some()) => {
            for (index, node) in list.iter().enumerate() {
                let name = node.at(&["name"]).and_then(Node::as_text);
                collect(&joined(path, name.unwrap_or(&index.to_string())), key, node, all);
            }
        }
        _ => all.push(FoundLeaf { path: path.to_owned(), key, node }),
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

pub(super) fn masked(key: &str, value: serde_json::Value, secrets: &[&Secrets]) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Json::String(text) => {
            let text = secret::masked(key, &text).to_owned();
            secrets.iter().fold(text, |text, secrets| secrets.mask(&text).into_owned()).into()
        }
        Json::Number(_) if secret::is_secret_key(key) => secret::MASK.into(),
        Json::Array(list) => list.into_iter().map(|value| masked(key, value, secrets)).collect(),
        Json::Object(map) => {
            Json::Object(map.into_iter().map(|(key, value)| (key.clone(), masked(&key, value, secrets))).collect())
        }
        other => other,
    }
}
