//! The fake's streams: logs, events, a command's output.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use crate::{
    core::{observed::Timestamp, usage::Usage},
    engine::{
        error::{EngineError, ErrorKind},
        fake::{
            FakeEngine,
            calls::away,
            state::{State, carries},
        },
        port::{EngineEvent, ExecOutput, LabelFilter, LogLine, LogRequest, Result, Stream},
    },
};

/// What every container is read to use at first.
const FIRST_READINGS: [Usage; 2] =
    [Usage { cpu_tenths: None, memory_bytes: 1 << 20 }, Usage { cpu_tenths: Some(0), memory_bytes: 1 << 20 }];

/// What a reader finds next.
pub(super) enum Next<T> {
    Item(T),
    /// Nothing yet.
    Later,
    End,
}

/// A stream over a list in the state that grows: `next` looks at a position.
pub(super) struct Reader<T> {
    engine: FakeEngine,
    changed: watch::Receiver<u64>,
    era: u64,
    position: usize,
    #[allow(clippy::type_complexity, reason = "one place, and a name would say no more")]
    next: Box<dyn Fn(&State, &mut usize) -> Next<T> + Send>,
    over: bool,
}

impl<T: Send + 'static> Reader<T> {
    pub(super) fn stream(
        engine: &FakeEngine,
        next: impl Fn(&State, &mut usize) -> Next<T> + Send + 'static,
    ) -> Stream<T> {
        let changed = engine.shared.changed.subscribe();
        let era = engine.state().era;
        let engine = engine.clone();
        let reader = Self { engine, changed, era, position: 0, next: Box::new(next), over: false };
        stream::unfold(reader, Self::step).boxed()
    }

    async fn step(mut self) -> Option<(Result<T>, Self)> {
        while !self.over {
            match self.look() {
                Ok(Next::Item(item)) => return Some((Ok(item), self)),
                Ok(Next::End) => return None,
                // The sender lives as long as the engine does, and the reader holds it.
                Ok(Next::Later) => drop(self.changed.changed().await),
                Err(error) => {
                    self.over = true;
                    return Some((Err(error), self));
                }
            }
        }
        None
    }

    fn look(&mut self) -> Result<Next<T>> {
        let state = self.engine.state();
        if state.era != self.era {
            return Err(away(ErrorKind::Unreachable, "follow", "the engine"));
        }
        Ok((self.next)(&state, &mut self.position))
    }
}

impl FakeEngine {
    pub(super) fn log_stream(&self, id: &str, request: &LogRequest) -> Result<Stream<LogLine>> {
        let (id, first) = {
            let state = self.state();
            let kept = state.find(id)?;
            let wanted = |line: &&LogLine| request.since.is_none_or(|since| line.time >= since);
            let count = kept.log.iter().filter(wanted).count();
            let tail = request.tail.map_or(count, |tail| usize::try_from(tail).unwrap_or(count).min(count));
            (kept.seen.id.clone(), kept.log.len() - tail)
        };
        let request = request.clone();
        Ok(Reader::stream(self, move |state, position| {
            let Ok(kept) = state.find(&id) else { return Next::End };
            *position = (*position).max(first);
            match kept.log.get(*position) {
                Some(line) if request.until.is_none_or(|until| line.time <= until) => {
                    *position += 1;
                    Next::Item(line.clone())
                }
                None if request.follow && kept.seen.is_up() => Next::Later,
                _ => Next::End,
            }
        }))
    }

    pub(super) fn usage_stream(&self, id: &str) -> Result<Stream<Usage>> {
        let id = self.state().find(id)?.seen.id.clone();
        let name = self.state().find(&id)?.seen.name.clone();
        Ok(Reader::stream(self, move |state, position| {
            if !state.find(&id).is_ok_and(|kept| kept.seen.is_up()) {
                return Next::End;
            }
            let scripted = state.usages.get(&name).into_iter().flatten();
            match FIRST_READINGS.iter().chain(scripted).nth(*position) {
                Some(usage) => {
                    *position += 1;
                    Next::Item(*usage)
                }
                None => Next::Later,
            }
        }))
    }

    pub(super) fn event_stream(&self, labels: &LabelFilter, since: Option<Timestamp>) -> Stream<EngineEvent> {
        let labels = labels.clone();
        let first = since.map_or_else(|| self.state().events.len(), |_| 0);
        Reader::stream(self, move |state, position| {
            *position = (*position).max(first);
            while let Some(event) = state.events.get(*position) {
                *position += 1;
                if since.is_none_or(|since| event.time >= since) && carries(&event.attributes, &labels) {
                    return Next::Item(event.clone());
                }
            }
            Next::Later
        })
    }
}

/// A command's output as a stream that ends with its failure.
pub(super) fn of_output(id: &str, output: ExecOutput) -> Stream<Bytes> {
    let mut items = vec![Ok(Bytes::from(output.stdout))];
    if output.exit_code != 0 {
        let text = format!("exit code {}: {}", output.exit_code, String::from_utf8_lossy(&output.stderr));
        items.push(Err(EngineError::new(ErrorKind::Refused, "run a command in", id, text)));
    }
    stream::iter(items).boxed()
}
