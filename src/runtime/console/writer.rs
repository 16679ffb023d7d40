//! Writes to a program in a task of its own: one that does not read its input must not keep
//! its output from being read.

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::engine::port::Input;

/// Writes that wait: a paste of a megabyte is one of them.
const WAITING: usize = 256;

/// Takes what is to be written, in order.
#[derive(Debug)]
pub(super) struct Writer {
    waiting: mpsc::Sender<Bytes>,
    task: Option<JoinHandle<()>>,
}

impl Writer {
    /// To an engine's input.
    pub(super) fn to(mut input: Input) -> Self {
        let (mut writer, mut waiting) = Self::channel();
        writer.task = Some(tokio::spawn(async move {
            while let Some(bytes) = waiting.recv().await {
                // An input that is gone is told by the end of the output.
                if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
                    break;
                }
            }
        }));
        writer
    }

    /// Writes what waits, and ends.
    pub(super) async fn finish(self) {
        drop(self.waiting);
        if let Some(task) = self.task {
            // A task that panicked has ended the program.
            let _ = task.await;
        }
    }

    /// With the end that the writes come out of.
    pub(super) fn channel() -> (Self, mpsc::Receiver<Bytes>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self { waiting: sender, task: None }, receiver)
    }

    /// Writes, or drops what there is no room for: whether there was.
    pub(super) fn write(&self, bytes: impl Into<Bytes>) -> bool {
        let bytes = bytes.into();
        bytes.is_empty() || self.waiting.try_send(bytes).is_ok()
    }
}
