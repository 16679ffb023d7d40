//! Streams that go on: logs and events.

use std::collections::VecDeque;

use futures_util::stream;
use hyper::body::Incoming;

use crate::core::observed::Timestamp;
use crate::engine::{
    docker::{
        DockerEngine,
        decode::LogDecoder,
        errors::Failure,
        http::{Ask, Call, next_chunk},
        lines::JsonLines,
        query::{Path, moment},
        wire,
    },
    port::{EngineEvent, LabelFilter, LogLine, LogRequest, Result, Stream},
};

impl DockerEngine {
    pub(super) async fn log_stream(&self, id: &str, request: &LogRequest) -> Result<Stream<LogLine>> {
        let tty = self.inspect(id).await?.tty;
        let call = Call::new("read the log of", id);
        let path = Path::of("containers", id)
            .part("logs")
            .with("stdout", "1")
            .with("stderr", "1")
            .with("timestamps", "1")
            .with("follow", if request.follow { "1" } else { "0" })
            .with("tail", request.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string()))
            .maybe("since", request.since.map(moment))
            .maybe("until", request.until.map(moment));
        let body = self.http.open(call, Ask::get(path)).await?;
        let log = Log { body: Some(body), decoder: LogDecoder::new(tty), ready: VecDeque::new(), id: id.to_owned() };
        Ok(Box::pin(stream::unfold(log, Log::step)))
    }

    pub(super) async fn event_stream(
        &self,
        labels: &LabelFilter,
        since: Option<Timestamp>,
    ) -> Result<Stream<EngineEvent>> {
        let path = Path::from("/events").labels(labels).maybe("since", since.map(moment));
        let body = self.http.open(Call::new("follow", "events"), Ask::get(path)).await?;
        Ok(Box::pin(stream::unfold(Some(JsonLines::new(body)), |lines| async {
            let mut lines = lines?;
            match lines.next::<wire::Event>().await {
                Ok(None) => None,
                Ok(Some(event)) => Some((Ok(event.into()), Some(lines))),
                Err(failure) => Some((Err(Call::new("follow", "events").error(failure)), None)),
            }
        })))
    }
}

struct Log {
    /// `None` once the stream is over.
    body: Option<Incoming>,
    decoder: LogDecoder,
    ready: VecDeque<LogLine>,
    id: String,
}

impl Log {
    async fn step(mut self) -> Option<(Result<LogLine>, Self)> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Some((Ok(line), self));
            }
            // A burst's buffer is given back before the wait for more.
            self.ready.shrink_to(64);
            if let Err(failure) = self.read().await? {
                let error = Call::new("read the log of", &self.id).error(failure);
                self.body = None;
                return Some((Err(error), self));
            }
        }
    }

    /// Reads on; `None` when there is nothing more to read.
    async fn read(&mut self) -> Option<std::result::Result<(), Failure>> {
        match next_chunk(self.body.as_mut()?).await {
            Ok(Some(bytes)) => Some(self.decoder.push(&bytes, &mut self.ready).map_err(Failure::from)),
            Ok(None) => {
                self.decoder.finish(&mut self.ready);
                self.body = None;
                Some(Ok(()))
            }
            Err(failure) => Some(Err(failure)),
        }
    }
}
