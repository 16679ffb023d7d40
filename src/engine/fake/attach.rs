//! The fake's terminals: what programs write to them, and what is typed.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::io::AsyncWrite;

use crate::{
    core::{console::Size, observed::Phase},
    engine::{
        error::{EngineError, ErrorKind},
        fake::{
            FakeEngine,
            state::{Kept, State},
            streams::{Next, Reader},
        },
        port::{Attached, Replay, Result},
    },
};

/// A container's terminal (or its plain streams).
#[derive(Debug, Clone, Default)]
pub(super) struct Terminal {
    /// All that was written so far.
    pub(super) written: Vec<u8>,
    /// All that was typed so far.
    pub(super) typed: Vec<u8>,
    /// Its size, where one was set.
    pub(super) size: Option<Size>,
    /// Counts the times that its clients were cut off.
    cut: u64,
    /// The code that it ends with just before the next client is attached.
    ends_before: Option<i64>,
}

impl FakeEngine {
    /// A container writes bytes to its terminal, without a line's end.
    pub fn write_terminal(&self, id: &str, bytes: &[u8]) {
        self.change(|state| {
            if let Ok(kept) = state.find_mut(id) {
                kept.terminal.written.extend_from_slice(bytes);
            }
        });
    }

    /// All that was typed into a container.
    pub fn typed(&self, id: &str) -> Vec<u8> {
        self.state().find(id).map(|kept| kept.terminal.typed.clone()).unwrap_or_default()
    }

    /// The size of a container's terminal, where one was set.
    pub fn size(&self, id: &str) -> Option<Size> {
        self.state().find(id).ok()?.terminal.size
    }

    /// Ends all attaches to a container, as a proxy or an engine that restarts does.
    pub fn cut_attaches(&self, id: &str) {
        self.change(|state| {
            if let Ok(kept) = state.find_mut(id) {
                kept.terminal.cut += 1;
            }
        });
    }

    /// A container ends with this code just before the next client is attached.
    pub fn exit_before_attach(&self, id: &str, code: i64) {
        self.change(|state| {
            if let Ok(kept) = state.find_mut(id) {
                kept.terminal.ends_before = Some(code);
            }
        });
    }

    pub(super) fn attach_terminal(&self, id: &str, replay: Replay) -> Result<Attached> {
        let ends_before = self.state().find(id)?.terminal.ends_before;
        ends_before.into_iter().for_each(|code| self.exit(id, code));
        let state = self.state();
        let kept = state.find(id)?;
        let first = if replay == Replay::All { 0 } else { kept.terminal.written.len() };
        let (id, cut) = (kept.seen.id.clone(), kept.terminal.cut);
        // One that does not run yet is waited for.
        let before = (!kept.seen.is_up()).then_some(kept.seen.started_at);
        drop(state);
        let input = Box::pin(Typing { engine: self.clone(), id: id.clone() });
        let output = Reader::stream(self, move |state, position| {
            let Ok(kept) = state.find(&id) else { return Next::End };
            *position = (*position).max(first);
            match kept.terminal.written.get(*position..) {
                _ if kept.terminal.cut != cut => Next::End,
                Some(rest) if !rest.is_empty() => {
                    *position += rest.len();
                    Next::Item(Bytes::copy_from_slice(rest))
                }
                _ if kept.seen.is_up() || before == Some(kept.seen.started_at) => Next::Later,
                _ => Next::End,
            }
        });
        Ok(Attached { output, input })
    }
}

impl State {
    pub(super) fn resize(&mut self, id: &str, size: Size) -> Result<()> {
        let kept = self.find_mut(id)?;
        if kept.seen.phase != Phase::Running {
            let text = format!("Container {id} is not running");
            return Err(EngineError::new(ErrorKind::Conflict, "resize the terminal of", id, text));
        }
        kept.terminal.size = Some(size);
        Ok(())
    }
}

impl Kept {
    /// Something was typed: a terminal shows it, unless its program has it raw.
    fn take_input(&mut self, bytes: &[u8], is_raw: bool) {
        if !self.seen.tty || !self.seen.is_up() {
            return;
        }
        self.terminal.typed.extend_from_slice(bytes);
        if !is_raw {
            let echo =
                bytes.iter().flat_map(|byte| if *byte == b'\r' { &b"\r\n"[..] } else { std::slice::from_ref(byte) });
            self.terminal.written.extend(echo);
        }
    }
}

/// A container's input.
struct Typing {
    engine: FakeEngine,
    id: String,
}

impl AsyncWrite for Typing {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.engine.change(|state| {
            let is_raw = state.find(&self.id).is_ok_and(|kept| state.program_of(&kept.seen.name).is_raw);
            if let Ok(kept) = state.find_mut(&self.id) {
                kept.take_input(bytes, is_raw);
            }
        });
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
