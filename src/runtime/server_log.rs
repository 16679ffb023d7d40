//! What the supervisor says of its server, which it outlives.

use futures_util::StreamExt as _;

use crate::core::observed::Container;
use crate::engine::{Engine, port::LogRequest};
use crate::logs::sanitise;

/// What the supervisor's own lines begin with.
const OURS: &str = "biostar-tui: ";
/// Lines in which a server's end is looked for: a traceback with its causes fits.
const LOOKED_AT: u64 = 200;

/// The last lines of a container's run that goes on or was the last, sanitised.
pub async fn last_lines(engine: &dyn Engine, container: &Container, count: u64) -> Vec<String> {
    let request = LogRequest { tail: Some(count), since: Some(container.started_at), ..LogRequest::default() };
    // A log that cannot be read has no lines: what is shown of it is an addition.
    let Ok(lines) = engine.logs(&container.id, &request).await else { return Vec::new() };
    let texts = lines.filter_map(|line| async { line.ok() });
    texts.map(|line| sanitise::plain(&String::from_utf8_lossy(&line.bytes))).collect().await
}

/// The last words of a server that has ended and was not started again, `None` where it
/// runs, as far as the log tells.
pub async fn of_dead_server(engine: &dyn Engine, container: &Container) -> Option<Vec<String>> {
    last_words(last_lines(engine, container, LOOKED_AT).await)
}

fn last_words(mut lines: Vec<String>) -> Option<Vec<String>> {
    let failed = lines.iter().rposition(|line| line.contains("biostar-tui: server exited with code"))?;
    let is_start = |line: &String| line.starts_with(OURS) && line.ends_with(" the server");
    if lines[failed..].iter().any(is_start) {
        return None;
    }
    let begun = lines[..failed].iter().rposition(is_start).map_or(0, |start| start + 1);
    lines.truncate(failed);
    Some(lines.split_off(begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Vec<String>> {
        last_words(text.lines().map(str::to_owned).collect())
    }

    #[test]
    fn a_server_is_dead_until_another_is_started() {
        let dead = "hello\nbiostar-tui: a.py changed; restarting the server\nE: x\n\
                    biostar-tui: server exited with code 1; waiting for a change";
        assert_eq!(words(dead), Some(vec!["E: x".to_owned()]));
        assert_eq!(words(&format!("{dead}\nbiostar-tui: asked to reload; starting the server")), None);
        assert_eq!(words("Starting development server"), None);
    }
}
