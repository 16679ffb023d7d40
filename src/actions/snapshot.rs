//! `snapshot`: copies of the database, saved, listed, restored, deleted; dumps out and in.

use crate::actions::{
    arguments::{ALLOW_PRODUCTION, Arguments},
    destroy, provision,
    registry::{Action, Argument, Asks, Form, Needs, Scope},
    request::Prepared,
};
use crate::core::{
    facts::Facts,
    naming::Role,
    notice::Notice,
    observed::{Container, Observed, Phase},
    plan::{ASKED_FOR, Plan, PlanKind, PlanStep, Refusal, Subject},
    project::Project,
    service::ServiceKind,
    snapshot::{RESERVE, Session, Snapshots, size},
    step::{Class, Step, StepKind},
};

/// The name of the task that takes and restores snapshots.
pub const TASK: &str = "snapshot";
/// The longest name of a snapshot: with the project's it has to be a database's.
const LONGEST: usize = 40;

/// `snapshot`.
pub const SNAPSHOT: Action = Action {
    id: "snapshot",
    summary: "List, save, restore or delete copies of the database; dumps in and out",
    details: "`save NAME`, `restore NAME`, `delete NAME`; `export FILE` writes a dump, `import FILE` puts one in the \
              place of the database. What restore and import replace stays as an automatic snapshot. Sessions of the \
              database are ended, the server is held meanwhile. `switch FROM TO` is what leaving a branch does where \
              [snapshots] per_branch is set.",
    keys: &["S"],
    arguments: &[
        Argument {
            name: "what",
            help: "What to do",
            short: None,
            form: Form::Choice(&["list", "save", "restore", "delete", "export", "import", "switch"]),
        },
        Argument { name: "name", help: "The snapshot's name, or a file", short: None, form: Form::Optional },
        Argument { name: "to", help: "The branch that is switched to", short: None, form: Form::Optional },
        Argument { name: "dry-run", help: "Print the plan and change nothing", short: None, form: Form::Switch },
    ],
    scope: Scope::Everywhere,
    asks: Asks::BeforeLoss,
    needs: Needs::Engine,
};

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// They are listed.
    List,
    /// One is made.
    Save(String),
    /// One takes the database's place.
    Restore(String),
    /// One is removed.
    Delete(String),
    /// A dump is written to this file.
    Export(String),
    /// The dump in this file takes the database's place.
    Import(String),
    /// The first branch was left for the second.
    Switch(String, String),
    /// A word is missing.
    Incomplete(&'static str),
}

/// `snapshot` with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub deed: Deed,
    /// Production may be touched.
    pub allow_production: bool,
}

impl Request {
    /// From the arguments.
    pub fn of(arguments: &Arguments) -> Self {
        let name = arguments.one("name").map(str::to_owned);
        let to = arguments.one("to").map(str::to_owned);
        let deed = match (arguments.one("what").unwrap_or("list"), name, to) {
            ("list", ..) => Deed::List,
            ("save", Some(name), _) => Deed::Save(name),
            ("restore", Some(name), _) => Deed::Restore(name),
            ("delete", Some(name), _) => Deed::Delete(name),
            ("export", Some(file), _) => Deed::Export(file),
            ("import", Some(file), _) => Deed::Import(file),
            ("switch", Some(from), Some(to)) => Deed::Switch(from, to),
            ("export" | "import", ..) => Deed::Incomplete("FILE"),
            ("switch", ..) => Deed::Incomplete("FROM and TO"),
            _ => Deed::Incomplete("NAME"),
        };
        Self { deed, allow_production: arguments.has(ALLOW_PRODUCTION) }
    }

