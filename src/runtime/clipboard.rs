//! The clipboard: by the terminal's own sequence, and by whatever the platform has for it,
//! for a terminal does not tell whether it did.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::core::notice::Notice;
use crate::runtime::terminal::Tty;

/// Bytes that terminals take for their clipboard: xterm and tmux refuse much more.
const LONGEST: usize = 74_000;
/// A tool that takes longer waits for a display that is not there.
const PATIENCE: Duration = Duration::from_secs(2);

type Tool = &'static [&'static str];

/// The tools that apply where these variables are set. The clipboard of a far machine is
/// not the user's; tmux knows the user's terminal even there.
fn tools(has: impl Fn(&str) -> bool) -> Vec<Tool> {
    let is_far = has("SSH_CONNECTION") || has("SSH_TTY");
    let all: [(bool, Tool); 6] = [
        (has("TMUX"), &["tmux", "load-buffer", "-w", "-"]),
        (has("WAYLAND_DISPLAY") && !is_far, &["wl-copy"]),
        (has("DISPLAY") && !is_far, &["xclip", "-selection", "clipboard", "-in"]),
        (has("DISPLAY") && !is_far, &["xsel", "--clipboard", "--input"]),
        (cfg!(target_os = "macos") && !is_far, &["pbcopy"]),
        (has("WSL_DISTRO_NAME") && !is_far, &["clip.exe"]),
    ];
    all.into_iter().filter_map(|(applies, tool)| applies.then_some(tool)).collect()
}

/// Copies a text: asks the terminal at once, gives the rest to be done aside.
pub fn copy(tty: &Tty, text: &str) -> impl Future<Output = Notice> + Send + use<> {
    let text = text.trim_end_matches('\n').to_owned();
    let asked = (text.len() <= LONGEST).then(|| tty.copy(&text));
    async move {
        let tool = by_tool(&text).await;
        let what = match text.lines().count() {
            1 => "one line was".to_owned(),
            lines => format!("{lines} lines were"),
        };
        match (tool, asked) {
            (Some(tool), _) => Notice::info(format!("{what} given to the clipboard, by {tool} too")),
            (None, Some(Ok(()))) => Notice::info(format!("{what} given to the terminal's clipboard")),
            (None, Some(Err(error))) => Notice::error("could not copy").because(error.to_string()),
            (None, None) => Notice::warning(format!("{} bytes are too many for a terminal's clipboard", text.len()))
                .remedy("W saves a log to a file; wl-copy, xclip or tmux would take it"),
        }
    }
}

/// By the first tool that takes it.
async fn by_tool(text: &str) -> Option<&'static str> {
    for tool in tools(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) {
        if tokio::time::timeout(PATIENCE, given_to(tool, text)).await.is_ok_and(|result| result.is_ok()) {
            return tool.first().copied();
        }
    }
    None
}

async fn given_to(tool: Tool, text: &str) -> std::io::Result<()> {
    let Some((program, words)) = tool.split_first() else { return Err(std::io::ErrorKind::NotFound.into()) };
    let mut command = Command::new(program);
    // They go on in the background with what they were given: nothing of ours is theirs.
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).await?;
    }
    let status = child.wait().await?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other(status.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_words(set: &[&str]) -> Vec<&'static str> {
        tools(|name| set.contains(&name)).into_iter().map(|tool| tool[0]).collect()
    }

    #[test]
    fn tools_are_those_of_the_users_own_display() {
        for (set, wanted) in [
            (&[][..], &[][..]),
            (&["TMUX", "DISPLAY"], &["tmux", "xclip", "xsel"]),
            (&["WAYLAND_DISPLAY"], &["wl-copy"]),
            (&["SSH_CONNECTION", "DISPLAY", "TMUX"], &["tmux"]),
            (&["WSL_DISTRO_NAME"], &["clip.exe"]),
        ] {
            let found: Vec<&str> = first_words(set).into_iter().filter(|tool| *tool != "pbcopy").collect();
            assert_eq!(found, wanted, "{set:?}");
        }
    }

    #[tokio::test]
    async fn a_tool_that_is_missing_or_fails_is_no_success() {
        assert!(given_to(&["biostar-tui-no-such-tool"], "x").await.is_err());
        assert!(given_to(&["false"], "x").await.is_err());
        assert!(given_to(&["cat"], "x").await.is_ok());
    }
}
