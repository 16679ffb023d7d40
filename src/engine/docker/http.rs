//! Calls to the engine: its API version, deadlines over head and body, bounded answers.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::engine::{
    docker::{
        errors::{Failure, refusal},
        query::Path,
        transport::{self, Body},
        version,
    },
    endpoint::Endpoint,
    error::{EngineError, ErrorKind},
    port::{Result, Stream},
};

/// What a unary call may take unless its docs say otherwise.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);
/// No JSON answer is larger: a listing of ten thousand containers stays below.
const LARGEST_ANSWER: usize = 64 << 20;
/// Of a refusal's body so much is read.
const LARGEST_REFUSAL: usize = 64 << 10;

/// What is tried, on what, and how long it may take: the context of every error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    action: &'static str,
    target: &'a str,
    deadline: Duration,
}

impl<'a> Call<'a> {
    /// A call with the usual deadline.
    pub(super) fn new(action: &'static str, target: &'a str) -> Self {
        Self { action, target, deadline: DEADLINE }
    }

    /// The same with a deadline of its own.
    pub(super) fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// A failure in this context.
    pub(super) fn error(&self, failure: impl Into<Failure>) -> EngineError {
        failure.into().of(self.action, self.target)
    }

    /// An error of this context.
    pub(super) fn fails(&self, kind: ErrorKind, message: impl Into<String>) -> EngineError {
        EngineError::new(kind, self.action, self.target, message)
    }

    /// The error of a stream that ended before its end.
    pub(super) fn ended_early(&self) -> EngineError {
        self.fails(ErrorKind::Unreachable, "the connection ended in the middle")
    }

    /// Runs `work`, but no longer than the deadline: head and body together.
    pub(super) async fn bounded<T>(&self, work: impl Future<Output = std::result::Result<T, Failure>>) -> Result<T> {
        match tokio::time::timeout(self.deadline, work).await {
            Ok(done) => done.map_err(|failure| self.error(failure)),
            Err(_) => Err(self.too_late()),
        }
    }

    fn too_late(&self) -> EngineError {
        let seconds = self.deadline.as_secs_f32();
        self.fails(ErrorKind::Deadline, format!("the engine did not answer within {seconds} s"))
    }
}

/// A request: method, path and body.
pub(super) struct Ask {
    method: Method,
    path: Path,
    content_type: Option<&'static str>,
    body: Body,
    upgraded: bool,
}

impl Ask {
    fn new(method: Method, path: Path) -> Self {
        Self { method, path, content_type: None, body: transport::empty(), upgraded: false }
    }

    /// A GET.
    pub(super) fn get(path: impl Into<Path>) -> Self {
        Self::new(Method::GET, path.into())
    }

    /// A POST without a body.
    pub(super) fn post(path: impl Into<Path>) -> Self {
        Self::new(Method::POST, path.into())
    }

    /// A PUT.
    pub(super) fn put(path: impl Into<Path>) -> Self {
        Self::new(Method::PUT, path.into())
    }

    /// A DELETE.
    pub(super) fn delete(path: impl Into<Path>) -> Self {
        Self::new(Method::DELETE, path.into())
    }

    /// The same with a JSON body.
    pub(super) fn json(self, body: &impl Serialize) -> std::result::Result<Self, Failure> {
        let body = transport::full(serde_json::to_vec(body)?);
        Ok(Self { content_type: Some("application/json"), body, ..self })
    }

    /// The same with a tar archive as body.
    pub(super) fn tar(self, archive: impl Into<Bytes>) -> Self {
        Self { content_type: Some("application/x-tar"), body: transport::full(archive), ..self }
    }

    /// The same with a tar archive that comes piece by piece.
    pub(super) fn tar_stream(self, archive: Stream<Bytes>) -> Self {
        Self { content_type: Some("application/x-tar"), body: transport::streamed(archive), ..self }
    }

    /// The same, and the connection is to be ours after the answer.
    pub(super) fn upgraded(self) -> Self {
        Self { upgraded: true, ..self }
    }

