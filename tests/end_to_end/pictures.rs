//! The pictures of the README: screens of the real program on the demo.
//!
//! `cargo test --test end_to_end -- --ignored make_the_pictures` makes them anew, as SVG in
//! `assets/pictures`. That they are not stale is held by what of a screen stays the same: frames,
//! their titles, and keys.

use std::path::PathBuf;

use biostar_tui::core::naming::Role;

use crate::{
    dashboard::{self, shows, shows_all},
    picture::{self, Drawn},
    place::{POSTS, Place},
    pty::Pty,
};

const SIZE: (u16, u16) = (120, 34);

/// A screen with its name and what it shows.
type Picture = (&'static str, &'static str, Vec<Vec<Drawn>>);

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}.svg"))
}

/// Walks through the screens; leaves nothing behind.
fn screens(place: &Place) -> Vec<Picture> {
    place.set("COLORTERM", "truecolor");
    place.set("BIOSTAR_TUI_THEME__NAME", "dark");
    let mut pty = dashboard::open(place, SIZE);
    shows_all(&pty, &["● running", "healthy", "2 db · following", "index", "kept loaded", "ready to"]);
    let dashboard = ("dashboard", "The dashboard", seen(place, &pty));
    pty.type_keys(":mig");
    shows(&pty, "Run Django's migrate now");
    let palette = ("palette", "The palette", seen(place, &pty));
    pty.type_keys("\x1b");
    pty.wait_screen("the palette goes", |rows| !rows.join(" ").contains("Run Django's migrate now"));
    pty.type_keys("C");
    shows(&pty, ">>>");
    pty.type_keys("from forum.models import Post\rPost.objects.count()\r");
    shows(&pty, POSTS);
    let console = ("console", "Django's shell in its pane", seen(place, &pty));
    pty.type_keys("\x1dX");
    shows(&pty, "close the console django?");
    pty.type_keys("y");
    pty.wait_screen("it closes", |rows| rows.join(" ").contains("press Enter to open"));
    pty.type_keys("1q");
    drop(pty);
    place.set("BIOSTAR_TUI_THEME__NAME", "light");
    let pty = dashboard::open(place, SIZE);
    shows_all(&pty, &["● running", "healthy", "2 db · following", "index", "kept loaded", "ready to"]);
    let light = ("light", "The dashboard on a light terminal", seen(place, &pty));
    drop(pty);
    ["COLORTERM", "BIOSTAR_TUI_THEME__NAME"].iter().for_each(|name| drop(place.variables.borrow_mut().remove(*name)));
    place.until("the console is gone", || place.find(Role::Console, "django").is_none().then_some(()));
    vec![dashboard, palette, console, light]
}

/// The screen when it has settled, the project under the name that a user's demo has.
fn seen(place: &Place, pty: &Pty) -> Vec<Vec<Drawn>> {
    let settled = || {
        let before = pty.cells(Drawn::of);
        std::thread::sleep(std::time::Duration::from_millis(300));
        let now = pty.cells(Drawn::of);
        (picture::skeleton(&before) == picture::skeleton(&now)).then_some(now)
    };
    let mut rows = place.until("the screen settles", settled);
    picture::rename(&mut rows[0], &place.name, "demo");
    rows
}

/// Holds that the pictures show what the program does.
pub fn are_as_in_the_readme(place: &Place) {
    for (name, _, rows) in screens(place) {
        let svg = std::fs::read_to_string(file(name)).unwrap_or_default();
        let made = picture::described(&svg).unwrap_or_default();
        let now = picture::skeleton(&rows);
        assert_eq!(
            made,
            now,
            "{} is stale: cargo test --test end_to_end -- --ignored make_the_pictures",
            file(name).display()
        );
    }
}

#[test]
#[ignore = "it writes the README's pictures"]
fn make_the_pictures() {
    let place = Place::with_demo("pictures");
    place.bring_up(&["up"]).ends(0);
    std::fs::create_dir_all(file("any").parent().unwrap()).unwrap();
    for (name, title, rows) in screens(&place) {
        std::fs::write(file(name), picture::svg(&rows, title)).unwrap();
    }
}
