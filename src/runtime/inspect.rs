//! Reads all that an engine knows of a service's container and image.

use crate::actions::renew;
use crate::core::{inspection::Inspection, notice::Notice, observed::Observed, project::Project, secret::Secrets};
use crate::engine::{Engine, ErrorKind};

/// The inspection of a service; of the default one where none is named.
///
/// # Errors
/// Where it is not declared or has no container, or the engine does not answer.
pub async fn read(
    engine: &dyn Engine,
    project: &Project,
    observed: &Observed,
    service: Option<&str>,
    secrets: &Secrets,
) -> Result<Inspection, Notice> {
    let service = service.unwrap_or_else(|| renew::default_service(project).map_or("web", |it| &it.name));
    renew::declared(project, service).map_err(|refusal| refusal.0)?;
    let nothing = || Notice::error(format!("{service} has no container")).remedy("`biostar-tui up` makes one");
    let container = observed.service(service).ok_or_else(nothing)?;
    let details = engine.details(&container.id).await?;
    // By its id: another build may have the container's reference by now.
    let image_id = &details.container.image_id;
    let (image, layers) = match engine.image(image_id).await {
        Ok(image) => (Some(image), engine.history(image_id).await?),
        Err(error) if error.kind == ErrorKind::NotFound => (None, Vec::new()),
        Err(error) => return Err(error.into()),
    };
    Ok(Inspection::new(service, details, image, layers, secrets))
}
