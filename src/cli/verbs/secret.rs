//! `db url`: the database's address with its password, on request.

use serde_json::json;

use crate::cli::{exit::Outcome, flags::Flags, print, session::Session};
use crate::core::{
    naming::Role,
    notice::Notice,
    service::ServiceKind,
    spec::{self, SECRETS_DIR, helper},
};

/// Prints the URL under which the database is reached from this host.
///
/// # Errors
/// Where the project has no database, or nothing of it exists yet.
pub async fn run(flags: &Flags) -> Outcome {
    let session = Session::open_for_objects(flags).await?;
    let Some(service) = session.project.of_kind(ServiceKind::Postgres) else {
        return Err(Notice::error(format!("{} has no PostgreSQL service", session.project.name)).into());
    };
    let (Some(database), Some(prepared)) =
        (session.observed.service(&service.name), session.observed.container(Role::Helper, helper::PREPARE))
    else {
        return Err(Notice::error("the database does not exist yet").remedy("`biostar-tui up` makes it").into());
    };
    let files = session.engine.download(&prepared.id, &format!("{SECRETS_DIR}/app/password")).await?;
    let password = files.first().map(|(_, data)| String::from_utf8_lossy(data).trim().to_owned()).unwrap_or_default();
    let name = spec::database_name(&session.project);
    let url = match database.ports.first() {
        Some(port) => format!("postgres://{name}:{password}@{}:{}/{name}", port.address, port.host),
        None => {
            return Err(Notice::error("the database publishes no port now")
                .remedy("`biostar-tui up` starts it")
                .into());
        }
    };
    if flags.json {
        print::json(&json!({ "url": url }))
    } else {
        print::line(&url)
    }
    Ok(())
}
