//! A secret in an env file, and the generated password, show up nowhere but where they
//! are meant to be: fault 29.

use std::path::Path;

use biostar_tui::{core::naming::Role, engine::Engine as _};
use futures_util::StreamExt as _;

use crate::{
    dashboard::{open, shows},
    numbered::leave,
    place::Place,
    support::raw,
};

pub const SECRET: &str = "fnord-5b1e-very-secret";

/// Steps and a server that print it, as careless programs do.
pub fn print_secret(place: &Place) {
    let shout = "[\"sh\", \"-c\", \"echo the token is $FORUM_API_TOKEN; exit 7\"]";
    place.set("BIOSTAR_TUI_STEPS__INITIALIZE__RUN", shout);
    place.set("BIOSTAR_TUI_STEPS__INITIALIZE__WHEN", "changed");
    let ran = place.run(&["up", "--verbose"]).ends(1).says(&["step initialize failed", "the token is ********"]);
    assert!(!ran.all().contains(SECRET));
    place.run(&["tasks", "initialize"]).ends(0).says(&["the token is ********"]);
    for verb in [
        &["status"][..],
        &["status", "--json"][..],
        &["tasks", "--json"][..],
        &["up", "--dry-run", "--json"][..],
        &["logs", "--json"][..],
        &["config", "show"][..],
        &["config", "show", "--json"][..],
        &["config", "check"][..],
    ] {
        place.run(verb).ends(0);
    }
    place.run(&["up", "--json"]).ends(1);
    show_secret(place);
    place.variables.borrow_mut().retain(|key, _| !key.starts_with("BIOSTAR_TUI_STEPS__INITIALIZE"));
}

/// The dashboard shows the same line, in the list of tasks and in the task's whole output.
fn show_secret(place: &Place) {
    let mut screen = open(place, (200, 50));
    shows(&screen, "the token is ********");
    screen.type_keys("4\r");
    shows(&screen, "exit code 7");
    shows(&screen, "the token is ********");
    screen.type_keys("q");
    let raw = screen.raw();
    leave(screen);
    assert!(!raw.contains(SECRET), "the screen has shown it");
}

/// Nor what was written on this machine: kept logs, what is remembered of the screen. Of
/// packages that lie in a folder nothing is ours.
fn what_is_kept_holds_none(folder: &Path, secrets: &[&str]) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut looked_at = 0;
    for path in entries.filter(|path| !path.is_symlink() && !path.ends_with("packages")) {
        if path.is_dir() {
            looked_at += what_is_kept_holds_none(&path, secrets);
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let held = secrets.iter().find(|secret| text.contains(**secret));
            assert!(held.is_none(), "{} holds {held:?}", path.display());
            looked_at += 1;
        }
    }
    looked_at
}

/// Neither what the program said, nor labels, nor the engine's events, nor, of the
/// database's password, any container's description holds it.
pub fn check_secrets(place: &Place, since: i64) {
    let password = place.execute("development", "db", &["cat", "/run/biostar-tui/secrets/db/password"]);
    assert!(password.len() >= 16, "a generated password is long");
    let said = place.said.borrow().clone();
    assert!(said.contains("the token is ********"), "the program has shown the masked line");
    let events = events(place, since);
    assert!(events.contains("exec_create"), "the events hold what was run: {events}");
    for secret in [SECRET, password.as_str()] {
        assert!(!said.contains(secret), "what the program said holds {secret}");
        assert!(!events.contains(secret), "the engine's events hold {secret}");
        for container in place.containers() {
            assert!(!format!("{:?}", container.labels).contains(secret), "a label of {} holds it", container.name);
        }
    }
    for container in place.containers() {
        let description = raw::get(&format!("/containers/{}/json", container.id));
        assert!(description.contains(&container.name));
        assert!(!description.contains(&password), "the description of {} holds the password", container.name);
    }
    let kept = what_is_kept_holds_none(&place.beside("state"), &[SECRET, password.as_str()]);
    assert!(kept > 0, "a dashboard keeps something");
    only_those_who_need_it_can_read_it(place);
}

fn only_those_who_need_it_can_read_it(place: &Place) {
    let web = place.service("web");
    let words = ["cat", "/run/biostar-tui/secrets/app/password"].map(str::to_owned);
    let refused = place.wait_for(place.engine.exec(&web.id, Some("4242"), &words)).unwrap();
    assert_ne!(refused.exit_code, 0, "another uid can read the password");
    assert!(place.find(Role::Service, "web").is_some());
}

/// All events of the project's objects so far, as text.
fn events(place: &Place, since: i64) -> String {
    let labels = place.labels();
    place.wait_for(async {
        let mut events = place.engine.events(&labels, Some(since)).await.unwrap();
        let mut all = String::new();
        let quiet = std::time::Duration::from_secs(2);
        while let Ok(Some(event)) = tokio::time::timeout(quiet, events.next()).await {
            all.push_str(&format!("{:?}\n", event.unwrap()));
        }
        all
    })
}
