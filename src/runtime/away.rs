//! Programs that get the terminal for a while, an editor or a pager, and editors with a
//! window of their own.

use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::process::Command;

use crate::core::editor::{self, Opening, Runs};
use crate::core::notice::Notice;
use crate::runtime::keys::Reader;
use crate::runtime::terminal::Tty;

/// The first of these variables that is set.
fn variable(names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.trim().is_empty())
}

/// The command of the user's editor.
pub fn editor() -> Option<String> {
    variable(&["VISUAL", "EDITOR"])
}

/// That a file is not there any more: an editor would make a new one.
pub fn gone(path: &Path) -> Option<Notice> {
    let notice = Notice::error(format!("{} could not be opened", path.display()));
    let notice = notice.because("there is no such file any more").remedy("E lists the other frames of the traceback");
    (!path.exists()).then_some(notice)
}

/// Opens a file in the user's editor; a notice where that was not possible.
pub async fn edit(tty: &Tty, keys: &Reader, path: &Path, line: u32) -> Option<Notice> {
    // Not as compilers write it: what could not be opened is offered to no editor.
    let place = format!("{}, line {line}", path.display());
    if let Some(gone) = gone(path) {
        return Some(gone);
    }
    let Some(opening) = editor().and_then(|editor| editor::opening(&editor, path, line)) else {
        let notice = Notice::info(format!("{place} could not be opened: neither VISUAL nor EDITOR is set"));
        return Some(notice.remedy("set one before you start the dashboard: `export EDITOR=vim`, or `code`, `nano`"));
    };
    let failed = |error: io::Error| {
        let notice = Notice::error(format!("{place} could not be opened in {}", opening.program));
        notice.because(error.to_string()).remedy("let VISUAL or EDITOR name an editor that is installed")
    };
    match opening.runs {
        Runs::InWindow => detach(&opening).err().map(failed),
        Runs::InTerminal => match aside(tty, keys, command(&opening)).await {
            Ok(status) if status.success() => None,
            Ok(status) => Some(Notice::warning(format!("{} ended with {status}", opening.program))),
            Err(error) => Some(failed(error)),
        },
    }
}

fn command(opening: &Opening) -> Command {
    let mut command = Command::new(&opening.program);
    command.args(&opening.arguments);
    command
}

/// Starts an editor with a window: it neither writes on our terminal nor ends with us.
fn detach(opening: &Opening) -> io::Result<()> {
    let mut command = command(opening);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn()?;
    tokio::spawn(async move { child.wait().await });
    Ok(())
}

/// Shows a text in the user's pager; a notice where that was not possible.
pub async fn page(tty: &Tty, keys: &Reader, text: &str) -> Option<Notice> {
    let pager = variable(&["PAGER"]).unwrap_or_else(|| "less".to_owned());
    let failed = |error: io::Error| {
        let notice = Notice::error(format!("the log could not be shown in {pager}")).because(error.to_string());
        notice.remedy("let PAGER name a pager that is installed, `less` for one")
    };
    let words = shell_words::split(&pager).unwrap_or_default();
    let mut file = match tempfile(text).await {
        Ok(file) => file,
        Err(error) => return Some(failed(error)),
    };
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments);
    if let Err(error) = io::Seek::rewind(&mut file) {
        return Some(failed(error));
    }
    command.stdin(file);
    aside(tty, keys, command).await.err().map(failed)
}

/// A file without a name: gone with its last reader.
async fn tempfile(text: &str) -> io::Result<std::fs::File> {
    let text = text.to_owned();
    let write = move || {
        let path = std::env::temp_dir().join(format!("biostar-tui-{}.log", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.read(true).write(true).create_new(true).open(&path)?;
        std::fs::remove_file(&path)?;
        io::Write::write_all(&mut file, text.as_bytes())?;
        Ok(file)
    };
    tokio::task::spawn_blocking(write).await.map_err(io::Error::other)?
}

/// Gives the terminal to a program until it ends.
async fn aside(tty: &Tty, keys: &Reader, mut command: Command) -> io::Result<ExitStatus> {
    keys.release().await;
    tty.leave();
    let ended = match command.spawn() {
        Ok(mut child) => child.wait().await,
        Err(error) => Err(error),
    };
    let taken = tty.enter();
    keys.take().await;
    taken?;
    ended
}
