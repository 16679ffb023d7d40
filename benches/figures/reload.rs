//! From a save to the first answer with the new content: ours against Django's own reloader,
//! on the same project in the same container set-up.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::net::UnixStream,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::screen::cpu_seconds;
use crate::{in_project, median, program, row};

/// Saves that are measured.
const ROUNDS: usize = 15;
/// How long nothing happens: several health checks.
const IDLE: Duration = Duration::from_secs(60);
/// A save that is not served by then is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures both and prints median, worst and their ratio.
pub fn measure(project: &Path, url: &str) {
    let folder = project.display().to_string();
    let ours = watched(project, &folder, |_| saves(project, url));
    let rest = watched(project, &folder, idle);
    row("idle, web and watcher, of a core", rest * 100.0, "%", Some(0.2));
    row("save to first answer, median", median(ours.clone()), "s", Some(0.4));
    row("save to first answer, worst", worst(&ours), "s", Some(1.0));
    use_own_reloader(project);
    in_project(project, &["up"]);
    let theirs = watched(project, &folder, |_| saves(project, url));
    let own = watched(project, &folder, idle);
    row("the same with runserver's own", own * 100.0, "%", None);
    row("the same with runserver's own, median", median(theirs.clone()), "s", None);
    row("the same with runserver's own, worst", worst(&theirs), "s", None);
    row("times as fast", median(theirs) / median(ours), "", None);
}

/// Does something while the program's `watch` runs.
fn watched<T>(project: &Path, folder: &str, work: impl FnOnce(u32) -> T) -> T {
    let mut command = program(project, &["--project", folder, "watch"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs");
    // It has looked, and the warm process is there.
    std::thread::sleep(Duration::from_secs(5));
    let result = work(child.id());
    child.kill().expect("the watcher runs");
    child.wait().expect("the watcher ends");
    result
}

/// The share of one core that the server's container, health checks included, and the watcher
/// take while nothing happens.
fn idle(watcher: u32) -> f64 {
    let used = || container_seconds("figures-development-service-web") + cpu_seconds(watcher);
    let before = used();
    std::thread::sleep(IDLE);
    (used() - before) / IDLE.as_secs_f64()
}

/// What the engine has counted for a container, in seconds of processor.
fn container_seconds(name: &str) -> f64 {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let socket = host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock");
    let mut stream = UnixStream::connect(socket).expect("an engine behind a unix socket");
    write!(stream, "GET /v1.41/containers/{name}/stats?stream=false&one-shot=true HTTP/1.0\r\nHost: engine\r\n\r\n")
        .expect("the engine takes requests");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the engine answers");
    let body = answer.split_once("\r\n\r\n").expect("a head and a body").1;
    let usage: serde_json::Value = serde_json::from_str(body).expect("the usage as JSON");
    usage["cpu_stats"]["cpu_usage"]["total_usage"].as_f64().expect("nanoseconds") / 1e9
}

fn worst(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// The server as `runserver` with its `StatReloader`. A watcher that does nothing keeps the
/// supervisor from looking for itself.
fn use_own_reloader(project: &Path) {
    let path = project.join("biostar-tui.toml");
    let mut text = std::fs::read_to_string(&path).expect("the demo's configuration");
    text.push_str("\n[services.web]\nserve = \"python3 manage.py runserver 0.0.0.0:8000\"\n");
    text.push_str("\n[[watch]]\npaths = [\"**/*.py\"]\naction = \"nothing\"\n");
    std::fs::write(&path, text).expect("the demo's folder is writable");
}

/// Seconds from a save to its answer, for saves at uneven moments.
fn saves(project: &Path, url: &str) -> Vec<f64> {
    let view = project.join("forum/views.py");
    let original = std::fs::read_to_string(&view).expect("the demo's views");
    let times = (0..ROUNDS).map(|round| {
        // Between two and three seconds: no multiple of a poll's second.
        std::thread::sleep(Duration::from_millis(2000 + (round as u64 * 377) % 1000));
        save(&view, &original, url, round)
    });
    let times = times.collect();
    std::fs::write(&view, original).expect("the view is writable");
    // What comes after it is to begin when this has been reloaded too.
    let begun = Instant::now();
    while get(url, "/search/").is_none_or(|answer| answer.contains("round-")) {
        assert!(begun.elapsed() < PATIENCE, "the view as it was is not served");
        std::thread::sleep(Duration::from_millis(5));
    }
    times
}

/// A view whose answer tells the round: added at the end, in the place of the search's.
fn save(view: &Path, original: &str, url: &str, round: usize) -> f64 {
    let mark = format!("round-{round}-{}", std::process::id());
    let text = format!(
        "{original}\n\nfrom django.http import HttpResponse\n\n\ndef search(request):\n    return HttpResponse(\"{mark}\")\n"
    );
    let begun = Instant::now();
    std::fs::write(view, text).expect("the view is writable");
    while !get(url, "/search/").is_some_and(|answer| answer.contains(&mark)) {
        assert!(begun.elapsed() < PATIENCE, "{mark} is not served");
        std::thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed().as_secs_f64()
}

fn get(url: &str, path: &str) -> Option<String> {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
