//! What frames may cost on the way to the terminal, which may be far away: bytes that nobody has asked
//! for by a key are bounded over any second.

use std::time::Duration;

use tokio::time::Instant;

/// Bytes a second that frames may take: with what may come at once, less than 64 KiB in any second.
const RATE: u64 = 48 * 1024;
/// Bytes that may come at once after a pause: a screen of 200x50 whose letters have all changed.
const AT_ONCE: u64 = 16 * 1024;

/// How much has been spent.
#[derive(Debug)]
pub(super) struct Thrift {
    /// When all that was written will have been paid.
    paid: Instant,
    /// Bytes that were written when it was looked at last.
    written: u64,
}

impl Thrift {
    /// Nothing is owed yet.
    pub(super) fn new(written: u64) -> Self {
        Self { paid: Instant::now(), written }
    }

    /// Takes note of what a frame has cost: bytes written since the beginning.
    pub(super) fn spend(&mut self, written: u64) {
        let bytes = written.saturating_sub(self.written);
        self.written = written;
        self.paid = self.paid.max(Instant::now()) + time(bytes);
    }

    /// From when on there may be another frame that nobody has asked for.
    pub(super) fn next(&self) -> Instant {
        self.paid.checked_sub(time(AT_ONCE)).unwrap_or(self.paid)
    }
}

fn time(bytes: u64) -> Duration {
    Duration::from_micros(bytes.saturating_mul(1_000_000) / RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_over_the_rate_waits() {
        let mut thrift = Thrift::new(0);
        let began = Instant::now();
        thrift.spend(AT_ONCE);
        assert!(thrift.next() <= began, "one frame is free");
        thrift.spend(AT_ONCE + RATE);
        assert_eq!((thrift.next() - began).as_millis(), 1000);
        tokio::time::advance(Duration::from_secs(60)).await;
        thrift.spend(2 * AT_ONCE + RATE);
        assert!(thrift.next() <= Instant::now(), "a pause pays everything, and saves nothing up");
    }
}
