//! The database's address with its password: shown on request alone.

use crate::core::{
    naming::Role,
    notice::Notice,
    observed::Observed,
    project::Project,
    service::ServiceKind,
    spec::{self, SECRETS_DIR, helper},
};
use crate::engine::Engine;

/// The URL under which the database is reached from this host.
///
/// # Errors
/// Where the project has no database, nothing of it exists yet, or the engine does not answer.
pub async fn read(engine: &dyn Engine, project: &Project, observed: &Observed) -> Result<String, Notice> {
    let Some(service) = project.of_kind(ServiceKind::Postgres) else {
        return Err(Notice::error(format!("{} has no PostgreSQL service", project.name)));
    };
    let (Some(database), Some(prepared)) =
        (observed.service(&service.name), observed.container(Role::Helper, helper::PREPARE))
    else {
        return Err(Notice::error("the database does not exist yet").remedy("`biostar-tui up` makes it"));
    };
    let files = engine.download(&prepared.id, &format!("{SECRETS_DIR}/app/password")).await?;
    let password = files.first().map(|(_, data)| String::from_utf8_lossy(data).trim().to_owned()).unwrap_or_default();
    let name = spec::database_name(project);
    match database.ports.first() {
        Some(port) => Ok(format!("postgres://{name}:{password}@{}:{}/{name}", port.address, port.host)),
        None => Err(Notice::error("the database publishes no port now").remedy("`biostar-tui up` starts it")),
    }
}
