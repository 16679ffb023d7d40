//! From a console's name to a connection: its container is looked for, made and started
//! where it is missing, and attached to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::core::console::{self, Console, Place, Size};
use crate::core::naming::Role;
use crate::core::notice::Notice;
use crate::core::observed::Container;
use crate::core::project::Project;
use crate::core::service::Service;
use crate::core::spec::console::{self as spec, HOLDER, KIND_FILE};
use futures_util::TryStreamExt as _;

use crate::engine::port::{LogLine, LogRequest, Replay};
use crate::engine::{Engine, EngineError, ErrorKind};
use crate::runtime::actor::Reload;
use crate::runtime::away;
use crate::runtime::console::link::Link;
use crate::runtime::console::local;
use crate::runtime::facts;

/// Between two looks for what PID 1 says of itself.
const LOOK: Duration = Duration::from_millis(25);
/// It says so some milliseconds after its start; on a busy machine Python takes its time.
const LOOKS: u32 = 400;
/// Lines of a service's log that an attach begins with.
const LAST_LINES: u64 = 200;

/// What consoles are opened with.
#[derive(Clone)]
pub struct Ground {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// The project.
    pub project: Arc<Project>,
    /// Reads the configuration anew.
    pub reload: Option<Reload>,
}

impl Ground {
    /// The project as its configuration is now; a broken edit keeps the last good one.
    fn project(&self) -> Arc<Project> {
        let anew = self.reload.as_ref().and_then(|reload| reload().ok());
        anew.map_or_else(|| Arc::clone(&self.project), |loaded| Arc::new(loaded.project))
    }
}

/// What is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A console's container, which is started where it does not run.
    Console(String),
    /// A service's own terminal.
    Service(String),
    /// An editor on this host, of a file.
    Editor(String),
}

impl Target {
    /// What is meant by a name among the dashboard's consoles.
    pub fn of_name(name: &str) -> Self {
        match (console::terminal_of(name), console::editor_of(name)) {
            (Some(service), _) => Self::Service(service.to_owned()),
            (_, Some(path)) => Self::Editor(path.to_owned()),
            _ => Self::Console(name.to_owned()),
        }
    }

    /// Its name among the dashboard's consoles.
    pub fn console(&self) -> String {
        match self {
            Self::Console(name) => name.clone(),
            Self::Service(name) => console::terminal_name(name),
            Self::Editor(path) => console::editor_name(path),
        }
    }

    /// The console's or service's name, or the file.
    pub fn name(&self) -> &str {
        let (Self::Console(name) | Self::Service(name) | Self::Editor(name)) = self;
        name
    }

    /// The name of its container; `None` where it is on this host.
    pub fn container(&self, project: &Project) -> Option<String> {
        let role = match self {
            Self::Console(_) => Role::Console,
            Self::Service(_) => Role::Service,
            Self::Editor(_) => return None,
        };
        Some(project.container_name(role, self.name()))
    }
}

