//! A proxy on a unix socket in front of the engine's, that does to answers what its mode
//! says. The mode may change at any time; new connections see it at once.

use std::{
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use biostar_tui::engine::Endpoint;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// Everything as it is.
    Pass,
    /// The request is taken, and nothing is answered.
    StallHeaders,
    /// The head and so many bytes of the body, then nothing.
    StallBody(usize),
    /// The head and so many bytes of the body, then the end.
    TruncateBody(usize),
    /// This in place of an answer.
    Answer(Vec<u8>),
    /// This in place of an answer to a POST; other requests pass.
    AnswerPost(Vec<u8>),
    /// Every connection is cut after so long.
    Cut(Duration),
    /// Connections are closed at once.
    Refuse,
}

pub struct FaultProxy {
    folder: tempfile::TempDir,
    mode: watch::Sender<Mode>,
    /// Changes when all connections that there are shall end.
    cut: watch::Sender<()>,
    accepting: JoinHandle<()>,
    connections: Arc<AtomicU32>,
}

impl FaultProxy {
    /// In front of the real engine.
    pub fn start(mode: Mode) -> Self {
        let Endpoint::Unix(engine) = super::bench::endpoint() else { panic!("the proxy needs a unix socket") };
        Self::before(engine, mode)
    }

    /// In front of any socket.
    pub fn before(engine: PathBuf, mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
        let mode = watch::Sender::new(mode);
        let connections = Arc::new(AtomicU32::new(0));
        let cut = watch::Sender::new(());
        let accepting = tokio::spawn(accept(listener, engine, mode.clone(), cut.clone(), Arc::clone(&connections)));
        Self { folder, mode, cut, accepting, connections }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.socket())
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Ends all connections that there are.
    pub fn cut(&self) {
        self.cut.send_replace(());
    }

    /// How many connections there have been.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: UnixListener,
    engine: PathBuf,
    mode: watch::Sender<Mode>,
    cut: watch::Sender<()>,
    connections: Arc<AtomicU32>,
) {
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        connections.fetch_add(1, Ordering::SeqCst);
        let (engine, mode, mut cut) = (engine.clone(), mode.borrow().clone(), cut.subscribe());
        tokio::spawn(async move {
            tokio::select! {
                _ = serve(client, engine, mode) => {}
                _ = cut.changed() => {}
            }
        });
    }
}

async fn serve(mut client: UnixStream, engine: PathBuf, mode: Mode) -> std::io::Result<()> {
    match mode {
        Mode::Refuse => Ok(()),
        Mode::StallHeaders => swallow(&mut client).await,
        Mode::Answer(bytes) => {
            let _ = client.read(&mut [0; 8192]).await?;
            client.write_all(&bytes).await
        }
        Mode::AnswerPost(bytes) => answer_post(client, engine, &bytes).await,
        Mode::Pass => {
            tokio::io::copy_bidirectional(&mut client, &mut UnixStream::connect(engine).await?).await.map(drop)
        }
        Mode::Cut(after) => {
            let mut server = UnixStream::connect(engine).await?;
            let _ = tokio::time::timeout(after, tokio::io::copy_bidirectional(&mut client, &mut server)).await;
            Ok(())
        }
        Mode::StallBody(bytes) => {
            head_and(&mut client, engine, bytes).await?;
            swallow(&mut client).await
        }
        Mode::TruncateBody(bytes) => head_and(&mut client, engine, bytes).await,
    }
}

async fn answer_post(mut client: UnixStream, engine: PathBuf, bytes: &[u8]) -> std::io::Result<()> {
    let mut request = [0; 8192];
    let count = client.read(&mut request).await?;
    if request.starts_with(b"POST") {
        client.write_all(bytes).await?;
        return swallow(&mut client).await;
    }
    let mut server = UnixStream::connect(engine).await?;
    server.write_all(&request[..count]).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Takes what comes, and gives nothing.
async fn swallow(client: &mut UnixStream) -> std::io::Result<()> {
    while client.read(&mut [0; 8192]).await? > 0 {}
    Ok(())
}

/// Passes a request on, and the answer's head with so many bytes of its body back.
async fn head_and(client: &mut UnixStream, engine: PathBuf, body: usize) -> std::io::Result<()> {
    let server = UnixStream::connect(engine).await?;
    let (mut from_server, mut to_server) = server.into_split();
    let (mut from_client, mut to_client) = client.split();
    let answer = async {
        let mut seen = Vec::new();
        let mut buffer = [0; 8192];
        loop {
            let count = from_server.read(&mut buffer).await?;
            seen.extend_from_slice(&buffer[..count]);
            let end = seen.windows(4).position(|it| it == b"\r\n\r\n").map(|at| at + 4 + body);
            match end {
                Some(end) if seen.len() >= end => return to_client.write_all(&seen[..end]).await,
                _ if count == 0 => return to_client.write_all(&seen).await,
                _ => {}
            }
        }
    };
    tokio::select! {
        done = answer => done,
        done = tokio::io::copy(&mut from_client, &mut to_server) => done.map(drop),
    }
}
