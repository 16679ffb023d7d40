//! Consoles: interactive programs of a project, and how they are seen.

use serde::Serialize;

use crate::core::{
    naming::{self, Role},
    notice::Notice,
    observed::{Container, Observed, Phase, Timestamp},
    project::Project,
    service::{Service, ServiceKind},
};

/// Columns and rows of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// The least that an emulator works with: a wide glyph has to fit, and a line below
    /// the first.
    pub const LEAST: Self = Self { columns: 2, rows: 2 };
    /// The most that is believed: beyond any screen, and some megabytes of cells.
    pub const MOST: Self = Self { columns: 1000, rows: 500 };

    /// The size of an area, brought into the bounds.
    pub fn of((columns, rows): (u16, u16)) -> Self {
        Self {
            columns: columns.clamp(Self::LEAST.columns, Self::MOST.columns),
            rows: rows.clamp(Self::LEAST.rows, Self::MOST.rows),
        }
    }
}

impl Default for Size {
    /// What every terminal has had since the VT100.
    fn default() -> Self {
        Self { columns: 80, rows: 24 }
    }
}

/// An interactive program that the configuration declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Console {
    /// Its name.
    pub name: String,
    /// Its program.
    pub run: Vec<String>,
    /// Where it runs.
    pub place: Place,
}

/// Where a console runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Place {
    /// In a container like this service's.
    Service(String),
    /// In a local terminal.
    Host,
}

impl Console {
    /// A shell in a container like a service's: `bash` for the service that is meant
    /// where none is named, `bash-db` for others.
    pub fn shell(service: &str, is_usual: bool) -> Self {
        let name = if is_usual { SHELL.to_owned() } else { format!("{SHELL}-{service}") };
        let script = "if command -v bash >/dev/null; then exec bash; else exec sh; fi";
        Self { name, run: ["sh", "-c", script].map(str::to_owned).to_vec(), place: Place::Service(service.to_owned()) }
    }
}

/// What the name of a service's own terminal begins with; no console's own name does.
const TERMINAL: char = '@';

/// The name under which a service's own terminal is among the consoles.
pub fn terminal_name(service: &str) -> String {
    format!("{TERMINAL}{service}")
}

/// The service whose own terminal has this name.
pub fn terminal_of(name: &str) -> Option<&str> {
    name.strip_prefix(TERMINAL)
}

/// What the name of an editor's pane begins with.
const EDITOR: char = '+';

/// The name under which the editor of a file is among the consoles.
pub fn editor_name(path: &str) -> String {
    format!("{EDITOR}{path}")
}

/// The file whose editor has this name.
pub fn editor_of(name: &str) -> Option<&str> {
    name.strip_prefix(EDITOR)
}

/// Whether a name is a console's own, rather than a service's terminal's or an editor's.
pub fn is_own(name: &str) -> bool {
    terminal_of(name).is_none() && editor_of(name).is_none()
}

/// The name of the console that is a shell.
pub const SHELL: &str = "bash";

/// A console of the project by its name; a shell of a service where there is one.
///
/// # Errors
/// There is none of this name, or its service is switched off.
pub fn find(project: &Project, name: &str, service: Option<&str>) -> Result<Console, Notice> {
    if let Some(console) = project.consoles.iter().find(|console| console.name == name) {
        return match &console.place {
            Place::Service(service) => is_on(project, service, name).map(|()| console.clone()),
            Place::Host => Ok(console.clone()),
        };
    }
    let of_shell = name.strip_prefix(SHELL).map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    let service = service.or(of_shell.filter(|rest| !rest.is_empty()));
    let usual = usual_service(project);
    let found = match service {
        Some(service) => project.service(service),
        None => of_shell.and(usual),
    };
    match found {
        Some(found) => {
            is_on(project, &found.name, name)?;
            let is_usual = usual.is_some_and(|usual| usual.name == found.name);
            Ok(Console { name: name.to_owned(), ..Console::shell(&found.name, is_usual) })
        }
        None => Err(unknown(project, name)),
    }
}

/// The service that is meant where none is named.
pub fn usual_service(project: &Project) -> Option<&Service> {
    project.of_kind(ServiceKind::Django).or_else(|| project.wanted().next())
}

fn is_on(project: &Project, service: &str, console: &str) -> Result<(), Notice> {
    if project.service(service).is_some_and(|service| service.enabled) {
        return Ok(());
    }
    Err(Notice::error(format!("the console {console} cannot be opened"))
        .because(format!("its service {service} is switched off"))
        .remedy(format!("`biostar-tui toggle {service} --on` switches it on")))
}

