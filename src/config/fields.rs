//! A table of the merged configuration, read field by field. It was held against the
//! schema before, so a field that is there has its type.

use crate::{
    config::{
        forms,
        source::{Origin, Place},
        value::{Entry, Node, Table, Value},
    },
    core::service::Port,
};

/// A table and where it was declared.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// The table.
    pub table: &'a Table,
    /// Where it was declared.
    pub origin: &'a Origin,
}

impl<'a> Fields<'a> {
    /// The fields of an entry that is a table.
    pub fn of(entry: &'a Entry) -> Option<Self> {
        Some(Self { table: entry.node.as_table()?, origin: &entry.origin })
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.table.get(key)
    }

    /// Where a field was written; the table's own place where it was not.
    pub fn place(&self, key: &str) -> &'a Place {
        &self.get(key).map_or(self.origin, |node| &node.origin).place
    }

    /// A text that is not empty.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_text().filter(|text| !text.is_empty())
    }

    /// A text that is not empty, taken out.
    pub fn owned(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    /// A truth value.
    pub fn bool(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// The elements of a list.
    pub fn list(&self, key: &str) -> &'a [Node] {
        self.get(key).and_then(Node::as_list).unwrap_or_default()
    }

    /// The texts of a list.
    pub fn texts(&self, key: &str) -> Vec<String> {
        texts(self.list(key))
    }

    /// A command, written as a text or as a list.
    pub fn command(&self, key: &str) -> Vec<String> {
        match self.get(key).map(|node| &node.value) {
            Some(Value::Text(text)) => forms::command(text).unwrap_or_default(),
            Some(Value::List(list)) => texts(list),
            _ => Vec::new(),
        }
    }

    /// The entries of a table of texts.
    pub fn pairs(&self, key: &str) -> impl Iterator<Item = (String, String)> + use<'a> {
        let entries = self.get(key).and_then(Node::as_table).map(Table::entries).unwrap_or_default();
        entries.iter().filter_map(|entry| Some((entry.key.clone(), plain(&entry.node)?)))
    }

    /// A port, written as a text or as a number.
    pub fn port(node: &Node, container: Option<u16>) -> Option<Port> {
        forms::port(&plain(node)?, container).ok().flatten()
    }
}

fn texts(list: &[Node]) -> Vec<String> {
    list.iter().filter_map(Node::as_text).map(str::to_owned).collect()
}

/// A text, number or truth value as text.
fn plain(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
