//! `doctor` on the command line, on a machine without an engine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

fn doctor(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_biostar-tui"));
    let state = folder.path().join("state");
    let output = command.args(arguments).current_dir(folder.path()).env("XDG_STATE_HOME", state).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn without_engine_and_project_it_is_json_with_exit_code_1() {
    let (code, text) = doctor(&["--host", "unix:///nonexistent.sock", "doctor", "--json"]);
    assert_eq!(code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["ok"], false);
    let checks = report["checks"].as_array().unwrap();
    let finding = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap()["finding"].clone();
    assert_eq!(finding("engine"), "error");
    assert_eq!(finding("base"), "skipped");
    assert!(checks.iter().all(|check| check["finding"] != "error" || check["remedy"].is_string()), "{text}");
}

#[test]
fn text_has_a_word_for_each_check_and_names_the_endpoint() {
    let (code, text) = doctor(&["--host", "unix:///nonexistent.sock", "doctor"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("error    engine: could not connect to unix:///nonexistent.sock\n"), "{text}");
    assert!(text.contains("         remedy: start the engine"), "{text}");
    assert!(text.contains("skipped  configuration: not looked at: no project in"), "{text}");
}

#[test]
fn an_endpoint_that_is_none_is_told_as_a_finding() {
    let (code, text) = doctor(&["--host", "nonsense", "doctor"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("error    engine: could not use endpoint nonsense"), "{text}");
}