/// A connection to a console that runs; `None` where it does not.
///
/// # Errors
/// What the engine says.
pub async fn attach(ground: &Ground, target: &Target, size: Size) -> Result<Option<Link>, EngineError> {
    let Some(name) = target.container(&ground.project) else { return Ok(None) };
    match ground.engine.container(&name).await {
        Ok(container) if container.is_up() => {
            let link = match target {
                Target::Service(_) => attach_service(ground, &container, size).await?,
                _ => attach_running(ground, &container, size).await?,
            };
            still_up(ground, &container, link).await
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A connection to what runs. One to a container that had ended just before would never
/// end: the engine waits for its next start.
async fn still_up(ground: &Ground, container: &Container, link: Link) -> Result<Option<Link>, EngineError> {
    Ok(ground.engine.container(&container.id).await?.is_up().then_some(link))
}

/// Whether a service can be typed into; its name.
async fn has_terminal<'a>(ground: &Ground, name: &'a str) -> Result<&'a str, Notice> {
    match ground.engine.container(&ground.project.container_name(Role::Service, name)).await {
        Ok(container) if !container.tty => Err(Notice::error(format!("{name} cannot be attached to"))
            .because("its container has no terminal and no input")
            .remedy(format!("`biostar-tui logs -f {name}` shows what it writes"))),
        Err(error) if error.kind != ErrorKind::NotFound => Err(error.notice()),
        _ => Ok(name),
    }
}

/// The last lines of the service's log, then what its terminal shows from now on. The
/// engine's own replay would begin with the first line of months.
async fn attach_service(ground: &Ground, container: &Container, size: Size) -> Result<Link, EngineError> {
    let attached = ground.engine.attach(&container.id, Replay::Nothing).await?;
    let request = LogRequest { tail: Some(LAST_LINES), ..LogRequest::default() };
    let lines: Vec<LogLine> = ground.engine.logs(&container.id, &request).await?.try_collect().await?;
    let history = lines.iter().flat_map(|line| [&line.bytes[..], b"\r\n"]).collect::<Vec<_>>().concat();
    Ok(Link::to_service(attached, history, Arc::clone(&ground.engine), container.id.clone(), size))
}

async fn attach_running(ground: &Ground, container: &Container, size: Size) -> Result<Link, EngineError> {
    if is_holder(ground, &container.id).await? {
        let attached = ground.engine.attach(&container.id, Replay::Nothing).await?;
        return Ok(Link::to_holder(attached, size));
    }
    let attached = ground.engine.attach(&container.id, Replay::All).await?;
    Ok(Link::to_program(attached, Replay::All, Arc::clone(&ground.engine), container.id.clone(), size))
}

/// A connection to a console, which is started where it does not run.
///
/// # Errors
/// It is not declared, its image is missing, the engine refuses.
pub async fn ensure(ground: &Ground, target: &Target, service: Option<&str>, size: Size) -> Result<Link, Notice> {
    let name = match target {
        Target::Console(name) => name,
        Target::Service(name) => has_terminal(ground, name).await?,
        // It is begun by `edit` alone.
        Target::Editor(path) => return Err(Notice::info(format!("the editor of {path} has ended"))),
    };
    if let Some(link) = attach(ground, target, size).await? {
        return Ok(link);
    }
    if let Target::Service(name) = target {
        return Err(Notice::error(format!("{name} does not run")).remedy("`biostar-tui up` starts it"));
    }
    let project = ground.project();
    let console = console::find(&project, name, service)?;
    match &console.place {
        Place::Host => local::start(&console, &project, size),
        Place::Service(service) => match project.service(service) {
            Some(service) => start(ground, &project, &console, service, size).await,
            None => Err(Notice::error(format!("there is no service {service} for the console {name}"))),
        },
    }
}

/// An editor of a file, in a terminal on this host.
///
/// # Errors
/// There is no such program, or no terminal to be had.
pub fn edit(ground: &Ground, path: &str, run: Vec<String>, size: Size) -> Result<Link, Notice> {
    if let Some(gone) = away::gone(Path::new(path)) {
        return Err(gone);
    }
    let program = run.first().cloned().unwrap_or_default();
    let console = Console { name: path.to_owned(), run, place: Place::Host };
    local::start(&console, &ground.project, size).map_err(|notice| Notice {
        summary: format!("{path} could not be opened in {program}"),
        remedy: Some("let VISUAL or EDITOR name an editor that is installed".to_owned()),
        ..notice
    })
}

async fn start(
    ground: &Ground,
    project: &Project,
    console: &Console,
    service: &Service,
    size: Size,
) -> Result<Link, Notice> {
    let engine = &ground.engine;
    let rootless = engine.connect().await?.rootless;
    let spec = spec::spec(project, &facts::read(project, rootless)?, console, service);
    // Whatever of it has ended: it may be of another image, or of another configuration.
    engine.remove(&spec.name).await?;
    let id = match engine.create(&spec).await {
        Ok(id) => id,
        // Another client was faster.
        Err(error) if error.kind == ErrorKind::Conflict => engine.container(&spec.name).await?.id,
        Err(error) => return Err(not_created(project, service, &error)),
    };
    // Attached before it starts, so that nothing it says is missed.
    let attached = engine.attach(&id, Replay::Nothing).await?;
    if let Err(error) = engine.start(&id).await {
        return Err(not_created(project, service, &error));
    }
    if is_holder(ground, &id).await? {
        return Ok(Link::to_holder(attached, size));
    }
    Ok(Link::to_program(attached, Replay::Nothing, Arc::clone(engine), id, size))
}

/// What PID 1 of a console is. One that has ended at once has said nothing; then its
/// terminal has the reason.
async fn is_holder(ground: &Ground, id: &str) -> Result<bool, EngineError> {
    for _ in 0..LOOKS {
        match ground.engine.download(id, KIND_FILE).await {
            Ok(files) => {
                let word = files.first().map(|(_, content)| content.trim_ascii()).unwrap_or_default();
                if !word.is_empty() {
                    return Ok(word == HOLDER.as_bytes());
                }
            }
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        if !ground.engine.container(id).await?.is_up() {
            return Ok(false);
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(false)
}

/// A container needs an image, a network and volumes, which `up` makes.
fn not_created(project: &Project, service: &Service, error: &EngineError) -> Notice {
    let notice = error.notice();
    let text = error.message.to_ascii_lowercase();
    let is_missing = text.contains("no such image") || text.contains("not found");
    if is_missing && !text.contains("executable") {
        let summary = format!("the console cannot be started: {} of {} is not there yet", service.name, project.name);
        return Notice::error(summary).because(error.message.clone()).remedy("bring the project up first: `up`");
    }
    notice
}
