//! The program under a pseudo-terminal.

use std::{
    io::{Read, Write},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use alacritty_terminal::{
    event::VoidListener,
    grid::Dimensions,
    term::{Config, Term},
    vte::ansi::Processor,
};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: PtySize = PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 };

/// How long the longest log may take.
const PATIENCE: Duration = Duration::from_secs(300);

struct Size;

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        usize::from(SIZE.rows)
    }
    fn screen_lines(&self) -> usize {
        usize::from(SIZE.rows)
    }
    fn columns(&self) -> usize {
        usize::from(SIZE.cols)
    }
}

/// A running program and its screen.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    term: Term<VoidListener>,
    parser: Processor,
    begun: Instant,
}

impl Screen {
    /// Starts a program on a screen of 200x50.
    pub fn open(program: &str, words: &[&str]) -> Self {
        Self::open_with(program, words, &[])
    }

    /// The same with these variables.
    pub fn open_with(program: &str, words: &[&str], variables: &[(&str, &str)]) -> Self {
        let pty = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(words);
        command.env("TERM", "xterm-256color");
        command.env(crate::NAME.0, crate::NAME.1);
        variables.iter().for_each(|(name, value)| command.env(name, value));
        let begun = Instant::now();
        let child = pty.slave.spawn_command(command).expect("the program starts");
        let mut reader = pty.master.try_clone_reader().expect("its output");
        let input = pty.master.take_writer().expect("its input");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let term = Term::new(Config::default(), &Size, VoidListener);
        Self { child, _master: pty.master, input, output, term, parser: Processor::new(), begun }
    }

    /// Reads until all these texts are on the screen; gives the seconds since the start.
    pub fn until(&mut self, wanted: &[&str]) -> f64 {
        self.since(self.begun, wanted)
    }

    /// Types keys, then reads until all these texts are on the screen; gives the seconds
    /// that took.
    pub fn press(&mut self, keys: &str, wanted: &[&str]) -> f64 {
        let begun = Instant::now();
        self.input.write_all(keys.as_bytes()).expect("the program reads its keys");
        self.input.flush().expect("the program reads its keys");
        self.since(begun, wanted)
    }

    /// Types a text at so many keys a second; gives the seconds from each key until it is on the
    /// screen with all before it.
    pub fn type_at(&mut self, rate: f64, text: &str) -> Vec<f64> {
        let begun = Instant::now();
        let due = |key: usize| begun + Duration::from_secs_f64(key as f64 / rate);
        let (mut sent, mut seen) = (Vec::new(), Vec::new());
        while seen.len() < text.len() {
            if sent.len() < text.len() && Instant::now() >= due(sent.len()) {
                self.input.write_all(&text.as_bytes()[sent.len()..=sent.len()]).expect("the program reads its keys");
                sent.push(Instant::now());
            }
            let next = if sent.len() < text.len() { due(sent.len()) } else { Instant::now() + PATIENCE };
            if let Ok(piece) = self.output.recv_timeout(next.saturating_duration_since(Instant::now())) {
                self.parser.advance(&mut self.term, &piece);
            }
            let screen = self.text();
            while seen.len() < sent.len() && screen.contains(&text[..=seen.len()]) {
                seen.push(sent[seen.len()].elapsed().as_secs_f64());
            }
        }
        seen
    }

    /// Types keys, then reads until this text is gone.
    pub fn close(&mut self, keys: &str, text: &str) {
        self.input.write_all(keys.as_bytes()).expect("the program reads its keys");
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.text().contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            let piece = self.output.recv_timeout(left).unwrap_or_else(|_| panic!("{text:?} never went"));
            self.parser.advance(&mut self.term, &piece);
        }
    }

    /// Reads until this text is gone; gives the seconds since the start.
    pub fn until_gone(&mut self, text: &str) -> f64 {
        let deadline = Instant::now() + PATIENCE;
        while self.text().contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            let piece = self.output.recv_timeout(left).unwrap_or_else(|_| panic!("{text:?} never went"));
            self.parser.advance(&mut self.term, &piece);
        }
        self.begun.elapsed().as_secs_f64()
    }

    /// Whether a text is on the screen.
    pub fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// CPU seconds since the start.
    pub fn cpu(&self) -> f64 {
        cpu_seconds(self.child.process_id().expect("a process"))
    }

    /// Resident MiB.
    pub fn resident(&self) -> f64 {
        resident_mib(self.child.process_id().expect("a process"))
    }

    /// Reads until all these texts are on the screen; gives the seconds since a moment.
    pub fn shown_since(&mut self, begun: Instant, wanted: &[&str]) -> f64 {
        self.since(begun, wanted)
    }

    fn since(&mut self, begun: Instant, wanted: &[&str]) -> f64 {
        let deadline = begun + PATIENCE;
        loop {
            let text = self.text();
            if wanted.iter().all(|wanted| text.contains(wanted)) {
                return begun.elapsed().as_secs_f64();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let piece = self.output.recv_timeout(left).unwrap_or_else(|_| panic!("{wanted:?} never came:\n{text}"));
            self.parser.advance(&mut self.term, &piece);
        }
    }

    fn text(&self) -> String {
        let cells = self.term.grid().display_iter();
        cells.fold(String::new(), |mut text, cell| {
            if cell.point.column.0 == 0 {
                text.push('\n');
            }
            text.push(cell.c);
            text
        })
    }

    /// CPU seconds a minute and resident MiB while nothing happens.
    pub fn idle(&mut self, time: Duration) -> (f64, f64) {
        let id = self.child.process_id().expect("a process");
        let before = cpu_seconds(id);
        let deadline = Instant::now() + time;
        while let Ok(piece) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.parser.advance(&mut self.term, &piece);
        }
        let minutes = time.as_secs_f64() / 60.0;
        ((cpu_seconds(id) - before) / minutes, resident_mib(id))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time in seconds: fields 14 and 15 of `/proc/PID/stat` (proc(5)), in
/// ticks of a hundredth of a second.
pub fn cpu_seconds(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("the program runs");
    let fields: Vec<&str> = text.rsplit_once(')').expect("a name").1.split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().expect("a number")).sum();
    ticks as f64 / 100.0
}

fn resident_mib(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).expect("the program runs");
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number");
    kib / 1024.0
}
