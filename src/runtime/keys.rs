//! The terminal's keys, read by a task of their own that can be told to let go: while an
//! editor has the terminal, no key of it must come here.

use std::io;
use std::time::Duration;

use crossterm::event::EventStream;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::{mpsc, oneshot};

use crate::core::input::Input;
use crate::runtime::answers::Answers;
use crate::runtime::appearance;

/// Keys that wait for the model: a paste in a terminal without bracketed paste.
const WAITING: usize = 64;

/// How long the rest of a sequence may take: it comes in one piece, or nearly so.
const REST: Duration = Duration::from_millis(50);

enum Command {
    /// Let go of the terminal, then answer.
    Release(oneshot::Sender<()>),
    /// Read it again.
    Take,
}

/// Tells the reader of the keys whether it may read.
#[derive(Debug)]
pub struct Reader {
    commands: mpsc::Sender<Command>,
}

impl Reader {
    /// Returns when no key is read any more.
    pub async fn release(&self) {
        let (released, answer) = oneshot::channel();
        if self.commands.send(Command::Release(released)).await.is_ok() {
            // Without an answer the reader has ended: it reads nothing either.
            let _ = answer.await;
        }
    }

    /// Keys are read again.
    pub async fn take(&self) {
        let _ = self.commands.send(Command::Take).await;
    }
}

/// Begins to read keys.
pub fn read() -> (Reader, impl Stream<Item = io::Result<Input>>) {
    let (commands, told) = mpsc::channel(1);
    let (sender, keys) = mpsc::channel(WAITING);
    tokio::spawn(forward(told, sender));
    let keys = futures_util::stream::unfold(keys, |mut keys| async { Some((keys.recv().await?, keys)) });
    (Reader { commands }, keys)
}

async fn forward(mut told: mpsc::Receiver<Command>, sender: mpsc::Sender<io::Result<Input>>) {
    let mut answers = Answers::awaited();
    loop {
        // Polled by this task alone: crossterm's stream keeps the first waker that it is given.
        let mut events = EventStream::new();
        let released = loop {
            tokio::select! {
                command = told.recv() => match command {
                    Some(Command::Release(released)) => break released,
                    Some(Command::Take) => {}
                    None => return,
                },
                event = events.next() => {
                    let Some(event) = event else { return };
                    if !forward_all(&sender, event.map(|event| answers.take(event))).await {
                        return;
                    }
                }
                () = tokio::time::sleep(REST), if answers.is_holding() => {
                    if !forward_all(&sender, Ok(answers.let_go())).await {
                        return;
                    }
                }
            }
        };
        drop(events);
        let _ = released.send(());
        while !matches!(told.recv().await, Some(Command::Take) | None) {}
    }
}

/// Sends on what was read; false where nobody wants it any more.
async fn forward_all(sender: &mpsc::Sender<io::Result<Input>>, read: io::Result<Vec<Input>>) -> bool {
    let inputs: Vec<_> = match read {
        Ok(inputs) => inputs.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    };
    for input in inputs {
        if let Ok(Input::Background(ground)) = &input {
            appearance::remember(*ground);
        }
        if sender.send(input).await.is_err() {
            return false;
        }
    }
    true
}
