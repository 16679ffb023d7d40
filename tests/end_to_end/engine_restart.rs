//! The engine restarts, or is killed: what was provisioned stays, `up` brings the rest.

use biostar_tui::core::naming::Role;

use crate::{
    dashboard::{self, shows},
    place::{PATIENCE, Place},
    pty::{Pty, wait_until},
    second_engine::{Containers, SecondEngine},
    support::raw,
};

const PROJECT: &str = "
[services.db]
kind = \"postgres\"
port = \"\"

[services.keeper]
image = \"IMAGE\"
command = [\"sh\", \"-c\", \"echo begun; exec sleep 3600\"]
mounts = [\"data:/data\"]
needs = [\"db\"]
";

#[test]
fn after_a_restart_of_the_engine_up_finds_the_same_data_and_makes_nothing_anew() {
    let mut engine = SecondEngine::start("dies", Containers::EndToo);
    let place = provisioned(&engine, "dies");
    let before = containers(&place);
    for signal in ["-TERM", "-KILL"] {
        engine.stop(signal);
        let away = place.run(&["up"]).ends(3);
        assert!(away.err.contains("docker.sock"), "{}", away.err);
        engine.start_again();
        let states = place.run(&["status", "--json"]).ends(0).json();
        let running = states["services"].as_array().unwrap().iter().any(|service| service["state"] == "running");
        assert!(!running, "without live-restore no container outlives its engine: {states}");
        place.run(&["up"]).ends(0);
        assert_eq!(containers(&place), before, "after {signal} the containers are the same ones");
        holds_its_data(&place);
    }
}

#[test]
fn a_restart_under_live_restore_leaves_nothing_to_do() {
    let mut engine = SecondEngine::start("lives", Containers::LiveOn);
    let place = provisioned(&engine, "lives");
    let mut console = opened_console(&place);
    let before = place.containers();
    engine.stop("-TERM");
    place.run(&["status"]).ends(3);
    shows(&console, "detached");
    engine.start_again();
    is_attached_again(&mut console);
    place.nothing_to_do();
    let after = place.containers();
    let lives = |all: &[biostar_tui::core::observed::Container]| -> Vec<_> {
        all.iter().map(|container| (container.id.clone(), container.started_at, container.phase)).collect()
    };
    assert_eq!(lives(&after), lives(&before));
    holds_its_data(&place);
}

/// A shell in a container like the database's, with a variable in it.
fn opened_console(place: &Place) -> Pty {
    let mut console = dashboard::terminal(place, "console bash-db", (100, 30));
    shows(&console, "console bash-db");
    console.type_keys("word=kept; echo \"is $word\"\r");
    shows(&console, "is kept");
    console
}

/// The same screen, and the same shell behind it.
fn is_attached_again(console: &mut Pty) {
    let is_back = || console.screen().iter().all(|row| !row.contains("detached"));
    assert!(wait_until(PATIENCE, is_back), "{}", console.screen().join("\n"));
    shows(console, "is kept");
    console.type_keys("echo \"still $word\"\r");
    shows(console, "still kept");
}

/// The project on the second engine. Its network leads nowhere, so the images come from
/// the first engine.
fn provisioned(engine: &SecondEngine, what: &str) -> Place {
    let image = image_of_db(what);
    let place = Place::over(what, engine.endpoint());
    place.set("DOCKER_HOST", &engine.endpoint().to_string());
    raw::copy_images(&raw::socket(), &engine.socket(), &[&image]);
    std::fs::create_dir_all(&place.root).unwrap();
    place.write("biostar-tui.toml", &PROJECT.replace("IMAGE", &place.tiny_image()));
    place.run(&["up"]).ends(0);
    place.query("development", "create table kept (word text)");
    place.query("development", "insert into kept values ('still here')");
    place.execute("development", "keeper", &["sh", "-c", "echo still here > /data/word"]);
    place
}

/// The database's image, built on the first engine where it is not there yet.
fn image_of_db(what: &str) -> String {
    let place = Place::with_file(&format!("{what}-image"), PROJECT);
    place.bring_up(&["up"]).ends(0);
    place.service("db").image
}

fn containers(place: &Place) -> Vec<(String, String)> {
    let all = [Role::Service, Role::Helper].map(|role| place.ids(role));
    all.into_iter().flatten().collect()
}

fn holds_its_data(place: &Place) {
    assert_eq!(place.query("development", "select word from kept"), "still here");
    assert_eq!(place.execute("development", "keeper", &["cat", "/data/word"]), "still here");
    place.nothing_to_do();
}
