//! The demo on other releases of Debian than the default one, images built from nothing; and
//! projects as each supported Django generates them.

use std::fs;

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

/// `django-admin startproject` of this Django, then `init` and `up` over what it has made,
/// with no further touch.
fn generated_by(django: &str, release: &str) {
    let place = Place::new(&format!("startproject-{}", django.replace('.', "-")));
    place.own_ports();
    fs::create_dir_all(&place.root).unwrap();
    place.write("manage.py", "# the project is not there yet\n");
    place.write(
        "biostar-tui.toml",
        &format!(
            "[environments.development]\npackages = [\"django~={django}.0\", \"psycopg2-binary\"]\n\
             settings = \"mysite.settings\"\n[services.web]\nbase = \"debian:{release}-slim\"\n"
        ),
    );
    place.bring_up(&["run", "--", "django-admin", "startproject", "mysite"]).ends(0);
    let made = place.beside("made");
    fs::rename(place.root.join("mysite"), &made).expect("startproject has made the folder");
    fs::remove_dir_all(&place.root).unwrap();
    fs::rename(&made, &place.root).unwrap();
    place.run(&["init"]).ends(0);
    let url = place.run(&["up"]).ends(0).last_line().rsplit(' ').next().unwrap().to_owned();
    page(&url, "/");
    let version = place.execute("development", "web", &["python3", "-m", "django", "--version"]);
    assert!(version.starts_with(&format!("{django}.")), "{version}");
    let codename = place.execute("development", "web", &["sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME"]);
    assert_eq!(codename, release);
    assert_eq!(place.query("development", "select count(*) > 10 from django_migrations"), "t");
    place.nothing_to_do();
}

#[test]
fn django_4_2_generates() {
    generated_by("4.2", "bookworm");
}

#[test]
fn django_5_2_generates() {
    generated_by("5.2", "bookworm");
}

#[test]
fn django_6_0_generates() {
    generated_by("6.0", "trixie");
}
