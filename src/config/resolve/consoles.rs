//! Consoles.

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        resolve::{
            Findings,
            built_in::{self, BuiltIn},
            services,
        },
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
    let built_in = BuiltIn::new(services, manage);
    declared.filter_map(|fields| console(&fields, services, built_in, findings)).collect()
}

/// The console, or `None` where it is left out.
fn console(
    fields: &Fields<'_>,
    services: &[Service],
    built_in: BuiltIn<'_>,
    findings: &mut Findings,
) -> Option<Console> {
    let name = fields.owned("name")?;
    let run = built_in.command(fields, "run");
    if run.is_empty() {
        let message = format!("the console `{name}` has no program");
        findings.problems.push(Problem::at(fields.place("run").clone(), message).help("add run = [...]"));
    }
    if fields.text("where") == Some("host") {
        return Some(Console { name, run, place: Place::Host });
    }
    let has_postgres = services.iter().any(|service| service.enabled && service.kind == ServiceKind::Postgres);
    if built_in::is_built_in(fields, "run") && name == DATABASE && !has_postgres {
        return None;
    }
    let service = services::used(services, fields, &format!("the console `{name}`"), findings)?;
    Some(Console { name, run, place: Place::Service(service.name.clone()) })
}
