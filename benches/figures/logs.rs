//! Logs: how soon they are there, what that takes, and how fast they are searched. Beside
//! each the raw answer of the engine, read by curl in the same run.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use biostar_tui::core::naming::{self, Role};
use serde_json::json;

use crate::{
    Destroy, NAME, PROGRAM, in_project, row,
    screen::Screen,
    support::{bench::Bench, raw},
};

/// Lines of the long log.
const LONG: u64 = 2_000_000;
/// Services that write a line a second.
const QUIET: usize = 20;
/// What stands on the help's border, however long the help is.
const HELP: &str = "esc closes";

/// Measures these parts: `quiet`, `short`, `long`, `search`; all of them where none is named.
pub fn measure(parts: &[&str]) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let bench = runtime.block_on(Bench::docker());
    let wants = |part: &str| parts.is_empty() || parts.contains(&part);
    if wants("quiet") {
        quiet(&bench.image);
    }
    for (part, lines, measure) in
        [("short", 100_000, short as fn(&Path, &str, u64)), ("long", LONG, long), ("search", 1_000_000, search)]
    {
        if wants(part) {
            written(&bench.image, lines, measure);
        }
    }
}

/// A project of one service with a log of so many lines of 100 bytes.
fn written(image: &str, lines: u64, measure: impl Fn(&Path, &str, u64)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path().join("figures");
    std::fs::create_dir(&project).expect("a folder");
    let text = format!("[services.log]\nimage = \"{image}\"\ncommand = [\"sleep\", \"36000\"]\n");
    std::fs::write(project.join("biostar-tui.toml"), text).expect("a file");
    let _destroy = Destroy(&project);
    in_project(&project, &["up"]);
    let id = write(image, lines);
    measure(&project, &id, lines);
}

/// In place of the service's container one that has written its lines, whose log keeps them.
fn write(image: &str, lines: u64) -> String {
    let name = naming::container(NAME.1, "development", Role::Service, "log");
    let inspected: serde_json::Value =
        serde_json::from_str(&raw::get(&format!("/containers/{name}/json"))).expect("a container");
    let labels = &inspected["Config"]["Labels"];
    raw::delete(&format!("/containers/{name}?force=1"));
    let pad = "x".repeat(91);
    let script = format!(
        "busybox awk 'BEGIN {{ for (i = 1; i <= {lines}; i++) printf \"%07d %s\\n\", i, \"{pad}\" }}'; exec sleep 36000"
    );
    let spec = json!({
        "Image": image, "Cmd": ["sh", "-c", script], "Labels": labels,
        "HostConfig": { "LogConfig": { "Type": "local", "Config": { "max-size": "1g", "max-file": "2" } } },
    });
    raw::post(&format!("/containers/create?name={name}"), &spec.to_string());
    raw::post(&format!("/containers/{name}/start"), "");
    let last = format!("{lines:07} ");
    while !raw::get(&format!("/containers/{name}/logs?stdout=1&tail=1")).contains(&last) {
        std::thread::sleep(Duration::from_millis(200));
    }
    name
}

/// Seconds that curl takes for the whole log.
fn curl(container: &str) -> f64 {
    let url = format!("http://engine/containers/{container}/logs?stdout=1&stderr=1&timestamps=1&tail=all");
    let begun = Instant::now();
    let mut command = Command::new("curl");
    command.args(["--silent", "--output", "/dev/null", "--unix-socket"]).arg(raw::socket()).arg(url);
    assert!(command.status().expect("curl, which is needed").success());
    begun.elapsed().as_secs_f64()
}

/// Seconds until oxker shows the last line, where it is installed.
fn oxker(name: &str, lines: u64) {
    let is_there = Command::new("oxker").arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !is_there {
        return println!("{name:<44} oxker is not installed");
    }
    let mut screen = Screen::open("oxker", &[]);
    screen.until(&["Containers", "Logs "]);
    // It begins with the engine's oldest container; End chooses the newest.
    screen.press("\x1b[F", &[&format!(" - {}", NAME.1)]);
    let seconds = screen.until(&[&format!("{lines:07} ")]);
    row(&format!("{name}: oxker"), seconds, "s", None);
}

/// Opens the dashboard with nothing kept from before.
fn open(project: &Path) -> Screen {
    let state = project.with_extension("state");
    let _ = std::fs::remove_dir_all(&state);
    let (folder, state) = (project.display().to_string(), state.display().to_string());
    Screen::open_with(PROGRAM, &["--project", &folder], &[("XDG_STATE_HOME", &state)])
}

fn caught_up(project: &Path, container: &str, lines: u64) -> (Screen, f64) {
    let raw = curl(container);
    row(&format!("{lines} lines read by curl"), raw, "s", None);
    let mut screen = open(project);
    let last = screen.until(&[&format!("{lines:07} ")]);
    row(&format!("{lines} lines: the last on the screen"), last, "s", Some(0.4));
    row("resident then", screen.resident(), "MiB", Some(30.0));
    screen.until(&["reading older lines"]);
    let all = screen.until_gone("reading older lines");
    row(&format!("{lines} lines: all of them read"), all, "s", Some(raw * 1.3));
    (screen, raw)
}

fn short(project: &Path, container: &str, lines: u64) {
    let (screen, _) = caught_up(project, container, lines);
    row("CPU for that", screen.cpu(), "s", Some(0.6));
    oxker("100000 lines", lines);
}

fn long(project: &Path, container: &str, lines: u64) {
    let (mut screen, _) = caught_up(project, container, lines);
    row("CPU for that", screen.cpu(), "s", None);
    row("resident, all of them read", screen.resident(), "MiB", Some(30.0));
    screen.press("2", &["2 log"]);
    row("to the first of all lines", screen.press("g", &["0000001 "]) * 1000.0, "ms", None);
    drop(screen);
    let mut screen = open(project);
    screen.until(&["reading older lines"]);
    let mut slowest = 0.0_f64;
    while screen.shows("reading older lines") {
        slowest = slowest.max(screen.press("?", &[HELP]));
        screen.close("\x1b", HELP);
    }
    row("the slowest key meanwhile", slowest * 1000.0, "ms", Some(50.0));
    oxker("2000000 lines", lines);
}

fn search(project: &Path, container: &str, lines: u64) {
    let (mut screen, _) = caught_up(project, container, lines);
    screen.press("2", &["2 log"]);
    screen.press("/", &["search:"]);
    row("search of 1000000 lines, first match", screen.press("99999 ", &["1 of "]) * 1000.0, "ms", Some(50.0));
    screen.press("\x7f\x7f\x7f\x7f\x7f\x7f", &["search: "]);
    row("all matches counted", screen.press("99999 ", &["1 of 10 "]), "s", Some(1.0));
}

fn quiet(image: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path().join("figures");
    std::fs::create_dir(&project).expect("a folder");
    let service = |n: usize| {
        format!(
            "[services.s{n:02}]\nimage = \"{image}\"\ncommand = [\"sh\", \"-c\", \"while :; do echo line; sleep 1; done\"]\n"
        )
    };
    let text: String = (0..QUIET).map(service).collect();
    std::fs::write(project.join("biostar-tui.toml"), text).expect("a file");
    let _destroy = Destroy(&project);
    in_project(&project, &["up"]);
    let mut screen = open(&project);
    screen.until(&["s07 ", "│line", "● running"]);
    std::thread::sleep(Duration::from_secs(2));
    let (cpu, rss) = screen.idle(Duration::from_secs(60));
    row("20 containers at a line a second, a minute", cpu, "s", Some(0.35));
    row("resident", rss, "MiB", Some(15.0));
}
