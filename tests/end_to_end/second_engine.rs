//! An engine of the test's own, to be stopped and killed at will.
//!
//! It has a network namespace of its own: two engines in one would share their bridge and
//! their firewall rules, and the first one's would be lost.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use biostar_tui::engine::Endpoint;
use tempfile::TempDir;

/// What becomes of containers while their engine is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Containers {
    /// `--live-restore`.
    LiveOn,
    /// They end with it.
    EndToo,
}

pub struct SecondEngine {
    folder: TempDir,
    name: String,
    containers: Containers,
    /// `None` while it is away.
    daemon: Option<Child>,
}

/// Root's own work, by sudo where the tests are run by another.
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

#[track_caller]
fn done(mut command: Command) {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl SecondEngine {
    pub fn start(what: &str, containers: Containers) -> Self {
        Self::start_on(what, containers, None)
    }

    /// One whose data have a disk of their own, of so many megabytes.
    pub fn with_disk(what: &str, megabytes: u32) -> Self {
        Self::start_on(what, Containers::EndToo, Some(megabytes))
    }

    fn start_on(what: &str, containers: Containers, disk: Option<u32>) -> Self {
        // The path of a socket may have 107 bytes only.
        let folder = tempfile::Builder::new().prefix("e2e-").tempdir().unwrap();
        let name = format!("e2e-{}-{what}", std::process::id());
        let mut engine = Self { folder, name, containers, daemon: None };
        let mut add = as_root("ip");
        add.args(["netns", "add", &engine.name]);
        done(add);
        let mut up = as_root("ip");
        up.args(["-n", &engine.name, "link", "set", "lo", "up"]);
        done(up);
        // The machine's own settings are the first engine's.
        std::fs::write(engine.folder.path().join("daemon.json"), "{}").unwrap();
        if let Some(megabytes) = disk {
            std::fs::create_dir(engine.data()).unwrap();
            engine.mount(&["-t", "tmpfs", "tmpfs"], megabytes);
        }
        engine.start_again();
        engine
    }

    /// Changes the size of its disk.
    pub fn resize_disk(&self, megabytes: u32) {
        self.mount(&[], megabytes);
    }

    fn mount(&self, what: &[&str], megabytes: u32) {
        let remount = if what.is_empty() { "remount," } else { "" };
        let mut mount = as_root("mount");
        mount.args(["-o", &format!("{remount}size={megabytes}m")]).args(what).arg(self.data());
        done(mount);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.socket())
    }

    pub fn start_again(&mut self) {
        // A killed engine takes its containerd along. Where nothing reaps that, as in a
        // container without an init, the next engine would wait for it for ever.
        let mut forget = as_root("rm");
        forget.arg("-f").arg(self.folder.path().join("exec/containerd/containerd.pid"));
        done(forget);
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        // A test that is killed cannot end it: its end is asked for beforehand.
        let mut command = as_root("setpriv");
        command.args(["--pdeathsig", "TERM", "--", "nsenter"]);
        command.arg(format!("--net=/run/netns/{}", self.name)).args(["--", "dockerd"]).args(self.arguments());
        command.env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.daemon = Some(command.spawn().expect("setpriv can be run"));
        self.await_answer();
    }

    fn arguments(&self) -> Vec<String> {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let mut arguments = vec![format!("--host=unix://{}", self.socket().display())];
        for (flag, value) in [
            ("data-root", path("data")),
            ("exec-root", path("exec")),
            ("pidfile", path("pid")),
            ("config-file", path("daemon.json")),
            // Where a containerd of the system's serves both engines, neither sees the
            // other's containers.
            ("containerd-namespace", self.name.clone()),
            ("containerd-plugins-namespace", format!("{}-plugins", self.name)),
            ("group", rustix::process::getegid().as_raw().to_string()),
        ] {
            arguments.push(format!("--{flag}={value}"));
        }
        if self.containers == Containers::LiveOn {
            arguments.push("--live-restore".to_owned());
        }
        arguments
    }

    fn await_answer(&mut self) {
        let begun = Instant::now();
        while !answers(&self.socket()) {
            let ended = self.daemon.as_mut().and_then(|daemon| daemon.try_wait().unwrap());
            let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(ended.is_none() && begun.elapsed() < Duration::from_secs(60), "no second engine:\n{}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends it by this signal; it stays away until it is started again.
    pub fn stop(&mut self, signal: &str) {
        let Some(mut daemon) = self.daemon.take() else { return };
        // One that could not start has ended by itself.
        if daemon.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        // setpriv and nsenter have become the daemon; under sudo the daemon's own file tells its id.
        let id = std::fs::read_to_string(self.folder.path().join("pid")).unwrap_or_else(|_| daemon.id().to_string());
        let mut kill = as_root("kill");
        // It may end by itself meanwhile: whether it has is seen by the wait.
        let _ = kill.args([signal, id.trim()]).output();
        daemon.wait().expect("the engine can be waited for");
    }
}

fn answers(socket: &std::path::Path) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::os::unix::net::UnixStream::connect(socket) else { return false };
    let mut answer = String::new();
    stream.write_all(b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n").is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.contains(" 200 ")
}

impl Drop for SecondEngine {
    fn drop(&mut self) {
        if self.daemon.is_some() {
            self.stop("-TERM");
        }
        let mut delete = as_root("ip");
        delete.args(["netns", "delete", &self.name]);
        let _ = delete.output();
        // A test that failed while it was away has left mounts.
        let mut unmount = as_root("umount");
        let _ = unmount.args(["--quiet", "--recursive"]).arg(self.folder.path().join("data")).output();
        // Its data belong to root, whoever has started it.
        let mut remove = as_root("rm");
        remove.arg("-rf").arg(self.folder.path().join("data")).arg(self.folder.path().join("exec"));
        let _ = remove.output();
    }
}
