//! The program under a pseudo-terminal: what it shows, and how it leaves the terminal.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod in_tmux;
mod pty;

use std::sync::Arc;
use std::time::{Duration, Instant};

use biostar_tui::core::secret::Secrets;
use biostar_tui::runtime::terminal::{Guard, Tty, end_on_panic};
use pty::{Pty, wait_until};

/// The program's command line, on an endpoint where nothing is.
fn program() -> String {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo");
    format!("'{}' --project '{demo}' --host unix:///nonexistent.sock", env!("CARGO_BIN_EXE_biostar-tui"))
}

/// Whether a process is no more, or waits for a parent that never asks.
fn has_ended(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    status.map_or(true, |status| status.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')))
}

/// Set for this test program when it runs itself under a pseudo-terminal.
const CHILD: &str = "BIOSTAR_TUI_TESTS_CHILD";

/// This test program's own command line for one of its tests.
fn child(test: &str) -> String {
    let program = std::env::current_exe().unwrap();
    format!("{CHILD}=1 '{}' --exact {test} --nocapture", program.display())
}

/// What `a_panic_restores_the_terminal` runs: takes the terminal as the dashboard does,
/// then panics. Does nothing among the other tests.
#[test]
fn child_panics() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let tty = Arc::new(Tty::open().unwrap());
    end_on_panic(Arc::clone(&tty), Secrets::from_variables([("DB_PASSWORD", "correct-horse")]));
    let _guard = Guard::new(tty).unwrap();
    panic!("the password correct-horse\x1b[31m was wrong");
}

/// A shell that runs the command between two looks at the terminal's settings.
fn between_looks(command: &str) -> String {
    format!("stty -g; {command}; echo \"ended with $?\"; stty -g; sleep 5")
}

/// Holds that the settings are the same before and after, that the alternate screen was
/// left, and that every mode was reset.
fn assert_restored(pty: &Pty) {
    let text = pty.raw();
    let settings: Vec<_> = text.lines().map(str::trim).filter(|line| is_settings(line)).collect();
    assert!(settings.len() == 2 && settings[0] == settings[1], "{settings:?} in {text:?}");
    // The alternate screen, a bracketed paste, the focus, and the mouse in each of its modes.
    for mode in [1049, 2004, 1004, 1000, 1002, 1006] {
        let (on, off) = (text.rfind(&format!("\x1b[?{mode}h")), text.rfind(&format!("\x1b[?{mode}l")));
        assert!(on.is_some() && on < off, "mode {mode} is not reset");
    }
    assert!(text.rfind("\x1b[?25l") < text.rfind("\x1b[?25h"), "the cursor is not shown");
}

/// A line of `stty -g`: hexadecimal numbers and colons.
fn is_settings(line: &str) -> bool {
    line.len() > 40 && line.contains(':') && line.chars().all(|c| c.is_ascii_hexdigit() || c == ':')
}

#[test]
fn without_an_engine_it_says_which_and_what_to_do() {
    let mut pty = Pty::shell(&program(), (100, 30));
    pty.wait_for("disconnected from unix:///nonexistent.sock");
    pty.wait_for("remedy:");
    pty.wait_for("trying again");
    pty.type_keys("?");
    pty.wait_for("esc closes");
}

