//! Services of the user's own: an image and a command, no Django in the folder.

use std::collections::BTreeSet;

use biostar_tui::{core::naming::Role, engine::Engine as _};

use crate::{
    first_light::sleeper,
    place::{Place, free_port, page},
};

const SERVICES: &str = "
[services.clock]
image = \"IMAGE\"
command = [\"sh\", \"-c\", \"echo up since $GREETING; i=0; while :; do i=$((i+1)); echo tick $i; sleep 1; done\"]
env = { GREETING = \"hello\" }

[services.files]
image = \"IMAGE\"
command = [\"sh\", \"-c\", \"echo hello > /data/index.html; exec busybox httpd -f -p 8080 -h /data\"]
port = \"127.0.0.1:PORT:8080\"
health = [\"stat\", \"/data/index.html\"]
mounts = [\"data:/data\"]
needs = [\"clock\"]
";

#[test]
fn a_service_of_the_users_own_comes_up_is_shown_and_logged_like_the_rest() {
    let mut place = Place::new("own");
    // A folder that names and quoting would fall over.
    place.root = place.beside("mein Projekt ü'\"");
    let text = SERVICES.replace("IMAGE", &place.tiny_image()).replace("PORT", &free_port().to_string());
    place.write("biostar-tui.toml", &text);
    let ran = place.run(&["up"]).ends(0);
    let url = ran.last_line().rsplit(' ').next().unwrap().to_owned();
    is_shown(&place, &url);
    is_logged(&place);
    place.execute("development", "files", &["busybox", "sh", "-c", "echo it is served > /data/page"]);
    assert_eq!(page(&url, "/page").trim(), "it is served");
    survives_halt(&place, &url);
    goes_on_after_a_pause(&place, &url);
    comes_back_when_it_was_removed(&place, &url);
}

fn is_shown(place: &Place, url: &str) {
    let status = place.run(&["status", "--json"]).ends(0).json();
    let services = status["services"].as_array().unwrap();
    let shown: Vec<_> = services.iter().map(|service| (service["name"].as_str(), service["state"].as_str())).collect();
    assert_eq!(shown, [(Some("clock"), Some("running")), (Some("files"), Some("running"))]);
    assert_eq!((&status["url"], &services[1]["health"]), (&url.into(), &"healthy".into()));
    place.run(&["status"]).ends(0).says(&["clock", "files", "running (healthy)", url]);
    place.nothing_to_do();
}

fn is_logged(place: &Place) {
    let logs = place.until("three ticks are logged", || {
        let ran = place.run(&["logs", "clock"]).ends(0);
        ran.out.contains("tick 3\n").then_some(ran.out)
    });
    assert!(logs.starts_with("up since hello\ntick 1\ntick 2\ntick 3\n"), "{logs}");
    let tail = place.run(&["logs", "clock", "--tail", "1", "--json"]).ends(0).json();
    assert_eq!((&tail["service"], &tail["stream"]), (&"clock".into(), &"stdout".into()));
    assert!(tail["text"].as_str().unwrap().starts_with("tick "));
    place.run(&["logs"]).ends(0).says(&["clock    | tick 2"]);
    place.run(&["logs", "clok"]).ends(2).says(&["there is no service clok", "clock, files"]);
}

fn survives_halt(place: &Place, url: &str) {
    let before = place.ids(Role::Service);
    place.run(&["halt"]).ends(0);
    assert!(place.containers().iter().all(|container| !container.is_up()));
    place.run(&["up"]).ends(0);
    assert_eq!(place.ids(Role::Service), before);
    assert_eq!(page(url, "/page").trim(), "it is served");
}

/// The engine calls what it has paused unhealthy for seconds after: nobody else does.
fn goes_on_after_a_pause(place: &Place, url: &str) {
    let shown = |service: usize| {
        let status = place.run(&["status", "--json"]).ends(0).json();
        let service = &status["services"][service];
        (service["state"].as_str().unwrap().to_owned(), service["health"].clone())
    };
    for verb in ["resume", "up"] {
        place.run(&["suspend"]).ends(0);
        assert_eq!(shown(1), ("paused".to_owned(), serde_json::Value::Null));
        place.run(&[verb]).ends(0);
        place.nothing_to_do();
        assert_eq!(shown(1), ("running".to_owned(), "healthy".into()), "after {verb}");
        assert_eq!(page(url, "/page").trim(), "it is served");
    }
}

fn comes_back_when_it_was_removed(place: &Place, url: &str) {
    let files = place.service("files");
    place.wait_for(place.engine.remove(&files.id)).unwrap();
    let plan = place.run(&["up", "--dry-run", "--json"]).ends(0).json();
    let names: Vec<_> = plan["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["create files", "start files", "healthy files"]);
    place.run(&["up"]).ends(0);
    assert_eq!(page(url, "/page").trim(), "it is served", "the volume is the same one");
}

/// What two clients share is the engine alone: state folders, and the locks in them, are
/// their own, as those of two users are.
#[test]
fn two_clients_without_a_lock_in_common_make_one_project() {
    let place = Place::with_file("apart", "[services.sleeper]\nimage = \"IMAGE\"\ncommand = [\"sleep\", \"3600\"]\n");
    let second = place.beside("second-state").display().to_string();
    for round in 0..5 {
        let mut command = place.command(&["up"]);
        command.env("XDG_STATE_HOME", &second);
        let log = std::fs::File::create(place.beside("second.log")).unwrap();
        let other = crate::program::Running::of(command, log);
        place.run(&["up"]).ends(0);
        assert_eq!(other.end(), Some(0), "round {round}: {}", place.said_by("second.log"));
        let networks = place.wait_for(place.engine.networks(&place.labels())).unwrap();
        assert_eq!(networks.len(), 1, "round {round}: {networks:?}");
        let names: BTreeSet<String> = place.containers().into_iter().map(|container| container.name).collect();
        assert_eq!(names.len(), 1, "round {round}");
        place.nothing_to_do();
        place.run(&["destroy", "--yes"]).ends(0);
    }
}

/// A client that is killed while it makes a container leaves one without its files: it is
/// never taken for the real one, and goes with the next that is made, or with the project.
#[test]
fn a_half_made_container_is_never_started() {
    let place = Place::with_file("half", "[services.sleeper]\nimage = \"IMAGE\"\ncommand = [\"sleep\", \"3600\"]\n");
    place.run(&["up"]).ends(0);
    let real = place.service("sleeper");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let leave = |made: u64| {
        let mut spec = sleeper(&format!("{}.new-{made}-1-1", real.name), place.tiny_image());
        spec.labels = real.labels.clone();
        place.wait_for(place.engine.create(&spec)).unwrap()
    };
    place.wait_for(place.engine.remove(&real.id)).unwrap();
    let (old, new) = (leave(1000), leave(now));
    assert_eq!(place.run(&["status", "--json"]).ends(0).json()["services"][0]["state"], "absent");
    place.run(&["up"]).ends(0);
    assert!(place.service("sleeper").is_up());
    let there: Vec<String> = place.containers().into_iter().map(|container| container.id).collect();
    assert!(!there.contains(&old) && there.contains(&new), "what another client may still work on is left alone");
    place.nothing_to_do();
    place.run(&["destroy", "--volumes", "--yes"]).ends(0);
    assert_eq!(place.containers(), []);
}
