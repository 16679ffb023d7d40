//! `config show` and `config check`.

use crate::cli::{exit::Outcome, flags::Flags, print, session};
use crate::config::show;

/// Shows the resolved configuration, or checks it.
///
/// # Errors
/// What is wrong with it.
pub fn run(flags: &Flags, what: Option<&String>) -> Outcome {
    let loaded = session::load(flags)?;
    session::warn(&loaded);
    match what.map(String::as_str) {
        Some("check") if flags.json => print::json(&serde_json::json!({ "valid": true })),
        Some("check") => print::line("the configuration is valid"),
        _ if flags.json => print::json(&show::json(&loaded.leaves())),
        _ => print::line(show::text(&loaded.leaves()).trim_end()),
    }
    Ok(())
}
