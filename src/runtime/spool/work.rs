//! What the spool's thread is given to do.

use tokio::sync::OwnedSemaphorePermit;

use crate::app::log_effect::LogEffect;

/// What the spool's thread is given to do.
#[derive(Debug)]
pub enum Work {
    /// From the model.
    Effect(LogEffect),
    /// About lines from before the first that a service's spool has.
    Older {
        /// The service.
        service: String,
        /// What there is.
        piece: Piece,
    },
}

/// A piece of the older lines, which come in the order of their times.
#[derive(Debug)]
pub enum Piece {
    /// Lines of this container follow, in place of what came before and was not whole.
    Begin {
        /// The container's id.
        container: String,
    },
    /// Some lines.
    Lines {
        /// As the spool has them.
        records: Vec<u8>,
        /// How many.
        lines: u64,
        /// Given back when they are written: who reads the log waits for the disk.
        permit: OwnedSemaphorePermit,
    },
    /// They reach to the first line that the spool has.
    End,
    /// There are none before these.
    Done,
    /// They cannot be had.
    Broken,
}
