//! Services.

use std::collections::BTreeMap;

use crate::{
    config::{
        document::Document,
        error::Problem,
        fields::Fields,
        forms, memory, names,
        resolve::{Findings, environment, order},
        source::Place,
        value::{Node, Value},
    },
    core::{
        notice::Notice,
        service::{Health, ImageSource, Port, Service, ServiceKind},
    },
};

/// What a preset stands for; each key that the configuration writes itself wins.
struct Preset {
    name: &'static str,
    image: &'static str,
    health: &'static str,
    env: &'static [(&'static str, &'static str)],
    own_env: &'static [(&'static str, &'static str)],
    haystack: &'static [(&'static str, &'static str)],
}

/// Haystack's newest backend is for Elasticsearch 7.
const PRESETS: &[Preset] = &[Preset {
    name: "elasticsearch",
    image: "docker.elastic.co/elasticsearch/elasticsearch:7.17.28",
    health: "http://:9200/_cluster/health?wait_for_status=yellow&timeout=1s",
    env: &[("SEARCH_URL", "http://search:9200")],
    own_env: &[
        ("discovery.type", "single-node"),
        ("xpack.security.enabled", "false"),
        ("ES_JAVA_OPTS", "-Xms512m -Xmx512m"),
    ],
    haystack: &[
        ("ENGINE", "haystack.backends.elasticsearch7_backend.Elasticsearch7SearchEngine"),
        ("URL", "http://search:9200/"),
        ("INDEX_NAME", "haystack"),
    ],
}];

fn preset(fields: &Fields<'_>) -> Option<&'static Preset> {
    let name = fields.text("preset")?;
    PRESETS.iter().find(|preset| preset.name == name)
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The keys of Haystack's connection: the preset's, with those of the configuration over them.
fn haystack(fields: &Fields<'_>) -> Option<serde_json::Map<String, serde_json::Value>> {
    let own = fields.get("haystack").and_then(|node| environment::overlay(Some(node)));
    let mut keys: serde_json::Map<_, _> = preset(fields)
        .into_iter()
        .flat_map(|preset| preset.haystack)
        .map(|(key, value)| ((*key).to_owned(), serde_json::Value::from(*value)))
        .collect();
    keys.extend(own.unwrap_or_default());
    (!keys.is_empty()).then_some(keys)
}

pub(super) fn resolve(document: &Document, findings: &mut Findings) -> Vec<Service> {
    let declared: Vec<(&str, Fields<'_>)> = document
        .entries(&["services"])
        .iter()
        .filter_map(|entry| Some((entry.key.as_str(), Fields::of(entry)?)))
        .collect();
    let all: Vec<&str> = declared.iter().map(|(name, _)| *name).collect();
    let services: Vec<Service> = declared.iter().map(|(name, fields)| service(name, fields, &all, findings)).collect();
    cycles(&declared, &services, findings);
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
        python: fields.owned("python").filter(|python| python != "python3"),
        system_packages: fields.texts("system_packages"),
        command: Some(fields.command("command")).filter(|command| !command.is_empty()),
        serve: (kind == ServiceKind::Django).then(|| fields.owned("serve").unwrap_or_else(|| "runserver".to_owned())),
        haystack: haystack(fields),
        own_env: pairs(preset(fields).map_or(&[], |preset| preset.own_env))
            .into_iter()
            .chain(debug(fields, kind).map(|port| ("BIOSTAR_TUI_DEBUG".to_owned(), port.container.to_string())))
            .collect(),
        env: preset(fields).map(|preset| pairs(preset.env)).into_iter().flatten().chain(fields.pairs("env")).collect(),
        mounts: fields.list("mounts").iter().filter_map(|node| forms::mount(node.as_text()?).ok()).collect(),
        memory: fields.text("memory").and_then(|text| memory::bytes(text).ok()),
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
    first.into_iter().chain(more).chain(debug(fields, kind)).map(|port| Port { strict, ..port }).collect()
}

/// debugpy's port in the container.
const DEBUG_PORT: u16 = 5678;

/// The port on which an editor finds the server's debugger.
fn debug(fields: &Fields<'_>, kind: ServiceKind) -> Option<Port> {
    let node = fields.get("debug").filter(|_| kind == ServiceKind::Django)?;
    // Whatever the port of the host is, the container's is this one.
    Fields::port(node, Some(DEBUG_PORT)).map(|port| Port { container: DEBUG_PORT, ..port })
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
            ServiceKind::Custom => forms::health(preset(fields)?.health).ok().flatten(),
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
            ServiceKind::Custom if preset(fields).is_some() => {
                ImageSource::Reference(preset(fields).map_or_else(String::new, |preset| preset.image.to_owned()))
            }
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
    let names = services.iter().map(|service| service.name.as_str());
    let needs = names.clone().zip(services.iter().map(|s| s.needs.iter().map(String::as_str).collect())).collect();
    let images = names.zip(services.iter().map(image_of)).collect();
    let needs = order::problem(declared, "needs", &needs, "the services need each other");
    let images = order::problem(declared, "image", &images, "the services take each other's image");
    findings.problems.extend(needs.into_iter().chain(images));
}

fn image_of(service: &Service) -> Vec<&str> {
    match &service.image {
        ImageSource::Service(other) => vec![other],
        _ => Vec::new(),
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
