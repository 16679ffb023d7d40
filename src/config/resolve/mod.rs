//! From the merged configuration and the facts to a project: pure.

mod built_in;
mod consoles;
mod environment;
mod order;
mod services;
mod settings;
mod steps;
mod watch;

use std::{collections::BTreeMap, path::PathBuf};

pub use settings::{Keys, LogBounds, Settings};

use crate::{
    config::{
        document::Document,
        error::{ConfigError, Problem},
        names,
        value::{Node, Value},
    },
    core::{
        environment::Sourced,
        image::{Base, Bootstrap},
        naming,
        notice::Notice,
        project::{CaBundle, EngineSettings, Owner, Project},
        snapshot::Bounds,
    },
};

/// What the host says about a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Its folder, absolute and canonical.
    pub root: PathBuf,
    /// `manage.py`'s folder relative to it; `None` where there is no Django.
    pub manage: Option<String>,
    /// Settings modules that the project has.
    pub settings: Vec<String>,
    /// The owner of the folder.
    pub owner: Owner,
    /// The machine id.
    pub host: String,
    /// The host's CA bundle.
    pub ca_bundle: Option<CaBundle>,
    /// The variables of the env file.
    pub variables: BTreeMap<String, String>,
    /// The env file, where a shell has to read it.
    pub sourced: Option<Sourced>,
}

/// What a configuration comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The project.
    pub project: Project,
    /// What only the client's side reads.
    pub settings: Settings,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// The problems and notices that are found on the way.
#[derive(Debug, Default)]
struct Findings {
    problems: Vec<Problem>,
    notices: Vec<Notice>,
}

/// Resolves a document that the schema has passed.
///
/// # Errors
/// Everything that refers to nothing: services, steps, environments; and cycles.
pub fn resolve(document: &Document, facts: Facts) -> Result<Resolved, ConfigError> {
    let mut findings = Findings::default();
    let environment = environment::resolve(document, &facts, &mut findings);
    let services = services::resolve(document, &mut findings);
    let steps = steps::resolve(document, &services, facts.manage.as_deref(), &mut findings);
    let consoles = consoles::resolve(document, &services, facts.manage.as_deref(), &mut findings);
    let settings = settings::resolve(document, &services, &mut findings);
    if !findings.problems.is_empty() {
        return Err(ConfigError::Problems(findings.problems));
    }
    let name = document.text(&["project", "name"]).to_owned();
    let project = Project {
        slug: naming::slug(&name),
        name,
        root: facts.root,
        host: facts.host,
        manage: facts.manage,
        environment,
        environments: environment::names(document),
        owner: facts.owner,
        base: base(document),
        engine: engine(document),
        ca_bundle: facts.ca_bundle,
        services,
        steps,
        consoles,
        snapshots: snapshots(document),
    };
    Ok(Resolved { project, settings, notices: findings.notices })
}

fn base(document: &Document) -> Base {
    let bootstrap = match document.text(&["base", "bootstrap"]) {
        "always" => Bootstrap::Always,
        "never" => Bootstrap::Never,
        _ => Bootstrap::Auto,
    };
    let text = |key| document.text(&["base", key]).to_owned();
    Base { image: text("image"), bootstrap, mirror: text("mirror") }
}

fn snapshots(document: &Document) -> Bounds {
    let number = |key| document.at(&["snapshots", key]).and_then(Node::as_integer).and_then(|n| u64::try_from(n).ok());
    let default = Bounds::default();
    Bounds {
        keep: number("keep").unwrap_or(default.keep),
        bytes: number("size").map_or(default.bytes, |mebibytes| mebibytes * 1024 * 1024),
        per_branch: document.at(&["snapshots", "per_branch"]).is_some_and(|node| node.value == Value::Bool(true)),
    }
}

fn engine(document: &Document) -> EngineSettings {
    let text = |key| document.text(&["engine", key]).to_owned();
    EngineSettings { host: text("host"), share: text("share"), network: text("network") }
}

/// The environment in use, held against the declared ones.
///
/// # Errors
/// It is not declared.
pub fn environment_in_use(document: &Document) -> Result<String, ConfigError> {
    let wanted = document.text(&["project", "environment"]);
    let declared = environment::names(document);
    if declared.iter().any(|name| name == wanted) {
        return Ok(wanted.to_owned());
    }
    let message = format!("unknown environment `{}`", crate::config::forms::short(wanted));
    let help = names::help(wanted, "declared", declared.iter().map(String::as_str));
    let place = document.at(&["project", "environment"]).map(|node| node.origin.place.clone());
    Err(ConfigError::one(Problem { place, message, help }))
}
