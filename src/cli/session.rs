//! What every verb begins with: the configuration, the engine, an observation.

use std::sync::Arc;

use crate::actions::{
    request::{Prepared, Request},
    toggle::Toggle,
};
use crate::cli::{exit::Failure, flags::Flags, interrupt, looking, print, printer};
use crate::config::{self, Loaded};
use crate::core::{
    cancelled,
    facts::Facts,
    notice::{Notice, Severity},
    observed::Observed,
    project::Project,
    secret::Secrets,
};
use crate::engine::{
    Engine, EngineError,
    docker::DockerEngine,
    endpoint::{self, Endpoint, Surroundings},
};
use crate::runtime::{
    apply::{self, Application, Unfinished, cancel},
    facts, observe, receipts, state_folder, toggles,
};

/// A project whose engine answers.
pub struct Session {
    /// The project.
    pub project: Arc<Project>,
    /// Facts beside the configuration.
    pub facts: Arc<Facts>,
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// What was observed at the start.
    pub observed: Arc<Observed>,
    /// What has to be masked.
    pub secrets: Secrets,
    /// Whether the observation is the one of the opening, and nothing was made of it yet.
    is_fresh: bool,
}

/// Loads the configuration.
///
/// # Errors
/// Exit code 2 with all that is wrong.
pub fn load(flags: &Flags) -> Result<Loaded, Failure> {
    let request = request(flags);
    let loaded = config::load(&request).map_err(|error| Failure::Usage(vec![error.notice()]))?;
    switched(loaded, flags).map_err(|notice| Failure::Usage(vec![notice]))
}

/// With the services as they were switched by key or flag.
///
/// # Errors
/// Where `--search` means nothing, or cannot be kept.
pub fn switched(mut loaded: Loaded, flags: &Flags) -> Result<Loaded, Notice> {
    if flags.search {
        let toggle = Toggle { service: "search".to_owned(), on: Some(true) };
        toggle.wrong(&loaded.project).map_or(Ok(()), Err)?;
        toggles::set(&loaded.project, "search", true)?;
    }
    toggles::apply(&mut loaded.project);
    Ok(loaded)
}

/// Prints the warnings about a configuration: for the verbs that act on it, not for those
/// that only look.
pub fn warn(loaded: &Loaded) {
    loaded.notices.iter().filter(|notice| notice.severity > Severity::Info).for_each(print::notice);
}

/// What the configuration is loaded from.
pub fn request(flags: &Flags) -> config::Request {
    let flags = config::Flags {
        project: flags.project.clone(),
        environment: flags.environment.clone(),
        host: flags.host.clone(),
    };
    // A folder that was removed under the program has no path: found nowhere, said so.
    let start = std::env::current_dir().unwrap_or_default();
    let variables =
        std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    config::Request { start, variables: variables.collect(), flags }
}

/// The engine that a project wants, not connected yet.
///
/// # Errors
/// Exit code 2 where the endpoint cannot be understood.
pub fn engine(project: &Project) -> Result<Arc<dyn Engine>, Failure> {
    let endpoint = endpoint(&project.engine.host).map_err(|error| Failure::Usage(vec![error.notice()]))?;
    Ok(Arc::new(DockerEngine::new(endpoint).remembering(state_folder::all().join("users"))))
}

/// The endpoint: this one where it is not empty, otherwise what the environment names.
///
/// # Errors
/// It cannot be understood.
pub fn endpoint(wanted: &str) -> Result<Endpoint, EngineError> {
    let wanted = Some(wanted).filter(|host| !host.is_empty());
    let variable = |key: &str| std::env::var(key).ok();
    let read = |path: &std::path::Path| std::fs::read_to_string(path).ok();
    endpoint::resolve(wanted, &Surroundings { variable: &variable, read: &read })
}

/// How a plan is applied.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Print every line of builds and tasks.
    pub verbose: bool,
    /// Install what is missing on this host.
    pub fix: bool,
    /// Print the output of tasks as it is, on standard output.
    pub raw: bool,
}

impl Session {
    /// For what brings the project up: warns about its configuration.
    ///
    /// # Errors
    /// As [`Session::open_for_objects`].
    pub async fn open_to_act(flags: &Flags) -> Result<Self, Failure> {
        let loaded = load(flags)?;
        warn(&loaded);
        Self::of_loaded(loaded).await
    }

