//! The server's supervisor: told that somebody watches, told to reload, asked whether the new
//! server answers.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use crate::core::{naming::Role, project::Project, service::ServiceKind};
use crate::engine::{Engine, EngineError, ErrorKind, port::Attached};

/// How often the supervisor hears of a watcher, which it sees the end of; it looks for itself
/// when it has heard nothing for 12 s (`watchers.py`), for one that is stopped has no end.
const BEAT: Duration = Duration::from_secs(5);
/// After so long a container that does not run, or has ended, is tried again. It is looked
/// at by its supervisor meanwhile, so that nothing is missed.
const AGAIN: Duration = Duration::from_secs(2);
/// Keeps the pipe open on which a watcher says so, and has our input go into it.
const HOLD: &str = "[ -p /tmp/biostar-tui-watched ] && exec cat >/tmp/biostar-tui-watched";
/// A server that has not answered by then is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two questions to a port that refuses.
const RETRY: Duration = Duration::from_millis(20);
/// What our server answers itself, before the project's code (`serving.py`).
const QUESTION: &str = "GET /.biostar-tui/server HTTP/1.0\r\nHost: localhost\r\n\r\n";
/// Who answers: another value is another server.
const NAME: &str = "x-biostar-tui-server:";

/// The Django server of a project, in its container.
#[derive(Clone)]
pub(super) struct Server {
    engine: Arc<dyn Engine>,
    container: String,
    /// Whether its port is one of this machine's.
    local: bool,
}

/// An answer of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    name: String,
    works: bool,
}

impl Server {
    /// The server of a project; `None` where it has no Django.
    pub(super) fn of(project: &Project, engine: &Arc<dyn Engine>) -> Option<Self> {
        let service = project.of_kind(ServiceKind::Django)?;
        let container = project.container_name(Role::Service, &service.name);
        let local = engine.endpoint().starts_with("unix://");
        Some(Self { engine: Arc::clone(engine), container, local })
    }

    /// Tells the supervisor that somebody watches, for as long as this goes on: the engine
    /// ends the command with the connection, and that with our process, however it ends.
    pub(super) async fn tell(self) {
        let hold = ["sh", "-c", HOLD].map(str::to_owned);
        loop {
            if let Ok(held) = self.engine.exec_attached(&self.container, &hold).await {
                beat(held).await;
            }
            sleep(AGAIN).await;
        }
    }

    /// Has browsers load pages anew.
    pub(super) async fn refresh(&self) {
        let _ = self.engine.kill(&self.container, "SIGURG").await;
    }

    /// Asks for a reload; false where no server runs that could be reloaded.
    ///
    /// # Errors
    /// Where the engine cannot be asked: it has to be tried again.
    pub(super) async fn reload(&self) -> Result<bool, EngineError> {
        match self.engine.kill(&self.container, "SIGHUP").await {
            Ok(()) => Ok(true),
            Err(error) if error.is_connection() || error.kind == ErrorKind::Deadline => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// The name of the server that answers now.
    pub(super) async fn name(&self) -> Option<String> {
        let port = self.port().await?;
        Some(ask(port).await?.name)
    }

    /// Waits until another server than `old` answers: whether it works.
    pub(super) async fn other_than(&self, old: Option<&str>) -> Option<bool> {
        let begun = Instant::now();
        let port = self.port().await?;
        while begun.elapsed() < PATIENCE {
            match ask(port).await {
                Some(answer) if Some(answer.name.as_str()) != old => return Some(answer.works),
                _ => sleep(RETRY).await,
            }
        }
        None
    }

    async fn port(&self) -> Option<u16> {
        if !self.local {
            return None;
        }
        let container = self.engine.container(&self.container).await.ok()?;
        container.ports.first().map(|port| port.host)
    }
}

/// Says something from time to time until the command has ended.
async fn beat(mut held: Attached) {
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            said = held.output.next() => if !matches!(said, Some(Ok(_))) { return },
            _ = beat.tick() => if held.input.write_all(b".").await.is_err() { return },
        }
    }
}

/// Asks the server behind a port; `None` where none of ours answers.
async fn ask(port: u16) -> Option<Answer> {
    timeout(PATIENCE, converse(port)).await.ok().flatten()
}

async fn converse(port: u16) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.write_all(QUESTION.as_bytes()).await.ok()?;
    // The head of our own answer is short; of another server's no more is read.
    let mut text = vec![0; 2048];
    let mut length = 0;
    while length < text.len() && !text[..length].windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut text[length..]).await {
            Ok(count @ 1..) => length += count,
            _ => break,
        }
    }
    read(&String::from_utf8_lossy(&text[..length]))
}

fn read(head: &str) -> Option<Answer> {
    let named = |line: &str| line.to_ascii_lowercase().strip_prefix(NAME).map(|name| name.trim().to_owned());
    let name = head.lines().find_map(named)?;
    let works = head.split_whitespace().nth(1).is_some_and(|code| code.starts_with('2'));
    Some(Answer { name, works })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let of = |code: &str, header: &str| read(&format!("HTTP/1.1 {code}\r\n{header}: 7-8 \r\nX: y\r\n\r\n"));
        assert_eq!(of("204 No", "X-Biostar-TUI-Server"), Some(Answer { name: "7-8".into(), works: true }));
        assert_eq!(of("503 No", "x-biostar-tui-server"), Some(Answer { name: "7-8".into(), works: false }));
        assert_eq!(of("200 OK", "Server"), None);
        assert_eq!(read(""), None);
    }

    #[tokio::test]
    async fn another_server_is_told_from_the_old_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\nX-Biostar-Tui-Server: one\r\n\r\n").await.unwrap();
        });
        assert_eq!(ask(port).await, Some(Answer { name: "one".into(), works: true }));
        assert_eq!(ask(port).await, None);
    }
}
