//! Consoles: floods beside those of tmux and of `docker run -t`, echoes, memory, how soon one
//! is there, and how soon a breakpoint is seen.

use std::{
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{PROGRAM, answers, in_project, median, row, screen::Screen};

/// Waits for a key, writes two million lines, and says that it has.
const FLOOD: &str = "stty -echo; echo is-ready; read x; seq 1 2000000; echo the-end; cat";
/// Writes until it is ended.
const ENDLESS: &str = "echo is-endless; read x; while :; do seq 1 100000; done";
/// Keys whose echo is measured.
const KEYS: usize = 40;
/// Runs of which the median counts.
const RUNS: usize = 3;

/// Measures all of it, on a demo that is up.
pub fn measure(project: &Path, url: &str) {
    declare(project);
    println!("load beside it: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    floods_of_the_host(project);
    floods_of_the_engine(project);
    let own = bare_echo();
    echoes(project, own);
    opened(project);
    breakpoints(project, url);
}

/// Declares the consoles that are measured.
fn declare(project: &Path) {
    let path = project.join("biostar-tui.toml");
    let mut text = std::fs::read_to_string(&path).expect("the demo's configuration");
    for (name, script, place) in [
        ("flood", FLOOD, "where = \"host\""),
        ("endless", ENDLESS, "where = \"host\""),
        ("cat", "echo is-cat; cat", "where = \"host\""),
        ("far", FLOOD, "service = \"web\""),
    ] {
        text.push_str(&format!("\n[[consoles]]\nname = \"{name}\"\nrun = [\"sh\", \"-c\", \"{script}\"]\n{place}\n"));
    }
    std::fs::write(&path, text).expect("the demo's folder is writable");
}

fn dashboard(project: &Path) -> Screen {
    let mut screen = Screen::open(PROGRAM, &["--project", &project.display().to_string()]);
    screen.until(&["web ", "● running"]);
    screen
}

/// Opens a console by the palette: the leader first where another one has the keys.
fn open(screen: &mut Screen, leader: &str, name: &str, wanted: &str) -> f64 {
    screen.press(&format!("{leader}:console {name}\r"), &[wanted])
}

/// In a host pane of the dashboard, and in tmux alone.
fn floods_of_the_host(project: &Path) {
    let ours = || {
        let mut screen = dashboard(project);
        open(&mut screen, "", "flood", "is-ready");
        let seconds = screen.press("\r", &["the-end"]);
        (seconds, screen.resident())
    };
    let runs: Vec<(f64, f64)> = (0..RUNS).map(|_| ours()).collect();
    let theirs = median((0..RUNS).map(|_| tmux()).collect());
    let seconds = median(runs.iter().map(|run| run.0).collect());
    row("2,000,000 lines in tmux alone", theirs, "s", None);
    row("2,000,000 lines in a host pane", seconds, "s", Some(1.2 * theirs));
    row("resident after it, 10,000 lines kept", runs.iter().map(|run| run.1).fold(0.0, f64::max), "MiB", Some(45.0));
}

fn tmux() -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let socket = folder.path().join("tmux").display().to_string();
    let mut screen = Screen::open("tmux", &["-f", "/dev/null", "-S", &socket, "new-session", FLOOD]);
    screen.until(&["is-ready"]);
    let seconds = screen.press("\r", &["the-end"]);
    let _ = Command::new("tmux").args(["-S", &socket, "kill-server"]).status();
    seconds
}

/// In a console's container, and by `docker run -t` of the same image, read by `cat`.
fn floods_of_the_engine(project: &Path) {
    let ours = || {
        let mut screen = dashboard(project);
        open(&mut screen, "", "far", "is-ready");
        let seconds = screen.press("\r", &["the-end"]);
        screen.press("\x1dX", &["close the console far?"]);
        screen.close("y", "close the console far?");
        screen.until_gone("console far");
        seconds
    };
    let ours = median((0..RUNS).map(|_| ours()).collect());
    let theirs = median((0..RUNS).map(|_| docker_run()).collect());
    row("2,000,000 lines, docker run -t | cat", theirs, "s", None);
    row("2,000,000 lines in an engine's pane", ours, "s", Some(1.2 * theirs));
}

/// What is asked of the engine's own command line about the server's container.
fn docker(words: &[&str]) -> String {
    let output = Command::new("docker").args(words).output().expect("the docker command line");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

const WEB: &str = "figures-development-service-web";

fn docker_run() -> f64 {
    let image = docker(&["inspect", "--format", "{{.Config.Image}}", WEB]);
    let script = "echo is-ready; sleep 1; seq 1 2000000; echo the-end";
    let words = ["run", "--rm", "-t", "--network", "none", "--entrypoint", "sh", &image, "-c", script];
    let mut run = Command::new("docker").args(words).stdout(Stdio::piped()).spawn().expect("the docker command line");
    let mut cat =
        Command::new("cat").stdin(run.stdout.take().expect("a pipe")).stdout(Stdio::piped()).spawn().expect("cat");
    let mut output = cat.stdout.take().expect("a pipe");
    let (mut buffer, mut tail, mut begun) = (vec![0; 1 << 16], Vec::new(), None);
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..count]);
        if begun.is_none() && tail.starts_with(b"is-ready") {
            begun = Some(Instant::now() + Duration::from_secs(1));
        }
        tail.drain(..tail.len().saturating_sub(16));
    }
    let seconds = begun.expect("the program has begun").elapsed().as_secs_f64();
    let _ = (run.wait(), cat.wait());
    seconds
}

