//! `init`.
use crate::cli::{exit::Outcome, flags::Flags};
use clap::ArgMatches;
/// x
/// # Errors
/// x
pub fn run(_flags: &Flags, _matches: &ArgMatches) -> Outcome {
    Ok(())
}
