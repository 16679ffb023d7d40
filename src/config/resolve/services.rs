//! Services.

use std::collections::BTreeMap;

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        forms, names,
        resolve::{Findings, order},
        source::Place,
        value::{Node, Value},
    },
    core::{
        notice::Notice,
        service::{Health, ImageSource, Port, Service, ServiceKind},
    },
};

/// The search engine's name: its variables are Django's too, for that is how it is found.
const SEARCH: &str = "search";

pub(super) fn resolve(document: &Document, findings: &mut Findings) -> Vec<Service> {
    let declared: Vec<(&str, Fields<'_>)> = document
        .entries(&["services"])
        .iter()
        .filter_map(|entry| Some((entry.key.as_str(), Fields::of(entry)?)))
        .collect();
    let all: Vec<&str> = declared.iter().map(|(name, _)| *name).collect();
    let mut services: Vec<Service> =
        declared.iter().map(|(name, fields)| service(name, fields, &all, findings)).collect();
    cycles(&declared, &services, findings);
    give_search(&mut services);
    leave_out_disabled(&mut services);
    services
}

fn service(name: &str, fields: &Fields<'_>, all: &[&str], findings: &mut Findings) -> Service {
    let kind = kind(fields);
    let ports = ports(fields, kind);
    check_needs(name, fields, all, findings);
    Service {
        name: name.to_owned(),
        kind,
        enabled: fields.bool("enabled").unwrap_or(true),
        image: image(name, fields, kind, all, findings),
        base: fields.owned("base"),
        system_packages: fields.texts("system_packages"),
        command: Some(fields.command("command")).filter(|command| !command.is_empty()),
        serve: (kind == ServiceKind::Django).then(|| fields.owned("serve").unwrap_or_else(|| "runserver".to_owned())),
        env: fields.pairs("env").collect(),
        mounts: fields.list("mounts").iter().filter_map(|node| forms::mount(node.as_text()?).ok()).collect(),
        needs: fields.texts("needs"),
        health: health(fields, kind, &ports),
        ports,
    }
}

fn kind(fields: &Fields<'_>) -> ServiceKind {
    match fields.text("kind") {
        Some("postgres") => ServiceKind::Postgres,
        Some("django") => ServiceKind::Django,
        _ => ServiceKind::Custom,
    }
}

/// The port in the container of what is ours.
fn own_port(kind: ServiceKind) -> Option<u16> {
    match kind {
        ServiceKind::Postgres => Some(5432),
        ServiceKind::Django => Some(8000),
        ServiceKind::Custom => None,
    }
}

fn ports(fields: &Fields<'_>, kind: ServiceKind) -> Vec<Port> {
    let strict = fields.bool("strict_port").unwrap_or(false);
    let first = fields.get("port").and_then(|node| Fields::port(node, own_port(kind)));
    let more = fields.list("ports").iter().filter_map(|node| Fields::port(node, None));
    first.into_iter().chain(more).map(|port| Port { strict, ..port }).collect()
}

fn health(fields: &Fields<'_>, kind: ServiceKind, ports: &[Port]) -> Option<Health> {
    match fields.get("health").map(|node| &node.value) {
        Some(Value::Text(text)) => forms::health(text).ok().flatten(),
        Some(Value::List(_)) => {
            Some(Health::Command(fields.command("health"))).filter(|health| *health != Health::Command(vec![]))
        }
        _ => match kind {
            ServiceKind::Postgres => Some(Health::Postgres),
            ServiceKind::Django => Some(Health::Tcp(ports.first().map_or(8000, |port| port.container))),
            ServiceKind::Custom => None,
        },
    }
}

fn image(name: &str, fields: &Fields<'_>, kind: ServiceKind, all: &[&str], findings: &mut Findings) -> ImageSource {
    match (fields.text("image"), fields.text("dockerfile")) {
        (Some(_), Some(_)) => {
            let message = format!("the service `{name}` has both an image and a Dockerfile");
            findings
                .problems
                .push(Problem::at(fields.place("dockerfile").clone(), message).help("keep one of the two"));
            ImageSource::Reference(String::new())
        }
        (None, Some(path)) => ImageSource::Dockerfile(path.to_owned()),
        (Some(image), None) => named_image(name, image, fields.place("image"), all, findings),
        (None, None) => match kind {
            ServiceKind::Postgres => ImageSource::Builtin("db".to_owned()),
            ServiceKind::Django => ImageSource::Builtin("web".to_owned()),
            ServiceKind::Custom => {
                findings.problems.push(no_image(name, fields));
                ImageSource::Reference(String::new())
            }
        },
    }
}

fn no_image(name: &str, fields: &Fields<'_>) -> Problem {
    let message = format!("the service `{name}` has neither an image nor a Dockerfile");
    Problem::at(fields.origin.place.clone(), message)
        .help("add image = \"...\" (a reference, or another service's name) or dockerfile = \"...\"")
}

fn named_image(name: &str, image: &str, place: &Place, all: &[&str], findings: &mut Findings) -> ImageSource {
    // A service may be called by the name of the image that it runs: `redis`.
    if image != name && all.contains(&image) {
        return ImageSource::Service(image.to_owned());
    }
    if image.chars().any(|c| c.is_whitespace() || c.is_control() || c.is_uppercase() && !image.contains([':', '/'])) {
        let message = format!("`{}` is no image", forms::short(image));
        findings
            .problems
            .push(Problem::at(place.clone(), message).help("a reference, \"redis:7\", or another service's name"));
    }
    let others = all.iter().copied().filter(|other| *other != name);
    if let Some(near) = names::nearest(image, others).filter(|_| !image.contains([':', '/', '@'])) {
        let summary = format!("{place}: `{image}` is no service, so it is taken for an image of a registry");
        findings.notices.push(Notice::warning(summary).remedy(format!("did you mean the service `{near}`?")));
    }
    ImageSource::Reference(image.to_owned())
}

fn check_needs(name: &str, fields: &Fields<'_>, all: &[&str], findings: &mut Findings) {
    for node in fields.list("needs") {
        let Some(need) = node.as_text().filter(|need| !all.contains(need)) else { continue };
        let message = format!("the service `{name}` needs `{}`, which is not declared", forms::short(need));
        let help = names::help(need, "services", all.iter().copied());
        findings.problems.push(Problem::at(node.origin.place.clone(), message).maybe_help(help));
    }
}

fn cycles(declared: &[(&str, Fields<'_>)], services: &[Service], findings: &mut Findings) {
    let needs = services.iter().map(|s| (s.name.as_str(), s.needs.iter().map(String::as_str).collect())).collect();
    told(declared, "needs", &needs, "the services need each other", findings);
    let images: BTreeMap<&str, Vec<&str>> =
        services.iter().map(|service| (service.name.as_str(), image_of(service))).collect();
    told(declared, "image", &images, "the services take each other's image", findings);
}

fn image_of(service: &Service) -> Vec<&str> {
    match &service.image {
        ImageSource::Service(other) => vec![other],
        _ => Vec::new(),
    }
}

fn told(
    declared: &[(&str, Fields<'_>)],
    key: &str,
    edges: &BTreeMap<&str, Vec<&str>>,
    what: &str,
    findings: &mut Findings,
) {
    let Some(cycle) = order::cycle(edges) else { return };
    let place =
        declared.iter().find(|(name, _)| cycle.first() == Some(name)).map(|(_, fields)| fields.place(key).clone());
    let message = format!("{what}: {}", cycle.join(" -> "));
    findings.problems.push(Problem { place, message, help: Some(format!("take one of them out of `{key}`")) });
}

fn give_search(services: &mut [Service]) {
    let search = services.iter().find(|service| service.name == SEARCH && service.enabled);
    let Some(given) = search.map(|service| service.env.clone()) else { return };
    for django in services.iter_mut().filter(|service| service.kind == ServiceKind::Django) {
        let own = std::mem::replace(&mut django.env, given.clone());
        django.env.extend(own);
    }
}

/// Nobody waits for what is not wanted.
fn leave_out_disabled(services: &mut [Service]) {
    let wanted: Vec<String> = services.iter().filter(|service| service.enabled).map(|s| s.name.clone()).collect();
    for service in services {
        service.needs.retain(|need| wanted.contains(need));
    }
}

/// The service that a step or console uses.
pub(super) fn used<'a>(
    services: &'a [Service],
    fields: &Fields<'_>,
    what: &str,
    findings: &mut Findings,
) -> Option<&'a Service> {
    let default = || {
        let django = services.iter().find(|service| service.kind == ServiceKind::Django);
        django.or(match services {
            [only] => Some(only),
            _ => None,
        })
    };
    let named = fields.get("service").and_then(Node::as_text);
    let found = named.map_or_else(default, |name| services.iter().find(|service| service.name == name));
    if found.is_none() {
        let message = match named {
            Some(name) => format!("{what} uses the service `{}`, which is not declared", forms::short(name)),
            None => format!("{what} does not say which service it uses"),
        };
        let known = services.iter().map(|service| service.name.as_str());
        let help = names::help(named.unwrap_or_default(), "services", known);
        findings.problems.push(Problem::at(fields.place("service").clone(), message).maybe_help(help));
    }
    found
}
