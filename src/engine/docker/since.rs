//! A log from a moment on, for a `local` log driver that packs what it has rotated.
//!
//! Engine 20.10 leaves all rotated files out where the oldest of them is older than the moment:
//! the lines are lost without a word (seen: of 10,000 lines rotated at 20 kB, `since` the
//! 4,000th gave 232 and not 6,001). So the log's last lines are asked for instead, more of them
//! until they reach back far enough.

use futures_util::{StreamExt as _, future, stream};

use crate::core::observed::Timestamp;
use crate::engine::docker::DockerEngine;
use crate::engine::port::{LogLine, LogRequest, Result, Stream};

/// How many last lines are asked for: an engine searches for the beginning of many as long as
/// it takes to read all.
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
        let log = match self.request.tail {
            tail @ Some(_) => self.last(tail).await?,
            None => {
                let first = self.last(TAILS[0]).await?;
                stream::once(self.reaching_back(first)).flatten().boxed()
            }
        };
        Ok(log.filter(move |line| future::ready(line.as_ref().map_or(true, |line| !is_before(line, since)))).boxed())
    }

    async fn last(&self, tail: Option<u64>) -> Result<Stream<LogLine>> {
        let request = LogRequest { tail, since: None, ..self.request.clone() };
        self.engine.open_log(&self.container, self.tty, &request).await
    }

    /// A stream whose first line is before the moment, or the log's first.
    async fn reaching_back(self, mut log: Stream<LogLine>) -> Stream<LogLine> {
        for tail in &TAILS[1..] {
            let first = log.next().await;
            let reaches = match &first {
                Some(Ok(line)) => is_before(line, self.since),
                Some(Err(_)) | None => true,
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
