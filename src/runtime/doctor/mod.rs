//! Gathers the facts that `core::doctor` judges, and does what `--fix` can do.

mod certificates;
mod engine;
mod fix;
mod folders;
mod host;
mod project;
mod terminal;

use std::collections::BTreeMap;

pub use fix::carry_out;

use crate::config::{ConfigError, Loaded};
use crate::core::{
    doctor::{
        self, Surroundings, Verdict,
        surroundings::{Configuration, Watches},
    },
    notice::{Notice, Severity},
};
use crate::engine::{EngineError, endpoint::Endpoint};

/// What is looked at.
#[derive(Debug)]
pub struct Subject {
    /// The project, or why there is none.
    pub configuration: Result<Loaded, ConfigError>,
    /// Where the engine is.
    pub endpoint: Result<Endpoint, EngineError>,
    /// The environment variables of this process.
    pub variables: BTreeMap<String, String>,
}

/// Gathers the facts. It changes nothing, and what cannot be read is a fact too.
pub async fn gather(subject: &Subject) -> Surroundings {
    let project = subject.configuration.as_ref().ok().map(|loaded| &loaded.project);
    let (port, engine, data_root) = engine::ask(&subject.endpoint).await;
    let endpoint = subject.endpoint.as_ref().map(ToString::to_string).unwrap_or_default();
    let local = engine::is_local(&subject.endpoint);
    let bases = match &port {
        Some(port) => engine::bases(port, project).await,
        None => Vec::new(),
    };
    let ports = match project {
        Some(project) => project::ports(port.as_ref(), project, local).await,
        None => Vec::new(),
    };
    Surroundings {
        user: host::user(),
        has_apt: host::has_apt(),
        has_bootstrapper: crate::runtime::bootstrap::has_tool().await,
        endpoint_is_default: subject.endpoint.as_ref().is_ok_and(|endpoint| *endpoint == Endpoint::default()),
        endpoint,
        local,
        socket: host::socket(&subject.endpoint),
        engine,
        configuration: configuration(&subject.configuration),
        bases,
        ports,
        disks: host::disks(project, data_root.filter(|_| local)),
        watches: Watches { folders: project::folders(project).await, ..host::watch_limits() },
        terminal: terminal::terminal(&subject.variables),
        tmux: terminal::tmux(&subject.variables).await,
        certificates: certificates::certificates(&subject.configuration, &subject.variables),
        folder: project.map(project::folder),
    }
}

/// The warnings and errors that a dashboard shows as notices. Engine and configuration are
/// left out: it tells of these by itself, and goes on doing so. A port in whose place
/// another is used is told by whoever starts the service.
pub async fn notices(subject: &Subject) -> Vec<Notice> {
    let mut findings = doctor::examine(&gather(subject).await);
    findings.retain(|finding| !matches!(finding.check, "configuration" | "engine" | "permission" | "api-version"));
    findings.retain(|finding| finding.check != "ports" || finding.verdict == Verdict::Error);
    doctor::notices(&findings)
}

fn configuration(loaded: &Result<Loaded, ConfigError>) -> Configuration {
    match loaded {
        Ok(loaded) => Configuration::Valid {
            name: loaded.project.name.clone(),
            root: loaded.project.root.display().to_string(),
            warnings: loaded.notices.iter().filter(|notice| notice.severity > Severity::Info).cloned().collect(),
        },
        Err(error @ ConfigError::NoProject { .. }) => Configuration::NoProject(error.notice()),
        Err(error) => Configuration::Wrong(error.notice()),
    }
}
