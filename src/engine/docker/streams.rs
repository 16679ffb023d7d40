//! Streams that go on: logs and events.

use std::{collections::VecDeque, time::Instant};

use futures_util::stream;
use hyper::{Response, body::Incoming, header};

use crate::core::observed::Timestamp;
use crate::engine::{
    docker::{
        DockerEngine,
        decode::LogDecoder,
        errors::Failure,
        http::{Ask, Call, next_chunk},
        lines::JsonLines,
        query::{Path, moment},
        since::Since,
        wire,
    },
    error::{EngineError, ErrorKind},
    port::{EngineEvent, LabelFilter, LogLine, LogRequest, Result, Stream},
};

impl DockerEngine {
    pub(super) async fn log_stream(&self, id: &str, request: &LogRequest) -> Result<Stream<LogLine>> {
        let path = Path::of("containers", id).part("json");
        let wire::Inspected { name, config, host_config, .. } =
            self.http.get(Call::new("inspect container", id), path).await?;
        let (tty, log) = (config.tty, host_config.log_config);
        let opened = match request.since.filter(|_| log.is_packed()) {
            Some(since) => {
                let (engine, container, request) = (self.clone(), id.to_owned(), request.clone());
                Since { engine, container, tty, request, since }.open().await
            }
            None => self.open_log(id, tty, request).await,
        };
        opened.map_err(|error| match error.kind {
            ErrorKind::LogDriver => EngineError {
                target: name.trim_start_matches('/').to_owned(),
                message: format!("its log driver is {:?}, which keeps nothing that can be read", log.driver),
                ..error
            },
            _ => error,
        })
    }

    pub(super) async fn open_log(&self, id: &str, tty: bool, request: &LogRequest) -> Result<Stream<LogLine>> {
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
        let response = self.http.open(call, Ask::get(path)).await?;
        let log = Log {
            clock: Clock::of(&response),
            body: Some(response.into_body()),
            decoder: LogDecoder::new(tty),
            ready: VecDeque::new(),
            id: id.to_owned(),
        };
        Ok(Box::pin(stream::unfold(log, Log::step)))
    }

    pub(super) async fn event_stream(
        &self,
        labels: &LabelFilter,
        since: Option<Timestamp>,
    ) -> Result<Stream<EngineEvent>> {
        let path = Path::from("/events").labels(labels).maybe("since", since.map(moment));
        let body = self.http.open(Call::new("follow", "events"), Ask::get(path)).await?.into_body();
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

/// The engine's clock, by the date of its answer and the time since.
struct Clock {
    date: Option<Timestamp>,
    since: Instant,
}

impl Clock {
    fn of(response: &Response<Incoming>) -> Self {
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        Self { date: date.and_then(moment_of_date), since: Instant::now() }
    }

    /// The latest moment that it can be there: the date has whole seconds.
    fn latest(&self) -> Timestamp {
        let spent = i64::try_from(self.since.elapsed().as_nanos()).unwrap_or(i64::MAX);
        self.date.map_or(i64::MAX, |date| date.saturating_add(spent).saturating_add(2_000_000_000))
    }
}

fn moment_of_date(date: &str) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    i64::try_from(date.timestamp().as_nanosecond()).ok()
}

struct Log {
    clock: Clock,
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
            Ok(Some(bytes)) => {
                self.decoder.now_is(self.clock.latest());
                Some(self.decoder.push(&bytes, &mut self.ready).map_err(Failure::from))
            }
            Ok(None) => {
                self.body = None;
                Some(self.decoder.finish(&mut self.ready).map_err(Failure::from))
            }
            Err(failure) => Some(Err(failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_is_read() {
        assert_eq!(moment_of_date("Sun, 22 Nov 2026 15:08:00 GMT"), Some(1_795_360_080_000_000_000));
        assert_eq!(moment_of_date("nonsense"), None);
    }
}
