//! Whether a step is due.

use crate::core::{
    facts::Facts,
    observed::{Container, Observed, Receipt, ReceiptState, Receipts},
    project::Project,
    service::{Service, ServiceKind},
    spec::{self, digests},
    step::{Scope, Step, When},
};

/// The answer, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// There is nothing to do.
    No,
    /// It has to run.
    Yes(String),
    /// It is decided when it is reached.
    Undetermined(String),
}

/// Whether a step is due, as far as it can be observed now.
pub fn due(project: &Project, facts: &Facts, observed: &Observed, step: &Step) -> Due {
    match step.when {
        When::Always if server_will_start(project, facts, observed) => {
            Due::Yes("runs at each start of the server".to_owned())
        }
        When::Probe if server_will_start(project, facts, observed) => {
            Due::Undetermined("its probe is run when it is reached".to_owned())
        }
        When::Always | When::Probe => Due::No,
        // Left out once, and nothing has changed about it: it would be left out again.
        _ if is_left_out(facts, observed, step) => Due::No,
        When::Once | When::Changed => by_receipt(project, facts, observed, step),
    }
}

/// What is due of a project that is up, names and lines: an index of another database, requirements
/// that were edited. While the server is not up nothing is; `up` does it all.
pub fn overdue(project: &Project, facts: &Facts, observed: &Observed) -> Vec<(String, String)> {
    let is_up = |service: &Service| observed.service(&service.name).is_some_and(Container::is_up);
    if !project.of_kind(ServiceKind::Django).is_some_and(is_up) {
        return Vec::new();
    }
    let goes_on = |step: &Step| observed.task(&step.name).is_some_and(Container::is_up);
    let steps = project.steps.iter().filter(|step| !is_routine(observed, step) && !goes_on(step));
    let overdue = steps.filter_map(|step| match due(project, facts, observed, step) {
        Due::Yes(reason) => Some((step.name.clone(), format!("{}: {reason}; `up` runs it", step.name))),
        Due::No | Due::Undetermined(_) => None,
    });
    overdue.collect()
}

/// What runs with each start is a part of the start; and after each edit of code there would be
/// something to tell of steps that look at the code, though migrations are known better.
fn is_routine(observed: &Observed, step: &Step) -> bool {
    let is_done = |receipts: &Receipts| receipts.get(&step.name).is_some_and(|it| it.state == ReceiptState::Done);
    match (step.when, step.scope) {
        (When::Always | When::Probe, _) | (_, Scope::None) => true,
        (When::Changed, Scope::Database) => is_done(&observed.database),
        (When::Once | When::Changed, _) => false,
    }
}

fn is_left_out(facts: &Facts, observed: &Observed, step: &Step) -> bool {
    facts.closed.contains(&step.name) && observed.task(&step.name).is_some_and(Container::was_left_out)
}

/// Whether the server's container is about to be started.
fn server_will_start(project: &Project, facts: &Facts, observed: &Observed) -> bool {
    let Some(service) = project.of_kind(ServiceKind::Django) else { return true };
    let wanted = spec::service::spec(project, facts, service).hash();
    !observed.service(&service.name).is_some_and(|container| container.is_up() && container.spec() == wanted)
}

fn by_receipt(project: &Project, facts: &Facts, observed: &Observed, step: &Step) -> Due {
    let receipts = match step.scope {
        Scope::Database => &observed.database,
        Scope::Packages => &observed.packages,
        Scope::Project => &observed.project,
        Scope::None => return Due::Yes("was asked for".to_owned()),
    };
    match receipts {
        Receipts::Unknown => Due::Undetermined("its receipt cannot be read now".to_owned()),
        Receipts::Nowhere => Due::Yes("was never run".to_owned()),
        Receipts::Known(known) => match known.get(&step.name) {
            None if initialised_by_import(observed, step) => Due::No,
            None => Due::Yes("was never run".to_owned()),
            Some(receipt) => by_state(project, facts, observed, step, receipt),
        },
    }
}

/// What once initialises a database is not done again to a restored dump of it.
fn initialised_by_import(observed: &Observed, step: &Step) -> bool {
    observed.database_imported && step.when == When::Once && step.scope == Scope::Database
}

fn by_state(project: &Project, facts: &Facts, observed: &Observed, step: &Step, receipt: &Receipt) -> Due {
    match receipt.state {
        ReceiptState::Begun => Due::Yes("was ended in the middle: rolled back, then run again".to_owned()),
        ReceiptState::Failed => Due::Yes("failed the last time".to_owned()),
        ReceiptState::Done if step.when == When::Changed && receipt.digest != digests::step(project, facts, step) => {
            Due::Yes("its inputs have changed".to_owned())
        }
        ReceiptState::Done if step.scope == Scope::Project && !step.outputs.is_empty() => {
            by_identity(project, observed, receipt)
        }
        ReceiptState::Done => Due::No,
    }
}

/// What was made from a database is fresh only while it was made from this database.
fn by_identity(project: &Project, observed: &Observed, receipt: &Receipt) -> Due {
    if project.of_kind(ServiceKind::Postgres).is_none() {
        return Due::No;
    }
    match (&observed.database_identity, &observed.database) {
        (Some(identity), _) if receipt.database.as_ref() == Some(identity) => Due::No,
        (None, Receipts::Unknown) => Due::Undetermined("the database's identity cannot be read now".to_owned()),
        _ => Due::Yes("was made from another database".to_owned()),
    }
}
