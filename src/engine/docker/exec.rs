//! Commands in running containers, without terminal or input.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bollard::models;
use bytes::Bytes;
use futures_util::stream;
use hyper::body::Incoming;
use serde_json::json;

use crate::engine::{
    docker::{
        DockerEngine,
        errors::{Failure, sanitised},
        frames::{Frames, Piece},
        http::{Ask, Call, Http, next_chunk},
        query::Path,
        wire,
    },
    error::ErrorKind,
    port::{ExecOutput, LogStream, Result, Stream},
};

/// The most output that is held.
const LARGEST_OUTPUT: usize = 8 << 20;
/// Of a failed command's standard error so much is told.
const ERROR_TAIL: usize = 4 << 10;

impl DockerEngine {
    pub(super) async fn run_command(&self, id: &str, user: Option<&str>, command: &[String]) -> Result<ExecOutput> {
        let call = Call::new("run a command in", id);
        let work = async {
            let mut running = Running::start(&self.http, id, user, command).await?;
            let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
            while let Some(pieces) = running.next().await? {
                for (stream, bytes) in pieces {
                    if stream == LogStream::Stderr { &mut stderr } else { &mut stdout }.extend_from_slice(&bytes);
                }
                if stdout.len() + stderr.len() > LARGEST_OUTPUT {
                    return Err(call.fails(ErrorKind::Refused, "it gave more than 8 MiB of output").into());
                }
            }
            let exit_code = running.exit_code().await?;
            Ok(ExecOutput { exit_code, stdout, stderr })
        };
        call.bounded(work).await
    }

    pub(super) async fn stream_command(
        &self,
        id: &str,
        user: Option<&str>,
        command: &[String],
    ) -> Result<Stream<Bytes>> {
        let call = Call::new("run a command in", id);
        let running = call.bounded(Running::start(&self.http, id, user, command)).await?;
        let dump = Dump { running: Some(running), ready: VecDeque::new(), errors: Vec::new(), id: id.to_owned() };
        Ok(Box::pin(stream::unfold(dump, Dump::step)))
    }
}

/// Makes a command known to the engine: its id, and the request that starts it.
pub(super) async fn begin(
    http: &Http,
    id: &str,
    config: &models::ExecConfig,
) -> std::result::Result<(String, Ask), Failure> {
    let ask = Ask::post(Path::of("containers", id).part("exec")).json(config)?;
    let exec: wire::Id = http.json(Call::new("run a command in", id), ask).await?;
    let ask = Ask::post(Path::of("exec", &exec.id).part("start")).json(&json!({"Detach": false, "Tty": false}))?;
    Ok((exec.id, ask))
}

/// A command that runs.
struct Running {
    http: Arc<Http>,
    exec: String,
    body: Incoming,
    frames: Frames,
}

impl Running {
    async fn start(
        http: &Arc<Http>,
        id: &str,
        user: Option<&str>,
        command: &[String],
    ) -> std::result::Result<Self, Failure> {
        let config = models::ExecConfig {
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            user: user.map(str::to_owned),
            cmd: Some(command.to_vec()),
            ..Default::default()
        };
        let (exec, ask) = begin(http, id, &config).await?;
        let body = http.open(Call::new("run a command in", id), ask).await?.into_body();
        Ok(Self { http: Arc::clone(http), exec, body, frames: Frames::default() })
    }

    /// The next output; `None` at its end.
    async fn next(&mut self) -> std::result::Result<Option<Vec<(LogStream, Bytes)>>, Failure> {
        let Some(bytes) = next_chunk(&mut self.body).await? else { return Ok(None) };
        let mut pieces = Vec::new();
        self.frames.push(&bytes, |piece| {
            if let Piece::Data(stream, data) = piece {
                pieces.push((stream, bytes.slice_ref(data)));
            }
        })?;
        Ok(Some(pieces))
    }

    /// The exit code. The engine notes it a moment after the output's end; a command that
    /// still runs after that has lost its connection.
    async fn exit_code(&self) -> std::result::Result<i64, Failure> {
        let call = Call::new("inspect a command", &self.exec);
        for pause in [0, 10, 50, 100, 300, 1000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let exec: wire::Exec = self.http.get(call, Path::of("exec", &self.exec).part("json")).await?;
            if let Some(code) = exec.exit_code.filter(|_| !exec.running) {
                return Ok(code);
            }
        }
        Err(call.ended_early().into())
    }
}

/// A command's standard output as it comes.
struct Dump {
    /// `None` once it is over.
    running: Option<Running>,
    ready: VecDeque<Bytes>,
    errors: Vec<u8>,
    id: String,
}

impl Dump {
    async fn step(mut self) -> Option<(Result<Bytes>, Self)> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Some((Ok(bytes), self));
            }
            let read = self.read().await?;
            if let Err(failure) = read {
                self.running = None;
                let error = Call::new("run a command in", &self.id).error(failure);
                return Some((Err(error), self));
            }
        }
    }

    async fn read(&mut self) -> Option<std::result::Result<(), Failure>> {
        let running = self.running.as_mut()?;
        match running.next().await {
            Ok(Some(pieces)) => {
                self.take(pieces);
                Some(Ok(()))
            }
            Ok(None) => Some(self.end().await),
            Err(failure) => Some(Err(failure)),
        }
    }

    fn take(&mut self, pieces: Vec<(LogStream, Bytes)>) {
        for (stream, bytes) in pieces {
            if stream == LogStream::Stderr {
                self.errors.extend_from_slice(&bytes);
                let surplus = self.errors.len().saturating_sub(ERROR_TAIL);
                self.errors.drain(..surplus);
            } else {
                self.ready.push_back(bytes);
            }
        }
    }

    async fn end(&mut self) -> std::result::Result<(), Failure> {
        let Some(running) = self.running.take() else { return Ok(()) };
        let code = running.exit_code().await?;
        if code == 0 {
            return Ok(());
        }
        let text = format!("exit code {code}: {}", sanitised(&String::from_utf8_lossy(&self.errors)));
        Err(Call::new("run a command in", &self.id).fails(ErrorKind::Refused, text).into())
    }
}
