//! A request: a verb with its arguments, and the plan that it leads to. Keys, palette and
//! command line all come by here, so that they do the same.

use crate::actions::{
    destroy, halt, pause, provision, renew,
    up::{self, Intent},
};
use crate::core::{
    facts::Facts,
    notice::Notice,
    observed::Observed,
    plan::{Plan, Refusal},
    project::Project,
};

/// A verb with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// `up`, with steps that run although they are done.
    Up(Vec<String>),
    /// `halt`.
    Halt,
    /// `suspend`.
    Suspend,
    /// `resume`.
    Resume,
    /// `reload` of a service; the Django server where none is named.
    Reload(Option<String>),
    /// `restart` of a service.
    Restart(Option<String>),
    /// `rebuild` of a service.
    Rebuild(Option<String>),
    /// A step of the project, by name: `install`, `reindex`, `collectstatic`, `migrate`.
    Step(&'static str),
    /// `migrate` with arguments.
    Migrate(Vec<String>),
    /// `manage` with Django's command and its arguments.
    Manage(Vec<String>),
    /// `run` with any command.
    Run(Vec<String>),
    /// `destroy`.
    Destroy(destroy::Intent),
}

/// A request with its plan.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The project, with the request's own command as a step where it has one.
    pub project: Project,
    /// The plan.
    pub plan: Plan,
    /// What is done although there is no need.
    pub intent: Intent,
}

impl Request {
    /// The request of an action by its id, where it is one that plans; `service` is the one
    /// that it is about, `words` are further arguments.
    pub fn of(action: &str, service: Option<String>, words: Vec<String>) -> Option<Self> {
        Some(match action {
            "up" => Self::Up(words),
            "halt" => Self::Halt,
            "suspend" => Self::Suspend,
            "resume" => Self::Resume,
            "reload" => Self::Reload(service),
            "restart" => Self::Restart(service),
            "rebuild" => Self::Rebuild(service),
            "install" => Self::Step("packages"),
            "reindex" => Self::Step("index"),
            "collectstatic" => Self::Step("collectstatic"),
            "migrate" if words.is_empty() => Self::Step("migrate"),
            "migrate" => Self::Migrate(words),
            "manage" => Self::Manage(words),
            "run" => Self::Run(words),
            "destroy" => Self::Destroy(destroy::Intent::default()),
            _ => return None,
        })
    }

    /// Whether the plan depends on receipts; the others need only what the engine lists.
    pub const fn needs_receipts(&self) -> bool {
        !matches!(
            self,
            Self::Halt | Self::Suspend | Self::Resume | Self::Reload(_) | Self::Restart(_) | Self::Destroy(_)
        )
    }

    /// The plan.
    ///
    /// # Errors
    /// The refusal of the verb.
    pub fn prepare(&self, project: &Project, facts: &Facts, observed: &Observed) -> Result<Prepared, Refusal> {
        let plain = |plan: Plan| Prepared { project: project.clone(), plan, intent: Intent::default() };
        let forced = |(plan, intent)| Prepared { project: project.clone(), plan, intent };
        if matches!(self, Self::Halt | Self::Suspend | Self::Resume) {
            up::refuse_others_alone(project, observed)?;
        }
        match self {
            Self::Up(steps) => {
                let intent = Intent::forcing(steps.iter().map(|name| format!("task {name}")));
                Ok(forced((up::plan(project, facts, observed, &intent)?, intent)))
            }
            Self::Halt => Ok(plain(halt::plan(project, observed))),
            Self::Suspend => Ok(plain(pause::suspend(project, observed))),
            Self::Resume => Ok(plain(pause::resume(project, observed))),
            Self::Reload(service) => renew::reload(project, observed, &named(project, service)).map(plain),
            Self::Restart(service) => renew::restart(project, observed, &named(project, service)).map(plain),
            Self::Rebuild(service) => renew::rebuild(project, facts, observed, &named(project, service)).map(forced),
            // Active only where static files are served from what was collected; asked for
            // by name it is Django's own command all the same.
            Self::Step(name @ "collectstatic") if project.step(name).is_none() => {
                let run = provision::manage(project, &["collectstatic".to_owned(), "--noinput".to_owned()]);
                command(project, facts, observed, Some(name), run)
            }
            Self::Step(name) => provision::step(project, facts, observed, name).map(forced),
            Self::Migrate(words) => {
                let words: Vec<String> =
                    ["migrate", "--noinput"].map(str::to_owned).into_iter().chain(words.clone()).collect();
                command(project, facts, observed, Some("migrate"), provision::manage(project, &words))
            }
            Self::Manage(words) => command(project, facts, observed, None, provision::manage(project, words)),
            Self::Run(words) => command(project, facts, observed, None, words.clone()),
            Self::Destroy(intent) => destroy::plan(project, observed, *intent).map(plain),
        }
    }

    /// What is wrong with the names in it: a service or step that the project does not have.
    pub fn unknown(&self, project: &Project) -> Option<Notice> {
        match self {
            Self::Reload(Some(name)) | Self::Restart(Some(name)) | Self::Rebuild(Some(name)) => {
                renew::declared(project, name).err().map(|refusal| refusal.0)
            }
            Self::Up(steps) => {
                steps.iter().find(|name| project.step(name).is_none()).map(|name| provision::no_step(project, name))
            }
            Self::Step(name @ ("packages" | "index" | "migrate")) if project.step(name).is_none() => {
                Some(provision::no_step(project, name))
            }
            Self::Manage(words) | Self::Run(words) if words.is_empty() => Some(
                Notice::error("there is no command to run")
                    .remedy("`biostar-tui manage showmigrations`, `biostar-tui run -- ls`"),
            ),
            _ => None,
        }
    }

    /// The task whose output is the result, for `manage` and `run`.
    pub const fn is_command(&self) -> bool {
        matches!(self, Self::Manage(_) | Self::Run(_))
    }
}

fn command(
    project: &Project,
    facts: &Facts,
    observed: &Observed,
    name: Option<&str>,
    run: Vec<String>,
) -> Result<Prepared, Refusal> {
    let (project, name) = provision::with_command(project, name, run)?;
    let (plan, intent) = provision::step(&project, facts, observed, &name)?;
    Ok(Prepared { project, plan, intent })
}

fn named(project: &Project, service: &Option<String>) -> String {
    let default = || renew::default_service(project).map(|service| service.name.clone());
    service.clone().or_else(default).unwrap_or_else(|| "web".to_owned())
}
