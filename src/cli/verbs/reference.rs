//! `completions` and `man`: made from the same command line that is parsed.

use std::io::Write as _;

use clap_complete::Shell;

use crate::cli::{command, exit::Outcome};
use crate::core::notice::Notice;

/// Prints the completions of a shell.
///
/// # Errors
/// Where standard output cannot be written.
pub fn completions(shell: Option<&str>) -> Outcome {
    let shell: Shell = shell.and_then(|name| name.parse().ok()).unwrap_or(Shell::Bash);
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command::command(), "biostar-tui", &mut text);
    write(&text)
}

/// Prints the man page, a section for each verb.
///
/// # Errors
/// Where standard output cannot be written.
pub fn manual() -> Outcome {
    let mut text = Vec::new();
    let command = command::command();
    let rendered = clap_mangen::Man::new(command.clone()).render(&mut text);
    rendered.map_err(|error| cannot_write(&error))?;
    write(&text)
}

fn write(text: &[u8]) -> Outcome {
    match std::io::stdout().write_all(text) {
        // A pipe that is closed has had enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(cannot_write(&error).into()),
        _ => Ok(()),
    }
}

fn cannot_write(error: &std::io::Error) -> Notice {
    Notice::error("standard output cannot be written").because(error.to_string())
}
