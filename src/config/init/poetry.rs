//! Dependencies in Poetry's form, which Pipfiles share: name, and a constraint or a table.

use crate::config::{
    init::{needs::Listed, specifier},
    value::{Node, Table, Value},
};

/// Adds a table of dependencies.
pub(super) fn dependencies(table: &Table, listed: &mut Listed) {
    for entry in table.entries().iter().filter(|entry| entry.key != "python") {
        dependency(&entry.key, &entry.node, listed);
    }
}

fn dependency(name: &str, node: &Node, listed: &mut Listed) {
    match &node.value {
        Value::Text(constraint) => listed.add(format!("{name}{}", specifier_of(constraint))),
        Value::Table(table) => match line(name, table) {
            Some(line) => listed.add(line),
            None => listed.leave_out(name),
        },
        // One constraint for each Python or platform, told apart by markers.
        Value::List(list) => list.iter().for_each(|node| dependency(name, node, listed)),
        _ => listed.leave_out(name),
    }
}

fn specifier_of(constraint: &str) -> String {
    specifier::pep440(constraint).unwrap_or_default()
}

/// The requirement; `None` for what pip cannot install from a line, and for optional ones.
fn line(name: &str, table: &Table) -> Option<String> {
    let text = |key: &str| table.get(key).and_then(Node::as_text);
    let local =
        ["path", "file", "editable"].iter().any(|key| table.get(key).is_some_and(|node| node.as_bool() != Some(false)));
    if table.get("optional").and_then(Node::as_bool) == Some(true) || local && text("git").is_none() {
        return None;
    }
    let extras: Vec<&str> =
        table.get("extras").and_then(Node::as_list).unwrap_or_default().iter().filter_map(Node::as_text).collect();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let from = match (text("git"), text("url")) {
        (Some(url), _) => format!(" @ {}", git(url, ["rev", "tag", "branch", "ref"].iter().find_map(|key| text(key)))?),
        (None, Some(url)) => format!(" @ {url}"),
        (None, None) => specifier_of(text("version").unwrap_or_default()),
    };
    let markers = markers(table);
    // A URL ends at a blank.
    let end = if from.starts_with(" @") { " ; " } else { "; " };
    Some(format!("{name}{extras}{from}{}", if markers.is_empty() { String::new() } else { format!("{end}{markers}") }))
}

/// What pip calls a git repository; `None` for what is no URL (`git@host:path`).
pub(super) fn git(url: &str, revision: Option<&str>) -> Option<String> {
    let plain = url.strip_prefix("git+").unwrap_or(url);
    let revision = revision.map(|revision| format!("@{revision}")).unwrap_or_default();
    plain.contains("://").then(|| format!("git+{plain}{revision}"))
}

fn markers(table: &Table) -> String {
    let text = |key: &str| table.get(key).and_then(Node::as_text).map(str::to_owned);
    let python = text("python").and_then(|constraint| python_marker(&constraint));
    let platform = text("platform").or_else(|| text("sys_platform"));
    let platform = platform.map(|value| {
        // A Pipfile writes the operator with it: "== 'win32'".
        if value.contains(['=', '<']) { format!("sys_platform {value}") } else { format!("sys_platform == '{value}'") }
    });
    [text("markers").map(|text| format!("({text})")), python, platform]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" and ")
}

fn python_marker(constraint: &str) -> Option<String> {
    let specifier = specifier::pep440(constraint).filter(|specifier| !specifier.is_empty())?;
    let clauses = specifier.split(',').map(|clause| {
        let at = clause.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let version = &clause[at..];
        // `python_version` is compared as a version: 3 is 3.0.
        let version = if version.contains('.') { version.to_owned() } else { format!("{version}.0") };
        format!("python_version {} '{version}'", &clause[..at])
    });
    Some(clauses.collect::<Vec<_>>().join(" and "))
}
