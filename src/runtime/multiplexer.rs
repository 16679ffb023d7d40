//! Opens panes in the multiplexer around the program.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::app::layout::SMALLEST;
use crate::core::multiplexer::{self, Multiplexer, Opens};
use crate::core::notice::Notice;
use crate::logs::sanitise::plain;
use crate::runtime::{away, terminal};

/// A multiplexer that takes longer does not answer. A popup ends with its program.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs a program; where it fails, or ends at once, what it has said stays to be read.
const READABLE: &str = "begun=$(date +%s); \"$@\"; code=$?; \
    [ $code -eq 0 ] && [ $(($(date +%s) - begun)) -gt 1 ] && exit; \
    printf '\\n[it has ended (%s): enter closes the pane]' \"$code\"; read -r _";

/// Runs an editor; what it has said where it fails stays to be read.
const EDITED: &str = "\"$@\"; code=$?; [ $code -eq 0 ] && exit; \
    printf '\\n[it has ended (%s): enter closes the pane]' \"$code\"; read -r _";

/// The multiplexer around this program.
pub fn around() -> Option<Multiplexer> {
    Multiplexer::around(|name| std::env::var(name).unwrap_or_default(), ancestors())
}

/// The names of the processes that this one comes from, the nearest first; none where the system
/// has no `/proc`.
fn ancestors() -> impl Iterator<Item = String> {
    let up = |id: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // Behind the name, which may hold anything: the state, then the parent (proc(5)).
        stat.rsplit_once(')')?.1.split_whitespace().nth(1).map(str::to_owned)
    };
    let name =
        |id: String| std::fs::read_to_string(format!("/proc/{id}/comm")).ok().map(|name| name.trim_end().to_owned());
    std::iter::successors(Some("self".to_owned()), up).skip(1).map_while(name)
}

/// Opens our own program with these words in a pane of its own; tells what was in the way.
pub async fn open(opens: Opens, title: String, words: Vec<String>, folder: &Path) -> Option<Notice> {
    let Some(around) = around() else { return Some(nothing_around(&words)) };
    let failed = split(around, opens, &title, [shell(READABLE), own_command(&words)].concat(), folder).await.err()?;
    Some(failed.remedy(format!("`biostar-tui {}` in another terminal shows it", shell_words::join(&words))))
}

/// Runs an editor in a split, or a window where there is no room; tells what was in the way.
pub async fn edit(path: &Path, words: Vec<String>, folder: &Path) -> Option<Notice> {
    if let Some(gone) = away::gone(path) {
        return Some(gone);
    }
    let title = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let opens = terminal::size().map_or(Opens::Beside, |pane| Opens::with_room(pane, SMALLEST));
    let failed = match around() {
        Some(around) => split(around, opens, &title, [shell(EDITED), words].concat(), folder).await.err()?,
        None => Notice::warning(format!("{title} could not be opened beside")),
    };
    Some(failed.remedy("`editor = \"pane\"` under [layout] opens it in the dashboard"))
}

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script, "sh"].map(str::to_owned).to_vec()
}

/// Runs a program in a pane of a multiplexer.
async fn split(
    around: Multiplexer,
    opens: Opens,
    title: &str,
    program: Vec<String>,
    folder: &Path,
) -> Result<(), Notice> {
    let folder = folder.display().to_string();
    let command = multiplexer::Command { folder: &folder, title, words: &program };
    let result = match around.opening(opens, command) {
        Ok(words) => run(&words).await,
        Err(missing) => Err(missing),
    };
    result.map_err(|why| Notice::warning(format!("{title} could not be opened in {}", around.name())).because(why))
}

/// This program with these words and our variables.
pub fn own_command(words: &[String]) -> Vec<String> {
    let program = std::env::current_exe().ok().and_then(|path| path.into_os_string().into_string().ok());
    let program = program.unwrap_or_else(|| "biostar-tui".to_owned());
    let own: Vec<String> = std::iter::once(program).chain(words.iter().cloned()).collect();
    let variables = std::env::vars_os();
    let readable = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    multiplexer::with_variables(&own, readable)
}

fn nothing_around(words: &[String]) -> Notice {
    Notice::info("the dashboard runs neither in tmux nor in zellij, WezTerm or a kitty that listens (listen_on)")
        .remedy(format!(
            "`biostar-tui {}` in another terminal; or start the dashboard in tmux",
            shell_words::join(words)
        ))
}

/// Runs a multiplexer's command; what it says where it fails.
async fn run(words: &[String]) -> Result<(), String> {
    let Some((program, rest)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(false);
    let child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
    match tokio::time::timeout(PATIENCE, child.wait_with_output()).await {
        Ok(Ok(output)) if !output.status.success() => {
            let said = plain(String::from_utf8_lossy(&output.stderr).trim());
            Err(if said.is_empty() { format!("{program} ended with {}", output.status) } else { said.clone() })
        }
        Ok(Err(error)) => Err(format!("{program}: {error}")),
        // A popup is open as long as what runs in it.
        Ok(Ok(_)) | Err(_) => Ok(()),
    }
}
