//! The import directions of the rooms, read from the `use crate::` lines and paths.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure of a test or measurement is its report")]

use std::{fs, path::Path};

/// Room, rooms that it may import, crates that it must not know.
const RULES: &[(&str, &[&str], &[&str])] = &[
    ("core", &[], EDGES),
    ("actions", &["core"], EDGES),
    ("config", &["core", "actions"], EDGES),
    ("engine", &["core"], &["crossterm", "ratatui"]),
    ("logs", &["core"], EDGES),
    ("console", &["core"], &["bollard"]),
    ("watch", &["core"], &["bollard", "crossterm"]),
    ("components", &["core", "actions", "logs", "console", "config", "app"], EDGES),
    ("app", &["core", "actions", "logs", "console", "config", "components"], EDGES),
    (
        "runtime",
        &["core", "actions", "config", "engine", "logs", "console", "watch", "components", "app"],
        &["bollard", "clap"],
    ),
    (
        "cli",
        &["core", "actions", "config", "engine", "logs", "console", "watch", "components", "app", "runtime"],
        &["bollard"],
    ),
];

/// What pure rooms must not know.
const EDGES: &[&str] = &["crossterm", "tokio", "bollard", "hyper"];

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The rooms that a source names by `crate::room`, and by `use crate::{room::…, room::…}`.
fn imported(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (position, found) in text.match_indices("crate::") {
        let rest = &text[position + found.len()..];
        match rest.strip_prefix('{') {
            Some(group) => rooms.extend(group_heads(group)),
            None => rooms.push(word(rest)),
        }
    }
    rooms
}

fn group_heads(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut heads = vec![word(group.trim_start())];
    for (position, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(word(group[position + 1..].trim_start())),
            _ => {}
        }
    }
    heads
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[test]
fn rooms_import_only_what_they_may() {
    let mut wrong = Vec::new();
    for (room, may, _) in RULES {
        let mut files = Vec::new();
        sources(&Path::new("src").join(room), &mut files);
        for (path, text) in files {
            for name in imported(&text) {
                let is_room = RULES.iter().any(|(other, ..)| *other == name);
                if is_room && name != *room && !may.contains(&name.as_str()) {
                    wrong.push(format!("{path} imports {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_know_no_edges() {
    let mut wrong = Vec::new();
    for (room, _, banned) in RULES {
        let mut files = Vec::new();
        sources(&Path::new("src").join(room), &mut files);
        for (path, text) in files {
            let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            wrong.extend(
                banned.iter().filter(|name| code.contains(&format!("{name}::"))).map(|name| format!("{path}: {name}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_adapter_knows_bollard() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for (path, text) in files {
        assert!(path.starts_with("src/engine/docker") || !text.contains("bollard::"), "{path} knows bollard");
    }
}

#[test]
fn every_room_has_a_rule() {
    for entry in fs::read_dir("src").unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(RULES.iter().any(|(room, ..)| *room == name), "src/{name} has no rule");
    }
}

#[test]
fn the_reader_of_imports_reads_groups() {
    let text = "use crate::{core::{a, b}, engine::Engine};\nuse crate::logs::x;";
    assert_eq!(imported(text), ["core", "engine", "logs"]);
}
