//! One connection to a console, whatever is at its other end: a holder, a program that has
//! the container's terminal itself, or a local terminal.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};

use crate::console::holder::{ClientId, Decoder, Told};
use crate::core::console::Size;
use crate::core::notice::Notice;
use crate::engine::Engine;
use crate::engine::port::{Attached, Replay, Stream};
use crate::runtime::console::local::Local;
use crate::runtime::console::writer::Writer;

/// A holder that has just been started answers within this; it is asked again until it does.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// The engine's replay is over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(150);
/// The replay takes no longer than this, however much the program writes.
const LONGEST_REPLAY: Duration = Duration::from_secs(2);

/// What comes from a console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something of its stream.
    Told(Told),
    /// The stream has ended. The program need not have: look.
    End(Option<Notice>),
}

/// One connection to a console.
pub struct Link {
    output: Stream<Bytes>,
    writer: Writer,
    far: Far,
    told: std::collections::VecDeque<Told>,
}

enum Far {
    Holder { id: ClientId, decoder: Decoder, size: Size, welcomed: bool },
    Plain(Plain),
    Local(Local),
}

/// A program that has the container's terminal itself.
struct Plain {
    engine: Arc<dyn Engine>,
    container: String,
    size: Size,
    /// While the engine's replay comes: when it is over at the latest.
    replays_until: Option<Instant>,
}

impl Link {
    /// To a holder.
    pub(super) fn to_holder(attached: Attached, size: Size) -> Self {
        let id = ClientId::of(random());
        let far = Far::Holder { id, decoder: Decoder::new(id), size, welcomed: false };
        let link = Self::new(attached.output, Writer::to(attached.input), far);
        link.writer.write(id.hello(size));
        link
    }

    /// To a program that has the container's terminal itself.
    pub(super) fn to_program(
        attached: Attached,
        replay: Replay,
        engine: Arc<dyn Engine>,
        container: String,
        size: Size,
    ) -> Self {
        let replays_until = (replay == Replay::All).then(|| Instant::now() + LONGEST_REPLAY);
        let plain = Plain { engine, container, size, replays_until };
        plain.resize(&[size]);
        let mut link = Self::new(attached.output, Writer::to(attached.input), Far::Plain(plain));
        link.told.push_back(Told::Welcome);
        if replay == Replay::Nothing {
            link.told.push_back(Told::Live);
        }
        link
    }

    /// To a service's own terminal, after the last lines of its log.
    pub(super) fn to_service(
        attached: Attached,
        history: Vec<u8>,
        engine: Arc<dyn Engine>,
        container: String,
        size: Size,
    ) -> Self {
        let plain = Plain { engine, container, size, replays_until: None };
        // A prompt has no line's end, so the log does not have it: it is drawn again.
        plain.resize(&[Size { rows: size.rows - 1, ..size }, size]);
        let mut link = Self::new(attached.output, Writer::to(attached.input), Far::Plain(plain));
        link.told.extend([Told::Welcome, Told::History(history), Told::Live]);
        link
    }

    /// To a local terminal.
    pub(super) fn to_local(local: Local, output: Stream<Bytes>, writer: Writer) -> Self {
        let mut link = Self::new(output, writer, Far::Local(local));
        link.told.extend([Told::Welcome, Told::Live]);
        link
    }

    fn new(output: Stream<Bytes>, writer: Writer, far: Far) -> Self {
        Self { output, writer, far, told: std::collections::VecDeque::new() }
    }

    /// What comes next. Nothing is lost where this is given up before it came.
    pub async fn next(&mut self) -> Heard {
        loop {
            if let Some(told) = self.told.pop_front() {
                return Heard::Told(told);
            }
            let bytes = match self.patience() {
                None => self.output.next().await,
                Some(until) => match timeout_at(until, self.output.next()).await {
                    Ok(bytes) => bytes,
                    Err(_) => {
                        self.out_of_patience();
                        continue;
                    }
                },
            };
            match bytes {
                None => return Heard::End(None),
                Some(Err(error)) => return Heard::End(Some(error.notice())),
                Some(Ok(bytes)) => {
                    if let Err(notice) = self.take(&bytes) {
                        return Heard::End(Some(notice));
                    }
                }
            }
        }
    }

