//! A shell under a pseudo-terminal whose screen an emulator reads.

use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alacritty_terminal::Term;
use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions as _;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::Config;
use alacritty_terminal::term::cell::Cell;
use alacritty_terminal::term::test::TermSize;
use alacritty_terminal::vte::ansi::Processor;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PATIENCE: Duration = Duration::from_secs(15);

struct Seen {
    raw: Vec<u8>,
    term: Term<VoidListener>,
    parser: Processor,
}

/// A shell under a pseudo-terminal.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
    _state: tempfile::TempDir,
}

/// Waits until something is so.
pub fn wait_until(patience: Duration, wanted: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !wanted() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn term_size((columns, rows): (u16, u16)) -> TermSize {
    TermSize::new(usize::from(columns), usize::from(rows))
}

impl Pty {
    /// A shell that runs a command.
    pub fn shell(command: &str, size: (u16, u16)) -> Self {
        let mut shell = CommandBuilder::new("sh");
        shell.args(["-c", command]);
        Self::start(shell, size)
    }

    /// A shell on a terminal within this one, which is gone when `kill_shell` was called.
    pub fn within_script(command: &str, size: (u16, u16)) -> Self {
        let mut script = CommandBuilder::new("script");
        script.args(["--quiet", "--command", command, "/dev/null"]);
        Self::start(script, size)
    }

    /// A shell with job control.
    pub fn interactive(size: (u16, u16)) -> Self {
        let mut shell = CommandBuilder::new("bash");
        shell.args(["--norc", "--noprofile", "-i"]);
        Self::start(shell, size)
    }

    fn start(mut shell: CommandBuilder, wanted: (u16, u16)) -> Self {
        let state = tempfile::tempdir().unwrap();
        shell.env("XDG_STATE_HOME", state.path());
        shell.env("XDG_CONFIG_HOME", state.path());
        shell.env("TERM", "xterm-256color");
        shell.env_remove("DOCKER_HOST");
        let pair = native_pty_system().openpty(size(wanted)).unwrap();
        let child = pair.slave.spawn_command(shell).unwrap();
        drop(pair.slave);
        let term = Term::new(Config::default(), &term_size(wanted), VoidListener);
        let seen = Arc::new(Mutex::new(Seen { raw: Vec::new(), term, parser: Processor::new() }));
        let reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || read(reader, &seen)
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: pair.master, writer, child, seen, _state: state }
    }

    /// The process that the shell is, or has become.
    #[allow(dead_code, reason = "for the end to end tests, which share this file")]
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Everything that was written, as text.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap().raw).into_owned()
    }

    /// The screen's rows.
    pub fn screen(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let grid = seen.term.grid();
        let row = |line: usize| {
            let cells = (0..grid.columns()).map(|column| grid[Line(line.try_into().unwrap())][Column(column)].c);
            cells.collect::<String>().trim_end().to_owned()
        };
        (0..grid.screen_lines()).map(row).collect()
    }

    /// What is made of each cell of the screen.
    #[allow(dead_code, reason = "for the pictures of the end to end tests, which share this file")]
    pub fn cells<T>(&self, of: impl Fn(&Cell) -> T) -> Vec<Vec<T>> {
        let seen = self.seen.lock().unwrap();
        let grid = seen.term.grid();
        let row = |line: usize| {
            (0..grid.columns()).map(|column| of(&grid[Line(line.try_into().unwrap())][Column(column)])).collect()
        };
        (0..grid.screen_lines()).map(row).collect()
    }

    /// Waits until the screen is as wanted.
    pub fn wait_screen(&self, what: &str, wanted: impl Fn(&[String]) -> bool) {
        let came = wait_until(PATIENCE, || wanted(&self.screen()));
        assert!(came, "never: {what}\n{}\nraw: {:?}", self.screen().join("\n"), self.raw());
    }

    /// Waits until a text is on the screen.
    pub fn wait_for(&self, text: &str) {
        self.wait_screen(text, |rows| rows.iter().any(|row| row.contains(text)));
    }

    /// Waits until what was written is as wanted.
    pub fn wait_raw(&self, wanted: impl Fn(&str) -> bool) {
        assert!(wait_until(PATIENCE, || wanted(&self.raw())), "{:?}", self.raw());
    }

    /// Types.
    pub fn type_keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Resizes.
    pub fn resize(&mut self, wanted: (u16, u16)) {
        self.seen.lock().unwrap().term.resize(term_size(wanted));
        self.master.resize(size(wanted)).unwrap();
    }

    /// Kills what was started first, at once.
    pub fn kill_shell(&mut self) {
        kill("KILL", self.child.process_id().unwrap());
    }

    /// Processes below the shell, itself included, whose name begins like this.
    pub fn descendants(&self, name: &str) -> Vec<u32> {
        let mut found = Vec::new();
        let mut open = vec![self.child.process_id().unwrap()];
        while let Some(pid) = open.pop() {
            let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
            open.extend(children.split_whitespace().map(|pid| pid.parse::<u32>().unwrap()));
            let comm = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            if comm.trim().starts_with(name) {
                found.push(pid);
            }
        }
        found
    }

    /// Sends a signal to the program.
    pub fn signal_child(&self, signal: &str) {
        let pids = self.descendants("biostar-tui");
        assert_eq!(pids.len(), 1);
        kill(signal, pids[0]);
    }
}

fn kill(signal: &str, pid: u32) {
    // One that has ended meanwhile is told by `kill` itself, which is procps'.
    std::process::Command::new("kill").args(["-s", signal, &pid.to_string()]).status().unwrap();
}

impl Drop for Pty {
    fn drop(&mut self) {
        for pid in self.descendants("") {
            kill("KILL", pid);
        }
        let _ = self.child.wait();
    }
}

fn read(mut reader: Box<dyn std::io::Read + Send>, seen: &Mutex<Seen>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        let mut seen = seen.lock().unwrap();
        let Seen { raw, term, parser } = &mut *seen;
        raw.extend_from_slice(&buffer[..count]);
        parser.advance(term, &buffer[..count]);
    }
}
