//! The program's `watch`, the supervisor and a server that has loaded the tree's modules, each
//! a process of its own. Between them a stand-in for the engine: a socket that passes signals
//! on. What is served is what was imported, so a stale file shows.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::OpenOptionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A server that imports every module of its folder and serves what each of them says.
const SERVER: &str = r#"import importlib, json, os, socketserver, sys
from wsgiref import simple_server

here = os.path.dirname(os.path.abspath(__file__))
values = {}
for folder, names, files in os.walk(here, followlinks=True):
    names[:] = [name for name in names if not name.startswith(("__", "."))]
    for name in files:
        if name.endswith(".py") and name != "manage.py":
            path = os.path.relpath(os.path.join(folder, name), here)
            values[path] = str(importlib.import_module(path[:-3].replace(os.sep, ".")).VALUE)

class Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 50

class Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *words):
        pass

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(values).encode("ascii")]

simple_server.make_server("127.0.0.1", int(sys.argv[1]), application, Server, Quiet).serve_forever()
"#;

/// A process that is ended with the scene.
struct Process(Child);

impl Process {
    fn signal(&self, signal: Signal) {
        // It may have ended by itself.
        let _ = kill_process(Pid::from_child(&self.0), signal);
    }

    /// Ends it by this signal, and waits for it.
    fn end(&mut self, signal: Signal) {
        self.signal(signal);
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::CONT);
        self.signal(Signal::TERM);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(3) && matches!(self.0.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the stand-in for the engine knows.
#[derive(Default)]
struct Known {
    /// The supervisor's process; 0 where there is none.
    pid: AtomicI32,
    away: AtomicBool,
    /// The pipe on which watchers say so.
    watched: PathBuf,
}

pub struct Scene {
    watcher: Option<Process>,
    supervisor: Option<Process>,
    known: Arc<Known>,
    port: u16,
    folder: TempDir,
}

impl Scene {
    /// A tree whose server runs and which is watched.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let known = Arc::new(Known { watched: folder.path().join("watched"), ..Known::default() });
        let mut scene = Self { watcher: None, supervisor: None, known, port, folder };
        fs::create_dir_all(scene.root()).unwrap();
        fs::create_dir_all(scene.outside()).unwrap();
        fs::write(scene.root().join("manage.py"), SERVER).unwrap();
        fs::write(scene.root().join("biostar-tui.toml"), "[environments.development]\nsettings = \"none\"\n").unwrap();
        let listener = UnixListener::bind(scene.folder.path().join("engine.sock")).unwrap();
        let known = Arc::clone(&scene.known);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let known = Arc::clone(&known);
                std::thread::spawn(move || answer(stream, &known, port));
            }
        });
        scene.start_server();
        scene.start_watcher();
        scene
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// A folder beside the tree.
    pub fn outside(&self) -> PathBuf {
        self.folder.path().join("outside")
    }

    fn log(&self, name: &str) -> fs::File {
        let path = self.folder.path().join(name);
        fs::OpenOptions::new().create(true).append(true).open(path).unwrap()
    }

    pub fn start_server(&mut self) {
        let container = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/container");
        let of = |name: &str| self.folder.path().join(name);
        // PID 1 of a container has no default actions: a signal that comes early is ignored.
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' HUP; exec python3 -B -E -s -u \"$@\"", "sh"]);
        command.arg(container.join("supervisor.py"));
        command.arg("--tree").arg(self.root()).args(["--listen", &format!("127.0.0.1:{}", self.port), "--", "python3"]);
        command.arg(self.root().join("manage.py")).arg(self.port.to_string()).current_dir(self.root());
        command
            .env("BIOSTAR_TUI_WATCHED", of("watched"))
            .env("BIOSTAR_TUI_FAILED", of("failed"))
            .env("BIOSTAR_TUI_MODULES", of("modules"));
        command.env_remove("PYTHONDONTWRITEBYTECODE");
        command.stdin(Stdio::null()).stdout(self.log("server.log")).stderr(self.log("server.log"));
        let child = command.spawn().expect("python3 runs");
        self.known.pid.store(i32::try_from(child.id()).unwrap(), Ordering::SeqCst);
        self.supervisor = Some(Process(child));
    }

    /// Ends the container, as it were.
    pub fn end_server(&mut self) {
        self.known.pid.store(0, Ordering::SeqCst);
        self.supervisor.take();
    }

    pub fn start_watcher(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_biostar-tui"));
        command.args(["watch", "--host"]).arg(format!("unix://{}", self.folder.path().join("engine.sock").display()));
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).env("XDG_CONFIG_HOME", self.folder.path());
        command.current_dir(self.root()).stdin(Stdio::null());
        command.stdout(self.log("watch.log")).stderr(self.log("watch.log"));
        self.watcher = Some(Process(command.spawn().expect("the program runs")));
    }

    pub fn is_watched(&self) -> bool {
        self.watcher.is_some()
    }

    /// Ends the watcher: as a user does, or as a crash would.
    pub fn end_watcher(&mut self, signal: Signal) {
        if let Some(mut watcher) = self.watcher.take() {
            watcher.end(signal);
        }
    }

    /// STOP or CONT for the watcher.
    pub fn tell_watcher(&self, signal: Signal) {
        if let Some(watcher) = &self.watcher {
            watcher.signal(signal);
        }
    }

    /// Whether the engine's socket answers.
    pub fn engine_is_away(&self, away: bool) {
        self.known.away.store(away, Ordering::SeqCst);
    }

    /// What is served; `None` where it is the page of a server that does not start.
    pub fn served(&self) -> Option<BTreeMap<String, String>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }

    /// What the tree says; `None` where a file of it cannot be loaded.
    pub fn wanted(&self) -> Option<BTreeMap<String, String>> {
        let mut values = BTreeMap::new();
        modules(&self.root(), Path::new(""), &mut values).then_some(values)
    }

    /// Waits until what is served is what is there. How long that took, or both.
    pub fn settles(&self, patience: Duration) -> Result<Duration, String> {
        let begun = Instant::now();
        let wanted = self.wanted();
        loop {
            let served = self.served();
            if served == wanted {
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > patience {
                return Err(format!("served: {served:?}\nthere: {wanted:?}\n{}", self.said()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The ends of the logs.
    fn said(&self) -> String {
        let end = |name: &str| {
            let text = fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(25)..].join("\n")
        };
        format!("--- watcher\n{}\n--- server\n{}", end("watch.log"), end("server.log"))
    }
}

/// Takes in what the modules of a folder say; false where one cannot be loaded.
fn modules(root: &Path, folder: &Path, values: &mut BTreeMap<String, String>) -> bool {
    let mut all = true;
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let path = folder.join(&name);
        if root.join(&path).is_dir() {
            all &= name.starts_with("__") || name.starts_with('.') || modules(root, &path, values);
        } else if name.ends_with(".py") && name != "manage.py" {
            let text = fs::read_to_string(root.join(&path)).unwrap();
            match text.strip_prefix("VALUE = ").and_then(|value| value.trim().parse::<u64>().ok()) {
                Some(value) => drop(values.insert(path.display().to_string(), value.to_string())),
                None => all = false,
            }
        }
    }
    all
}

/// One request to the engine.
fn answer(mut stream: UnixStream, known: &Known, port: u16) {
    if known.away.load(Ordering::SeqCst) {
        return;
    }
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    if path.ends_with("/exec/watching/start") {
        return hold(stream, known);
    }
    let (status, body) = respond(path, known, port);
    let length = body.len();
    // The program may have ended.
    let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
}

/// What is written to a command's input goes into the pipe, until the client, the container or
/// the engine has gone.
fn hold(mut stream: UnixStream, known: &Known) {
    let pid = known.pid.load(Ordering::SeqCst);
    // Where no supervisor reads it, it is not waited for.
    let at_once = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let Ok(mut pipe) = fs::OpenOptions::new().write(true).custom_flags(at_once).open(&known.watched) else { return };
    let _ = stream.write_all(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let mut said = [0; 64];
    while !known.away.load(Ordering::SeqCst) && known.pid.load(Ordering::SeqCst) == pid {
        match stream.read(&mut said) {
            Ok(0) => return,
            Ok(count) if pipe.write_all(&said[..count]).is_err() => return,
            // A pause.
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

fn respond(path: &str, known: &Known, port: u16) -> (&'static str, String) {
    let pid = Pid::from_raw(known.pid.load(Ordering::SeqCst));
    if path.ends_with("/version") {
        return ("200 OK", r#"{"Version": "20.10.24", "ApiVersion": "1.41"}"#.to_owned());
    }
    if path.ends_with("/json") {
        let status = if pid.is_some() { "running" } else { "exited" };
        let body = serde_json::json!({
            "Id": "server", "State": { "Status": status }, "Config": {},
            "NetworkSettings": { "Ports": { "8000/tcp": [{ "HostIp": "127.0.0.1", "HostPort": port.to_string() }] } },
        });
        return ("200 OK", body.to_string());
    }
    if path.ends_with("/exec") {
        return ("201 Created", r#"{"Id": "watching"}"#.to_owned());
    }
    let signal = match path.rsplit_once("signal=").map(|(_, signal)| signal) {
        Some("SIGHUP") => Signal::HUP,
        _ => return ("404 Not Found", r#"{"message": "no such thing"}"#.to_owned()),
    };
    match pid.is_some_and(|pid| kill_process(pid, signal).is_ok()) {
        true => ("204 No Content", String::new()),
        false => ("409 Conflict", r#"{"message": "Container server is not running"}"#.to_owned()),
    }
}