/// Milliseconds from each key to its echo. What is typed grows behind a mark of its own, so
/// that each is seen anew.
fn typed(screen: &mut Screen, mark: &str) -> Vec<f64> {
    screen.press(mark, &[mark]);
    let mut line = mark.to_owned();
    let press = |n: usize| {
        let key = char::from(b'a' + u8::try_from(n % 26).unwrap_or_default());
        line.push(key);
        std::thread::sleep(Duration::from_millis(50));
        1000.0 * screen.press(&key.to_string(), &[&line])
    };
    (0..KEYS).map(press).collect()
}

/// A terminal's own echo, without anything between.
fn bare_echo() -> f64 {
    let mut screen = Screen::open("sh", &["-c", "echo is-cat; cat"]);
    screen.until(&["is-cat"]);
    median(typed(&mut screen, "=>"))
}

fn echoes(project: &Path, own: f64) {
    let mut screen = dashboard(project);
    open(&mut screen, "", "cat", "is-cat");
    let ours = typed(&mut screen, "=>");
    row("key to screen, a terminal alone", own, "ms", None);
    row("key to screen in a pane, our share", (median(ours) - own).max(0.0), "ms", Some(3.0));
    open(&mut screen, "\x1d", "endless", "is-endless");
    screen.press("\r", &["is-endless"]);
    std::thread::sleep(Duration::from_secs(1));
    open(&mut screen, "\x1d", "cat", "is-cat");
    let meanwhile = median(typed(&mut screen, "#>"));
    row("key to screen while another pane floods", meanwhile, "ms", Some(10.0));
}

/// From the key to the prompt, beside the program's own start in the server's container.
fn opened(project: &Path) {
    let own = || {
        let words = ["exec", "-t", WEB, "python3", "/opt/biostar-tui/shell.py", "manage.py"];
        Screen::open("docker", &words).until(&[">>>"])
    };
    let ours = || {
        let mut screen = dashboard(project);
        let seconds = screen.press("C", &[">>>"]);
        screen.press("\x1dX", &["close the console"]);
        screen.close("y", "close the console");
        screen.until(&["press Enter to open"]);
        seconds
    };
    let own = median((0..RUNS).map(|_| own()).collect());
    row("Django's shell, by docker exec", own, "s", None);
    row("a console opened to its prompt", median((0..RUNS).map(|_| ours()).collect()), "s", Some(own + 0.6));
}

/// A view that stops in the debugger; then blank lines, so that the next prompt is the only one in view.
const STOPS: &str = "\n\ndef search(request):\n    breakpoint()\n    print(\"\\n\" * 100)\n    from django.http import HttpResponse\n\n    return HttpResponse(\"went on\")\n";

/// From the request to the prompt on the screen of a dashboard whose user looks elsewhere.
fn breakpoints(project: &Path, url: &str) {
    let view = project.join("forum/views.py");
    let original = std::fs::read_to_string(&view).expect("the demo's views");
    std::fs::write(&view, format!("{original}{STOPS}")).expect("the view is writable");
    in_project(project, &["reload", "web"]);
    while !answers(url) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut screen = dashboard(project);
    // The focus is where the last dashboard had it: in a console's pane, which would be left alone.
    screen.press("1", &["services"]);
    let mut seconds = Vec::new();
    for _ in 0..5 {
        let url = url.to_owned();
        let begun = Instant::now();
        let request = std::thread::spawn(move || {
            Command::new("curl").args(["--silent", &format!("{}/search/", url.trim_end_matches('/'))]).output()
        });
        seconds.push(screen.shown_since(begun, &["(Pdb)", "a debugger waits"]));
        screen.press("d", &["then tab leaves"]);
        screen.press("c\r", &["typing is held back"]);
        request.join().expect("curl").expect("curl, which is needed");
        // Away from the prompt, so that the next one is seen from elsewhere.
        screen.close("\x1d1", "(Pdb)");
    }
    std::fs::write(&view, original).expect("the view is writable");
    row("breakpoint(), from the request to its prompt", median(seconds), "s", Some(0.2));
}