    /// What is wrong with the words.
    pub fn wrong(&self) -> Option<Notice> {
        let name = match &self.deed {
            Deed::Incomplete(missing) => {
                let notice = Notice::error(format!("{missing} is missing"));
                return Some(notice.remedy(format!("it is written: {}", SNAPSHOT.usage())));
            }
            Deed::Save(name) => name,
            _ => return None,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let legal = !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain) && !name.starts_with('-');
        (!legal).then(|| {
            Notice::error(format!("`{name}` is no name of a snapshot"))
                .remedy(format!("letters, digits, dots and dashes, {LONGEST} at most"))
        })
    }

    /// The plan.
    ///
    /// # Errors
    /// Where there is no PostgreSQL, no such snapshot, no room for one; in production what
    /// loses data without leave; and as `up`.
    pub(super) fn prepare(&self, project: &Project, facts: &Facts, observed: &Observed) -> Result<Prepared, Refusal> {
        let Some(database) = project.of_kind(ServiceKind::Postgres) else {
            return Err(refused("the project has no PostgreSQL service", "snapshots are copies of its database"));
        };
        if self.loses() && project.environment.is_production() && !self.allow_production {
            return Err(destroy::refuse_production(project, "snapshot"));
        }
        self.has_what_it_copies(project, observed, &database.name)?;
        let run: Vec<&str> = match &self.deed {
            Deed::List | Deed::Incomplete(_) => return Ok(nothing(project)),
            Deed::Export(file) => return Ok(exported(project, file, &database.name)),
            Deed::Save(name) => vec!["save", name],
            Deed::Restore(name) => vec!["restore", name],
            Deed::Delete(name) => vec!["delete", name],
            Deed::Import(file) => vec!["import", file],
            Deed::Switch(from, to) => vec!["switch", from, to],
        };
        if let Some(known) = &observed.snapshots {
            self.possible(known)?;
        }
        let project = with_task(project, &run)?;
        let (mut plan, intent) = provision::step(&project, facts, observed, TASK)?;
        self.completed(&project, observed, &mut plan);
        Ok(Prepared { project, plan, intent })
    }

    /// Whether data could be lost by it.
    const fn loses(&self) -> bool {
        matches!(self.deed, Deed::Restore(_) | Deed::Delete(_) | Deed::Import(_))
    }

    /// Refuses what would make an environment only to find its database empty.
    fn has_what_it_copies(&self, project: &Project, observed: &Observed, database: &str) -> Result<(), Refusal> {
        let what = match &self.deed {
            Deed::Save(_) => "saved",
            Deed::Restore(_) => "restored",
            Deed::Delete(_) => "deleted",
            Deed::Export(_) => "exported",
            Deed::List | Deed::Import(_) | Deed::Switch(..) | Deed::Incomplete(_) => return Ok(()),
        };
        if observed.service(database).is_some() || destroy::has_database(project, observed) {
            return Ok(());
        }
        Err(refused(&format!("nothing can be {what}: the database is not there"), "`biostar-tui up` makes it"))
    }

    /// Refuses what is known to fail, before anything is begun.
    fn possible(&self, known: &Snapshots) -> Result<(), Refusal> {
        let room = match &self.deed {
            Deed::Save(name) if known.find(name).is_some() => {
                let remedy = format!("`snapshot delete {name}`, or take another name");
                return Err(refused(&format!("there is a snapshot {name} already"), &remedy));
            }
            Deed::Save(_) => known.database_bytes,
            Deed::Switch(_, to) if known.find(&format!("branch:{to}")).is_none() => known.database_bytes,
            Deed::Restore(name) | Deed::Delete(name) => {
                let Some(snapshot) = known.find(name) else { return Err(none_of(name, known)) };
                if matches!(self.deed, Deed::Delete(_)) { 0 } else { snapshot.bytes }
            }
            _ => 0,
        };
        fits(known, room)
    }

