//! Answers that are a stream of JSON texts, one a line.

use std::time::Duration;

use bytes::BytesMut;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;

use crate::engine::docker::{errors::Failure, http::next_chunk};

/// No message of an engine is longer.
const LONGEST: usize = 4 << 20;

/// Reads JSON texts from a body.
pub(super) struct JsonLines {
    body: Incoming,
    rest: BytesMut,
    /// How long a message may take; for ever where it is `None`.
    patience: Option<Duration>,
}

impl JsonLines {
    /// The lines of a body.
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, rest: BytesMut::new(), patience: None }
    }

    /// From now on a message may take so long.
    pub(super) fn patience(&mut self, patience: Duration) {
        self.patience = Some(patience);
    }

    /// The next message; `None` at the clean end.
    pub(super) async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Failure> {
        let Some(patience) = self.patience else { return self.read().await };
        match tokio::time::timeout(patience, self.read()).await {
            Ok(message) => message,
            Err(elapsed) => Err(std::io::Error::from(elapsed).into()),
        }
    }

    async fn read<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Failure> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line = self.rest.split_to(end + 1);
                if !line.trim_ascii().is_empty() {
                    return Ok(Some(serde_json::from_slice(&line)?));
                }
            } else if !self.more().await? {
                let line = self.rest.split();
                let last = line.trim_ascii();
                return Ok(if last.is_empty() { None } else { Some(serde_json::from_slice(last)?) });
            }
        }
    }

    async fn more(&mut self) -> Result<bool, Failure> {
        if self.rest.len() > LONGEST {
            return Err(Failure::Protocol("a message without end".to_owned()));
        }
        let chunk = next_chunk(&mut self.body).await?;
        self.rest.extend_from_slice(chunk.as_deref().unwrap_or_default());
        Ok(chunk.is_some())
    }
}
