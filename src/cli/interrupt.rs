//! Ctrl-C while a plan is applied.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::print;
use crate::runtime::apply::cancel::Canceller;

/// Waits for work; the first INT or TERM asks it to stop, the second ends the program: what
/// runs in containers goes on then. Gives the work's result and the signal's number.
pub async fn while_working<T>(work: impl Future<Output = T>, canceller: &Canceller) -> (T, u8) {
    let mut signals = [SignalKind::interrupt(), SignalKind::terminate()].map(Listener::new);
    let mut work = std::pin::pin!(work);
    let mut heard = 0;
    loop {
        let [interrupt, terminate] = &mut signals;
        let number = tokio::select! {
            result = &mut work => return (result, heard),
            number = interrupt.next() => number,
            number = terminate.next() => number,
        };
        if heard != 0 {
            std::process::exit(128 + i32::from(number));
        }
        heard = number;
        print::aside("cancelling; once more to leave at once, and let containers go on");
        canceller.cancel();
    }
}

/// A signal that is listened to, where the system lets us.
struct Listener {
    number: u8,
    signal: Option<Signal>,
}

impl Listener {
    fn new(kind: SignalKind) -> Self {
        // The numbers of these two are 2 and 15 everywhere.
        Self { number: u8::try_from(kind.as_raw_value()).unwrap_or_default(), signal: signal(kind).ok() }
    }

    async fn next(&mut self) -> u8 {
        let heard = match &mut self.signal {
            Some(signal) => signal.recv().await,
            None => None,
        };
        match heard {
            Some(()) => self.number,
            None => std::future::pending().await,
        }
    }
}
