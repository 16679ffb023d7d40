//! A project: a folder with `biostar-tui.toml` (or with a `manage.py`), resolved.

use std::path::PathBuf;

use serde::Serialize;

use crate::core::{
    console::{Console, Place},
    environment::{DEVELOPMENT, Environment},
    holdings,
    image::{Base, Bootstrap},
    naming::{self, Role},
    notice::Notice,
    service::{Service, ServiceKind},
    snapshot::Bounds,
    step::Step,
};

/// A project in one of its environments, with every layer of the configuration resolved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Project {
    /// Its folder, absolute and canonical.
    pub root: PathBuf,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// The machine id of the client's host.
    pub host: String,
    /// `manage.py`'s folder relative to `root`; `None` where there is no Django.
    pub manage: Option<String>,
    /// The environment in use.
    pub environment: Environment,
    /// Names of all declared environments.
    pub environments: Vec<String>,
    /// The owner of the folder: what containers run as.
    pub owner: Owner,
    /// The base image.
    pub base: Base,
    /// Settings of the engine's side.
    pub engine: EngineSettings,
    /// The host's extra CA bundle, where there is one.
    pub ca_bundle: Option<CaBundle>,
    /// Services in the order of their declaration.
    pub services: Vec<Service>,
    /// Steps in the order of their declaration.
    pub steps: Vec<Step>,
    /// Consoles in the order of their declaration, those of services that are switched off too.
    pub consoles: Vec<Console>,
    /// What snapshots of the database are bounded by.
    pub snapshots: Bounds,
}

/// Who owns the project's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Login name.
    pub name: String,
}

/// Settings of the engine's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct EngineSettings {
    /// The wanted endpoint; empty for the default order.
    pub host: String,
    /// `auto`, `bind` or `sync`.
    pub share: String,
    /// `auto`, `bridge` or `host`: the network of builds and package tasks.
    pub network: String,
}

/// A CA bundle of the host.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CaBundle {
    /// Where it was found.
    pub path: PathBuf,
    /// Its content, PEM.
    #[serde(skip)]
    pub content: Vec<u8>,
}

impl std::fmt::Debug for CaBundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CaBundle({}, {} bytes)", self.path.display(), self.content.len())
    }
}

impl Project {
    /// What labels alone tell of a project: enough to find what is its own, and to remove it.
    pub fn of_labels(owner: &holdings::Owner) -> Self {
        Self {
            root: PathBuf::from(&owner.root),
            name: owner.project.clone(),
            slug: owner.project.clone(),
            host: owner.host.clone(),
            manage: None,
            environment: Environment { name: owner.environment.clone(), ..Environment::default() },
            environments: vec![owner.environment.clone()],
            owner: Owner { uid: 0, gid: 0, name: String::new() },
            base: Base { image: String::new(), bootstrap: Bootstrap::Never, mirror: String::new() },
            engine: EngineSettings::default(),
            ca_bundle: None,
            services: Vec::new(),
            steps: Vec::new(),
            consoles: Vec::new(),
            snapshots: Bounds::default(),
        }
    }

    /// The Python of its Django.
    pub fn python(&self) -> &str {
        self.of_kind(ServiceKind::Django).and_then(|service| service.python.as_deref()).unwrap_or("python3")
    }

    /// Whether what its steps make lies apart from the project's folder, which all
    /// environments share. The paths are those of settings, so it takes the overlay; the
    /// folder's own place is development's, where tools expect it.
    pub fn keeps_outputs_apart(&self) -> bool {
        self.environment.name != DEVELOPMENT && self.environment.overlay.is_some()
    }

    /// The service of this name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The step of this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// Switches a service on or off; one that is not declared is none.
    pub fn switch(&mut self, name: &str, on: bool) {
        self.services.iter_mut().filter(|service| service.name == name).for_each(|service| service.enabled = on);
    }

    /// The search service, where it is wanted: its variables are Django's too.
    pub fn search(&self) -> Option<&Service> {
        self.wanted().find(|service| service.name == "search")
    }

    /// The enabled services.
    pub fn wanted(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.enabled)
    }

    /// The consoles that can be opened: those of services that are switched off cannot.
    pub fn wanted_consoles(&self) -> impl Iterator<Item = &Console> {
        let is_wanted = |name: &str| self.service(name).is_some_and(|service| service.enabled);
        self.consoles.iter().filter(move |console| match &console.place {
            Place::Service(service) => is_wanted(service),
            Place::Host => true,
        })
    }

    /// The enabled service of this kind.
    pub fn of_kind(&self, kind: ServiceKind) -> Option<&Service> {
        self.wanted().find(|service| service.kind == kind)
    }

    /// Told where a service is named that it has not.
    pub fn no_service(&self, name: &str) -> Notice {
        let known: Vec<&str> = self.services.iter().map(|service| service.name.as_str()).collect();
        Notice::error(format!("there is no service {name}"))
            .because(has(&self.name, "services", &known))
            .remedy("name one of these, or declare it under [services] in biostar-tui.toml")
    }

    /// Told where a step is named that it has not.
    pub fn no_step(&self, name: &str) -> Notice {
        let known: Vec<&str> = self.steps.iter().map(|step| step.name.as_str()).collect();
        Notice::error(format!("there is no step {name}")).because(has(&self.name, "steps", &known)).remedy(format!(
            "name one of these, or declare it: [[steps]] name = \"{name}\", run = [...] in biostar-tui.toml"
        ))
    }

    /// Told where a task is named that has not run: a step of it, or none.
    pub fn no_task(&self, name: &str) -> Notice {
        match self.step(name) {
            Some(_) => {
                Notice::error(format!("the step {name} has not run yet")).remedy("`biostar-tui up` runs what is due")
            }
            None => self.no_step(name),
        }
    }

    /// The name of a container of it.
    pub fn container_name(&self, role: Role, part: &str) -> String {
        naming::container(&self.slug, &self.environment.name, role, part)
    }

    /// The name of a volume of it.
    pub fn volume_name(&self, part: &str) -> String {
        naming::volume(&self.slug, &self.environment.name, part)
    }

    /// The name of its network.
    pub fn network_name(&self) -> String {
        naming::network(&self.slug, &self.environment.name)
    }

    /// What tells how far a step is, by the names of those that say so.
    pub fn patterns(&self) -> std::collections::BTreeMap<String, String> {
        let progress = |step: &Step| Some((step.name.clone(), step.progress.clone()?));
        self.steps.iter().filter_map(progress).collect()
    }

    /// The labels of everything of it: what is touched carries these four.
    pub fn labels(&self) -> std::collections::BTreeMap<String, String> {
        [
            (naming::LABEL_PROJECT, self.slug.clone()),
            (naming::LABEL_ROOT, self.root.display().to_string()),
            (naming::LABEL_HOST, self.host.clone()),
            (naming::LABEL_ENVIRONMENT, self.environment.name.clone()),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }

    /// Whether labels are of this project, environment and host, whatever the folder.
    pub fn shares_name(&self, labels: &std::collections::BTreeMap<String, String>) -> bool {
        self.labels().iter().all(|(key, value)| key == naming::LABEL_ROOT || labels.get(key) == Some(value))
    }

    /// Whether an object with these labels is of this project, environment, folder and host.
    pub fn owns(&self, labels: &std::collections::BTreeMap<String, String>) -> bool {
        self.labels().iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

fn has(project: &str, what: &str, known: &[&str]) -> String {
    match known {
        [] => format!("{project} has no {what}"),
        known => format!("{project} has: {}", known.join(", ")),
    }
}
