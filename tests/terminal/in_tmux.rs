//! The program in a pane of tmux, which is a terminal of its own kind: what it was sent to
//! the background with and comes back to is a screen that tmux keeps.

use std::process::{Command, Output};
use std::time::Duration;

use crate::{program, pty::wait_until};

const PATIENCE: Duration = Duration::from_secs(20);

/// A tmux server of the test's own, ended with it.
struct Tmux {
    socket: String,
    _state: tempfile::TempDir,
}

impl Tmux {
    /// A session of this size with a shell in it, whose prompt is `ready`.
    fn with_shell(columns: u16, rows: u16) -> Self {
        let state = tempfile::tempdir().unwrap();
        let tmux = Self { socket: state.path().join("tmux").display().to_string(), _state: state };
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let folder = tmux._state.path().display().to_string();
        let shell =
            format!("env XDG_STATE_HOME={folder} XDG_CONFIG_HOME={folder} PS1='ready ' bash --norc --noprofile -i");
        let started = tmux.run(&["-f", "/dev/null", "new-session", "-d", "-x", &columns, "-y", &rows, &shell]);
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        tmux
    }

    fn run(&self, words: &[&str]) -> Output {
        // One that runs inside tmux already would ask that server.
        let mut tmux = Command::new("tmux");
        tmux.env_remove("TMUX").env_remove("DOCKER_HOST").args(["-S", &self.socket]).args(words);
        tmux.output().unwrap_or_else(|error| panic!("tmux, which tests/run installs: {error}"))
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.run(&["capture-pane", "-p"]).stdout).into_owned()
    }

    fn keys(&self, keys: &[&str]) {
        self.run(&[&["send-keys"], keys].concat());
    }

    fn wait_for(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        assert!(wait_until(PATIENCE, || wanted(&self.screen())), "{what}: {}", self.screen());
        self.screen()
    }

    /// Whether a flag of the pane's terminal is set.
    fn flag(&self, name: &str) -> bool {
        let answer = self.run(&["display-message", "-p", &format!("#{{{name}}}")]);
        String::from_utf8_lossy(&answer.stdout).trim() == "1"
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[test]
fn fault_21_it_stops_and_goes_on_in_a_pane_of_tmux() {
    let tmux = Tmux::with_shell(100, 30);
    tmux.wait_for("a shell", |screen| screen.starts_with("ready"));
    tmux.keys(&["echo before; ", &program(), "Enter"]);
    let first = tmux.wait_for("the dashboard", |screen| screen.contains("disconnected from"));
    assert!(tmux.flag("alternate_on") && tmux.flag("mouse_any_flag"), "{first}");
    for _ in 0..3 {
        tmux.keys(&["C-z"]);
        // The shell's own screen, as it was, and a terminal without our modes.
        tmux.wait_for("the shell again", |screen| screen.contains("\nbefore\n") && screen.contains("Stopped"));
        assert!(!tmux.flag("alternate_on") && !tmux.flag("mouse_any_flag") && tmux.flag("cursor_flag"));
        tmux.keys(&["echo in between", "Enter"]);
        tmux.wait_for("what is typed", |screen| screen.contains("\nin between"));
        tmux.keys(&["fg", "Enter"]);
        tmux.wait_for("the whole frame", |screen| {
            screen.contains("disconnected from") && !screen.contains("in between")
        });
    }
    tmux.keys(&["C-z"]);
    tmux.wait_for("the shell again", |screen| screen.contains("Stopped"));
    // A window that became smaller meanwhile is drawn at its new size.
    tmux.run(&["resize-window", "-x", "80", "-y", "24"]);
    tmux.keys(&["fg", "Enter"]);
    let small = tmux.wait_for("the frame at its new size", |screen| screen.contains("disconnected from"));
    assert!(small.trim_end().lines().count() == 24 && small.lines().all(|line| line.chars().count() <= 80), "{small}");
    tmux.keys(&["q"]);
    tmux.wait_for("the shell at the end", |screen| screen.trim_end().ends_with("ready"));
    assert!(!tmux.flag("alternate_on") && !tmux.flag("mouse_any_flag") && tmux.flag("cursor_flag"));
}