    /// What belongs to it beside its task: the dump is read in before, the server starts
    /// anew after, and what is lost is said.
    fn completed(&self, project: &Project, observed: &Observed, plan: &mut Plan) {
        let task = format!("task {TASK}");
        if let Deed::Import(file) = &self.deed {
            let at = plan.steps.iter().position(|step| step.name == task).unwrap_or(plan.steps.len());
            let needs = plan.steps.get(at).map(|step| step.needs.clone()).unwrap_or_default();
            plan.steps.insert(at, transfer(PlanKind::Import, file, "a dump is read in", needs));
            let name = plan.steps[at].name.clone();
            plan.steps[at + 1..].iter_mut().filter(|step| step.name == task).for_each(|it| it.needs.push(name.clone()));
        }
        if let Some(step) = plan.steps.iter_mut().find(|step| step.name == task) {
            step.destroys = self.loss(observed);
        }
        let server = project.of_kind(ServiceKind::Django).map(|service| service.name.as_str());
        let runs = |name: &&str| observed.service(name).is_some_and(|container| container.phase == Phase::Running);
        if let Some(server) = server.filter(runs).filter(|_| !matches!(self.deed, Deed::Save(_) | Deed::Delete(_))) {
            plan.steps.push(PlanStep {
                name: format!("reload {server}"),
                kind: PlanKind::Reload,
                subject: Subject::Service(server.to_owned()),
                reason: "the database is another one".to_owned(),
                destroys: None,
                undetermined: false,
                needs: vec![task],
            });
        }
    }

    /// What is lost, in words; `None` where nothing is.
    fn loss(&self, observed: &Observed) -> Option<String> {
        let snapshots = observed.snapshots.as_ref();
        let described = |name: &str| {
            let found = snapshots.and_then(|known| known.find(name));
            found.map(|it| format!(" ({})", size(it.bytes))).unwrap_or_default()
        };
        let own = match &self.deed {
            Deed::Restore(_) => Some("the database as it is now, which is kept as an automatic snapshot".to_owned()),
            Deed::Import(_) => Some("the database as it is now, which is kept as an automatic snapshot".to_owned()),
            Deed::Delete(name) => return Some(format!("the snapshot {name}{}", described(name))),
            _ => None,
        };
        let all: Vec<String> = own.into_iter().chain(sessions(observed)).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// What is told when it has been carried out.
    pub(super) fn end(&self, project: &Project) -> String {
        match &self.deed {
            Deed::Save(name) => format!("saved; `biostar-tui snapshot restore {name}` brings it back"),
            Deed::Delete(name) => format!("deleted {name}"),
            Deed::Export(file) => format!("the dump is in {file}"),
            Deed::Restore(name) => format!("restored {name}{}", stale(project)),
            Deed::Import(file) => format!("imported {file}; `biostar-tui up` migrates it{}", stale(project)),
            Deed::Switch(from, to) => format!("the database of {from} is kept, {to} has its own{}", stale(project)),
            Deed::List | Deed::Incomplete(_) => String::new(),
        }
    }
}

/// What lies in the project's folder was made from another database.
fn stale(project: &Project) -> String {
    let steps = project.steps.iter().filter(|step| step.class() == Class::Database && !step.outputs.is_empty());
    let names: Vec<&str> = steps.map(|step| step.name.as_str()).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("; {} was made from another database: `biostar-tui up` makes it anew", names.join(", "))
}

fn sessions(observed: &Observed) -> Option<String> {
    let known = observed.snapshots.as_ref()?;
    let one = |it: &Session| format!("{} ({})", connected(it, observed), it.state);
    let shown: Vec<String> = known.sessions.iter().take(5).map(one).collect();
    let more = known.sessions.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("sessions that are ended: {}{more}", shown.join(", ")))
}

/// Who is connected: a container of the project by its name, others by where they come from.
fn connected(session: &Session, observed: &Observed) -> String {
    let program = session.program.as_str();
    let from = match session.address.as_str() {
        "" => "the server itself",
        address => match observed.at_address(address).map(owner) {
            Some(owner) if program.is_empty() => return owner,
            Some(owner) => return format!("{program} of {owner}"),
            None => address,
        },
    };
    format!("{} from {from}", if program.is_empty() { "a program" } else { program })
}

