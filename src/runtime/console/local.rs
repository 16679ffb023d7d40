//! Consoles on this host: a program on a local pseudo-terminal. They end with the client.

use std::io::{Read, Write};
use std::path::Path;

use bytes::Bytes;
use futures_util::StreamExt as _;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tokio::sync::mpsc;

use crate::core::console::{Console, Size};
use crate::core::notice::Notice;
use crate::core::project::Project;
use crate::engine::error::EngineError;
use crate::runtime::console::link::Link;
use crate::runtime::console::open::Wanted;
use crate::runtime::console::writer::Writer;

/// Reads that wait: the program waits when there are more.
const WAITING: usize = 16;
/// One read: what the kernel's buffer of a terminal gives, with room.
const READ: usize = 16 << 10;

/// A program on a local pseudo-terminal.
pub struct Local {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Local {
    /// Gives its terminal a size.
    pub(super) fn resize(&self, size: Size) {
        // A terminal that is gone has ended; that is told elsewhere.
        let _ = self.master.resize(of(size));
    }

    /// Its exit code, waited for: its terminal has ended.
    pub(super) fn exit_code(&mut self) -> i64 {
        self.child.wait().map_or(1, |status| i64::from(status.exit_code()))
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // One that has ended already cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const fn of(size: Size) -> PtySize {
    PtySize { rows: size.rows, cols: size.columns, pixel_width: 0, pixel_height: 0 }
}

/// Starts a console's program in the folder that is wanted, or the project's.
///
/// # Errors
/// There is no such program, or no terminal to be had.
pub(super) fn start(console: &Console, project: &Project, wanted: &Wanted) -> Result<Link, Notice> {
    let failed = |why: String| {
        Notice::error(format!("the console {} cannot be started on this host", console.name))
            .because(why)
            .remedy("look at its `run` in biostar-tui.toml")
    };
    let pair = native_pty_system().openpty(of(wanted.size)).map_err(|error| failed(error.to_string()))?;
    let mut command = CommandBuilder::from_argv(console.run.iter().map(Into::into).collect());
    // It may have been one of a host that a shell was on by ssh.
    let folder = wanted.folder.as_deref().map(Path::new).filter(|path| path.is_dir());
    command.cwd(folder.unwrap_or(&project.root));
    command.env("TERM", "xterm-256color");
    command.env("COLORTERM", "truecolor");
    let child = pair.slave.spawn_command(command).map_err(|error| failed(error.to_string()))?;
    let reader = pair.master.try_clone_reader().map_err(|error| failed(error.to_string()))?;
    let writer = pair.master.take_writer().map_err(|error| failed(error.to_string()))?;
    let (output, received) = mpsc::channel(WAITING);
    let (input, waiting) = Writer::channel();
    std::thread::spawn(move || read(reader, &output));
    std::thread::spawn(move || write(writer, waiting));
    let stream = futures_util::stream::unfold(received, |mut received| async move {
        let bytes: Bytes = received.recv().await?;
        Some((Ok::<_, EngineError>(bytes), received))
    });
    Ok(Link::to_local(Local { master: pair.master, child }, stream.boxed(), input))
}

fn read(mut reader: Box<dyn Read + Send>, output: &mpsc::Sender<Bytes>) {
    let mut buffer = vec![0; READ];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        if output.blocking_send(Bytes::copy_from_slice(&buffer[..count])).is_err() {
            break;
        }
    }
}

fn write(mut writer: Box<dyn Write + Send>, mut waiting: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = waiting.blocking_recv() {
        if writer.write_all(&bytes).and_then(|()| writer.flush()).is_err() {
            break;
        }
    }
}
