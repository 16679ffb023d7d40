//! A log from a moment on, for the `local` log driver.
//!
//! Engine 20.10 takes the files that this driver has rotated and packed for older than they
//! are, and leaves them out: the lines are lost without a word (seen: of 10,000 lines rotated at
//! 20 kB, `since` the 4,000th gave 232 and not 6,001). Where the answer does not begin with what
//! the caller has seen, or nothing was seen, the log's last lines are asked for instead, more of
//! them until they reach back far enough.

use futures_util::{StreamExt as _, future, stream};

use crate::core::observed::Timestamp;
use crate::engine::docker::DockerEngine;
use crate::engine::port::{LogLine, LogRequest, Result, Stream};

/// How many last lines are asked for. What a follower misses between two streams are mostly a
/// few; an engine searches for the beginning of many as long as it takes to read all.
const TAILS: [Option<u64>; 4] = [Some(2_000), Some(10_000), Some(50_000), None];

/// A log that is asked for from a moment on.
pub(super) struct Since {
    pub(super) engine: DockerEngine,
    pub(super) container: String,
    pub(super) tty: bool,
    pub(super) request: LogRequest,
    pub(super) since: Timestamp,
}

impl Since {
    /// The lines from the moment on. An error of the first request is given at once.
    pub(super) async fn open(self) -> Result<Stream<LogLine>> {
        let since = self.since;
        let log = match (self.request.tail, self.request.seen) {
            (tail @ Some(_), _) => self.last(tail).await?,
            (None, seen) => {
                let first = if seen.is_some() { self.engines_own().await? } else { self.last(TAILS[0]).await? };
                stream::once(self.reaching_back(first)).flatten().boxed()
            }
        };
        Ok(log.filter(move |line| future::ready(line.as_ref().map_or(true, |line| !is_before(line, since)))).boxed())
    }

    async fn engines_own(&self) -> Result<Stream<LogLine>> {
        self.engine.open_log(&self.container, self.tty, &self.request).await
    }

    async fn last(&self, tail: Option<u64>) -> Result<Stream<LogLine>> {
        let request = LogRequest { tail, since: None, ..self.request.clone() };
        self.engine.open_log(&self.container, self.tty, &request).await
    }

    /// A stream whose first line is before the moment, or the log's first.
    async fn reaching_back(self, mut log: Stream<LogLine>) -> Stream<LogLine> {
        // The engine's own answer begins at the moment, the last lines somewhere.
        let seen = self.request.seen.map(|seen| seen + 1);
        let latest = seen.into_iter().chain(std::iter::repeat(self.since));
        let more = &TAILS[usize::from(seen.is_none())..];
        for (tail, latest) in more.iter().zip(latest) {
            let first = log.next().await;
            let reaches = match &first {
                Some(Ok(line)) => is_before(line, latest),
                Some(Err(_)) => true,
                None => seen.is_none(),
            };
            if reaches {
                return stream::iter(first).chain(log).boxed();
            }
            log = self.last(*tail).await.unwrap_or_else(|error| stream::iter([Err(error)]).boxed());
        }
        log
    }
}

/// A line without a time is before nothing.
fn is_before(line: &LogLine, since: Timestamp) -> bool {
    line.time != 0 && line.time < since
}
