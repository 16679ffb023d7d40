//! Shapes of projects: what is proposed for each, and that it is a valid configuration.

use std::path::Path;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::config::{Request, files::fake::Table, load_from};

const ROOT: &str = "/srv/forum";

fn manage(module: &str) -> String {
    format!("#!/usr/bin/env python\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{module}')\n")
}

/// A project with these files and a `manage.py` for this module.
fn project(module: &str, files: &[(&str, &str)]) -> Table {
    let table = Table::default().with(&format!("{ROOT}/manage.py"), manage(module));
    files.iter().fold(table, |table, (path, text)| table.with(&format!("{ROOT}/{path}"), text))
}

fn proposed(files: &Table) -> Proposal {
    propose(files, Path::new(ROOT), Profile::Django).unwrap_or_else(|error| panic!("{}", error.notice()))
}

/// The text, after it was loaded as the configuration that it is.
fn text(files: &Table) -> String {
    let proposal = proposed(files);
    let path = proposal.root.join("biostar-tui.toml").display().to_string();
    let request = Request { start: proposal.root.clone(), ..Request::default() };
    let loaded = load_from(&files.clone().with(&path, &proposal.text), &request);
    let loaded = loaded.unwrap_or_else(|error| panic!("{}\n{}", error.notice(), proposal.text));
    assert_eq!(loaded.notices, [], "{}", proposal.text);
    uncommented(files, &proposal);
    proposal.text
}

