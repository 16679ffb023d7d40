//! Ends the program when its terminal is gone. The library that reads the keys spins at full
//! load then (crossterm #793), and a HUP may never come.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};

use crate::runtime::terminal::Tty;

/// How long the program may take to end by itself.
const GRACE: Duration = Duration::from_secs(1);
/// As after a HUP.
const HUNG_UP: i32 = 128 + 1;
/// All that the thread does is wait.
const STACK: usize = 64 * 1024;

/// Starts the watchdog. It sleeps in the kernel until the terminal hangs up.
///
/// # Errors
/// Where no thread or handle can be had.
pub fn start(tty: Arc<Tty>) -> io::Result<()> {
    let handle = tty.handle()?;
    let watch = move || {
        wait_for_hang_up(&handle);
        std::thread::sleep(GRACE);
        if tty.is_taken() {
            std::process::exit(HUNG_UP);
        }
    };
    std::thread::Builder::new().name("watchdog".into()).stack_size(STACK).spawn(watch).map(drop)
}

/// Asked for no event at all, `poll` returns on hang-up and error only.
fn wait_for_hang_up(terminal: &File) {
    let mut fds = [PollFd::new(terminal, PollFlags::empty())];
    while let Ok(0) | Err(rustix::io::Errno::INTR) = poll(&mut fds, None) {}
}
