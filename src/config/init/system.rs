//! Debian packages that the web image needs beside its own.

use crate::config::init::{
    docker,
    ground::{Ground, Guess},
    needs::Needs,
    settings,
};

/// What the built-in image has already, and what serves other images only.
const THERE: &[&str] = &[
    "python3",
    "python3-dev",
    "python3-pip",
    "python3-venv",
    "python3-setuptools",
    "python3-wheel",
    "build-essential",
    "gcc",
    "g++",
    "make",
    "libc6-dev",
    "pkg-config",
    "libpq-dev",
    "libpq5",
    "libjpeg-dev",
    "libjpeg62-turbo-dev",
    "zlib1g-dev",
    "libpng-dev",
    "libfreetype6-dev",
    "libfreetype-dev",
    "libffi-dev",
    "libssl-dev",
    "libxml2-dev",
    "libxslt1-dev",
    "gettext",
    "git",
    "curl",
    "ca-certificates",
    "postgresql-client",
    "less",
    "procps",
    "sudo",
    "wget",
    "netcat",
    "netcat-openbsd",
    "netcat-traditional",
    "gnupg",
    "gnupg2",
    "locales",
    "nginx",
    "supervisor",
    "vim",
    "nano",
    "tini",
    "dumb-init",
    "apt-utils",
    "apt-transport-https",
    "software-properties-common",
    "nodejs",
    "npm",
];

/// Python packages that need more of Debian: what they need.
const NEEDED: &[(&str, &[&str])] = &[
    ("mysqlclient", &["default-libmysqlclient-dev"]),
    ("python-ldap", &["libldap2-dev", "libsasl2-dev"]),
    ("django-auth-ldap", &["libldap2-dev", "libsasl2-dev"]),
    ("xmlsec", &["libxmlsec1-dev"]),
    ("python3-saml", &["libxmlsec1-dev"]),
    ("djangosaml2", &["xmlsec1"]),
    ("python-magic", &["libmagic1"]),
    ("weasyprint", &["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]),
    ("pycairo", &["libcairo2-dev"]),
    ("pycurl", &["libcurl4-openssl-dev"]),
    ("pyzbar", &["libzbar0"]),
    ("python-memcached", &[]),
    ("pylibmc", &["libmemcached-dev"]),
    ("pytesseract", &["tesseract-ocr"]),
    ("pdf2image", &["poppler-utils"]),
];

/// What Django's documentation names for GeoDjango.
const GEO: &[&str] = &["binutils", "libproj-dev", "gdal-bin"];

/// The packages.
#[derive(Debug, Default)]
pub(super) struct System {
    /// Those that are wanted.
    pub(super) packages: Vec<Guess>,
    /// Those of a Dockerfile whose distribution is another one.
    pub(super) suggested: Vec<Guess>,
    /// What should be known.
    pub(super) notes: Vec<String>,
}

pub(super) fn look(ground: &Ground<'_>, needs: &Needs, module: Option<&str>) -> System {
    let mut system = System::default();
    for (python, packages) in NEEDED {
        if let Some((_, from)) = needs.line(python) {
            packages
                .iter()
                .for_each(|package| add(&mut system.packages, Guess::new(*package, format!("{python} in {from}"))));
        }
    }
    if let Some(from) = geo(ground, module) {
        GEO.iter().for_each(|package| add(&mut system.packages, Guess::new(*package, from.clone())));
        system.notes.push(format!("{from}: GeoDjango needs PostGIS, which the built-in db does not have; give [services.db] an image that does"));
    }
    let same = docker::is_debian(ground);
    for guess in docker::packages(ground) {
        add(if same { &mut system.packages } else { &mut system.suggested }, guess);
    }
    if let Some((name, from)) = needs.first(&["mysqlclient", "pymysql"]) {
        system.notes.push(format!(
            "{name} in {from}: the database is PostgreSQL here, not MySQL; migrations with MySQL's SQL fail"
        ));
    }
    system
}

fn add(list: &mut Vec<Guess>, guess: Guess) {
    if !THERE.contains(&guess.value.as_str()) && !list.iter().any(|known| known.value == guess.value) {
        list.push(guess);
    }
}

fn geo(ground: &Ground<'_>, module: Option<&str>) -> Option<String> {
    let file = settings::file(ground, module?)?;
    let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
    let beside = ["base.py", "common.py"].map(|name| format!("{folder}/{name}"));
    std::iter::once(file).chain(beside).find(|path| {
        ground.text(path).is_some_and(|text| {
            text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("django.contrib.gis"))
        })
    })
}