fn unknown(project: &Project, name: &str) -> Notice {
    let known: Vec<&str> = project.wanted_consoles().map(|console| console.name.as_str()).collect();
    let cause = if known.is_empty() { "it has none".to_owned() } else { format!("it has: {}", known.join(", ")) };
    Notice::error(format!("the project {} has no console {name}", project.name))
        .because(cause)
        .remedy("name one of these, `bash-SERVICE` for a shell, or declare it with [[consoles]] in biostar-tui.toml")
}

/// What a console's container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsoleState {
    /// It is there and was never started.
    Created,
    /// It runs.
    Running,
    /// It is paused.
    Paused,
    /// It has ended.
    Exited,
}

impl ConsoleState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Exited => "exited",
        }
    }
}

/// A console as it is seen in the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleView {
    /// Its name.
    pub name: String,
    /// The service that its container is like.
    pub service: Option<String>,
    /// What it does.
    pub state: ConsoleState,
    /// The exit code, where it has ended.
    pub exit_code: Option<i64>,
    /// When it was started; 0 for never.
    pub started_at: Timestamp,
    /// Its container's id.
    pub container_id: String,
}

/// How a client stands with a console.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Attachment {
    /// It has not been opened.
    #[default]
    Closed,
    /// It is being started or attached.
    Opening,
    /// It is attached.
    Attached,
    /// It was attached, and will be again: why it is not now.
    Detached(String),
    /// Its program has ended with this code.
    Ended(i64),
    /// It could not be opened.
    Failed(Notice),
}

impl Attachment {
    /// Whether keys go to its program: those that are typed while it opens wait for it.
    pub const fn takes_keys(&self) -> bool {
        matches!(self, Self::Opening | Self::Attached | Self::Detached(_))
    }
}

/// The consoles that the engine holds, by name.
pub fn console_view(observed: &Observed) -> Vec<ConsoleView> {
    let all = observed.containers.values().filter(|container| container.role() == Some(Role::Console));
    let mut views: Vec<_> = all.map(view_of).collect();
    views.sort_by(|a, b| a.name.cmp(&b.name));
    views
}

fn view_of(container: &Container) -> ConsoleView {
    let state = match container.phase {
        Phase::Created => ConsoleState::Created,
        Phase::Running | Phase::Restarting => ConsoleState::Running,
        Phase::Paused => ConsoleState::Paused,
        Phase::Exited | Phase::Dead | Phase::Removing => ConsoleState::Exited,
    };
    ConsoleView {
        name: container.part().to_owned(),
        service: container.labels.get(naming::LABEL_SERVICE).cloned(),
        state,
        exit_code: (state == ConsoleState::Exited).then_some(container.exit_code),
        started_at: container.started_at,
        container_id: container.id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_brought_into_their_bounds() {
        assert_eq!(Size::of((0, 1)), Size::LEAST);
        assert_eq!(Size::of((u16::MAX, u16::MAX)), Size::MOST);
        assert_eq!(Size::of((120, 30)), Size { columns: 120, rows: 30 });
    }

    #[test]
    fn consoles_are_found_by_name() {
        let declared = Console { name: "django".into(), run: vec!["x".into()], place: Place::Host };
        let project = Project { consoles: vec![declared.clone()], ..crate::core::status::tests::project() };
        let place = |name: &str, service| find(&project, name, service).map(|console| console.place);
        let of = |service: &str| Ok(Place::Service(service.into()));
        assert_eq!(find(&project, "django", None), Ok(declared));
        assert_eq!(
            (place("bash", None), place("bash-db", None), place("bash-x", Some("db"))),
            (of("web"), of("db"), of("db"))
        );
        let unknown = find(&project, "djnago", None).unwrap_err();
        assert_eq!(unknown.cause.as_deref(), Some("it has: django"));
        assert!(find(&project, "bash-nothing", None).is_err());
    }

    #[test]
    fn a_console_of_a_service_that_is_switched_off_says_so() {
        let declared = Console { name: "sql".into(), run: vec!["psql".into()], place: Place::Service("db".into()) };
        let mut project = Project { consoles: vec![declared], ..crate::core::status::tests::project() };
        assert!(find(&project, "sql", None).is_ok());
        project.switch("db", false);
        for name in ["sql", "bash-db"] {
            let cause = find(&project, name, None).unwrap_err().cause;
            assert_eq!(cause.as_deref(), Some("its service db is switched off"), "{name}");
        }
        assert_eq!(project.wanted_consoles().count(), 0, "it is not offered");
    }

    #[test]
    fn shells_of_several_services_have_names_of_their_own() {
        assert_eq!(
            (Console::shell("web", true).name, Console::shell("db", false).name),
            ("bash".into(), "bash-db".into())
        );
    }
}