fn owner(container: &Container) -> String {
    match container.role() {
        None | Some(Role::Service) => container.part().to_owned(),
        Some(role) => format!("the {} {}", role.as_str(), container.part()),
    }
}

fn fits(known: &Snapshots, bytes: u64) -> Result<(), Refusal> {
    if bytes == 0 || known.fits(bytes) {
        return Ok(());
    }
    let free = known.free_bytes.unwrap_or_default();
    let (needs, reserve, left) = (size(bytes), size(RESERVE), size(free));
    let summary =
        format!("the snapshot needs {needs} beside {reserve} kept free, and the engine's disk has {left} left");
    Err(refused(&summary, "make room there first, or delete snapshots: `biostar-tui snapshot list`"))
}

fn none_of(name: &str, known: &Snapshots) -> Refusal {
    let names: Vec<String> = known.list.iter().map(crate::core::snapshot::Snapshot::label).collect();
    let notice = Notice::error(format!("there is no snapshot {name}"));
    Refusal(match names.as_slice() {
        [] => notice.because("there are none yet").remedy("`biostar-tui snapshot save NAME` makes one"),
        names => notice.because(format!("there are: {}", names.join(", "))).remedy("name one of these"),
    })
}

fn refused(summary: &str, remedy: &str) -> Refusal {
    Refusal(Notice::error(summary).remedy(remedy))
}

fn nothing(project: &Project) -> Prepared {
    Prepared { project: project.clone(), plan: Plan::default(), intent: Default::default() }
}

fn exported(project: &Project, file: &str, database: &str) -> Prepared {
    let step = transfer(PlanKind::Export, file, ASKED_FOR, vec![format!("healthy {database}")]);
    Prepared { plan: Plan { steps: vec![step] }, ..nothing(project) }
}

fn transfer(kind: PlanKind, file: &str, reason: &str, needs: Vec<String>) -> PlanStep {
    PlanStep {
        name: format!("{} database", kind.as_str()),
        kind,
        subject: Subject::File(file.to_owned()),
        reason: reason.to_owned(),
        destroys: None,
        undetermined: false,
        needs,
    }
}

/// The project with the task as one more step.
fn with_task(project: &Project, run: &[&str]) -> Result<Project, Refusal> {
    let run = run.iter().map(|word| (*word).to_owned()).collect();
    let (mut project, name) = provision::with_command(project, Some(TASK), run)?;
    project.steps.iter_mut().filter(|step| step.name == name).for_each(|step| step.kind = StepKind::Snapshot);
    Ok(project)
}

