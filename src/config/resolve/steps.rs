//! Steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        forms, names,
        resolve::{Findings, built_in::BuiltIn, order, services},
    },
    core::{
        service::{Service, ServiceKind},
        step::{Scope, Step, StepKind, When},
    },
};

pub(super) fn resolve(
    document: &Document,
    services: &[Service],
    manage: Option<&str>,
    findings: &mut Findings,
) -> Vec<Step> {
    let built_in = BuiltIn::new(services, manage);
    let declared: Vec<(&str, Fields<'_>)> = document
        .tables("steps")
        .filter_map(|(table, origin)| {
            let fields = Fields { table, origin };
            Some((fields.text("name")?, fields))
        })
        .collect();
    check_after(&declared, findings);
    let all: Vec<Step> =
        declared.iter().filter_map(|(name, fields)| step(name, fields, services, built_in, findings)).collect();
    pass_through(&declared, all)
}

/// The step, or `None` where it is left out.
fn step(
    name: &str,
    fields: &Fields<'_>,
    services: &[Service],
    built_in: BuiltIn<'_>,
    findings: &mut Findings,
) -> Option<Step> {
    let kind = kind(fields);
    let run = built_in.command(fields, "run");
    let idle = kind == StepKind::Command && run.is_empty();
    if idle || !is_enabled(fields, kind, services) {
        return None;
    }
    check(name, fields, findings);
    let service = services::used(services, fields, &format!("the step `{name}`"), findings)?;
    service.enabled.then(|| Step {
        name: name.to_owned(),
        kind,
        run,
        after: fields.texts("after"),
        when: when(fields),
        scope: scope(fields),
        inputs: fields.texts("inputs"),
        outputs: fields.texts("outputs"),
        verify: built_in.command(fields, "verify"),
        probe: built_in.command(fields, "probe"),
        progress: fields.owned("progress"),
        service: service.name.clone(),
    })
}

fn kind(fields: &Fields<'_>) -> StepKind {
    match fields.text("kind") {
        Some("packages") => StepKind::Packages,
        Some("database") => StepKind::Database,
        _ => StepKind::Command,
    }
}

fn when(fields: &Fields<'_>) -> When {
    match fields.text("when") {
        Some("always") => When::Always,
        Some("changed") => When::Changed,
        Some("probe") => When::Probe,
        _ => When::Once,
    }
}

fn scope(fields: &Fields<'_>) -> Scope {
    match fields.text("scope") {
        Some("packages") => Scope::Packages,
        Some("project") => Scope::Project,
        _ => Scope::Database,
    }
}

fn is_enabled(fields: &Fields<'_>, kind: StepKind, services: &[Service]) -> bool {
    let mut wanted = services.iter().filter(|service| service.enabled);
    match fields.bool("enabled") {
        Some(enabled) if kind != StepKind::Database => enabled,
        Some(false) => false,
        None if fields.text("enabled") == Some("auto") => {
            wanted.any(|service| service.serve.as_deref() == Some("waitress"))
        }
        _ if kind == StepKind::Database => wanted.any(|service| service.kind == ServiceKind::Postgres),
        _ => true,
    }
}

fn check(name: &str, fields: &Fields<'_>, findings: &mut Findings) {
    if when(fields) == When::Probe && fields.command("probe").is_empty() {
        let message = format!("the step `{name}` has when = \"probe\" and no probe");
        let help = "add probe = [...], a command that fails when the step has to run";
        findings.problems.push(Problem::at(fields.place("when").clone(), message).help(help));
    }
    for node in fields.list("outputs") {
        let path = node.as_text().unwrap_or_default();
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            let message = format!("the output `{}` is outside the project's folder", forms::short(path));
            findings.problems.push(Problem::at(node.origin.place.clone(), message).help("a path relative to it"));
        }
    }
}

fn check_after(declared: &[(&str, Fields<'_>)], findings: &mut Findings) {
    let known: Vec<&str> = declared.iter().map(|(name, _)| *name).collect();
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, fields) in declared {
        for node in fields.list("after") {
            let Some(other) = node.as_text() else { continue };
            if known.contains(&other) {
                edges.entry(name).or_default().push(other);
                continue;
            }
            let message = format!("the step `{name}` comes after `{}`, which is not declared", forms::short(other));
            let help = names::help(other, "steps", known.iter().copied());
            findings.problems.push(Problem::at(node.origin.place.clone(), message).maybe_help(help));
        }
    }
    findings.problems.extend(order::problem(declared, "after", &edges, "the steps wait for each other"));
}

/// What came after a step that is left out comes after what that one came after.
fn pass_through(declared: &[(&str, Fields<'_>)], mut kept: Vec<Step>) -> Vec<Step> {
    let names: BTreeSet<String> = kept.iter().map(|step| step.name.clone()).collect();
    let after: BTreeMap<&str, Vec<String>> =
        declared.iter().map(|(name, fields)| (*name, fields.texts("after"))).collect();
    for step in &mut kept {
        step.after = reached(&step.after, &names, &after);
    }
    kept
}

fn reached(start: &[String], kept: &BTreeSet<String>, after: &BTreeMap<&str, Vec<String>>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&String> = start.iter().rev().collect();
    while let Some(name) = open.pop() {
        match seen.insert(name) {
            true if kept.contains(name) => found.push(name.clone()),
            true => open.extend(after.get(name.as_str()).into_iter().flatten().rev()),
            false => {}
        }
    }
    found
}
