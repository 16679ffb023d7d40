//! The pictures of the README: screens of the real program on the demo.
//!
//! `cargo test --test end_to_end -- --ignored make_the_pictures` makes them anew in
//! `assets/pictures`: as SVG, and from that as PNG by librsvg's `rsvg-convert`, with fewer colours by
//! ImageMagick's `convert`. That they are not stale is held by what of a screen stays the same (frames,
//! their titles, and keys), and for a PNG by the digest of the SVG that it was made from.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use biostar_tui::core::{digest::of_bytes, naming::Role};

use crate::{
    dashboard::{self, shows, shows_all},
    picture::{self, Drawn},
    place::{POSTS, Place, get},
    pty::{Pty, wait_until},
};

const SIZE: (u16, u16) = (120, 34);

/// A screen with its name and what it shows.
type Picture = (&'static str, &'static str, Vec<Vec<Drawn>>);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/pictures")
}

fn file(name: &str) -> PathBuf {
    folder().join(format!("{name}.svg"))
}

/// What each PNG was made from: the digests of both, by the picture's name.
fn digests() -> PathBuf {
    folder().join("digests.json")
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
    has_left(pty);
    place.set("BIOSTAR_TUI_THEME__NAME", "light");
    let pty = dashboard::open(place, SIZE);
    shows_all(&pty, &["● running", "healthy", "2 db · following", "index", "kept loaded", "ready to"]);
    let light = ("light", "The dashboard on a light terminal", seen(place, &pty));
    drop(pty);
    undress(place);
    place.until("the console is gone", || place.find(Role::Console, "django").is_none().then_some(()));
    vec![dashboard, palette, console, light]
}

/// Views that fail, or stop in the debugger, where they are asked to.
const STOPS: &str = r#"

from django.http import HttpResponse

_search = search


def search(request):
    wanted = request.GET.get("q", "")
    if wanted == "is it there":
        return HttpResponse("it is")
    if wanted == "stop":
        breakpoint()
    if wanted == "fail":
        return _search(request.user.profile)
    return _search(request)
"#;

/// Walks through the screens of a server that fails and stops; leaves it as it was.
fn screens_of_a_server_that_stops(place: &Place) -> Vec<Picture> {
    place.set("COLORTERM", "truecolor");
    place.set("BIOSTAR_TUI_THEME__NAME", "dark");
    let views = std::fs::read_to_string(place.root.join("forum/views.py")).unwrap();
    place.append("forum/views.py", STOPS);
    place.run(&["reload", "web"]).ends(0);
    let url = place.run(&["status", "--json"]).ends(0).json()["url"].as_str().expect("an address").to_owned();
    let asked = |query: &str| get(&url, &format!("/search/?q={query}"));
    let is_there = || asked("is%20it%20there").is_ok_and(|(_, body)| body == "it is");
    assert!(wait_until(std::time::Duration::from_secs(60), is_there), "the views are served");
    let mut pty = dashboard::open(place, SIZE);
    shows_all(&pty, &["● running", "healthy", "3 web"]);
    pty.type_keys("3z");
    assert!(asked("fail").expect("an answer").0.contains(" 500"));
    shows_all(&pty, &["AttributeError", "500"]);
    // Unfolded.
    pty.type_keys("o");
    shows_all(&pty, &["Traceback (most recent call last)", "in search", "AttributeError"]);
    let traceback = ("traceback", "A traceback in the log", seen(place, &pty));
    pty.type_keys("z1");
    let stopped = std::thread::spawn({
        let url = url.clone();
        move || get(&url, "/search/?q=stop").expect("an answer").0
    });
    shows(&pty, "a debugger waits for an answer in web");
    pty.type_keys("d");
    shows(&pty, "(Pdb)");
    pty.type_keys("p wanted\r");
    shows(&pty, "'stop'");
    let breakpoint = ("breakpoint", "The console at a breakpoint", seen(place, &pty));
    pty.type_keys("c\r");
    assert!(stopped.join().unwrap().contains(" 200"));
    pty.type_keys("\x1d1q");
    has_left(pty);
    place.write("forum/views.py", &views);
    place.run(&["reload", "web"]).ends(0);
    undress(place);
    vec![traceback, breakpoint]
}

/// The dashboard gives the terminal back when it has kept where one was: the next one begins there.
fn has_left(pty: Pty) {
    pty.wait_raw(|text| text.contains("\x1b[?1049l"));
    drop(pty);
}

fn undress(place: &Place) {
    ["COLORTERM", "BIOSTAR_TUI_THEME__NAME"].iter().for_each(|name| drop(place.variables.borrow_mut().remove(*name)));
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
    hold(screens(place));
}

/// The same for those of a server that stops.
pub fn of_a_server_that_stops_are_as_in_the_readme(place: &Place) {
    hold(screens_of_a_server_that_stops(place));
}

fn hold(pictures: Vec<Picture>) {
    for (name, _, rows) in pictures {
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

/// The digests of a picture's files, as they are.
fn digest(name: &str) -> [String; 2] {
    [file(name), file(name).with_extension("png")].map(|path| of_bytes(&std::fs::read(path).unwrap_or_default()))
}

#[test]
fn each_png_is_that_of_its_svg() {
    let text = std::fs::read_to_string(digests()).unwrap();
    let made: BTreeMap<String, [String; 2]> = serde_json::from_str(&text).unwrap();
    let names = ["breakpoint", "console", "dashboard", "light", "palette", "traceback"];
    assert_eq!(made.keys().collect::<Vec<_>>(), names);
    for (name, digests) in made {
        assert_eq!(digests, digest(&name), "{name}: cargo test --test end_to_end -- --ignored make_the_pictures");
    }
}

/// The PNG of an SVG; small, for it is carried along for ever.
fn make_png(name: &str) {
    let (svg, png) = (file(name), file(name).with_extension("png"));
    let run = |program: &str, arguments: &[&std::ffi::OsStr]| {
        let status = Command::new(program).args(arguments).status().expect(program);
        assert!(status.success(), "{program}: {status}");
    };
    run("rsvg-convert", &[svg.as_ref(), "-o".as_ref(), png.as_ref()]);
    let colours = format!("PNG8:{}", png.display());
    run("convert", &[png.as_ref(), "-strip".as_ref(), "-colors".as_ref(), "48".as_ref(), colours.as_ref()]);
}

#[test]
#[ignore = "it writes the README's pictures"]
fn make_the_pictures() {
    let place = Place::with_demo("pictures");
    place.bring_up(&["up"]).ends(0);
    std::fs::create_dir_all(folder()).unwrap();
    let mut made = BTreeMap::new();
    for (name, title, rows) in screens(&place).into_iter().chain(screens_of_a_server_that_stops(&place)) {
        std::fs::write(file(name), picture::svg(&rows, title)).unwrap();
        make_png(name);
        made.insert(name, digest(name));
    }
    std::fs::write(digests(), serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
}
