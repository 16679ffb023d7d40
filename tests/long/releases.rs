//! The demo on other releases of Debian than the default one, images built from nothing.

use crate::place::{POSTS, Place, page};

/// A release with the versions of Python and PostgreSQL that it carries.
fn runs_on(release: &str, python: &str, postgres: &str) {
    let place = Place::with_demo(release);
    place.set("BIOSTAR_TUI_BASE__IMAGE", &format!("debian:{release}-slim"));
    place.bring_up(&["up"]).ends(0);
    assert_eq!(place.posts(), POSTS);
    let have = place.execute("development", "web", &["python3", "--version"]);
    assert!(have.starts_with(&format!("Python {python}.")), "{have}");
    let have = place.query("development", "show server_version");
    assert!(have.starts_with(&format!("{postgres}.")), "{have}");
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert!(page(status["url"].as_str().unwrap(), "/search/?q=trinity").contains("axolotl"));
    place.run(&["halt"]).ends(0);
    place.run(&["up"]).ends(0);
    place.nothing_to_do();
}

#[test]
fn on_bookworm() {
    runs_on("bookworm", "3.11", "15");
}

#[test]
fn on_trixie() {
    runs_on("trixie", "3.13", "17");
}
