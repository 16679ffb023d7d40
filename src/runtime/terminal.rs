//! The terminal: taken, and given back as it was on every way out.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd as _;
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rustix::process::{Signal, getpid, getsid, kill_current_process_group};
use rustix::termios::{OptionalActions, Termios, isatty, tcgetattr, tcsetattr};

use crate::app::outside::MouseOf;
use crate::console::frame::Shape;
use crate::core::secret::Secrets;
use crate::logs::sanitise::plain_lines;
use crate::runtime::{answers, call};

/// Alternate screen, mouse buttons, wheel and drags (no motion: it would wake us for
/// nothing), bracketed paste, whether the window has the focus, no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[?25l\x1b[2J";
/// Everything that could have been set is reset: mouse, paste, focus, synchronised output,
/// colours, cursor, and last the screen.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[0 q\x1b[0m\x1b[?1049l\x1b[?25h";
/// The mouse's buttons, wheel and drags; and none of it.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const NO_MOUSE: &[u8] = b"\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1006l";
/// What the program ends with after a panic, as a Rust program does.
const PANICKED: i32 = 101;
/// A frame of 200x50 fits: it leaves in one piece.
const FRAME_BYTES: usize = 16 * 1024;

/// Counts what is drawn on the way to the terminal.
#[derive(Debug)]
pub struct Counted {
    output: File,
    written: Arc<AtomicU64>,
}

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.output.write(bytes)?;
        self.written.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// The terminal and how it was. Writes go past the standard library's buffer of standard
/// output: what is left in that is written when the program ends, after the terminal was
/// given back.
#[derive(Debug)]
pub struct Tty {
    output: File,
    original: Termios,
    is_taken: AtomicBool,
    /// What was asked for last: a cursor's shape (see `shape`), and 8 for moves.
    obeyed: AtomicU8,
    /// Whether the mouse is left to the terminal.
    leaves_mouse: AtomicBool,
    /// Bytes that were drawn.
    written: Arc<AtomicU64>,
}

/// Columns and rows of standard output, where it is a terminal that tells them.
pub fn size() -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

impl Tty {
    /// The terminal of standard output.
    ///
    /// # Errors
    /// Where standard output is no terminal.
    pub fn open() -> io::Result<Self> {
        let stdout = io::stdout();
        if !isatty(&stdout) || !isatty(io::stdin()) {
            return Err(io::Error::other("standard input and output must be a terminal"));
        }
        let output = File::from(stdout.as_fd().try_clone_to_owned()?);
        let original = tcgetattr(&output)?;
        Ok(Self {
            output,
            original,
            is_taken: AtomicBool::new(false),
            obeyed: AtomicU8::new(0),
            leaves_mouse: AtomicBool::new(false),
            written: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Takes the terminal: raw mode, alternate screen. Again after a stop, too.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn enter(&self) -> io::Result<()> {
        let mut raw = self.original.clone();
        raw.make_raw();
        self.is_taken.store(true, Ordering::SeqCst);
        self.obeyed.store(0, Ordering::SeqCst);
        tcsetattr(&self.output, OptionalActions::Now, &raw)?;
        (&self.output).write_all(ENTER)?;
        if self.leaves_mouse.load(Ordering::SeqCst) { (&self.output).write_all(NO_MOUSE) } else { Ok(()) }
    }

    /// Takes the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn give_mouse(&self, to: MouseOf) -> io::Result<()> {
        self.leaves_mouse.store(to == MouseOf::Terminal, Ordering::SeqCst);
        // Moves are asked for anew by who wants them.
        self.obeyed.fetch_and(!MOVES, Ordering::SeqCst);
        (&self.output).write_all(if to == MouseOf::Terminal { NO_MOUSE } else { MOUSE })
    }

    /// Gives the cursor a shape (its own where there is none), and asks for moves of the
    /// mouse or for no more.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn obey(&self, cursor: Option<Shape>, moves: bool) -> io::Result<()> {
        let is_left = self.leaves_mouse.load(Ordering::SeqCst);
        let moves = moves && !is_left;
        let wanted = shape(cursor) + if moves { MOVES } else { 0 };
        if self.obeyed.swap(wanted, Ordering::SeqCst) == wanted {
            return Ok(());
        }
        let moves = match moves {
            true => "\x1b[?1003h",
            false if is_left => "",
            false => "\x1b[?1003l\x1b[?1002h",
        };
        (&self.output).write_all(format!("\x1b[{} q{moves}", shape(cursor)).as_bytes())
    }

    /// Gives the terminal back as it was. Errors are of no use to anybody here: the
    /// terminal is gone then.
    pub fn leave(&self) {
        if self.is_taken.swap(false, Ordering::SeqCst) {
            let _ = (&self.output).write_all(LEAVE);
            // Typed ahead and mouse reports must not reach the shell.
            let _ = tcsetattr(&self.output, OptionalActions::Flush, &self.original);
        }
    }

    /// Calls the user: a notification of the desktop where the terminal makes one, and the bell.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn call(&self, text: &str) -> io::Result<()> {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        (&self.output).write_all(&call::sequence(text, variable))
    }

