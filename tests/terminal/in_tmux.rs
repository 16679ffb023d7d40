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

/// A tmux server with the dashboard in its only pane.
fn with_dashboard() -> Tmux {
    let tmux = Tmux::with_shell(160, 40);
    tmux.wait_for("a shell", |screen| screen.starts_with("ready"));
    tmux.keys(&[&program(), "Enter"]);
    tmux.wait_for("the dashboard", |screen| screen.contains("disconnected from"));
    tmux
}

impl Tmux {
    fn count(&self, list: &str) -> usize {
        String::from_utf8_lossy(&self.run(&[list]).stdout).lines().count()
    }

    fn waits_for_count(&self, list: &str, wanted: usize) {
        assert!(wait_until(PATIENCE, || self.count(list) == wanted), "{list}: {}", self.count(list));
    }
}

#[test]
fn the_focused_pane_is_opened_in_a_split_and_in_a_window() {
    let tmux = with_dashboard();
    tmux.keys(&[">"]);
    tmux.waits_for_count("list-panes", 2);
    tmux.wait_for("the services alone", |screen| screen.contains("disconnected from"));
    tmux.keys(&["q"]);
    // One that was left at once waits for enter, so that what it said could be read.
    let is_closed = || {
        let is_open = tmux.count("list-panes") > 1;
        is_open.then(|| tmux.keys(&["Enter"]));
        !is_open
    };
    assert!(wait_until(PATIENCE, is_closed), "{}", tmux.screen());
    tmux.keys(&[")"]);
    tmux.waits_for_count("list-windows", 2);
}

#[test]
fn the_mouse_is_given_back_by_a_key_and_stays_so_after_a_stop() {
    let tmux = with_dashboard();
    let is =
        |wanted: bool| assert!(wait_until(PATIENCE, || tmux.flag("mouse_any_flag") == wanted), "{}", tmux.screen());
    is(true);
    tmux.keys(&["M-m"]);
    is(false);
    tmux.keys(&["C-z"]);
    tmux.wait_for("the shell", |screen| screen.contains("Stopped"));
    tmux.keys(&["fg", "Enter"]);
    tmux.wait_for("the dashboard again", |screen| screen.contains("disconnected from"));
    is(false);
    tmux.keys(&["M-m"]);
    is(true);
}

#[test]
fn a_window_with_all_of_it_is_made_once() {
    let tmux = Tmux::with_shell(200, 50);
    tmux.wait_for("a shell", |screen| screen.starts_with("ready"));
    tmux.keys(&[&format!("{} tmux; echo ended with $?", program()), "Enter"]);
    tmux.waits_for_count("list-windows", 2);
    tmux.waits_for_count("list-panes", 3);
    tmux.wait_for("the dashboard in front", |screen| screen.contains("disconnected from"));
    tmux.run(&["select-window", "-t", "0"]);
    tmux.wait_for("its end", |screen| screen.contains("ended with 0"));
    tmux.keys(&[&format!("clear; {} tmux; echo again $?", program()), "Enter"]);
    tmux.wait_for("the same window", |screen| screen.contains("disconnected from"));
    tmux.run(&["select-window", "-t", "0"]);
    tmux.wait_for("its end", |screen| screen.contains("again 0"));
    assert_eq!(tmux.count("list-windows"), 2);
    // What cannot be reached is told in its pane, which stays.
    let told = || {
        let panes = tmux.run(&["list-panes", "-t", ":1", "-F", "#{pane_id}"]);
        let panes = String::from_utf8_lossy(&panes.stdout).into_owned();
        let screens = panes.lines().map(|pane| tmux.run(&["capture-pane", "-p", "-t", pane]).stdout);
        screens.map(|screen| String::from_utf8_lossy(&screen).into_owned()).collect::<Vec<_>>().join("\n")
    };
    assert!(wait_until(PATIENCE, || told().contains("enter starts it again")), "{}", told());
    assert!(wait_until(PATIENCE, || told().contains("enter tries again")), "{}", told());
}
