//! A container's output while a step waits for its end.

use std::collections::VecDeque;

use futures_util::StreamExt as _;

use crate::engine::{
    Engine,
    port::{LogLine, LogRequest, Result},
};
use crate::logs::cause::{self, Reason};

/// Lines that are kept for messages: a traceback with its causes fits.
const KEPT: usize = 200;

/// How a container has ended, with the last of its output.
#[derive(Debug, Default)]
pub struct Ended {
    /// Its exit code.
    pub exit_code: i64,
    /// Whether it was killed for memory.
    pub oom_killed: bool,
    /// Its last lines.
    pub lines: VecDeque<String>,
}

impl Ended {
    /// Why it failed, as far as its output tells.
    pub fn cause(&self) -> Reason {
        cause::of(&self.lines.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Follows a container to its end: each line goes to `each` once; a lost stream or
/// connection is taken up again behind the last line seen.
///
/// # Errors
/// When the container is gone, or the engine stays away.
pub async fn follow_to_end(engine: &dyn Engine, id: &str, mut each: impl FnMut(&LogLine) + Send) -> Result<Ended> {
    let mut ended = Ended::default();
    let mut seen = Seen::default();
    loop {
        // A stream that breaks off is taken up again below; its error is no end.
        let _ = read(engine, id, &mut seen, &mut ended.lines, &mut each).await;
        let container = match engine.container(id).await {
            Err(error) if error.is_connection() => {
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                continue;
            }
            other => other?,
        };
        if !container.is_up() && container.finished_at > 0 {
            // What was written between the stream's end and the container's.
            let _ = read(engine, id, &mut seen, &mut ended.lines, &mut each).await;
            ended.exit_code = container.exit_code;
            ended.oom_killed = container.oom_killed;
            return Ok(ended);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// How far a log was read: the last moment, and how many lines carried it.
#[derive(Default)]
struct Seen {
    time: i64,
    at_that_time: usize,
}

impl Seen {
    /// Whether a line of a stream that was resumed at the last moment is a new one;
    /// `repeated` counts the lines of that moment in this stream.
    fn is_new(&mut self, line: &LogLine, repeated: &mut usize) -> bool {
        if line.time < self.time {
            return false;
        }
        if line.time > self.time {
            (self.time, self.at_that_time) = (line.time, 1);
            *repeated = 1;
            return true;
        }
        *repeated += 1;
        let new = *repeated > self.at_that_time;
        self.at_that_time = self.at_that_time.max(*repeated);
        new
    }
}

async fn read(
    engine: &dyn Engine,
    id: &str,
    seen: &mut Seen,
    kept: &mut VecDeque<String>,
    each: &mut (impl FnMut(&LogLine) + Send),
) -> Result<()> {
    let since = (seen.time > 0).then_some(seen.time);
    let mut lines = engine.logs(id, &LogRequest { follow: true, since, ..LogRequest::default() }).await?;
    let mut repeated = 0;
    while let Some(line) = lines.next().await {
        let line = line?;
        if seen.is_new(&line, &mut repeated) {
            each(&line);
            let text = String::from_utf8_lossy(&line.bytes).into_owned();
            kept.push_back(crate::logs::sanitise::plain(&text));
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::port::LogStream;

    fn line(time: i64) -> LogLine {
        LogLine { time, stream: LogStream::Stdout, bytes: bytes::Bytes::from_static(b"x"), complete: true }
    }

    #[test]
    fn a_resumed_stream_repeats_nothing() {
        let mut seen = Seen::default();
        let mut repeated = 0;
        assert!([1, 2, 2].iter().all(|time| seen.is_new(&line(*time), &mut repeated)));
        let mut repeated = 0;
        let again: Vec<bool> = [2, 2, 2, 3].iter().map(|time| seen.is_new(&line(*time), &mut repeated)).collect();
        assert_eq!(again, [false, false, true, true]);
    }
}
