//! One connection per request. A local connect costs some fifty microseconds; a pool
//! would hand out connections that an engine's restart has killed.

use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
};

use crate::engine::{docker::errors::Failure, endpoint::Endpoint, error::EngineError, port::Stream};

/// A request's body.
pub(super) type Body = UnsyncBoxBody<Bytes, EngineError>;

/// A body of nothing.
pub(super) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body that is there already.
pub(super) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A body that comes piece by piece.
pub(super) fn streamed(bytes: Stream<Bytes>) -> Body {
    StreamBody::new(bytes.map_ok(Frame::data)).boxed_unsync()
}

/// Connects, sends, and gives the answer's head; its body is still to come.
pub(super) async fn send(endpoint: &Endpoint, request: Request<Body>) -> Result<Response<Incoming>, Failure> {
    match endpoint {
        Endpoint::Unix(path) => over(UnixStream::connect(path).await?, request).await,
        Endpoint::Tcp(address) => {
            let connecting = tokio::time::timeout(CONNECT, TcpStream::connect(address));
            let stream = connecting.await.map_err(std::io::Error::from)??;
            stream.set_nodelay(true)?;
            over(stream, request).await
        }
    }
}

/// Bounds the connect over TCP alone: streams have no deadline, but a host that swallows
/// packets must not hang them for minutes.
const CONNECT: Duration = Duration::from_secs(10);

async fn over<S>(stream: S, request: Request<Body>) -> Result<Response<Incoming>, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(64 << 10).handshake::<_, Body>(TokioIo::new(stream)).await?;
    // Ends when the answer's body is read or dropped; its errors reach the body's reader.
    tokio::spawn(connection.with_upgrades());
    Ok(sender.send_request(request).await?)
}