    /// With the objects of the engine, without receipts.
    ///
    /// # Errors
    /// Configuration (2), no engine (3), or an engine that refuses (1).
    pub async fn open_for_objects(flags: &Flags) -> Result<Self, Failure> {
        Self::of_loaded(load(flags)?).await
    }

    async fn of_loaded(loaded: Loaded) -> Result<Self, Failure> {
        let secrets = loaded.secrets();
        Self::of(Arc::new(loaded.project), secrets).await
    }

    /// A session of a project that is loaded already.
    ///
    /// # Errors
    /// As [`Session::open_for_objects`], without the configuration's.
    pub async fn of(project: Arc<Project>, secrets: Secrets) -> Result<Self, Failure> {
        let engine = engine(&project)?;
        let info = engine.connect().await?;
        let facts = facts::read(&project, info.rootless).map_err(|notice| Failure::Usage(vec![notice]))?;
        let observed = observe::objects(engine.as_ref(), &project, &facts).await?;
        let facts = Arc::new(facts);
        Ok(Self { project, facts, engine, observed: Arc::new(observed), secrets, is_fresh: true })
    }

    /// Observes again, receipts included.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn observe(&mut self) -> Result<(), Failure> {
        let mut observed = match std::mem::take(&mut self.is_fresh) {
            true => Observed::clone(&self.observed),
            false => self.observe_objects().await?,
        };
        receipts::read(self.engine.as_ref(), &self.project, &mut observed).await?;
        self.observed = Arc::new(observed);
        Ok(())
    }

    /// The objects as they are now.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn observe_objects(&self) -> Result<Observed, Failure> {
        Ok(observe::objects(self.engine.as_ref(), &self.project, &self.facts).await?)
    }

    /// The plan of a request, from an observation that is made for it.
    ///
    /// # Errors
    /// The request's refusal, or an engine that does not answer.
    pub async fn prepare(&mut self, request: &Request) -> Result<Prepared, Failure> {
        if let Some(notice) = request.unknown(&self.project) {
            return Err(Failure::Usage(vec![notice]));
        }
        apply::transfer::possible(request)?;
        looking::at("looking at what there is", self.plan(request)).await
    }

    async fn plan(&mut self, request: &Request) -> Result<Prepared, Failure> {
        if request.needs_receipts() {
            self.observe().await?;
        }
        let observed = self.observed.as_ref().clone();
        self.observed = Arc::new(observe::for_request(self.engine.as_ref(), &self.project, request, observed).await?);
        Ok(request.prepare(&self.project, &self.facts, &self.observed)?)
    }

    /// Applies a plan of this action with its progress on standard error. A first Ctrl-C
    /// cancels it: its own tasks are stopped. A second one ends the program at once.
    ///
    /// # Errors
    /// The notices of the steps that failed, or of what is left where it was cancelled.
    pub async fn apply(&self, action: &str, prepared: &Prepared, manner: Manner) -> Result<(), Failure> {
        let (canceller, cancelled) = cancel::pair();
        let (progress, reports) = tokio::sync::mpsc::unbounded_channel();
        let (raw, lines) = tokio::sync::mpsc::unbounded_channel();
        let application = Application {
            engine: Arc::clone(&self.engine),
            project: Arc::new(prepared.project.clone()),
            facts: Arc::clone(&self.facts),
            observed: Arc::clone(&self.observed),
            secrets: self.secrets.clone(),
            fix: manner.fix,
            force: prepared.intent.force.clone(),
            raw: manner.raw.then_some(raw),
            progress,
            cancelled,
        };
        let applied = async move {
            let result = apply::apply(&application, &prepared.plan).await;
            // Its senders end the printers.
            drop(application);
            result
        };
        let printed = printer::print(reports, manner.verbose, manner.raw);
        let printed = async { tokio::join!(printed, printer::print_raw(lines)) };
        let work = async { tokio::join!(applied, printed).0 };
        let (result, signal) = interrupt::while_working(work, &canceller).await;
        result.map_err(|unfinished| match unfinished {
            Unfinished::Failed(notices) => Failure::Failed(notices),
            Unfinished::Cancelled(leftover) => Failure::Cancelled(signal, cancelled::notice(action, &leftover)),
        })
    }
}