/// What is written as a comment is valid too once its `#` is taken away.
fn uncommented(files: &Table, proposal: &Proposal) {
    let mut in_block = false;
    let lines = proposal.text.lines().map(|line| {
        let plain = line.strip_prefix("# ").unwrap_or(line);
        in_block = line.starts_with("# ") && (in_block || plain.starts_with('['));
        if in_block { plain } else { line }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let path = format!("{}/biostar-tui.toml", proposal.root.display());
    let request = Request { start: proposal.root.clone(), ..Request::default() };
    let loaded = load_from(&files.clone().with(&path, &text), &request);
    loaded.unwrap_or_else(|error| panic!("{}\n{text}", error.notice()));
}

const DEBUG: &str = "DEBUG = True\nALLOWED_HOSTS = []\n";

#[test]
fn two_settings_modules_are_both_named() {
    let files = [("shop/settings.py", DEBUG), ("blog/settings.py", DEBUG)];
    let manage = "#!/usr/bin/env python\nfrom django.core import management\n";
    let table =
        files.iter().fold(Table::default().with(&format!("{ROOT}/manage.py"), manage), |table, (path, text)| {
            table.with(&format!("{ROOT}/{path}"), text)
        });
    let text = text(&table);
    assert!(text.contains("settings = \"blog.settings\""), "{text}");
    assert!(text.contains("the first of blog.settings and shop.settings, for manage.py names none of them"), "{text}");
    let request = Request { start: ROOT.into(), ..Request::default() };
    let told = load_from(&table, &request).expect_err("nothing says which").notice();
    assert!(told.to_string().contains("there is blog.settings and shop.settings"), "{told}");
}

#[test]
fn plain_startproject() {
    let files = [("forum/settings.py", DEBUG), ("forum/urls.py", ""), ("requirements.txt", "Django==4.2.1\n")];
    assert_snapshot!(text(&project("forum.settings", &files)));
}

#[test]
fn requirements_folder() {
    let files = [
        ("forum/settings.py", "DEBUG = env('DEBUG')\nALLOWED_HOSTS = env.list('HOSTS')\n"),
        ("requirements/base.txt", "Django>=4\ncelery[redis]==5.3  # tasks\nelasticsearch==8.1\n"),
        ("requirements/dev.txt", "django-debug-toolbar\n"),
        (".env", "SECRET_KEY=do-not-copy-me\nexport DEBUG=1\n"),
        ("forum/celery.py", ""),
        ("posts/fixtures/initial.json.gz", ""),
    ];
    let text = text(&project("forum.settings", &files));
    assert!(!text.contains("do-not-copy-me"));
    assert_snapshot!(text);
}

#[test]
fn poetry() {
    let pyproject = r#"
[tool.poetry]
name = "forum"

[tool.poetry.dependencies]
python = "^3.12"
django = "^5.0"
psycopg = { version = "~3.1", extras = ["binary"] }
pillow = "*"
tzdata = { version = "2024.1", markers = "sys_platform == 'win32'" }
fork = { git = "https://example.org/fork.git", rev = "abc" }
shared = { path = "../shared", develop = true }
numpy = [{ version = "<2", python = "<3.12" }, { version = "^2.0", python = ">=3.12" }]

[tool.poetry.group.dev.dependencies]
django-debug-toolbar = "^4.2"

[tool.poetry.group.docs.dependencies]
sphinx = "*"
"#;
    assert_snapshot!(text(&project("forum.settings", &[("forum/settings.py", DEBUG), ("pyproject.toml", pyproject)])));
}

#[test]
fn uv() {
    let pyproject = r#"
[project]
name = "forum"
requires-python = ">=3.10"
dependencies = ["django>=5,<6", "django-haystack", "shared", "forked"]

[project.optional-dependencies]
dev = ["forum[s3]", "ipython"]
s3 = ["boto3"]

[dependency-groups]
dev = [{ include-group = "test" }, "django-debug-toolbar; python_version >= \"3.9\""]
test = ["pytest", { include-group = "dev" }]

[tool.uv.sources]
shared = { workspace = true }
forked = { git = "https://example.org/forked", tag = "v1" }
"#;
    let files = [("forum/settings.py", DEBUG), ("pyproject.toml", pyproject), (".python-version", "3.12\n")];
    assert_snapshot!(text(&project("forum.settings", &files)));
}

#[test]
fn pipfile() {
    let pipfile = r#"
[packages]
django = "~=3.2.0"
psycopg2 = { version = ">=2.9", index = "pypi" }
pywin32 = { version = "*", sys_platform = "== 'win32'" }
local = { path = ".", editable = true }

[dev-packages]
pytest = "*"

[requires]
python_version = "3.9"
"#;
    assert_snapshot!(text(&project("forum.settings", &[("forum/settings.py", DEBUG), ("Pipfile", pipfile)])));
}

#[test]
fn settings_package() {
    let files = [
        ("forum/settings/__init__.py", "# chosen elsewhere\n"),
        ("forum/settings/base.py", "INSTALLED_APPS = ['django.contrib.gis']\n"),
        ("forum/settings/local.py", "from .base import *\nDEBUG = True\n"),
        ("forum/settings/production.py", "from .base import *\n"),
        ("requirements.txt", "Django\nmysqlclient==2.2\n"),
        ("requirements-dev.txt", "-r requirements.txt\nipdb\n"),
        (".env.example", "SECRET_KEY=x\nDATABASE_URL=y\n"),
    ];
    assert_snapshot!(text(&project("forum.settings.production", &files)));
}

#[test]
fn a_package_that_chooses_by_a_variable() {
    let init = "import os\nif os.environ.get('DJANGO_ENV') == 'prod':\n    from .prod import *\n";
    let files = [
        ("forum/settings/__init__.py", init),
        ("forum/settings/dev.py", DEBUG),
        ("forum/settings/prod.py", ""),
        ("requirements.txt", "Django\n"),
    ];
    assert_snapshot!(text(&project("forum.settings", &files)));
}

#[test]
fn subfolder_with_dockerfile() {
    let dockerfile = "FROM --platform=linux/amd64 python:3.12-slim AS base\n\
                      RUN apt-get update \\\n    # imaging\n    && apt-get install -y --no-install-recommends \\\n      libmagic1 gettext \\\n      ffmpeg=7:* \\\n    && rm -rf /var/lib/apt/lists/*\n";
    let files = Table::default()
        .with("/srv/forum/apps/server/manage.py", manage("config.settings"))
        .with("/srv/forum/apps/server/config/settings.py", DEBUG)
        .with("/srv/forum/apps/server/requirements.txt", "Django\n")
        .with("/srv/forum/Dockerfile", dockerfile)
        .with("/srv/forum/node_modules/x/manage.py", "");
    assert_snapshot!(text(&files));
}

/// What `spirit startproject` writes, as far as it matters.
#[test]
fn django_spirit_without_requirements() {
    let base = "import os\n\
                INSTALLED_APPS = [\n    \"spirit.core\",\n    \"djconfig\",\n    \"haystack\",\n]\n\
                HAYSTACK_CONNECTIONS = {\n    \"default\": {\n        \
                \"ENGINE\": \"haystack.backends.whoosh_backend.WhooshEngine\",\n        \
                \"PATH\": os.path.join(BASE_DIR, \"st_search\"),\n    }\n}\n\
                LOGGING = {\"loggers\": {\n    \"celery\": {\"level\": \"INFO\"},\n}}\n";
    let files = [
        ("forum/settings/__init__.py", ""),
        ("forum/settings/base.py", base),
        ("forum/settings/dev.py", "from .base import *\n\nDEBUG = True\nALLOWED_HOSTS = [\"127.0.0.1\"]\n"),
        ("forum/settings/prod.py", "from .base import *\n"),
        ("forum/wsgi.py", ""),
    ];
    assert_snapshot!(text(&project("forum.settings.dev", &files)));
}

#[test]
fn an_index_in_a_folder_is_made_by_a_step() {
    let outputs = |path: &str, engine: &str| {
        let settings = format!("HAYSTACK_CONNECTIONS = {{'default': {{'ENGINE': '{engine}', 'PATH': {path}}}}}\n");
        let files = [("forum/settings.py", settings.as_str()), ("requirements.txt", "django-haystack\n")];
        let guesses = proposed(&project("forum.settings", &files)).guesses;
        guesses.into_iter().find(|(key, _)| *key == "outputs").map(|(_, guess)| guess.value)
    };
    for path in ["BASE_DIR / 'index'", "str(BASE_DIR / \"index\")", "os.path.join(BASE_DIR, 'index')"] {
        assert_eq!(outputs(path, "haystack.backends.whoosh_backend.WhooshEngine").as_deref(), Some("[\"index\"]"));
    }
    assert_eq!(outputs("BASE_DIR / 'index'", "haystack.backends.solr_backend.SolrEngine"), None);
    assert_eq!(outputs("environ['INDEX']", "haystack.backends.whoosh_backend.WhooshEngine"), None);
}

#[test]
fn settings_that_take_from_each_other_are_read_once() {
    let files = [
        ("forum/settings/dev.py", "from .base import *\n"),
        ("forum/settings/base.py", "from .common import *\nfrom .dev import *\n"),
        ("forum/settings/common.py", "DEBUG = True\nALLOWED_HOSTS = ['*']\n"),
    ];
    let guesses = proposed(&project("forum.settings.dev", &files)).guesses;
    assert!(!guesses.iter().any(|(key, _)| *key == "overlay"), "{guesses:?}");
}

#[test]
fn old_djangos_and_new_ones_get_their_release() {
    let base = |line: &str| {
        let files = [("forum/settings.py", DEBUG), ("requirements.txt", line)];
        let guesses = proposed(&project("forum.settings", &files)).guesses;
        guesses.into_iter().find(|(key, _)| *key == "base").map(|(_, guess)| guess.value)
    };
    assert_eq!(base("Django==2.2.28"), Some("\"debian:bullseye-slim\"".into()));
    assert_eq!(base("Django>=6.0"), Some("\"debian:trixie-slim\"".into()));
    assert_eq!(base("Django>=2.2"), None);
    assert_eq!(base("Django"), None);
    assert_eq!(base("Django @ https://example.org/django-6.zip"), None);
}

#[test]
fn biostar_is_recognised() {
    let current = [("biostar/forum/settings.py", DEBUG), ("conf/requirements.txt", "django==3.2.18\n")];
    assert!(text(&project("biostar.forum.settings", &current)).contains("profile = \"biostar\""));
    let old = [("biostar/settings/base.py", ""), ("conf/defaults.env", ""), ("conf/requirements/frozen.txt", "x==1\n")];
    assert!(text(&project("biostar.settings.base", &old)).contains("profile = \"biostar-2014\""));
}

#[test]
fn without_django_there_is_a_profile_for_it() {
    let files = Table::default().with("/srv/forum/x", "");
    let proposal = propose(&files, Path::new(ROOT), Profile::None).unwrap();
    let files = files.with("/srv/forum/biostar-tui.toml", &proposal.text);
    let request = Request { start: ROOT.into(), ..Request::default() };
    load_from(&files, &request).unwrap_or_else(|error| panic!("{}", error.notice()));
}

#[test]
fn where_manage_py_is_looked_for() {
    let found = |files: &Table, start: &str| propose(files, Path::new(start), Profile::Django).map(|it| it.root);
    let files = project("forum.settings", &[("app/views.py", ""), ("forum/settings.py", DEBUG)]);
    assert_eq!(found(&files, "/srv/forum/app").unwrap(), Path::new(ROOT), "above");
    let none = found(&Table::default().with("/x/y", ""), "/x").unwrap_err().notice();
    assert!(none.cause.unwrap().contains("/x/manage.py"));
    let several = Table::default().with("/x/a/manage.py", "").with("/x/b/manage.py", "");
    assert!(found(&several, "/x").unwrap_err().notice().cause.unwrap().contains("b/manage.py (one of several)"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_a_project_holds_is_no_panic(
        pyproject in "(\\PC|[\n\"=\\[\\]{}^~,.]){0,200}",
        docker in "(RUN |apt-get |install |[a-z&;\\\\\n ]){0,20}",
        settings in "(\\PC|[\n'\"=]){0,100}",
        name in "[^/\u{0}]{1,12}",
    ) {
        prop_assume!(name != "." && name != "..");
        let root = format!("/srv/{name}");
        let files = Table::default()
            .with(&format!("{root}/manage.py"), manage("forum.settings"))
            .with(&format!("{root}/forum/settings.py"), settings)
            .with(&format!("{root}/pyproject.toml"), pyproject)
            .with(&format!("{root}/Dockerfile"), docker);
        let proposal = propose(&files, Path::new(&root), Profile::Django).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let files = files.with(&format!("{root}/biostar-tui.toml"), &proposal.text);
        let loaded = load_from(&files, &Request { start: root.into(), ..Request::default() });
        prop_assert!(loaded.is_ok(), "{}\n{}", loaded.unwrap_err().notice(), proposal.text);
    }
}
