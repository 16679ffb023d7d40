//! `destroy` where the configuration cannot be read: labels tell all that is needed to be rid of
//! what a folder has made.

use std::{path::Path, sync::Arc};

use crate::actions::request::Request;
use crate::cli::{
    exit::Failure,
    flags::Flags,
    print,
    session::{self, Session},
    verbs::projects,
};
use crate::config::{self, files::Disk, host};
use crate::core::{
    holdings::{Owner, projects::Known},
    notice::Notice,
    project::{EngineSettings, Project},
    secret::Secrets,
    spec::VolumeKind,
};
use crate::runtime::holdings;

/// The projects of the folder that the engine knows, for what is wrong with the configuration.
///
/// # Errors
/// What is wrong, where nothing of the folder is there; where it is not clear which environment is
/// meant; or where data would be lost of which no dump can be written.
pub(super) async fn sessions(flags: &Flags, request: &Request, broken: Vec<Notice>) -> Result<Vec<Session>, Failure> {
    let asked = session::request(flags);
    let Ok(root) = config::root(&asked) else { return Err(Failure::Usage(broken)) };
    let engine = projects::engine(flags)?;
    engine.connect().await?;
    let host = host::machine_id(&Disk, &asked.variables);
    let known = holdings::objects(engine.as_ref(), &host).await?.projects();
    let owners = of_folder(known, &root, &host, flags.environment.as_deref())
        .map_err(|notice| Failure::Usage(broken.iter().cloned().chain([notice]).collect()))?;
    if owners.is_empty() {
        return Err(Failure::Usage(broken));
    }
    broken.iter().for_each(print::notice);
    let mut sessions = Vec::new();
    for owner in owners {
        let settings = EngineSettings { host: flags.host.clone().unwrap_or_default(), ..EngineSettings::default() };
        let project = Project { engine: settings, ..Project::of_labels(&owner) };
        let session = Session::of(Arc::new(project), Secrets::default()).await?;
        keeps_data(&session, request)?;
        sessions.push(session);
    }
    Ok(sessions)
}

/// Whose what is in the engine is, of this folder and environment.
fn of_folder(known: Vec<Known>, root: &Path, host: &str, environment: Option<&str>) -> Result<Vec<Owner>, Notice> {
    let is_meant = |owner: &Owner| environment.is_none_or(|name| owner.environment == name);
    let owners: Vec<Owner> = known
        .into_iter()
        .map(|it| it.owner)
        .filter(|owner| owner.host == host && Path::new(&owner.root) == root && is_meant(owner))
        .collect();
    let mut names: Vec<&str> = owners.iter().map(|owner| owner.environment.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        let several = format!("the engine holds several environments of {}: {}", root.display(), names.join(", "));
        return Err(Notice::error(several).remedy("name one with --environment"));
    }
    Ok(owners)
}

/// The database cannot be dumped without the configuration that its container is made from.
fn keeps_data(session: &Session, request: &Request) -> Result<(), Failure> {
    let Request::Destroy(intent) = request else { return Ok(()) };
    let database = session.project.volume_name(VolumeKind::Database.as_str());
    if !intent.volumes || intent.no_dump || !session.observed.volumes.contains_key(&database) {
        return Ok(());
    }
    Err(Failure::Refused(
        Notice::error("nothing was destroyed: the database cannot be dumped first")
            .because("the configuration is broken, and its container is made from it")
            .remedy("mend the configuration, or add --no-dump if the data are not worth keeping"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(project: &str, environment: &str, root: &str, host: &str) -> Known {
        let owner =
            Owner { project: project.into(), environment: environment.into(), root: root.into(), host: host.into() };
        Known { owner, is_gone: false, state: "running", running: 1, services: 1, url: None }
    }

    fn found(environment: Option<&str>) -> Result<Vec<String>, String> {
        let held = vec![
            known("a", "development", "/a", "here"),
            known("a", "staging", "/a", "here"),
            known("b", "development", "/b", "here"),
            known("a", "development", "/a", "elsewhere"),
        ];
        let found = of_folder(held, Path::new("/a"), "here", environment);
        found.map(|all| all.into_iter().map(|it| it.environment).collect()).map_err(|notice| notice.summary)
    }

    #[test]
    fn only_what_is_of_this_folder_and_host_is_meant() {
        assert_eq!(found(Some("staging")), Ok(vec!["staging".to_owned()]));
        assert_eq!(found(Some("nosuch")), Ok(Vec::new()));
        assert_eq!(found(None), Err("the engine holds several environments of /a: development, staging".to_owned()));
    }
}
