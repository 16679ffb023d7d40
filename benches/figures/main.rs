//! The figures that the project is held to, measured on the real program and engine.
//!
//! `cargo bench --bench figures` brings the demo up in a temporary folder, measures, and
//! removes it again. `-- --from-nothing` removes the program's images first, and so measures
//! the demo from an engine without images too (minutes). `-- --logs` measures the logs alone,
//! `-- --logs=quiet,search` of them these parts, `-- --consoles` the consoles, which needs tmux,
//! curl and the docker command line.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod consoles;
mod logs;
mod reload;
mod screen;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use screen::Screen;

/// The program, built with the bench profile (which is the release profile).
const PROGRAM: &str = env!("CARGO_BIN_EXE_biostar-tui");

/// A name of its own: a demo that somebody has up is left alone.
pub const NAME: (&str, &str) = ("BIOSTAR_TUI_PROJECT__NAME", "figures");

fn main() {
    // `cargo test --benches` runs this too: it measures nothing then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("figures: measured by `cargo bench --bench figures`");
    }
    if let Some(parts) = std::env::args().find_map(|argument| argument.strip_prefix("--logs").map(str::to_owned)) {
        let parts: Vec<&str> = parts.split(['=', ',']).filter(|part| !part.is_empty()).collect();
        return logs::measure(&parts);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path().join("figures");
    if std::env::args().any(|argument| argument == "--from-nothing") {
        remove_images();
    }
    let destroy = Destroy(&project);
    let (url, seconds) = bring_up(&project);
    row("demo until it answers", seconds, "s", Some(240.0));
    if std::env::args().any(|argument| argument == "--consoles") {
        return consoles::measure(&project, &url);
    }
    headless(&project, &url);
    consoles::measure(&project, &url);
    reload::measure(&project, &url);
    add_a_third_service(&project);
    dashboard(&project);
    drop(destroy);
    logs::measure(&[]);
}

/// Prints a figure with its bound.
fn row(name: &str, value: f64, unit: &str, bound: Option<f64>) {
    let verdict = match bound {
        Some(bound) if value <= bound => format!("at most {bound} {unit}: holds"),
        Some(bound) => format!("at most {bound} {unit}: MISSED"),
        None => String::new(),
    };
    println!("{name:<44} {value:>9.3} {unit:<4} {verdict}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn program(project: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).env("XDG_STATE_HOME", project.with_extension("state")).stdin(Stdio::null());
    command.env(NAME.0, NAME.1);
    command
}

fn in_project(project: &Path, words: &[&str]) -> f64 {
    let folder = project.display().to_string();
    let begun = Instant::now();
    let output = program(project, &[&["--project", &folder], words].concat()).output().expect("the program runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    begun.elapsed().as_secs_f64()
}

fn bring_up(project: &Path) -> (String, f64) {
    let folder = project.display().to_string();
    let begun = Instant::now();
    let output = program(project, &["demo", &folder, "--no-dashboard", "--fix"]).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text.lines().last().expect("an address").to_owned(), begun.elapsed().as_secs_f64())
}

/// Removes the images that the program made; one that a container uses stays.
fn remove_images() {
    let list =
        Command::new("docker").args(["images", "--format", "{{.Repository}}:{{.Tag}}", "biostar-tui/*"]).output();
    let list = list.expect("the docker command line, which --from-nothing needs");
    for tag in String::from_utf8_lossy(&list.stdout).lines() {
        let _ = Command::new("docker").args(["rmi", tag]).output();
    }
}

fn headless(project: &Path, url: &str) {
    let noop = (0..9).map(|_| in_project(project, &["up"])).collect();
    row("up with nothing to do", median(noop), "s", Some(0.5));
    let stops: Vec<f64> = (0..3).map(|_| restart(project, url)).collect();
    row("halted to the first 200", median(stops), "s", Some(4.0));
    let stop = (0..3).map(|_| stop_web(project)).collect();
    row("web stopped", median(stop), "s", Some(1.0));
    in_project(project, &["up"]);
    let restarts = (0..3).map(|_| restart_web(project, url)).collect();
    row("restart web to the first 200", median(restarts), "s", Some(2.5));
    migrate(project);
}

/// From the command to its end, or to the first answer where that comes later.
fn restart_web(project: &Path, url: &str) -> f64 {
    let begun = Instant::now();
    in_project(project, &["restart", "web"]);
    while !answers(url) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the site does not answer");
        std::thread::sleep(Duration::from_millis(10));
    }
    begun.elapsed().as_secs_f64()
}

/// What Django takes by itself for the same, in a container of the same kind.
const DJANGOS_OWN: &str = "import subprocess, time; begun = time.time(); \
    subprocess.check_output(['python3', 'manage.py', 'migrate', '--noinput']); print(time.time() - begun)";

fn migrate(project: &Path) {
    let own = || -> f64 {
        let folder = project.display().to_string();
        let words = ["--project", &folder, "run", "--", "python3", "-c", DJANGOS_OWN];
        let output = program(project, &words).output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().last().and_then(|line| line.trim().parse().ok()).expect("a number of seconds")
    };
    let own = median((0..3).map(|_| own()).collect());
    row("migrate with nothing to do, Django's own", own, "s", None);
    let ours = median((0..5).map(|_| in_project(project, &["migrate"])).collect());
    row("migrate with nothing to do", ours, "s", Some(own + 0.8));
}

