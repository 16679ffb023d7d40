//! Layers laid over each other: the later wins.

use crate::config::{
    schema::{self, Kind, Merge},
    value::{Entry, Node, Table, Value},
};

/// Lays a document over another.
pub fn documents(lower: &mut Node, upper: Node) {
    let Value::Table(upper) = upper.value else { return };
    for entry in upper.into_entries() {
        match merge_of(&entry.key) {
            Some(merge) => entries(lower.table_mut(), entry, merge),
            None => put(lower.table_mut(), entry),
        }
    }
}

fn merge_of(key: &str) -> Option<Merge> {
    match schema::find(schema::ROOT, key)?.kind {
        Kind::Entries(merge, _) => Some(merge),
        _ => None,
    }
}

fn put(lower: &mut Table, new: Entry) {
    match lower.entry_mut(&new.key) {
        Some(old) => {
            old.origin = new.origin;
            over(&mut old.node, new.node);
        }
        None => lower.insert(new),
    }
}

/// Tables key by key; anything else is replaced.
fn over(old: &mut Node, new: Node) {
    match (&mut old.value, new.value) {
        (Value::Table(lower), Value::Table(upper)) => {
            old.origin = new.origin;
            upper.into_entries().into_iter().for_each(|entry| put(lower, entry));
        }
        (_, value) => *old = Node { value, origin: new.origin },
    }
}

fn entries(lower: &mut Table, new: Entry, merge: Merge) {
    let Some(Node { value: Value::List(old), .. }) = lower.get_mut(&new.key) else { return lower.insert(new) };
    let Value::List(added) = new.node.value else { return };
    for node in added {
        match position(old, &node).filter(|_| merge == Merge::ByName) {
            Some(at) => over(&mut old[at], node),
            None => old.push(node),
        }
    }
}

fn position(list: &[Node], node: &Node) -> Option<usize> {
    let name = node.at(&["name"])?.as_text()?;
    list.iter().position(|old| old.at(&["name"]).and_then(Node::as_text) == Some(name))
}
