//! No verb: the dashboard.

use crate::cli::{exit::Outcome, flags::Flags};
use crate::core::notice::Notice;

/// Opens the dashboard.
///
/// # Errors
/// When the configuration cannot be read or there is no terminal.
pub async fn run(_flags: &Flags) -> Outcome {
    Err(Notice::error("the dashboard is not wired yet").into())
}
