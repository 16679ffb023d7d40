//! Consoles.

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        resolve::{Findings, services},
        source::Layer,
    },
    core::{
        console::{Console, Place},
        service::{Service, ServiceKind},
    },
};

/// The profile's console of the database.
const DATABASE: &str = "db";

pub(super) fn resolve(
    document: &Document,
    services: &[Service],
    manage: Option<&str>,
    findings: &mut Findings,
) -> Vec<Console> {
    let declared = document.tables("consoles").map(|(table, origin)| Fields { table, origin });
    declared.filter_map(|fields| console(&fields, services, manage, findings)).collect()
}

/// The console, or `None` where it is left out.
fn console(
    fields: &Fields<'_>,
    services: &[Service],
    manage: Option<&str>,
    findings: &mut Findings,
) -> Option<Console> {
    let name = fields.owned("name")?;
    let run = run(fields, manage);
    if run.is_empty() {
        let message = format!("the console `{name}` has no program");
        findings.problems.push(Problem::at(fields.place("run").clone(), message).help("add run = [...]"));
    }
    if fields.text("where") == Some("host") {
        return Some(Console { name, run, place: Place::Host });
    }
    let has_postgres = services.iter().any(|service| service.enabled && service.kind == ServiceKind::Postgres);
    if is_built_in(fields) && name == DATABASE && !has_postgres {
        return None;
    }
    let service = services::used(services, fields, &format!("the console `{name}`"), findings)?;
    service.enabled.then(|| Console { name, run, place: Place::Service(service.name.clone()) })
}

fn is_built_in(fields: &Fields<'_>) -> bool {
    fields.get("run").is_some_and(|node| node.origin.layer == Layer::Profile)
}

/// The program. A built-in console's `manage.py` is the project's, wherever it is.
fn run(fields: &Fields<'_>, manage: Option<&str>) -> Vec<String> {
    let folder = manage.filter(|folder| is_built_in(fields) && *folder != ".");
    let placed = |word: String| match folder {
        Some(folder) if word == "manage.py" => format!("{folder}/{word}"),
        _ => word,
    };
    fields.command("run").into_iter().map(placed).collect()
}