/// Adds the task of an automatic snapshot to a project that has a PostgreSQL to take one of;
/// its name. One that does not fit is left to the task, which refuses it with the reason.
pub(super) fn before(project: &mut Project, _observed: &Observed, why: &str) -> Option<String> {
    project.of_kind(ServiceKind::Postgres)?;
    *project = with_task(project, &["save", "--automatic", why]).ok()?;
    let step: &Step = project.step(TASK)?;
    Some(step.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::registry;
    use crate::core::naming;
    use crate::core::snapshot::{Kind, Snapshot};
    use crate::core::status::tests::project;

    fn request(line: &str) -> Request {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Request::of(&Arguments::read(registry::find("snapshot").unwrap(), &words).unwrap())
    }

    fn known() -> Snapshots {
        let list = vec![Snapshot {
            name: "old".into(),
            kind: Kind::Named,
            branch: "main".into(),
            made_at: 1,
            bytes: 9_000_000,
        }];
        Snapshots { list, database_bytes: 5_000_000_000, free_bytes: Some(1_000_000_000), ..Snapshots::default() }
    }

    #[test]
    fn words_are_read() {
        assert_eq!(request("").deed, Deed::List);
        assert_eq!(request("save before").deed, Deed::Save("before".into()));
        assert_eq!(request("switch main topic").deed, Deed::Switch("main".into(), "topic".into()));
        assert_eq!(request("restore").wrong().unwrap().summary, "NAME is missing");
        assert!(request("save a/b").wrong().is_some() && request("save v1.0-x").wrong().is_none());
    }

    #[test]
    fn what_cannot_be_is_refused_before_it_begins() {
        let refusal = |line: &str| request(line).possible(&known()).unwrap_err().0.summary;
        assert_eq!(refusal("save old"), "there is a snapshot old already");
        assert_eq!(
            refusal("save new"),
            "the snapshot needs 5.0 GB beside 268.4 MB kept free, and the engine's disk has 1.0 GB left"
        );
        assert_eq!(refusal("restore other"), "there is no snapshot other");
        assert!(request("restore old").possible(&known()).is_ok());
        assert!(request("switch main topic").possible(&known()).is_err());
    }

    #[test]
    fn open_sessions_are_said() {
        let session = Session { program: "psql".into(), address: "172.18.0.5".into(), state: "idle".into() };
        let observed =
            Observed { snapshots: Some(Snapshots { sessions: vec![session], ..known() }), ..Observed::default() };
        let loss = request("save new").loss(&observed).unwrap();
        assert_eq!(loss, "sessions that are ended: psql from 172.18.0.5 (idle)");
        assert_eq!(request("save new").loss(&Observed::default()), None);
        assert!(request("restore old").loss(&observed).unwrap().contains("kept as an automatic snapshot; sessions"));
    }

    #[test]
    fn sessions_of_the_projects_own_containers_go_by_their_names() {
        let container = |role: Role, part: &str, address: &str| {
            let labels = [(naming::LABEL_ROLE, role.as_str()), (naming::LABEL_NAME, part)];
            let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
            Container { name: part.to_owned(), labels, addresses: vec![address.to_owned()], ..Container::default() }
        };
        let containers =
            [container(Role::Service, "web", "172.27.0.3"), container(Role::Console, "django", "172.27.0.4")];
        let observed =
            Observed { containers: containers.map(|it| (it.name.clone(), it)).into(), ..Observed::default() };
        let of = |program: &str, address: &str| {
            let session = Session { program: program.into(), address: address.into(), state: "idle".into() };
            connected(&session, &observed)
        };
        assert_eq!(of("", "172.27.0.3"), "web");
        assert_eq!(of("", "172.27.0.4"), "the console django");
        assert_eq!(of("psql", "172.27.0.4"), "psql of the console django");
        assert_eq!(of("", "172.27.0.9"), "a program from 172.27.0.9");
        assert_eq!(of("psql", ""), "psql from the server itself");
    }

    #[test]
    fn what_is_not_there_is_not_copied() {
        for line in ["save x", "restore x", "delete x", "export x.dump"] {
            let refusal = request(line).prepare(&project(), &Facts::default(), &Observed::default()).unwrap_err().0;
            assert!(refusal.summary.ends_with("the database is not there"), "{line}: {}", refusal.summary);
            assert_eq!(refusal.remedy.as_deref(), Some("`biostar-tui up` makes it"));
        }
        let stopped = Container {
            labels: [(naming::LABEL_ROLE, "service"), (naming::LABEL_NAME, "db")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            phase: Phase::Exited,
            ..Container::default()
        };
        let observed = Observed { containers: [("db".to_owned(), stopped)].into(), ..Observed::default() };
        assert!(request("save x").prepare(&project(), &Facts::default(), &observed).is_ok());
        assert!(request("import x.dump").prepare(&project(), &Facts::default(), &Observed::default()).is_ok());
    }

    #[test]
    fn production_needs_leave() {
        let mut project = project();
        project.environment.name = "production".into();
        let refusal = request("restore old").prepare(&project, &Facts::default(), &Observed::default()).unwrap_err();
        assert!(refusal.0.summary.contains("production"), "{}", refusal.0.summary);
    }
}