    /// Asks for the background, where the terminal is one that leaves alone what it does not
    /// know. The answer comes among the keys.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn ask_background(&self) -> io::Result<()> {
        let term = std::env::var("TERM").unwrap_or_default();
        if matches!(term.as_str(), "" | "dumb" | "linux") {
            return Ok(());
        }
        (&self.output).write_all(answers::QUESTION)
    }

    /// Asks the terminal to put a text on the clipboard (OSC 52 of xterm's control
    /// sequences). It does not tell whether it did.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn copy(&self, text: &str) -> io::Result<()> {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(text);
        (&self.output).write_all(format!("\x1b]52;c;{text}\x07").as_bytes())
    }

    /// Whether the dashboard has it.
    pub fn is_taken(&self) -> bool {
        self.is_taken.load(Ordering::SeqCst)
    }

    /// A handle for those who wait for its end.
    ///
    /// # Errors
    /// Where there are too many open files.
    pub fn handle(&self) -> io::Result<File> {
        self.output.try_clone()
    }

    /// What draws on it. It is never dropped: ratatui's `Drop` shows the cursor, which the
    /// guard does, and panics where the terminal is gone, and standard error with it.
    ///
    /// # Errors
    /// Where there are too many open files, or its size cannot be read.
    pub fn screen(&self) -> io::Result<ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Counted>>>>> {
        let counted = Counted { output: self.output.try_clone()?, written: Arc::clone(&self.written) };
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, counted));
        Ok(ManuallyDrop::new(Terminal::new(backend)?))
    }

    /// Bytes that were drawn so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Stops the program as Ctrl-Z does, and takes the terminal again when it goes on. The
    /// whole process group stops, or a parent in it (`cargo run`) would keep the shell waiting.
    ///
    /// # Errors
    /// Where the terminal is gone, or nobody is there who could continue the program.
    pub fn stop(&self) -> io::Result<()> {
        if getsid(None).ok() == Some(getpid()) {
            return Err(io::Error::other("no shell is there that could continue it"));
        }
        self.leave();
        kill_current_process_group(Signal::STOP)?;
        self.enter()
    }
}

/// In what was asked for: moves of the mouse.
const MOVES: u8 = 8;

/// A cursor's number in DECSCUSR: steady ones, 0 for the terminal's own.
const fn shape(cursor: Option<Shape>) -> u8 {
    match cursor {
        None => 0,
        Some(Shape::Block) => 2,
        Some(Shape::Underline) => 4,
        Some(Shape::Beam) => 6,
    }
}

/// Holds the terminal; gives it back when it is dropped.
#[derive(Debug)]
pub struct Guard(Arc<Tty>);

impl Guard {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Where it is gone.
    pub fn new(tty: Arc<Tty>) -> io::Result<Self> {
        tty.enter()?;
        Ok(Self(tty))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// After a panic, on whatever thread: gives the terminal back, prints the message, secrets
/// masked, and ends. A dashboard with a dead part would show old news as if it was new.
pub fn end_on_panic(tty: Arc<Tty>, secrets: Secrets) {
    std::panic::set_hook(Box::new(move |info| {
        tty.leave();
        let _ = io::stderr().write_all(panic_message(info, &secrets).as_bytes());
        std::process::exit(PANICKED);
    }));
}

fn panic_message(info: &PanicHookInfo<'_>, secrets: &Secrets) -> String {
    let text = plain_lines(&info.to_string());
    format!("biostar-tui ended by a mistake of its own; nothing was stopped.\n{}\n", secrets.mask(&text))
}