    fn into_request(self, prefix: &str) -> std::result::Result<Request<Body>, Failure> {
        let mut request = Request::builder().method(self.method).uri(format!("{prefix}{}", self.path));
        // The engine requires a host, and looks at none.
        request = request.header(header::HOST, "docker").header(header::USER_AGENT, "biostar-tui");
        if let Some(kind) = self.content_type {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if self.upgraded {
            request = request.header(header::CONNECTION, "Upgrade").header(header::UPGRADE, "tcp");
        }
        request.body(self.body).map_err(|error| Failure::Protocol(format!("no legal request: {error}")))
    }
}

/// The engine's HTTP side.
#[derive(Debug)]
pub(super) struct Http {
    endpoint: Endpoint,
    /// The minor number of the negotiated API version 1.x; 0 before the negotiation.
    minor: AtomicU32,
}

impl Http {
    /// A client that has not connected yet.
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, minor: AtomicU32::new(0) }
    }

    /// The negotiated API version, `1.41`.
    pub(super) fn api_version(&self) -> String {
        format!("1.{}", self.minor.load(Ordering::Relaxed))
    }

    /// Whether it counts volumes and images without the containers: from API 1.42 on.
    pub(super) fn counts_apart(&self) -> bool {
        self.minor.load(Ordering::Relaxed) >= 42
    }

    /// Whether it tells sums of what is on the disk, and each object only where that is asked for
    /// (API 1.52).
    pub(super) fn counts_in_sum(&self) -> bool {
        self.minor.load(Ordering::Relaxed) >= 52
    }

    /// Asks the engine who it is, and settles on an API version.
    pub(super) async fn negotiate(&self) -> std::result::Result<version::Answer, Failure> {
        let response = self.exchange(Ask::get("/version"), "").await?;
        let answer: version::Answer = serde_json::from_slice(&read(response, LARGEST_ANSWER).await?)?;
        let minor = version::negotiated(&answer)?;
        self.minor.store(minor, Ordering::Relaxed);
        Ok(answer)
    }

    /// Sends; an answer with an error status is a failure. 304 is not: it says that
    /// things are as asked for already.
    pub(super) async fn send(&self, ask: Ask) -> std::result::Result<Response<Incoming>, Failure> {
        if self.minor.load(Ordering::Relaxed) == 0 {
            self.negotiate().await?;
        }
        let prefix = format!("/v1.{}", self.minor.load(Ordering::Relaxed));
        self.exchange(ask, &prefix).await
    }

    async fn exchange(&self, ask: Ask, prefix: &str) -> std::result::Result<Response<Incoming>, Failure> {
        let response = transport::send(&self.endpoint, ask.into_request(prefix)?).await?;
        let status = response.status();
        if status.is_success() || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::SWITCHING_PROTOCOLS) {
            return Ok(response);
        }
        Err(refusal(status, &read_some(response, LARGEST_REFUSAL).await?))
    }

    /// A call whose answer is JSON.
    pub(super) async fn json<T: DeserializeOwned>(&self, call: Call<'_>, ask: Ask) -> Result<T> {
        let bytes = self.bytes(call, ask, LARGEST_ANSWER).await?;
        serde_json::from_slice(&bytes).map_err(|error| call.error(error))
    }

    /// A GET whose answer is JSON. An answer that broke off (an engine that restarts, a
    /// proxy that gives up) is asked for once more: reading twice does no harm.
    pub(super) async fn get<T: DeserializeOwned>(&self, call: Call<'_>, path: impl Into<Path>) -> Result<T> {
        let path = path.into();
        match self.json(call, Ask::get(path.clone())).await {
            Err(error) if error.kind == ErrorKind::Unreachable => self.json(call, Ask::get(path)).await,
            answer => answer,
        }
    }

    /// A call whose answer is bytes, at most `most`.
    pub(super) async fn bytes(&self, call: Call<'_>, ask: Ask, most: usize) -> Result<Bytes> {
        call.bounded(async { read(self.send(ask).await?, most).await }).await
    }

    /// A call whose answer is nothing.
    pub(super) async fn done(&self, call: Call<'_>, ask: Ask) -> Result<()> {
        self.bytes(call, ask, LARGEST_ANSWER).await.map(drop)
    }

    /// A call whose answer goes on: the deadline covers its head alone.
    pub(super) async fn open(&self, call: Call<'_>, ask: Ask) -> Result<Response<Incoming>> {
        call.bounded(self.send(ask)).await
    }

    /// A call whose answer may take for ever.
    pub(super) async fn wait(&self, call: Call<'_>, ask: Ask) -> Result<Response<Incoming>> {
        self.send(ask).await.map_err(|failure| call.error(failure))
    }
}

/// A body as a whole; a larger one than `most` is no answer of an engine.
pub(super) async fn read(response: Response<Incoming>, most: usize) -> std::result::Result<Bytes, Failure> {
    let bytes = read_some(response, most + 1).await?;
    if bytes.len() > most {
        return Err(Failure::Protocol(format!("the answer is larger than {most} bytes")));
    }
    Ok(bytes)
}

async fn read_some(response: Response<Incoming>, most: usize) -> std::result::Result<Bytes, Failure> {
    let mut body = response.into_body();
    let mut bytes = BytesMut::with_capacity(body.size_hint().lower().min(64 << 10) as usize);
    while let Some(chunk) = next_chunk(&mut body).await? {
        bytes.extend_from_slice(&chunk[..chunk.len().min(most - bytes.len())]);
        if bytes.len() == most {
            break;
        }
    }
    Ok(bytes.freeze())
}

/// The next bytes of a body; `None` at its clean end.
pub(super) async fn next_chunk(body: &mut Incoming) -> std::result::Result<Option<Bytes>, Failure> {
    while let Some(frame) = body.frame().await {
        // Trailers are no bytes.
        if let Ok(data) = frame?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}