fn restart(project: &Path, url: &str) -> f64 {
    in_project(project, &["halt"]);
    let begun = Instant::now();
    let folder = project.display().to_string();
    let mut child = program(project, &["--project", &folder, "up"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    while !answers(url) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the site does not answer");
        std::thread::sleep(Duration::from_millis(10));
    }
    let seconds = begun.elapsed().as_secs_f64();
    child.wait().expect("the program ends");
    seconds
}

/// `halt` stops the server first, then the database: its own report tells them apart.
fn stop_web(project: &Path) -> f64 {
    in_project(project, &["up"]);
    let folder = project.display().to_string();
    let output = program(project, &["--project", &folder, "halt"]).output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line =
        text.lines().find(|line| line.contains("✓ stop") && line.contains("-service-web")).expect("web is stopped");
    let seconds = line.rsplit_once('(').and_then(|(_, rest)| rest.split(' ').next()).and_then(|text| text.parse().ok());
    seconds.expect("a figure in the report")
}

fn answers(url: &str) -> bool {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let request = format!("GET / HTTP/1.0\r\nHost: {address}\r\n\r\n");
    let mut head = [0; 32];
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read(&mut head).is_ok_and(|count| String::from_utf8_lossy(&head[..count]).contains(" 200"))
}

/// Some seconds of a build that computes and writes.
const BUILD: &str = "RUN i=0; while [ $i -lt 150 ]; do i=$((i+1)); echo building $i; \
    head -c 20000000 /dev/zero | sha256sum; done";

fn add_a_third_service(project: &Path) {
    let folder = project.display().to_string();
    let output = program(project, &["--project", &folder, "status", "--json"]).output().expect("the program runs");
    let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the state as JSON");
    let web = status["services"].as_array().expect("services").iter().find(|service| service["name"] == "web");
    let image = web.and_then(|web| web["image"].as_str()).expect("the image of web");
    std::fs::create_dir_all(project.join("sleeper")).expect("the demo's folder is writable");
    std::fs::write(project.join("sleeper/Dockerfile"), format!("FROM {image}\n{BUILD}\n")).expect("it is writable");
    let path = project.join("biostar-tui.toml");
    let mut text = std::fs::read_to_string(&path).expect("the demo's configuration");
    text.push_str("\n[services.sleeper]\ndockerfile = \"sleeper/Dockerfile\"\ncommand = [\"sleep\", \"infinity\"]\n");
    std::fs::write(&path, text).expect("the demo's folder is writable");
    in_project(project, &["up"]);
}

/// From a key to what it shows, while the dashboard itself builds an image.
fn keys_while_it_builds(screen: &mut Screen) {
    screen.press("4", &["4 sleeper"]);
    screen.press("b", &["building 2"]);
    let mut seconds = Vec::new();
    for _ in 0..20 {
        seconds.push(screen.press("?", &["esc closes"]));
        screen.close("\x1b", "esc closes");
    }
    row("key to screen while a build runs", median(seconds.clone()) * 1000.0, "ms", Some(33.0));
    row("the slowest of 20", seconds.into_iter().fold(0.0, f64::max) * 1000.0, "ms", None);
}

/// Keys that come faster than frames: each is on the screen before a queue of them can grow.
fn keys_in_a_row(screen: &mut Screen) {
    screen.press(":", &["esc closes"]);
    let seconds = screen.type_at(60.0, "reload web restart db reindex migrate forum 0001 snapshot save");
    screen.close("\x1b", "esc closes");
    row("60 keys a second: key to screen", median(seconds.clone()) * 1000.0, "ms", Some(33.0));
    row("the slowest of 60", seconds.into_iter().fold(0.0, f64::max) * 1000.0, "ms", Some(50.0));
}

fn dashboard(project: &Path) {
    let folder = project.display().to_string();
    let frames = |words: &[&str], wanted: &'static [&'static str]| {
        median((0..9).map(|_| Screen::open(PROGRAM, words).until(wanted)).collect()) * 1000.0
    };
    let here = ["--project", &folder];
    // With the layout, focus and console that the parts before have left.
    row("first frame", frames(&here, &["connecting to"]), "ms", Some(50.0));
    let nowhere = ["--project", &folder, "--host", "unix:///nonexistent.sock"];
    row("first frame without an engine", frames(&nowhere, &["nonexistent.sock"]), "ms", Some(50.0));
    let three = &["db ", "web ", "sleeper ", "● running"];
    row("names and states of 3 containers", frames(&here, three), "ms", Some(100.0));
    let mut screen = Screen::open(PROGRAM, &here);
    screen.until(three);
    std::thread::sleep(Duration::from_secs(2));
    let (cpu, rss) = screen.idle(Duration::from_secs(60));
    row("idle, 3 containers, CPU a minute", cpu, "s", Some(0.2));
    row("idle, 3 containers, resident", rss, "MiB", Some(15.0));
    keys_in_a_row(&mut screen);
    keys_while_it_builds(&mut screen);
}

/// Removes the demo, its data included, however the measuring ends.
struct Destroy<'a>(&'a Path);

impl Drop for Destroy<'_> {
    fn drop(&mut self) {
        let folder = self.0.display().to_string();
        let _ = program(self.0, &["--project", &folder, "destroy", "--volumes", "--no-dump", "--yes"]).output();
    }
}
