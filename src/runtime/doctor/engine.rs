//! What the engine says.

use std::collections::BTreeSet;

use crate::config::profile;
use crate::core::{
    doctor::surroundings::{Answer, BaseImage, Down, Engine as Facts},
    image::{Base, Bootstrap},
    project::Project,
    service::ImageSource,
    spec::build,
};
use crate::engine::{Engine, EngineError, ErrorKind, docker::DockerEngine, endpoint::Endpoint, port::EngineInfo};
use crate::runtime::clock;

/// The engine where it answers, what it says, and where its data are.
pub(super) async fn ask(endpoint: &Result<Endpoint, EngineError>) -> (Option<DockerEngine>, Facts, Option<String>) {
    let endpoint = match endpoint {
        Ok(endpoint) => endpoint,
        Err(error) => return (None, down(error), None),
    };
    let engine = DockerEngine::new(endpoint.clone());
    let before = clock::now();
    match engine.connect().await {
        Ok(info) => {
            let middle = before + (clock::now() - before) / 2;
            (Some(engine), Facts::Up(answer(&info, middle)), Some(info.data_root))
        }
        Err(error) => (None, down(&error), None),
    }
}

fn answer(info: &EngineInfo, now: i64) -> Answer {
    Answer {
        version: info.version.clone(),
        api: info.api_version.clone(),
        rootless: info.rootless,
        ahead_ms: info.time.map(|time| time.saturating_sub(now) / 1_000_000),
    }
}

fn down(error: &EngineError) -> Facts {
    let how = match error.kind {
        ErrorKind::Endpoint => Down::NoEndpoint,
        ErrorKind::Unreachable => Down::Unreachable,
        ErrorKind::Permission => Down::Forbidden,
        ErrorKind::Version => Down::WrongVersion,
        _ => Down::Other,
    };
    let notice = error.notice();
    let remedy =
        notice.remedy.clone().unwrap_or_else(|| "look at the engine's journal (`journalctl -u docker`)".into());
    Facts::Down(how, notice.remedy(remedy))
}

/// Whether the engine is on this machine, as far as its address tells.
pub(super) fn is_local(endpoint: &Result<Endpoint, EngineError>) -> bool {
    match endpoint {
        Ok(Endpoint::Unix(_)) => true,
        Ok(Endpoint::Tcp(address)) => ["127.", "localhost", "[::1]"].iter().any(|start| address.starts_with(start)),
        Err(_) => false,
    }
}

/// The bases of the project; the default one where there is no project.
pub(super) async fn bases(engine: &DockerEngine, project: Option<&Project>) -> Vec<BaseImage> {
    let wanted = project.map_or_else(|| default_base().into_iter().collect(), of_project);
    let mut bases = Vec::with_capacity(wanted.len());
    for base in wanted {
        bases.push(look_at(engine, base).await);
    }
    bases
}

fn of_project(project: &Project) -> Vec<Base> {
    let built = project.wanted().filter(|service| matches!(service.image, ImageSource::Builtin(_)));
    let mut seen = BTreeSet::new();
    let bases = built.map(|service| build::base(project, service));
    bases.filter(|base| seen.insert(base.image.clone())).collect()
}

fn default_base() -> Option<Base> {
    let defaults = profile::defaults().ok()?;
    let image = defaults.at(&["base", "image"])?.as_text()?.to_owned();
    Some(Base { image, bootstrap: Bootstrap::Auto, mirror: String::new() })
}

async fn look_at(engine: &DockerEngine, base: Base) -> BaseImage {
    let present = engine.image(&base.image).await.is_ok();
    let bootstrapped = engine.image(&base.bootstrapped()).await.is_ok();
    let is_there = present || bootstrapped && base.bootstrap != Bootstrap::Never;
    let registry = if is_there || base.bootstrap == Bootstrap::Always {
        None
    } else {
        Some(engine.offered(&base.image).await.map_err(|error| error.message))
    };
    BaseImage { base, present, bootstrapped, registry }
}
