//! The system's limits (fault 27): files are looked at again and again, and it is explained.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::{PermissionsExt as _, chown},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use crate::stage::Stage;

/// A program that is ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program's `watch` where so few folders may be watched: in a user namespace of its own,
/// whose limit binds nobody else.
fn watch(stage: &Stage, limit: u32) -> Ended {
    let program = env!("CARGO_BIN_EXE_biostar-tui");
    let script = format!(
        "echo {limit} > /proc/sys/user/max_inotify_watches && exec {program} watch --host unix:///nonexistent.sock"
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--", "sh", "-c", &script]).current_dir(stage.root());
    command.env("XDG_STATE_HOME", stage.root().with_file_name("state"));
    Ended(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("unshare runs"))
}

#[tokio::test]
async fn too_few_watches_are_explained_and_done_without() {
    let files: Vec<String> = (0..40).map(|number| format!("app/d{number}/m.py")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), "0")).collect();
    let stage = Stage::new(&files).await;
    let mut program = watch(&stage, 10);
    let errors = BufReader::new(program.0.stderr.take().unwrap()).lines();
    let lines = BufReader::new(program.0.stdout.take().unwrap()).lines();
    let said: Vec<String> = errors.map_while(Result::ok).take(3).collect();
    let said = said.join("\n");
    assert!(said.contains("fs.inotify.max_user_watches") && said.contains("sysctl -w"), "{said}");
    let first = lines.map_while(Result::ok).next().expect("a line");
    assert!(first.contains("polling: 42 folders"), "{first}");
    let status = || {
        let output = Command::new(env!("CARGO_BIN_EXE_biostar-tui"))
            .args(["watch", "--json", "--host", "unix:///nonexistent.sock"])
            .current_dir(stage.root())
            .env("XDG_STATE_HOME", stage.root().with_file_name("state"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut other = Ended(output.expect("the program runs"));
        BufReader::new(other.0.stdout.take().unwrap()).lines().map_while(Result::ok).next().unwrap_or_default()
    };
    let begun = Instant::now();
    let other = status();
    assert!(other.contains("\"polling\"") && begun.elapsed() < Duration::from_secs(20), "{other}");
}

/// A user who may not read everything: root may.
const NOBODY: u32 = 65534;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// `watch` as a user who is not root, with a state folder of its own; the lines of its errors.
fn watch_as_nobody(stage: &Stage) -> (Ended, Receiver<String>) {
    let folder = stage.root().parent().unwrap().to_owned();
    let (program, state) = (folder.join("program"), folder.join("nobodys"));
    fs::create_dir(&state).unwrap();
    // Where it was built it may be in a folder of root's.
    fs::copy(env!("CARGO_BIN_EXE_biostar-tui"), &program).unwrap();
    set_mode(&folder, 0o755);
    let mut command = Command::new("env");
    if rustix::process::geteuid().is_root() {
        chown(&state, Some(NOBODY), None).unwrap();
        command.args(["setpriv", "--reuid", &NOBODY.to_string(), "--clear-groups"]);
    }
    command.arg(program).args(["watch", "--host", "unix:///nonexistent.sock"]);
    command.env("XDG_STATE_HOME", &state).env("XDG_CONFIG_HOME", &state).current_dir(stage.root());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut program = Ended(command.spawn().expect("it runs"));
    let errors = BufReader::new(program.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let (sender, lines) = channel();
    std::thread::spawn(move || errors.for_each(|line| drop(sender.send(line))));
    (program, lines)
}

fn wait_for(lines: &Receiver<String>, text: &str) {
    let mut said = Vec::new();
    while let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) {
        if line.contains(text) {
            return;
        }
        said.push(line);
    }
    panic!("{text} was not said: {said:#?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_named_whenever_it_comes() {
    let stage = Stage::new(&[("closed/m.py", "0"), ("later/m.py", "0")]).await;
    set_mode(&stage.path("closed"), 0o000);
    let (_program, lines) = watch_as_nobody(&stage);
    wait_for(&lines, "it is closed");
    set_mode(&stage.path("later"), 0o000);
    fs::rename(stage.path("later"), stage.path("moved")).unwrap();
    wait_for(&lines, "it is moved");
    // For whoever removes them.
    ["closed", "moved"].iter().for_each(|folder| set_mode(&stage.path(folder), 0o755));
}
