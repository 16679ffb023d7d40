//! Environment variables of containers.

use std::collections::BTreeMap;

use serde_json::json;

use crate::core::{
    facts::Facts,
    project::Project,
    service::{Service, ServiceKind},
    spec::{self, DATABASE_PORT, OUTPUTS_DIR, PACKAGES_DIR, PROJECT_DIR, SECRETS_DIR, TOOLS_DIR, certificates},
};

type Variables = BTreeMap<String, String>;

/// What every interactive or Python program wants to find: the engine's own defaults are
/// `TERM=xterm` and no locale.
pub fn terminal() -> Variables {
    variables([("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("PYTHONUNBUFFERED", "1")])
}

/// Who the container's user is.
pub fn identity(project: &Project, facts: &Facts) -> Variables {
    let entry = super::files::passwd(project, facts);
    variables([("HOME", entry.home.as_str()), ("USER", entry.name.as_str()), ("LOGNAME", entry.name.as_str())])
}

/// The environment of Django: packages, settings, database.
pub fn django(project: &Project, facts: &Facts) -> Variables {
    let mut all = terminal();
    all.extend(certificates::variables(project));
    all.extend(identity(project, facts));
    all.extend(python(project));
    all.extend(database(project));
    all.extend(settings(project));
    all.extend(outputs(project));
    all.extend(project.environment.variables.clone());
    all.extend(sourced(project));
    all.extend(search(project));
    all
}

/// The environment of a service of the user's own.
pub fn custom(project: &Project, service: &Service) -> Variables {
    let mut all = certificates::variables(project);
    all.insert("LANG".into(), "C.UTF-8".into());
    all.extend(service.own_env.clone());
    all.extend(service.env.clone());
    all
}

/// The environment of PostgreSQL, under the contract of the official image.
pub fn postgres(project: &Project, service: &Service) -> Variables {
    let name = spec::database_name(project);
    let mut all = variables([
        ("POSTGRES_USER", name.as_str()),
        ("POSTGRES_DB", name.as_str()),
        ("POSTGRES_PASSWORD_FILE", &format!("{SECRETS_DIR}/db/password")),
        ("PGDATA", &format!("{}/data", spec::DATABASE_DIR)),
    ]);
    all.extend(service.env.clone());
    all
}

/// How Django finds the search service, while there is one.
fn search(project: &Project) -> Variables {
    let Some(service) = project.search() else { return Variables::new() };
    let mut all = service.env.clone();
    if let Some(keys) = &service.haystack {
        all.insert("BIOSTAR_TUI_SEARCH".into(), serde_json::Value::Object(keys.clone()).to_string());
    }
    all
}

fn python(project: &Project) -> Variables {
    let base = format!("{PACKAGES_DIR}/current");
    let mut path = format!("{TOOLS_DIR}/overlay:{PROJECT_DIR}");
    let manage = spec::manage_dir(project);
    if manage != PROJECT_DIR {
        path = format!("{path}:{manage}");
    }
    variables([
        ("PYTHONUSERBASE", base.as_str()),
        ("PYTHONPATH", &path),
        ("PATH", &format!("{base}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")),
        ("PIP_BREAK_SYSTEM_PACKAGES", "1"),
        ("PIP_CACHE_DIR", &format!("{PACKAGES_DIR}/cache")),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ])
}

fn database(project: &Project) -> Variables {
    let Some(service) = project.of_kind(ServiceKind::Postgres) else {
        return Variables::new();
    };
    let name = spec::database_name(project);
    let port = DATABASE_PORT.to_string();
    // Without the password: libpq finds that in PGPASSFILE.
    let url = format!("postgres://{name}@{}:{port}/{name}", service.name);
    let connection = json!({ "NAME": name, "USER": name, "HOST": service.name, "PORT": port });
    variables([
        ("PGHOST", service.name.as_str()),
        ("PGPORT", &port),
        ("PGUSER", &name),
        ("PGDATABASE", &name),
        ("DATABASE_URL", &url),
        ("PGPASSFILE", &format!("{SECRETS_DIR}/app/pgpass")),
        ("BIOSTAR_TUI_DATABASE", &connection.to_string()),
        ("BIOSTAR_TUI_PASSWORD_FILE", &format!("{SECRETS_DIR}/app/password")),
    ])
}

fn settings(project: &Project) -> Variables {
    let environment = &project.environment;
    let serve = project.of_kind(ServiceKind::Django).and_then(|service| service.serve.clone()).unwrap_or_default();
    let mut all = variables([("BIOSTAR_TUI_SERVE", serve_kind(&serve))]);
    all.extend(environment.test_settings.iter().map(|module| ("BIOSTAR_TUI_TEST_SETTINGS".to_owned(), module.clone())));
    match &environment.overlay {
        Some(overlay) => all.extend(variables([
            ("DJANGO_SETTINGS_MODULE", "biostar_tui_settings"),
            ("BIOSTAR_TUI_SETTINGS", environment.settings.as_str()),
            ("BIOSTAR_TUI_OVERLAY", &serde_json::Value::Object(overlay.clone()).to_string()),
        ])),
        None => all.extend(variables([("DJANGO_SETTINGS_MODULE", environment.settings.as_str())])),
    }
    all
}

/// For `env.sh`; the digest lets a changed file make another container.
fn sourced(project: &Project) -> Variables {
    let Some(sourced) = &project.environment.sourced else { return Variables::new() };
    variables([
        ("BIOSTAR_TUI_ENV_FILE", sourced.path.as_str()),
        ("BIOSTAR_TUI_ENV_DIGEST", &sourced.digest),
        ("BIOSTAR_TUI_ENV_KEEP", &kept(project).join(" ")),
    ])
}

/// Variables that come after the env file's: the services' own, and those without which a
/// container of ours does not find its way.
fn kept(project: &Project) -> Vec<String> {
    let services = project.wanted().filter(|service| {
        service.kind == ServiceKind::Django
            || service.name == "search"
            || spec::service::runs_project_code(project, service)
    });
    let services = services.flat_map(|service| service.env.keys().cloned());
    let ours = ["HOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONUNBUFFERED"].map(str::to_owned);
    let is_name = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut all: Vec<String> = services.chain(ours).filter(is_name).collect();
    all.sort();
    all.dedup();
    all
}

/// Where what steps make lies, and what the overlay therefore moves there.
fn outputs(project: &Project) -> Variables {
    if !project.keeps_outputs_apart() {
        return Variables::new();
    }
    let paths: Vec<&str> = project.steps.iter().flat_map(|step| &step.outputs).map(String::as_str).collect();
    variables([("BIOSTAR_TUI_OUTPUTS", OUTPUTS_DIR), ("BIOSTAR_TUI_OUTPUT_PATHS", &json!(paths).to_string())])
}

/// The kind of server, as the overlay tells them apart.
pub fn serve_kind(serve: &str) -> &'static str {
    match serve {
        "" | "runserver" => "runserver",
        "waitress" => "waitress",
        _ => "command",
    }
}

fn variables<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Variables {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
