//! From a console's name to a connection: its container is looked for, made and started
//! where it is missing, and attached to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::core::console::{self, Console, Place, Size};
use crate::core::container::ContainerSpec;
use crate::core::naming::Role;
use crate::core::notice::Notice;
use crate::core::observed::Container;
use crate::core::project::Project;
use crate::core::service::Service;
use crate::core::spec::console::{self as spec, HOLDER, KIND_FILE};
use futures_util::TryStreamExt as _;
use futures_util::future::{join, try_join};

use crate::engine::port::{LogLine, LogRequest, Replay};
use crate::engine::{Engine, EngineError, ErrorKind};
use crate::runtime::actor::Reload;
use crate::runtime::away;
use crate::runtime::console::greeting::{self, Pid1};
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

/// How a console was found.
pub enum Found {
    /// It runs, and this is a connection to it.
    Running(Link),
    /// Its container is there, and does not run.
    Ended(Box<Container>),
    /// There is none.
    Nothing,
}

/// Looks for a console, and connects to it where it runs.
///
/// # Errors
/// What the engine says.
pub async fn attach(ground: &Ground, target: &Target, size: Size) -> Result<Found, EngineError> {
    let Some(name) = target.container(&ground.project) else { return Ok(Found::Nothing) };
    let container = match ground.engine.container(&name).await {
        Ok(container) if container.is_up() => container,
        Ok(container) => return Ok(Found::Ended(Box::new(container))),
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    let link = match target {
        Target::Service(_) => attach_service(ground, &container, size).await?,
        _ => attach_running(ground, &container, size).await?,
    };
    // A connection to a container that had ended just before would never end: the engine waits
    // for its next start.
    let container = ground.engine.container(&container.id).await?;
    Ok(if container.is_up() { Found::Running(link) } else { Found::Ended(Box::new(container)) })
}

/// Whether a service can be typed into.
async fn has_terminal(ground: &Ground, name: &str) -> Result<(), Notice> {
    match ground.engine.container(&ground.project.container_name(Role::Service, name)).await {
        Ok(container) if !container.tty => Err(Notice::error(format!("{name} cannot be attached to"))
            .because("its container has no terminal and no input")
            .remedy(format!("`biostar-tui logs -f {name}` shows what it writes"))),
        Err(error) if error.kind != ErrorKind::NotFound => Err(error.notice()),
        _ => Ok(()),
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

/// How a console is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The service that its container is like, where the configuration does not say.
    pub service: Option<String>,
    /// The path of the folder that it begins in, where it is started and has it.
    pub folder: Option<String>,
    /// Its size.
    pub size: Size,
}

/// A connection to a console, which is started where it does not run.
///
/// # Errors
/// It is not declared, its image is missing, the engine refuses.
pub async fn ensure(ground: &Ground, target: &Target, wanted: &Wanted) -> Result<Link, Notice> {
    let size = wanted.size;
    let name = match target {
        Target::Console(name) => name,
        Target::Service(name) => return to_service(ground, name, target, size).await,
        // It is begun by `edit` alone.
        Target::Editor(path) => return Err(Notice::info(format!("the editor of {path} has ended"))),
    };
    let project = ground.project();
    let console = console::find(&project, name, wanted.service.as_deref());
    if let Ok(console @ Console { place: Place::Host, .. }) = &console {
        return local::start(console, &project, wanted);
    }
    // The engine is asked who it is meanwhile: that takes longer than a look at a container.
    let (found, info) = join(attach(ground, target, size), ground.engine.connect()).await;
    let ended = match found? {
        Found::Running(link) => return Ok(link),
        Found::Ended(container) => Some(container.id),
        Found::Nothing => None,
    };
    let console = console?;
    let place = match &console.place {
        Place::Service(service) => project.service(service),
        Place::Host => None,
    };
    let Some(service) = place else {
        return Err(Notice::error(format!("there is no service for the console {name}")));
    };
    let facts = facts::read(&project, info?.rootless)?;
    let spec = spec::spec(&project, &facts, &console, service, wanted.folder.as_deref());
    let begun = begin(ground, &spec, ended.as_deref(), size).await;
    begun.map_err(|error| not_created(&project, service, &error))
}

async fn to_service(ground: &Ground, name: &str, target: &Target, size: Size) -> Result<Link, Notice> {
    has_terminal(ground, name).await?;
    match attach(ground, target, size).await? {
        Found::Running(link) => Ok(link),
        _ => Err(Notice::error(format!("{name} does not run")).remedy("`biostar-tui up` starts it")),
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
    let wanted = Wanted { service: None, folder: None, size };
    local::start(&console, &ground.project, &wanted).map_err(|notice| Notice {
        summary: format!("{path} could not be opened in {program}"),
        remedy: Some("let VISUAL or EDITOR name an editor that is installed".to_owned()),
        ..notice
    })
}

/// Makes a console's container, in the place of one that has ended: that may be of another
/// image, or of another configuration.
async fn begin(ground: &Ground, spec: &ContainerSpec, ended: Option<&str>, size: Size) -> Result<Link, EngineError> {
    let engine = &ground.engine;
    let made = match ended {
        Some(old) => engine.replace(old, spec).await,
        None => engine.create(spec).await,
    };
    match made {
        Ok(id) => started(ground, id, size).await,
        // Another client was faster.
        Err(error) if error.kind == ErrorKind::Conflict => join_in(ground, &spec.name, size).await,
        Err(error) => Err(error),
    }
}

/// Attached before it starts, so that nothing it says is missed.
async fn started(ground: &Ground, id: String, size: Size) -> Result<Link, EngineError> {
    let attached = ground.engine.attach(&id, Replay::Nothing).await?;
    let greeted = async { Ok(greeting::read(attached).await) };
    let ((), (pid1, attached)) = try_join(ground.engine.start(&id), greeted).await?;
    Ok(match pid1 {
        Pid1::Holder => Link::to_holder(attached, size),
        Pid1::Program => Link::to_program(attached, Replay::Nothing, Arc::clone(&ground.engine), id, size),
    })
}

/// Attaches to what another client has made, and may not have started yet.
async fn join_in(ground: &Ground, name: &str, size: Size) -> Result<Link, EngineError> {
    let container = ground.engine.container(name).await?;
    ground.engine.start(&container.id).await?;
    attach_running(ground, &container, size).await
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
    let has_no_image = text.contains("no such image");
    if (has_no_image || text.contains("not found")) && !text.contains("executable") {
        let (service, project) = (&service.name, &project.name);
        // The service itself may run: an image can be removed under it.
        let what = if has_no_image { format!("the image of {service}") } else { format!("{service} of {project}") };
        let summary = format!("the console cannot be started: {what} is not there");
        return Notice::error(summary).because(error.message.clone()).remedy("bring the project up first: `up`");
    }
    notice
}
