//! Facts about the terminal and the tmux around it.

use std::{collections::BTreeMap, process::Stdio, time::Duration};

use rustix::termios;
use tokio::process::Command;

use crate::core::doctor::surroundings::{Terminal, Tmux};

/// A tmux server that hangs must not hang its doctor.
const PATIENCE: Duration = Duration::from_secs(1);

/// The terminal, where one of the standard streams is one.
pub(super) fn terminal(variables: &BTreeMap<String, String>) -> Option<Terminal> {
    let (input, output, errors) = (rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr());
    let line = [output, errors, input].into_iter().find(|line| termios::isatty(line))?;
    let set = |name: &str| variables.get(name).cloned().unwrap_or_default();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(|name| (name.to_owned(), set(name)));
    Some(Terminal {
        term: set("TERM"),
        colorterm: set("COLORTERM"),
        no_color: !set("NO_COLOR").is_empty(),
        locale: locale.into_iter().find(|(_, value)| !value.is_empty()),
        always_utf8: cfg!(target_os = "macos"),
        size: termios::tcgetwinsize(line).ok().map(|size| (size.ws_col, size.ws_row)),
    })
}

/// The tmux around the program.
pub(super) async fn tmux(variables: &BTreeMap<String, String>) -> Option<Tmux> {
    variables.get("TMUX").filter(|value| !value.is_empty())?;
    let version = said(&["-V"]).await.trim().to_owned();
    let options = said(&["show-options", "-s", ";", "show-options", "-g", ";", "show-options", "-gw"]).await;
    Some(Tmux { version, options: parsed(&options) })
}

async fn said(arguments: &[&str]) -> String {
    let mut command = Command::new("tmux");
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    match tokio::time::timeout(PATIENCE, command.output()).await {
        Ok(Ok(output)) => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => String::new(),
    }
}

/// Lines of an option and its value, the value perhaps in quotes.
fn parsed(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_parsed() {
        let options = parsed("escape-time 500\ndefault-terminal \"screen\"\nempty\n");
        assert_eq!(options.get("default-terminal").map(String::as_str), Some("screen"));
        assert_eq!(options.len(), 2);
    }
}