#[test]
fn the_first_frame_comes_at_once() {
    let began = Instant::now();
    let pty = Pty::shell(&program(), (100, 30));
    pty.wait_for("unix:///nonexistent.sock");
    // Start of a shell and of a test build included, on a machine that has other work.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

/// The background of the shipped theme for light terminals, as a terminal is told it.
const LIGHT: &str = "48;2;251;251;249";

#[test]
fn it_is_light_where_the_terminal_is() {
    let mut pty = Pty::shell(&format!("export COLORTERM=truecolor; {0}; {0}", program()), (100, 30));
    pty.wait_for("disconnected");
    assert!(pty.raw().contains("\x1b]11;?") && !pty.raw().contains(LIGHT));
    // In two pieces, as a slow line delivers it.
    pty.type_keys("\x1b]11;rgb:ff");
    pty.type_keys("ff/ffff/ffff\x1b\\");
    pty.wait_raw(|text| text.contains(LIGHT));
    let seen = pty.raw().len();
    pty.type_keys("q");
    // The next start knows it for its first frame.
    pty.wait_raw(|text| {
        text.get(seen..).and_then(|text| text.rsplit_once("?1049h")).is_some_and(|(_, next)| next.contains(LIGHT))
    });
}

#[test]
fn a_killed_one_comes_back_where_it_was() {
    let mut pty = Pty::shell(&format!("{0}; printf '\\033[H\\033[2J'; {0}", program()), (100, 30));
    pty.wait_for("[1 services]");
    pty.type_keys("5");
    pty.wait_for("[5 notices]");
    // Kept within a second, at the next frame: those of a lost engine count the seconds.
    std::thread::sleep(Duration::from_millis(2500));
    pty.signal_child("KILL");
    pty.wait_raw(|text| text.matches("\x1b[?1049h").count() == 2);
    pty.wait_for("[5 notices]");
}

#[test]
fn quitting_restores_the_terminal() {
    let mut pty = Pty::shell(&between_looks(&program()), (100, 30));
    pty.wait_for("disconnected");
    pty.type_keys("q");
    pty.wait_for("ended with 0");
    pty.wait_raw(|text| text.lines().filter(|line| is_settings(line.trim())).count() == 2);
    assert_restored(&pty);
}

#[test]
fn signals_restore_the_terminal() {
    for signal in ["TERM", "HUP", "INT"] {
        let pty = Pty::shell(&between_looks(&program()), (100, 30));
        pty.wait_for("disconnected");
        let began = Instant::now();
        pty.signal_child(signal);
        pty.wait_for("ended with");
        assert!(began.elapsed() < Duration::from_secs(2), "{signal}");
        pty.wait_raw(|text| text.lines().filter(|line| is_settings(line.trim())).count() == 2);
        assert_restored(&pty);
    }
}

#[test]
fn a_panic_restores_the_terminal_and_masks_its_message() {
    let pty = Pty::shell(&between_looks(&child("child_panics")), (100, 30));
    pty.wait_for("ended with 101");
    pty.wait_raw(|text| text.lines().filter(|line| is_settings(line.trim())).count() == 2);
    assert_restored(&pty);
    let text = pty.raw();
    assert!(text.contains("the password ******** was wrong"), "{text:?}");
    assert!(text.find("\x1b[?1049l") < text.find("was wrong"), "printed to the screen that is left");
}

#[test]
fn a_terminal_that_is_gone_ends_it_within_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let code = folder.path().join("code");
    // In a session of its own it gets no HUP: only the hang-up of its terminal tells.
    let told = format!("{} <&3; echo \\$? > {}", program(), code.display());
    let without_hup = format!("exec 3<&0; setsid sh -c \"{told}\" & sleep 60");
    for command in [program(), without_hup] {
        let mut pty = Pty::within_script(&command, (100, 30));
        pty.wait_for("disconnected");
        let pids = pty.descendants("biostar-tui");
        assert!(!pids.is_empty());
        pty.kill_shell();
        let gone = || pids.iter().all(|pid| has_ended(*pid));
        assert!(wait_until(Duration::from_millis(2500), gone), "still there: {pids:?}");
    }
    let ended = || std::fs::read_to_string(&code).is_ok_and(|text| text.ends_with('\n'));
    assert!(wait_until(Duration::from_secs(10), ended));
    assert_ne!(std::fs::read_to_string(&code).unwrap().trim(), "101", "it panicked");
}

#[test]
fn a_thousand_resizes_end_at_the_last_size() {
    let mut pty = Pty::shell(&program(), (100, 30));
    pty.wait_for("disconnected");
    for n in 0_u16..1000 {
        pty.resize((1 + n * 37 % 240, 1 + n * 17 % 80));
    }
    pty.resize((90, 20));
    pty.wait_screen("the last size", |rows| {
        rows.len() == 20
            && rows[0].ends_with("trying again")
            && rows[0].chars().count() == 89
            && rows[19].starts_with(" ? help")
    });
    pty.type_keys("q");
    pty.wait_raw(|text| text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h"));
}

#[test]
fn it_stops_and_goes_on_as_the_shell_wants() {
    let mut pty = Pty::interactive((100, 30));
    pty.type_keys(&format!("{}\n", program()));
    pty.wait_for("disconnected from");
    for stop in ["key", "signal"] {
        match stop {
            "key" => pty.type_keys("\x1a"),
            _ => pty.signal_child("TSTP"),
        }
        pty.wait_screen("the shell", |rows| rows.iter().any(|row| row.contains("Stopped")));
        let text = pty.raw();
        assert!(text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h"), "{stop}");
        pty.type_keys("clear; echo $((40 + 2))\n");
        pty.wait_for("42");
        pty.type_keys("fg\n");
        pty.wait_for("disconnected from");
        pty.wait_screen("a whole frame", |rows| rows[0].starts_with(" demo") && rows[29].starts_with(" ? help"));
    }
    pty.type_keys("q");
    pty.wait_screen("the shell", |rows| !rows.iter().any(|row| row.contains("disconnected from")));
}
