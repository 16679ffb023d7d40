//! Signals from outside as a stream.

use std::io;
use std::task::Poll;

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To end: TERM, HUP, INT, QUIT; its number.
    End(i32),
    /// To stop until it is continued: TSTP.
    Stop,
    /// It was continued: the terminal may be anything now.
    Continued,
}

/// The listeners. While they live the signals do not do what they do by default.
#[derive(Debug)]
pub struct Signals {
    listeners: Vec<(Listener, Signal)>,
}

impl Signals {
    /// Listens.
    ///
    /// # Errors
    /// Where the system refuses a handler.
    pub fn listen() -> io::Result<Self> {
        let ends = [Number::TERM, Number::HUP, Number::INT, Number::QUIT];
        let ends = ends.map(|number| (number, Signal::End(number.as_raw())));
        let others = [(Number::TSTP, Signal::Stop), (Number::CONT, Signal::Continued)];
        let listen =
            |(number, meaning): (Number, Signal)| Ok((signal(SignalKind::from_raw(number.as_raw()))?, meaning));
        Ok(Self { listeners: ends.into_iter().chain(others).map(listen).collect::<io::Result<_>>()? })
    }

    /// The next signal.
    pub async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            let ready = |(listener, meaning): &mut (Listener, Signal)| match listener.poll_recv(context) {
                Poll::Ready(_) => Some(*meaning),
                Poll::Pending => None,
            };
            self.listeners.iter_mut().find_map(ready).map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}
