//! A request: a verb with its arguments, and the plan that it leads to. Keys, palette and
//! command line all come by here, so that they do the same.

use crate::actions::{
    adopt,
    arguments::{ALLOW_PRODUCTION, Arguments},
    clean, destroy, halt,
    migrate::{self, Migrate},
    pause, provision,
    registry::{self, Scope},
    renew, snapshot, test,
    toggle::Toggle,
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
    Migrate(Migrate),
    /// `makemigrations` with its arguments.
    MakeMigrations(Vec<String>),
    /// `snapshot`.
    Snapshot(snapshot::Request),
    /// `test` with its words.
    Test(Vec<String>),
    /// `toggle`.
    Toggle(Toggle),
    /// `manage` with Django's command and its arguments.
    Manage(Vec<String>),
    /// `run` with any command.
    Run(Vec<String>),
    /// `destroy`.
    Destroy(destroy::Intent),
    /// `clean`; whether with volumes.
    Clean(bool),
    /// `adopt`; whether production may be touched.
    Adopt(bool),
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
    /// The request of an action of the registry, where it is one that plans; `focused` is
    /// the service that is meant where none is named.
    pub fn of(action: &str, focused: Option<String>, arguments: &Arguments) -> Option<Self> {
        let service = arguments.one("service").map(str::to_owned).or(focused);
        let words = || arguments.all("arguments").to_vec();
        let command = || arguments.all("command").to_vec();
        Some(match action {
            "up" => Self::Up(arguments.all("force").to_vec()),
            "halt" => Self::Halt,
            "suspend" => Self::Suspend,
            "resume" => Self::Resume,
            "reload" => Self::Reload(service),
            "restart" => Self::Restart(service),
            "rebuild" => Self::Rebuild(service),
            "install" => Self::Step("packages"),
            "reindex" => Self::Step("index"),
            "collectstatic" => Self::Step("collectstatic"),
            "migrate" if words().is_empty() => Self::Step("migrate"),
            "migrate" => Self::Migrate(Migrate { words: words(), allow_production: arguments.has(ALLOW_PRODUCTION) }),
            "makemigrations" => Self::MakeMigrations(words()),
            "snapshot" => Self::Snapshot(snapshot::Request::of(arguments)),
            "test" => Self::Test(test::words(arguments)),
            "toggle" => Self::Toggle(Toggle::of(arguments)),
            "manage" => Self::Manage(command()),
            "run" => Self::Run(command()),
            "destroy" => Self::Destroy(destroy::Intent {
                volumes: arguments.has("volumes"),
                no_dump: arguments.has("no-dump"),
                allow_production: arguments.has(ALLOW_PRODUCTION),
            }),
            "clean" => Self::Clean(arguments.has("volumes")),
            "adopt" => Self::Adopt(arguments.has(ALLOW_PRODUCTION)),
            _ => return None,
        })
    }

    /// The request of an action with the words that follow its name.
    ///
    /// # Errors
    /// What is wrong with the words, or why the action leads to no plan.
    pub fn read(action: &str, focused: Option<String>, words: &[String]) -> Result<(Self, Arguments), Notice> {
        let cannot = || Notice::error(format!("{action} cannot be done from here"));
        let known = registry::find(action).ok_or_else(cannot)?;
        let arguments = Arguments::read(known, words)?;
        match (Self::of(action, focused, &arguments), known.scope) {
            (Some(request), _) => Ok((request, arguments)),
            (None, Scope::CommandLine(reason)) => {
                Err(cannot().because(reason).remedy(format!("`biostar-tui {action}` on the command line")))
            }
            (None, _) => Err(cannot()),
        }
    }

    /// The action that it is of.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Up(_) => "up",
            Self::Halt => "halt",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Reload(_) => "reload",
            Self::Restart(_) => "restart",
            Self::Rebuild(_) => "rebuild",
            Self::Step("packages") => "install",
            Self::Step("index") => "reindex",
            Self::Step(name) => name,
            Self::Migrate(_) => "migrate",
            Self::MakeMigrations(_) => "makemigrations",
            Self::Snapshot(_) => "snapshot",
            Self::Test(_) => "test",
            Self::Toggle(_) => "toggle",
            Self::Manage(_) => "manage",
            Self::Run(_) => "run",
            Self::Destroy(_) => "destroy",
            Self::Clean(_) => "clean",
            Self::Adopt(_) => "adopt",
        }
    }

    /// The action with the words that it is about, as it is told of: `rebuild web`.
    pub fn label(&self) -> String {
        let words: &[String] = match self {
            Self::Reload(service) | Self::Restart(service) | Self::Rebuild(service) => service.as_slice(),
            Self::MakeMigrations(words) | Self::Test(words) | Self::Manage(words) | Self::Run(words) => words,
            Self::Migrate(migrate) => &migrate.words,
            _ => &[],
        };
        shell_words::join(std::iter::once(self.action()).chain(words.iter().map(String::as_str)))
    }

    /// Whether the plan depends on receipts; the others need only what the engine lists.
    pub const fn needs_receipts(&self) -> bool {
        !matches!(
            self,
            Self::Halt
                | Self::Suspend
                | Self::Resume
                | Self::Reload(_)
                | Self::Restart(_)
                | Self::Destroy(_)
                | Self::Clean(_)
                | Self::Adopt(_)
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
            Self::Migrate(migrate) => migrate.prepare(project, facts, observed),
            Self::MakeMigrations(words) => {
                command(project, facts, observed, Some("makemigrations"), migrate::make(project, words))
            }
            Self::Test(words) => command(project, facts, observed, Some(test::TASK), test::command(project, words)),
            Self::Snapshot(request) => request.prepare(project, facts, observed),
            Self::Toggle(toggle) => toggle.prepare(project, facts, observed),
            Self::Manage(words) => command(project, facts, observed, None, provision::manage(project, words)),
            Self::Run(words) => command(project, facts, observed, None, words.clone()),
            Self::Destroy(intent) => destroy::plan(project, observed, *intent).map(plain),
            Self::Clean(volumes) => clean::plan(project, facts, observed, *volumes).map(plain),
            Self::Adopt(allow_production) => adopt::plan(project, observed, *allow_production).map(plain),
        }
    }

    /// What is wrong with the names in it: a service or step that the project does not have.
    pub fn unknown(&self, project: &Project) -> Option<Notice> {
        match self {
            Self::Reload(Some(name)) | Self::Restart(Some(name)) | Self::Rebuild(Some(name)) => {
                renew::declared(project, name).err().map(|refusal| refusal.0)
            }
            Self::Up(steps) => steps.iter().find(|name| project.step(name).is_none()).map(|name| project.no_step(name)),
            Self::Step(name @ ("packages" | "index" | "migrate")) if project.step(name).is_none() => {
                Some(project.no_step(name))
            }
            Self::Snapshot(request) => request.wrong(),
            Self::Toggle(toggle) => toggle.wrong(project),
            Self::Manage(words) | Self::Run(words) if words.is_empty() => Some(
                Notice::error("there is no command to run")
                    .remedy("`biostar-tui manage showmigrations`, `biostar-tui run -- ls`"),
            ),
            _ => None,
        }
    }

    /// What is done with snapshots, where it is that.
    pub const fn snapshot(&self) -> Option<&snapshot::Deed> {
        match self {
            Self::Snapshot(request) => Some(&request.deed),
            _ => None,
        }
    }

    /// The app and the migration that it goes to.
    pub fn migrates_to(&self) -> Option<(&str, &str)> {
        if let Self::Migrate(migrate) = self { migrate.target() } else { None }
    }

    /// Whether snapshots have to be known for it.
    pub fn needs_snapshots(&self) -> bool {
        matches!(self, Self::Snapshot(_)) || self.migrates_to().is_some()
    }

    /// The service that it switches, and whether on.
    pub fn switches(&self, project: &Project) -> Option<(&str, bool)> {
        if let Self::Toggle(toggle) = self { Some((&toggle.service, toggle.switches_on(project))) } else { None }
    }

    /// Whether it only lists snapshots.
    pub fn lists_snapshots(&self) -> bool {
        matches!(self, Self::Snapshot(snapshot::Request { deed: snapshot::Deed::List, .. }))
    }

    /// What is said when the question before a loss is answered with No.
    pub const fn declined(&self) -> &'static str {
        match self {
            Self::Adopt(_) => "nothing was taken over",
            Self::Destroy(_) => "nothing was destroyed",
            Self::Clean(_) => "nothing was removed",
            Self::Migrate(_) => "nothing was migrated",
            _ => "nothing was changed",
        }
    }

    /// The task whose output is the result, for `manage`, `run` and the like.
    pub const fn is_command(&self) -> bool {
        matches!(self, Self::Manage(_) | Self::Run(_) | Self::MakeMigrations(_) | Self::Test(_))
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
