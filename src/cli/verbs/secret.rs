//! `db url`: the database's address with its password, on request.

use serde_json::json;

use crate::cli::{exit::Outcome, flags::Flags, print, session::Session};
use crate::runtime::database_url;

/// Prints the URL under which the database is reached from this host.
///
/// # Errors
/// Where the project has no database, or nothing of it exists yet.
pub async fn run(flags: &Flags) -> Outcome {
    let session = Session::open_for_objects(flags).await?;
    let url = database_url::read(session.engine.as_ref(), &session.project, &session.observed).await?;
    if flags.json {
        print::json(&json!({ "url": url }));
    } else {
        print::line(&url);
    }
    Ok(())
}
