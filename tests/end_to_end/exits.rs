//! Exit codes and what is said with them: 2 usage or configuration, 3 no engine, 4 refused.

use biostar_tui::{
    core::naming,
    engine::{Engine as _, port::LabelFilter},
};

use crate::place::Place;

const SLEEPER: &str = "
[services.sleeper]
image = \"IMAGE\"
command = [\"sleep\", \"3600\"]
";

#[test]
fn bad_usage_and_configuration_end_with_2_and_name_the_place() {
    let place = Place::with_file("usage", SLEEPER);
    place.run(&["upp"]).ends(2);
    place.run(&["up", "--dry-rum"]).ends(2);
    place.run(&["--environment", "stagin", "up"]).ends(2).says(&["stagin"]);
    place.run(&["--project", "/nonexistent-folder", "up"]).ends(2).says(&["/nonexistent-folder"]);
    place.run(&["--host", "gopher://x", "status"]).ends(2).says(&["gopher://x", "unix:///path/to/socket"]);
    place.append("biostar-tui.toml", "comand = [\"x\"]\n");
    let line = std::fs::read_to_string(place.root.join("biostar-tui.toml")).unwrap().lines().count();
    place.run(&["up"]).ends(2).says(&["biostar-tui.toml", &format!(":{line}:1"), "comand", "command"]);
    let ran = place.run(&["status", "--json"]).ends(2);
    assert!(ran.json()["errors"][0]["summary"].is_string(), "{}", ran.out);
    place.write("biostar-tui.toml", "[services.sleeper\n");
    place.run(&["config", "check"]).ends(2).says(&["biostar-tui.toml", ":1:"]);
    std::fs::write(place.root.join("biostar-tui.toml"), b"[project]\nname = \"\xff\"\n").unwrap();
    place.run(&["up"]).ends(2).says(&["biostar-tui.toml", "UTF-8"]);
    place.write("biostar-tui.toml", "[services.sleeper]\nimage = \"x\"\nmounts = [\"./nowhere:/data\"]\n");
    place.run(&["up"]).ends(2).says(&["nowhere"]);
    assert_eq!(place.containers(), [], "nothing was made by any of these");
}

#[test]
fn a_folder_without_manage_py_says_what_was_looked_for() {
    let place = Place::new("nothing");
    let empty = place.beside("empty");
    std::fs::create_dir(&empty).unwrap();
    let ran = place.run(&["--project", empty.to_str().unwrap(), "up"]).ends(2);
    ran.says(&["manage.py", "biostar-tui.toml", empty.to_str().unwrap()]);
}

#[test]
fn no_engine_ends_with_3_names_the_endpoint_and_the_remedy() {
    let place = Place::with_file("no-engine", SLEEPER);
    let missing = format!("unix://{}", place.beside("no.sock").display());
    for verb in ["up", "halt", "status", "tasks", "logs", "destroy"] {
        let ran = place.run(&["--host", &missing, verb]).ends(3);
        assert!(ran.err.contains(&missing) && ran.err.contains("remedy"), "{verb}: {}", ran.err);
    }
    // What answers, but is no engine.
    let path = place.beside("other.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let other = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 13\r\n\r\n<html>\x1b[2Jhi\r\n");
    });
    let ran = place.run(&["--host", &format!("unix://{}", path.display()), "status"]);
    other.join().unwrap();
    assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}");
    assert!(!ran.err.contains('\x1b'), "foreign bytes do not reach the terminal: {:?}", ran.err);
    let config = place.run(&["--host", &missing, "config", "check"]).ends(0);
    assert!(config.out.contains("valid"), "what needs no engine works without one");
}

#[test]
fn the_same_name_in_another_folder_is_refused_with_4_until_one_of_them_goes() {
    let place = Place::with_file("stranger", SLEEPER);
    place.run(&["up"]).ends(0);
    let before = place.containers();
    let other = place.beside("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::copy(place.root.join("biostar-tui.toml"), other.join("biostar-tui.toml")).unwrap();
    let there = other.to_str().unwrap();
    let ran = place.run(&["--project", there, "up"]).ends(4);
    ran.says(&[&before[0].name, place.root.to_str().unwrap(), "name"]);
    let plan = place.run(&["--project", there, "up", "--dry-run", "--json"]).ends(4).json();
    assert_eq!(plan["steps"], serde_json::json!([]));
    assert!(!plan["refusal"].is_null());
    // Nor is anything stopped or removed from there.
    place.run(&["--project", there, "halt"]).ends(4).says(&[place.root.to_str().unwrap()]);
    place.run(&["--project", there, "destroy", "--volumes", "--yes"]).ends(4).says(&[place.root.to_str().unwrap()]);
    assert_eq!(place.containers(), before);
    place.run(&["destroy", "--yes"]).ends(0);
    place.run(&["--project", there, "up"]).ends(0);
    let roots: Vec<_> = place.containers().iter().map(|it| it.labels[naming::LABEL_ROOT].clone()).collect();
    assert_eq!(roots, [std::fs::canonicalize(&other).unwrap().display().to_string()]);
}

#[test]
fn what_a_broken_configuration_has_made_can_be_removed() {
    let place = Place::with_file("broken", SLEEPER);
    place.run(&["up"]).ends(0);
    let text = std::fs::read_to_string(place.root.join("biostar-tui.toml")).unwrap();
    place.write("biostar-tui.toml", "[services.sleeper\n");
    place.run(&["halt"]).ends(2);
    place.run(&["destroy"]).ends(4).says(&["biostar-tui.toml", ":1:", "nobody can be asked"]);
    assert_eq!(place.containers().len(), 1, "nothing goes without an answer");
    place.run(&["--environment", "staging", "destroy", "--yes"]).ends(2);
    place.run(&["destroy", "--volumes", "--yes"]).ends(0).says(&["biostar-tui.toml", ":1:", "is gone"]);
    assert_eq!(place.containers(), []);
    place.run(&["destroy", "--yes"]).ends(2).says(&["biostar-tui.toml", ":1:"]);
    place.write("biostar-tui.toml", &text);
    place.run(&["destroy", "--yes"]).ends(0).says(&["there were no containers"]);
}

#[test]
fn a_name_of_ours_that_an_unlabelled_object_has_is_refused() {
    let place = Place::with_file("taken", SLEEPER);
    let name = naming::network(&place.name, "development");
    place.wait_for(place.engine.create_network(&name, &LabelFilter::new())).unwrap();
    let ran = place.run(&["up"]);
    let network = place.wait_for(place.engine.network(&name)).unwrap();
    place.wait_for(place.engine.remove_network(&network.id)).unwrap();
    ran.ends(4).says(&[&name, "labels"]);
}
