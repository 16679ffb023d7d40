//! Consoles: opened, typed into, left running by a dashboard that was killed, found again
//! with the same screen; in other terminals; in images without Python.

use std::time::Duration;

use biostar_tui::core::naming::Role;

use crate::{
    dashboard::{self, shows, shows_all},
    place::{POSTS, Place, get},
    pty::{Pty, wait_until},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// What stands in the pane of the console of this name, without the border.
fn pane(pty: &Pty, name: &str) -> Option<Vec<String>> {
    let kind = if name == "web" { "terminal of" } else { "console" };
    let rows: Vec<Vec<char>> = pty.screen().iter().map(|row| row.chars().collect()).collect();
    let title: Vec<char> = format!("{kind} {name}").chars().collect();
    let is_title = |row: &&Vec<char>| {
        row.windows(title.len()).any(|window| window == title) && row.iter().any(|c| "┌┏".contains(*c))
    };
    let first = rows.iter().position(|row| is_title(&row))?;
    let at = rows[first].windows(title.len()).position(|window| window == title)?;
    let corner = rows[first][..at].iter().rposition(|c| "┌┏".contains(*c))?;
    let inside = |row: &Vec<char>| -> String {
        let end = row.len().saturating_sub(1).max(corner + 1);
        row.get(corner + 1..end).unwrap_or_default().iter().collect::<String>().trim_end().to_owned()
    };
    let is_border = |row: &&Vec<char>| !row.get(corner).is_some_and(|c| "└┗".contains(*c));
    Some(rows[first + 1..].iter().take_while(is_border).map(inside).collect())
}

#[track_caller]
fn until_pane(pty: &Pty, name: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    let holds = || pane(pty, name).is_some_and(|rows| wanted(&rows));
    assert!(wait_until(PATIENCE, holds), "{:?}\n{}", pane(pty, name), pty.screen().join("\n"));
    pane(pty, name).unwrap()
}

/// The last row of a pane that is not blank.
fn last(rows: &[String]) -> &str {
    rows.iter().rev().map(String::as_str).find(|row| !row.is_empty()).unwrap_or_default()
}

fn has(line: &str) -> impl Fn(&[String]) -> bool {
    let line = line.to_owned();
    move |rows: &[String]| rows.contains(&line)
}

#[test]
fn fault_19_a_console_outlives_the_dashboard_that_was_killed() {
    let place = Place::with_demo("console");
    place.bring_up(&["up"]).ends(0);
    let before = is_opened_and_typed_into(&place);
    is_found_again(&place, &before);
    a_restarted_server_leaves_it_alone(&place);
    is_the_same_in_another_terminal(&place);
    fault_17_a_breakpoint_calls(&place);
}

fn is_opened_and_typed_into(place: &Place) -> Vec<String> {
    let mut pty = dashboard::open(place, (140, 40));
    shows(&pty, "press Enter to open");
    assert!(place.find(Role::Console, "django").is_none(), "nothing runs before it is asked for");
    pty.type_keys("C");
    until_pane(&pty, "django", has(">>>"));
    pty.type_keys("from forum.models import Post; found = 41\rPost.objects.count()\r");
    until_pane(&pty, "django", has(POSTS));
    // A line that has no end yet, which the engine's own replay would withhold.
    pty.type_keys("found + 1");
    let before = until_pane(&pty, "django", has(">>> found + 1"));
    pty.signal_child("KILL");
    before
}

fn is_found_again(place: &Place, before: &[String]) {
    let mut pty = dashboard::open(place, (140, 40));
    let rows = until_pane(&pty, "django", has(">>> found + 1"));
    assert_eq!(rows, before, "the same screen");
    pty.type_keys("C");
    shows(&pty, "ctrl-] then tab leaves");
    pty.type_keys("\r");
    until_pane(&pty, "django", has("42"));
    // The leader, then a key of the dashboard's.
    pty.type_keys("\x1dq");
    pty.wait_raw(|text| text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h"));
    assert!(place.find(Role::Console, "django").is_some_and(|console| console.is_up()), "it goes on");
}

fn a_restarted_server_leaves_it_alone(place: &Place) {
    let id = |place: &Place| place.find(Role::Console, "django").expect("the console is there").id;
    let before = id(place);
    place.run(&["restart", "web"]).ends(0);
    assert_eq!(id(place), before);
    let pty = dashboard::open(place, (140, 40));
    shows_all(&pty, &["runs older code than web", "42"]);
    let consoles = &place.run(&["status", "--json"]).ends(0).json()["consoles"];
    assert_eq!((&consoles[0]["name"], &consoles[0]["state"]), (&"django".into(), &"running".into()));
    assert_eq!(consoles[0]["service"], "web");
    // The dashboard that was killed has said nothing: it is forgotten after a while.
    place.until("one client", || {
        let status = place.run(&["status", "--json"]).ends(0).json();
        (status["consoles"][0]["clients"] == 1).then_some(())
    });
}

fn is_the_same_in_another_terminal(place: &Place) {
    let mut pty = dashboard::terminal(place, "console django; echo \"ended with $?\"", (100, 30));
    until_pane(&pty, "django", has("42"));
    pty.type_keys("print('to' + 'gether')\r");
    until_pane(&pty, "django", has("together"));
    the_databases_shell_reaches_the_database(place);
    let other = dashboard::terminal(place, "console", (80, 24));
    until_pane(&other, "django", has("together"));
    // Its name is the console's own, not this terminal's.
    pty.type_keys("\x1d\x1bOQ");
    shows(&pty, "call the console:");
    pty.type_keys("mine\r");
    shows_all(&pty, &["console django: mine"]);
    shows_all(&other, &["console django: mine"]);
    drop(other);
    pty.type_keys("exit(5)\r");
    shows(&pty, "ended with 5");
    place.run(&["console"]).ends(2).says(&["console needs a terminal"]);
}

/// It has the service's name, but neither is the service nor is taken for it.
fn the_databases_shell_reaches_the_database(place: &Place) {
    let mut shell = dashboard::terminal(place, "console db; echo \"ended with $?\"", (100, 30));
    until_pane(&shell, "db", |rows| last(rows).ends_with("=>") || last(rows).ends_with("=#"));
    shell.type_keys("select 'an' || 'swer' as its;\r");
    until_pane(&shell, "db", |rows| rows.iter().any(|row| row.trim() == "answer"));
    let names = "import socket; print(len({at[4][0] for at in socket.getaddrinfo('db', 5432)}), 'address')";
    let run = place.run(&["run", "--", "python3", "-c", names]).ends(0);
    assert!(run.out.contains("1 address"), "{}", run.out);
    shell.type_keys("\\q\r");
    shows(&shell, "ended with 0");
}

/// A view that stops in the debugger, and says before whether it is there.
const STOPS: &str = r#"

from django.http import HttpResponse

_search = search


def search(request):
    if request.GET.get("q") == "is it there":
        return HttpResponse("it is")
    breakpoint()
    return _search(request)
"#;

fn fault_17_a_breakpoint_calls(place: &Place) {
    place.append("forum/views.py", STOPS);
    place.run(&["reload", "web"]).ends(0);
    let url = place.run(&["status", "--json"]).ends(0).json()["url"].as_str().expect("an address").to_owned();
    // The server from before answers until the new one does.
    let is_there = || get(&url, "/search/?q=is%20it%20there").is_ok_and(|(_, body)| body == "it is");
    assert!(wait_until(PATIENCE, is_there), "the view is served");
    let asked = |query: &str| {
        let (url, path) = (url.clone(), format!("/search/?q={query}"));
        std::thread::spawn(move || get(&url, &path).expect("an answer").0)
    };
    let mut pty = dashboard::open(place, (140, 40));
    shows(&pty, "3 web");
    // The pane that had the focus when the last dashboard ended, a console's, gives it up.
    pty.type_keys("1");
    // Before the first prompt, too.
    pty.type_keys("d");
    shows(&pty, "typing is held back");
    pty.type_keys("\x1d1");
    let answer = asked("first");
    // How soon is measured by `cargo bench --bench figures`: in a test it would be the machine's load.
    until_pane(&pty, "web", |rows| last(rows) == "(Pdb)");
    shows_all(&pty, &["a debugger waits for an answer in web", "d goes there"]);
    let second = asked("second");
    shows(&pty, "1 more in turn");
    pty.type_keys("d");
    pty.type_keys("p request.path\r");
    until_pane(&pty, "web", has("'/search/'"));
    // Ctrl-C asks first; leaving does not end the request.
    pty.type_keys("\x03");
    shows(&pty, "ctrl-c once more interrupts it");
    pty.signal_child("KILL");
    let mut pty = dashboard::terminal(place, "attach web", (100, 30));
    until_pane(&pty, "web", |rows| last(rows) == "(Pdb)");
    pty.type_keys("c\r");
    assert!(answer.join().unwrap().contains(" 200"));
    // The server's line on the first request may come before or behind the second's prompt.
    until_pane(&pty, "web", |rows| last(rows).starts_with("(Pdb)") && last(rows) != "(Pdb) c");
    pty.type_keys("c\r");
    assert!(second.join().unwrap().contains(" 200"));
    // What is typed now would be obeyed by the next prompt: it is held back.
    shows(&pty, "typing is held back: no prompt waits");
    pty.type_keys("c\rc\r");
    let third = asked("third");
    // It is known to wait: until then what is typed would be held back, too.
    shows(&pty, "a debugger waits: forum");
    until_pane(&pty, "web", |rows| last(rows) == "(Pdb)");
    pty.type_keys("q\r");
    assert!(third.join().unwrap().contains(" 500"));
    place.run(&["attach", "db"]).ends(2).says(&["attach needs a terminal"]);
    let pty = dashboard::terminal(place, "attach db; echo \"ended with $?\"", (100, 30));
    shows_all(&pty, &["db cannot be attached to", "no terminal and no input", "ended with 1"]);
}

#[test]
fn settings_that_do_not_import_are_told_by_the_shells_own_traceback() {
    let place = Place::with_demo("console-broken");
    place.bring_up(&["up"]).ends(0);
    place.append("demo/settings.py", "import nothing_of_this_name\n");
    let mut pty = dashboard::open(&place, (140, 40));
    shows(&pty, "press Enter to open");
    pty.type_keys("C");
    let rows = until_pane(&pty, "django", |rows| rows.iter().any(|row| row.contains("ended with exit code 1")));
    assert!(
        rows.iter().any(|row| row.contains("ModuleNotFoundError: No module named 'nothing_of_this_name'")),
        "{rows:?}"
    );
    // Mended, it is started again from its own pane.
    let settings = std::fs::read_to_string(place.root.join("demo/settings.py")).unwrap();
    place.write("demo/settings.py", &settings.replace("import nothing_of_this_name", ""));
    pty.type_keys("\r");
    until_pane(&pty, "django", has(">>>"));
}

const WITHOUT_PYTHON: &str = r#"
[project]
profile = "none"
[services.app]
image = "IMAGE"
command = ["sleep", "600"]
[[consoles]]
name = "sh"
run = ["sh"]
[[consoles]]
name = "python"
run = ["python3"]
[[consoles]]
name = "here"
run = ["sh", "-c", "echo $((40 + 2)) on this host; cat"]
where = "host"
"#;

#[test]
fn an_image_without_python_has_consoles_too() {
    let place = Place::with_file("console-plain", WITHOUT_PYTHON);
    place.bring_up(&["up"]).ends(0);
    let mut pty = dashboard::open(&place, (140, 40));
    shows(&pty, "press Enter to open");
    pty.type_keys("C");
    until_pane(&pty, "sh", |rows| rows.iter().any(|row| row.ends_with('#')));
    pty.type_keys("echo $((6 * 7)); stty size\r");
    let rows = until_pane(&pty, "sh", has("42"));
    let size = format!("{} {}", rows.len(), 140 - 56 - 2);
    until_pane(&pty, "sh", has(&size));
    pty.signal_child("KILL");
    let again = dashboard::open(&place, (140, 40));
    until_pane(&again, "sh", has("42"));
    drop(again);
    let pty = dashboard::terminal(&place, "console python; echo \"ended with $?\"", (100, 30));
    shows_all(&pty, &["cannot run `python3`: the image has no Python", "remedy:", "ended with 1"]);
    let pty = dashboard::terminal(&place, "console here", (100, 30));
    shows(&pty, "42 on this host");
}
