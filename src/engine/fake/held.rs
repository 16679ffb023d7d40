//! The fake's commands whose input somebody holds: each is a `cat`.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::io::AsyncWrite;

use crate::engine::{
    fake::{
        FakeEngine,
        streams::{Next, Reader},
    },
    port::{Attached, Result},
};

impl FakeEngine {
    /// How many commands run in a container because somebody holds their input.
    pub fn held(&self, id: &str) -> usize {
        self.state().find(id).map_or(0, |kept| kept.inputs.len())
    }

    pub(super) fn hold(&self, id: &str, command: &[String]) -> Result<Attached> {
        self.state().exec(id, command)?;
        let exec = self.change(|state| {
            let exec = state.id();
            state.find_mut(id).map(|kept| kept.inputs.insert(exec.clone(), Vec::new())).map(|_| exec)
        })?;
        let input = Box::pin(Input { engine: self.clone(), id: id.to_owned(), exec: exec.clone() });
        let id = id.to_owned();
        let output = Reader::stream(self, move |state, position| {
            let Ok(kept) = state.find(&id) else { return Next::End };
            match kept.inputs.get(&exec).and_then(|written| written.get(*position..)) {
                Some(rest) if !rest.is_empty() => {
                    *position += rest.len();
                    Next::Item(Bytes::copy_from_slice(rest))
                }
                Some(_) if kept.seen.is_up() => Next::Later,
                _ => Next::End,
            }
        });
        Ok(Attached { output, input })
    }
}

/// The input of such a command, which ends with it.
struct Input {
    engine: FakeEngine,
    id: String,
    exec: String,
}

impl Drop for Input {
    fn drop(&mut self) {
        self.engine.change(|state| {
            if let Ok(kept) = state.find_mut(&self.id) {
                kept.inputs.remove(&self.exec);
            }
        });
    }
}

impl AsyncWrite for Input {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.engine.change(|state| {
            let written = state.find_mut(&self.id).ok().and_then(|kept| kept.inputs.get_mut(&self.exec));
            written.into_iter().for_each(|written| written.extend_from_slice(bytes));
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
