//! Attaching to a container's input and output, over a connection that the engine gives up
//! to us (the upgrade of `POST /containers/{id}/attach`).

use bollard::models;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, future::join, stream};
use hyper::{StatusCode, upgrade::Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, ReadHalf};

use crate::core::console::Size;
use crate::engine::{
    docker::{
        DockerEngine,
        errors::Failure,
        exec,
        frames::{Frames, Piece},
        http::{Ask, Call, Http},
        query::Path,
    },
    port::{Attached, Replay, Result, Stream},
};

/// One read: what a pipe of the kernel holds.
const READ: usize = 64 << 10;
/// What ends an attach when it is typed, and by default holds Ctrl-P back: bytes that are in
/// no text, for UTF-8 has no 0xff.
const DETACH_KEYS: &str = "%FF,%FF,%FF";

type Reading = ReadHalf<TokioIo<Upgraded>>;

impl DockerEngine {
    pub(super) async fn attach_container(&self, id: &str, replay: Replay) -> Result<Attached> {
        let call = Call::new("attach to", id);
        let path = Path::of("containers", id)
            .part("attach")
            .with("stream", "1")
            .with("stdin", "1")
            .with("stdout", "1")
            .with("stderr", "1")
            .with("logs", if replay == Replay::All { "1" } else { "0" })
            .with_encoded("detachKeys", DETACH_KEYS);
        // Neither waits for the other: whoever opens a console does.
        let upgrading = call.bounded(upgrade(&self.http, Ask::post(path)));
        let (container, upgraded) = join(self.inspect(id), upgrading).await;
        // An engine that refuses an upgrade may end the connection with half an answer: what it
        // says of the container comes first.
        let container = container?;
        Ok(attached(upgraded?, container.tty, id))
    }

    pub(super) async fn attach_command(&self, id: &str, command: &[String]) -> Result<Attached> {
        let call = Call::new("run a command in", id);
        let work = async {
            let config = models::ExecConfig {
                attach_stdin: Some(true),
                attach_stdout: Some(true),
                attach_stderr: Some(true),
                cmd: Some(command.to_vec()),
                ..Default::default()
            };
            upgrade(&self.http, exec::begin(&self.http, id, &config).await?.1).await
        };
        Ok(attached(call.bounded(work).await?, false, id))
    }

    pub(super) async fn resize_terminal(&self, id: &str, size: Size) -> Result<()> {
        let path = Path::of("containers", id)
            .part("resize")
            .with("h", size.rows.to_string())
            .with("w", size.columns.to_string());
        self.http.done(Call::new("resize the terminal of", id), Ask::post(path)).await
    }
}

async fn upgrade(http: &Http, ask: Ask) -> std::result::Result<Upgraded, Failure> {
    let response = http.send(ask.upgraded()).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(Failure::Protocol(format!("the engine answers an attach with {}", response.status())));
    }
    hyper::upgrade::on(response).await.map_err(Failure::from)
}

fn attached(upgraded: Upgraded, tty: bool, id: &str) -> Attached {
    let (reading, writing) = tokio::io::split(TokioIo::new(upgraded));
    let output = if tty { raw(reading, id) } else { framed(raw(reading, id), id) };
    Attached { output, input: Box::pin(writing) }
}

/// Whatever comes, as it comes. Nothing is guessed from its first bytes.
fn raw(reading: Reading, id: &str) -> Stream<Bytes> {
    let id = id.to_owned();
    let step = |reading: Option<Reading>, id: String| async move {
        let mut reading = reading?;
        let mut buffer = BytesMut::with_capacity(READ);
        match reading.read_buf(&mut buffer).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(buffer.freeze()), Some(reading))),
            Err(error) => Some((Err(Call::new("read from", &id).error(error)), None)),
        }
    };
    stream::unfold(Some(reading), move |reading| step(reading, id.clone())).boxed()
}

/// The content of frames, for a container without a terminal.
fn framed(raw: Stream<Bytes>, id: &str) -> Stream<Bytes> {
    let framed = Framed { raw, frames: Frames::default(), id: id.to_owned() };
    // After an error nothing that follows can be believed.
    let step = |framed: Option<Framed>| async move {
        let mut framed = framed?;
        match framed.content().await? {
            Ok(content) => Some((Ok(content), Some(framed))),
            Err(error) => Some((Err(error), None)),
        }
    };
    stream::unfold(Some(framed), step).boxed()
}

struct Framed {
    raw: Stream<Bytes>,
    frames: Frames,
    id: String,
}

impl Framed {
    /// The next content that is not empty.
    async fn content(&mut self) -> Option<Result<Bytes>> {
        loop {
            let bytes = match self.raw.next().await? {
                Ok(bytes) => bytes,
                Err(error) => return Some(Err(error)),
            };
            let mut content = BytesMut::new();
            let pushed = self.frames.push(&bytes, |piece| {
                if let Piece::Data(_, data) = piece {
                    content.extend_from_slice(data);
                }
            });
            match pushed {
                Err(broken) => return Some(Err(Call::new("read from", &self.id).error(broken))),
                Ok(()) if !content.is_empty() => return Some(Ok(content.freeze())),
                Ok(()) => {}
            }
        }
    }
}
