//! Dependencies in `pyproject.toml`: PEP 621, PEP 735 (uv), Poetry.

use crate::config::{
    init::{
        ground::{Ground, place_of},
        needs::Listed,
        poetry,
    },
    requirements,
    value::{Node, Table},
};

/// Groups that a developer's settings may need (a debug toolbar).
const FOR_DEVELOPMENT: &[&str] = &["dev", "development", "local"];

/// What it lists; `None` where it lists nothing.
pub(super) fn look(ground: &Ground<'_>, path: &str) -> Option<Listed> {
    let node = ground.toml(path)?;
    let mut listed = Listed::default();
    standard(&node, &mut listed);
    of_poetry(&node, &mut listed);
    sources(&node, &mut listed);
    if let Some(name) = node.at(&["project", "name"]).and_then(Node::as_text) {
        // Extras may name the project itself: `mysite[cache]`.
        listed.remove(&requirements::normalised(name));
    }
    (!listed.lines.is_empty()).then_some(listed)
}

fn standard(node: &Node, listed: &mut Listed) {
    if let Some(list) = node.at(&["project", "dependencies"]) {
        listed.from = place_of(list);
        lines(list, listed);
    }
    for (name, group) in groups(node, &["project", "optional-dependencies"]) {
        if listed.takes(name, FOR_DEVELOPMENT) {
            lines(group, listed);
        }
    }
    for (name, _) in groups(node, &["dependency-groups"]) {
        if listed.takes(name, FOR_DEVELOPMENT) {
            included(node, name, &mut Vec::new(), listed);
        }
    }
    if let Some(group) = node.at(&["tool", "uv", "dev-dependencies"]) {
        listed.takes("dev", FOR_DEVELOPMENT);
        lines(group, listed);
    }
}

fn groups<'a>(node: &'a Node, path: &[&str]) -> Vec<(&'a str, &'a Node)> {
    let entries = node.at(path).and_then(Node::as_table).map(Table::entries).unwrap_or_default();
    entries.iter().map(|entry| (entry.key.as_str(), &entry.node)).collect()
}

fn lines(list: &Node, listed: &mut Listed) {
    let texts = list.as_list().unwrap_or_default().iter().filter_map(Node::as_text);
    texts.for_each(|line| listed.add(line.trim()));
}

/// A group and those that it includes (PEP 735).
fn included(root: &Node, name: &str, open: &mut Vec<String>, listed: &mut Listed) {
    let wanted = requirements::normalised(name);
    if open.contains(&wanted) {
        return;
    }
    open.push(wanted.clone());
    let groups = groups(root, &["dependency-groups"]);
    let group = groups.into_iter().find(|(name, _)| requirements::normalised(name) == wanted);
    for node in group.and_then(|(_, group)| group.as_list()).unwrap_or_default() {
        match (node.as_text(), node.at(&["include-group"]).and_then(Node::as_text)) {
            (Some(line), _) => listed.add(line.trim()),
            (None, Some(name)) => included(root, name, open, listed),
            (None, None) => {}
        }
    }
}

fn of_poetry(node: &Node, listed: &mut Listed) {
    let table = |path: &[&str]| node.at(path).and_then(Node::as_table);
    let main = ["tool", "poetry", "dependencies"];
    if let Some(table) = table(&main) {
        if listed.lines.is_empty() {
            listed.from = node.at(&main).map(place_of).unwrap_or_default();
        }
        poetry::dependencies(table, listed);
    }
    if let Some(table) = table(&["tool", "poetry", "dev-dependencies"]) {
        listed.takes("dev", FOR_DEVELOPMENT);
        poetry::dependencies(table, listed);
    }
    for (name, group) in groups(node, &["tool", "poetry", "group"]) {
        let dependencies = group.at(&["dependencies"]).and_then(Node::as_table);
        if let Some(table) = dependencies.filter(|_| listed.takes(name, FOR_DEVELOPMENT)) {
            poetry::dependencies(table, listed);
        }
    }
}

/// uv takes some packages from elsewhere: a repository, or a folder, which pip in a
/// container does not have.
fn sources(node: &Node, listed: &mut Listed) {
    for (name, source) in groups(node, &["tool", "uv", "sources"]) {
        let text = |key: &str| source.at(&[key]).and_then(Node::as_text);
        let local = ["path", "workspace"].iter().any(|key| source.at(&[key]).is_some());
        let revision = ["rev", "tag", "branch"].iter().find_map(|key| text(key));
        let plain = requirements::normalised(name);
        match text("git").and_then(|url| poetry::git(url, revision)) {
            Some(url) if listed.remove(&plain) => listed.add(format!("{name} @ {url}")),
            None if local && listed.remove(&plain) => listed.leave_out(name),
            _ => {}
        }
    }
}