    /// Until when something has to come.
    fn patience(&self) -> Option<Instant> {
        match &self.far {
            Far::Holder { welcomed: false, .. } => Some(Instant::now() + ASK_AGAIN),
            Far::Plain(Plain { replays_until: Some(until), .. }) => Some((*until).min(Instant::now() + QUIET)),
            _ => None,
        }
    }

    fn out_of_patience(&mut self) {
        match &mut self.far {
            Far::Holder { id, size, .. } => drop(self.writer.write(id.hello(*size))),
            Far::Plain(plain) => {
                plain.replays_until = None;
                // A program draws again what the engine's replay withholds, the line that
                // has no end: when it gets another size.
                let smaller = Size { rows: plain.size.rows - 1, ..plain.size };
                plain.resize(&[smaller, plain.size]);
                self.told.push_back(Told::Live);
            }
            Far::Local(_) => {}
        }
    }

    fn take(&mut self, bytes: &Bytes) -> Result<(), Notice> {
        match &mut self.far {
            Far::Holder { decoder, welcomed, .. } => {
                let told = decoder.push(bytes).map_err(|broken| Notice::error(broken.to_string()))?;
                *welcomed |= !told.is_empty();
                self.told.extend(told);
            }
            Far::Plain(Plain { replays_until: Some(_), .. }) => self.told.push_back(Told::History(bytes.to_vec())),
            Far::Plain(_) | Far::Local(_) => self.told.push_back(Told::Output(bytes.to_vec())),
        }
        Ok(())
    }

    /// Types: false where the program reads so little that there is no room.
    pub fn input(&self, bytes: Vec<u8>) -> bool {
        match &self.far {
            Far::Holder { id, .. } => self.writer.write(id.input(&bytes)),
            _ => self.writer.write(bytes),
        }
    }

    /// Answers a question of the program's.
    pub fn reply(&self, bytes: Vec<u8>) {
        match &self.far {
            Far::Holder { id, .. } => drop(self.writer.write(id.reply(&bytes))),
            _ => drop(self.writer.write(bytes)),
        }
    }

    /// Asks for a size. Gives whether it is so at once; a holder says when it is.
    pub fn resize(&mut self, wanted: Size) -> bool {
        match &mut self.far {
            Far::Holder { id, size, .. } => {
                *size = wanted;
                self.writer.write(id.resize(wanted));
                return false;
            }
            Far::Plain(plain) => {
                plain.size = wanted;
                plain.resize(&[wanted]);
            }
            Far::Local(local) => local.resize(wanted),
        }
        true
    }

    /// Says what the user calls it, where there is a holder who keeps that.
    pub fn call(&self, called: &str) {
        if let Far::Holder { id, .. } = &self.far {
            self.writer.write(id.call(called));
        }
    }

    /// Says that this client is there.
    pub fn ping(&self) {
        if let Far::Holder { id, .. } = &self.far {
            self.writer.write(id.ping());
        }
    }

    /// Says that this client goes, and ends when that is written.
    pub async fn leave(self) {
        if let Far::Holder { id, .. } = &self.far {
            self.writer.write(id.bye());
        }
        self.writer.finish().await;
    }

    /// The exit code of a local program whose terminal has ended.
    pub fn local_exit(&mut self) -> Option<i64> {
        match &mut self.far {
            Far::Local(local) => Some(local.exit_code()),
            _ => None,
        }
    }
}

impl Plain {
    /// Resizes, one after the other, aside: a terminal that is not there yet gets its size
    /// a moment later.
    fn resize(&self, sizes: &[Size]) {
        let (engine, container, sizes) = (Arc::clone(&self.engine), self.container.clone(), sizes.to_vec());
        tokio::spawn(async move {
            for size in sizes {
                // A container that has ended has no terminal; its end is told elsewhere.
                let _ = engine.resize(&container, size).await;
            }
        });
    }
}

/// A number that two clients hardly share. The standard library seeds its hashers at random.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(std::process::id())
}
