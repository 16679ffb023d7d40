//! The configuration as a whole: from a table of files to a project or to what is told.

mod bad;

use std::{collections::BTreeMap, path::PathBuf};

use insta::assert_snapshot;
use proptest::prelude::*;

use super::{files::fake::Table, show, source::Layer, *};
use crate::core::{
    service::{Health, ImageSource, ServiceKind},
    step::{Scope, StepKind, When},
    theme::{Colour, Role},
};

const MANAGE: &str = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'forum.settings')\n";
const FILE: &str = "/srv/forum/biostar-tui.toml";

fn django() -> Table {
    Table::default()
        .with("/srv/forum/manage.py", MANAGE)
        .with("/srv/forum/requirements.txt", "django\n")
        .with("/etc/machine-id", "0123456789abcdef\n")
        .with("/etc/passwd", "ada:x:1000:1000::/home/ada:/bin/sh\n")
}

fn with(text: impl AsRef<[u8]>) -> Table {
    django().with(FILE, text)
}

fn request() -> Request {
    Request { start: "/srv/forum".into(), ..Request::default() }
}

fn loaded(text: &str) -> Loaded {
    load_from(&with(text), &request()).unwrap_or_else(|error| panic!("{}", error.notice()))
}

fn told(files: &Table, request: &Request) -> String {
    load_from(files, request).expect_err("something is wrong").notice().to_string()
}

fn cases<'c>(cases: impl IntoIterator<Item = (&'c str, &'c str)>) -> String {
    let told = cases.into_iter().map(|(name, text)| format!("== {name}\n{}\n", told(&with(text), &request())));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_plain_django_project() {
    let Loaded { project, profile, notices, .. } = load_from(&django(), &request()).expect("a project");
    assert_eq!((profile, notices), (Profile::Django, vec![]));
    assert_eq!((project.name.as_str(), project.manage.as_deref()), ("forum", Some(".")));
    assert_eq!((project.owner.uid, project.owner.name.as_str()), (1000, "ada"));
    assert_eq!(project.host, "0123456789abcdef");
    assert_eq!(project.environments, ["development"]);
    assert_eq!(project.environment.settings, "forum.settings");
    assert_eq!(project.environment.requirements, ["requirements.txt"]);
    assert_eq!(project.environment.packages, ["psycopg2-binary"]);
    assert_eq!(project.environment.overlay, Some(serde_json::Map::new()));
    let names: Vec<&str> = project.services.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["db", "web"]);
}

#[test]
fn the_built_in_services() {
    let project = loaded("").project;
    let (db, web) = (project.service("db").expect("db"), project.service("web").expect("web"));
    assert_eq!((db.kind, &db.health), (ServiceKind::Postgres, &Some(Health::Postgres)));
    assert_eq!(db.image, ImageSource::Builtin("db".into()));
    assert_eq!((db.ports[0].host, db.ports[0].container, db.ports[0].strict), (5432, 5432, false));
    assert_eq!((web.kind, &web.health), (ServiceKind::Django, &Some(Health::Tcp(8000))));
    assert_eq!(web.image, ImageSource::Builtin("web".into()));
    assert_eq!((web.ports[0].address.as_str(), web.ports[0].host, web.ports[0].container), ("127.0.0.1", 8000, 8000));
    assert_eq!((web.serve.as_deref(), web.needs.as_slice()), (Some("runserver"), ["db".to_owned()].as_slice()));
}

#[test]
fn the_built_in_steps() {
    let steps = loaded("").project.steps;
    let shown: Vec<_> = steps.iter().map(|s| (s.name.as_str(), s.kind, s.when, s.scope)).collect();
    let wanted = [
        ("packages", StepKind::Packages, When::Changed, Scope::Packages),
        ("database", StepKind::Database, When::Changed, Scope::Database),
        ("migrate", StepKind::Command, When::Changed, Scope::Database),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(steps[2].after, ["packages", "database"]);
}

#[test]
fn the_demo() {
    let start = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let loaded = load(&Request { start, ..Request::default() }).expect("the demo");
    assert_eq!(loaded.notices, []);
    let project = loaded.project;
    assert_eq!((project.slug.as_str(), project.environment.settings.as_str()), ("demo", "demo.settings"));
    let names: Vec<&str> = project.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["packages", "database", "migrate", "initialize", "fixtures", "index"]);
    let index = project.step("index").expect("index");
    assert_eq!(
        (index.scope, index.when, index.outputs.as_slice()),
        (Scope::Project, When::Once, ["search_index".to_owned()].as_slice())
    );
    assert_eq!(index.after, ["fixtures"]);
}

#[test]
fn edges_pass_through_steps_that_are_left_out() {
    let loaded = loaded(
        "[[steps]]\nname = \"index\"\nrun = \"x\"\noutputs = [\"i\"]\n[[steps]]\nname = \"mine\"\nrun = \"y\"\nafter = [\"collectstatic\", \"index\"]",
    );
    assert_eq!(loaded.project.step("index").expect("index").after, ["migrate"]);
    assert_eq!(loaded.project.step("mine").expect("mine").after, ["packages", "index"]);
}

#[test]
fn waitress_collects_static_files() {
    let loaded = loaded("[services.web]\nserve = \"waitress\"");
    assert_eq!(loaded.project.environment.packages, ["psycopg2-binary", "waitress", "whitenoise"]);
    assert_eq!(loaded.project.step("collectstatic").expect("it").after, ["packages"]);
}

#[test]
fn without_postgres_nothing_is_asked_of_it() {
    let project = loaded("[services.db]\nenabled = false").project;
    assert!(project.environment.packages.is_empty() && project.step("database").is_none());
    assert_eq!(project.step("migrate").expect("migrate").after, ["packages"]);
}

#[test]
fn a_driver_of_the_project_s_own_is_enough() {
    let files = django()
        .with("/srv/forum/requirements.txt", "-r base.txt\n")
        .with("/srv/forum/base.txt", "psycopg[binary]>=3\n");
    assert!(load_from(&files, &request()).expect("a project").project.environment.packages.is_empty());
}

#[test]
fn manage_py_in_a_folder() {
    let files = Table::default()
        .with("/srv/forum/src/manage.py", MANAGE)
        .with(FILE, "")
        .with("/srv/forum/src/requirements.txt", "");
    let project = load_from(&files, &request()).expect("a project").project;
    assert_eq!(project.manage.as_deref(), Some("src"));
    assert_eq!(project.environment.requirements, ["src/requirements.txt"]);
    assert_eq!(project.step("migrate").expect("migrate").run, ["python3", "src/manage.py", "migrate", "--noinput"]);
}

#[test]
fn built_in_commands_run_by_the_project_s_python() {
    let text = r#"
        [services.web]
        base = "debian:bullseye-slim"
        python = "python2"
        serve = "waitress"

        [[steps]]
        name = "fixtures"
        run = ["python3", "manage.py", "loaddata", "initial"]
    "#;
    let project = loaded(text).project;
    let first = |name: &str| project.step(name).expect("the step").run[0].as_str();
    assert_eq!((first("migrate"), first("collectstatic")), ("python2", "python2"));
    assert_eq!(first("fixtures"), "python3", "what the project writes stays as it is");
    let consoles: Vec<_> = project.consoles.iter().map(|console| (console.name.as_str(), &*console.run[0])).collect();
    assert_eq!(consoles, [("django", "python2"), ("test", "python2"), ("db", "psql"), ("bash", "bash")]);
}

#[test]
fn services_of_the_user_s_own_without_django() {
    let text = r#"
        [services.redis]
        image = "redis"
        port = 6379
        health = ["redis-cli", "ping"]

        [services.worker]
        image = "redis"
        command = "sh -c 'echo hello; sleep 9'"
        ports = ["8025:8026", "0.0.0.0:9000"]
        strict_port = true
        mounts = ["./x:/x:ro", "cache:/cache"]
        needs = ["redis"]
        env = { A = "1", B = 2, C = true }
    "#;
    let files = Table::default().with(FILE, text).with("/srv/forum/x/y", "");
    let Loaded { project, profile, .. } = load_from(&files, &request()).expect("a project");
    assert_eq!((profile, &project.manage, project.steps.len()), (Profile::None, &None, 0));
    let (redis, worker) = (&project.services[0], &project.services[1]);
    assert_eq!(redis.image, ImageSource::Reference("redis".into()));
    assert_eq!((redis.ports[0].host, redis.ports[0].container), (6379, 6379));
    assert_eq!(redis.health, Some(Health::Command(vec!["redis-cli".into(), "ping".into()])));
    assert_eq!(worker.image, ImageSource::Service("redis".into()));
    assert_eq!(worker.command.as_deref(), Some(["sh", "-c", "echo hello; sleep 9"].map(str::to_owned).as_slice()));
    assert_eq!(
        (worker.ports[0].container, worker.ports[1].address.as_str(), worker.ports[1].strict),
        (8026, "0.0.0.0", true)
    );
    assert_eq!((worker.mounts[0].read_only, worker.mounts[1].source.as_str()), (true, "cache"));
    assert_eq!(worker.env["B"], "2");
    assert_eq!(worker.env["C"], "true");
}

#[test]
fn the_search_engine_is_told_to_django() {
    use crate::core::spec::service::spec;
    let mut project =
        loaded("[services.search]\nenabled = false\npreset = \"elasticsearch\"\nhaystack = { INDEX_NAME = \"forum\" }")
            .project;
    let facts = crate::core::facts::Facts::default();
    let of = |project: &crate::core::project::Project, name: &str| {
        spec(project, &facts, project.service(name).expect("it")).env
    };
    assert!(!of(&project, "web").contains_key("SEARCH_URL"));
    project.switch("search", true);
    let (web, search) = (of(&project, "web"), of(&project, "search"));
    assert_eq!(web["SEARCH_URL"], "http://search:9200");
    let keys: serde_json::Value = serde_json::from_str(&web["BIOSTAR_TUI_SEARCH"]).expect("JSON");
    assert_eq!((keys["URL"].as_str(), keys["INDEX_NAME"].as_str()), (Some("http://search:9200/"), Some("forum")));
    // What only its own program reads is no business of Django's.
    assert!(search.contains_key("discovery.type") && !web.contains_key("discovery.type"));
}

#[test]
fn later_layers_win() {
    let files = with("[engine]\nhost = \"project\"\nshare = \"bind\"\n[keys]\nquit = \"Q\"")
        .with("/home/ada/.config/biostar-tui/config.toml", "[engine]\nhost = \"user\"\nshare = \"sync\"\nnetwork = \"host\"\n[keys]\nquit = \"x\"\nreload = [\"r\", \"F5\"]");
    let variables = BTreeMap::from([
        ("HOME".to_owned(), "/home/ada".to_owned()),
        ("BIOSTAR_TUI_ENGINE__HOST".to_owned(), "variable".to_owned()),
    ]);
    let mut request = Request { variables, ..request() };
    let engine = |request: &Request| load_from(&files, request).expect("a project").project.engine;
    assert_eq!(engine(&request).host, "variable");
    assert_eq!((engine(&request).share.as_str(), engine(&request).network.as_str()), ("bind", "host"));
    request.flags.host = Some("flag".into());
    assert_eq!(engine(&request).host, "flag");
    let keys = load_from(&files, &request).expect("a project").settings.keys;
    assert_eq!(keys, Keys::from([("quit".into(), vec!["Q".into()]), ("reload".into(), vec!["r".into(), "F5".into()])]));
}

#[test]
fn env_files_are_read() {
    let files = with("[environments.development]\nenv_file = \"dev.env\"")
        .with("/srv/forum/dev.env", "API_TOKEN=hunter2hunter2\nX=`y`\n");
    let loaded = load_from(&files, &request()).expect("a project");
    assert_eq!(loaded.project.environment.variables["API_TOKEN"], "hunter2hunter2");
    assert_eq!(loaded.secrets().mask("hunter2hunter2"), crate::core::secret::MASK);
    assert_eq!(loaded.notices.len(), 1);
}

#[test]
fn an_env_file_of_a_shell_is_sourced_in_the_containers() {
    use crate::core::{facts::Facts, spec};
    let toml = "[environments.development]\nenv_file = \"conf/dev.env\"\n[services.web]\nenv = { HOST = \"x\" }";
    let load =
        |text: &str| load_from(&with(toml).with("/srv/forum/conf/dev.env", text), &request()).expect("a project");
    let loaded = load("export A=1\nexport B=`hostname`\n");
    let project = loaded.project.clone();
    let web = project.service("web").expect("web");
    let made = spec::service::spec(&project, &Facts::default(), web);
    assert_eq!(made.command.expect("a command")[..3], ["sh", "/opt/biostar-tui/env.sh", "sh"]);
    assert_eq!((made.env.get("A"), made.env.get("B")), (Some(&"1".to_owned()), None));
    assert_eq!(made.env["BIOSTAR_TUI_ENV_FILE"], "conf/dev.env");
    assert!(made.env["BIOSTAR_TUI_ENV_KEEP"].split(' ').any(|name| name == "HOST"));
    let shown = show::environment_text(&loaded);
    assert!(shown.contains("env B = ?  # a shell, from conf/dev.env"), "{shown}");
    // What the service sets itself goes before the file, so the file's is not shown.
    let shown = show::environment_text(&load("export A=1\nexport HOST=y\nexport B=`hostname`\n"));
    assert!(shown.contains("services.web.env.HOST = \"x\"") && !shown.contains("env HOST ="), "{shown}");
    assert!(shown.contains("env A = \"1\""), "{shown}");
    let other = load("export A=1\nexport B=`hostname -f`\n").project;
    assert_ne!(
        spec::service::spec(&other, &Facts::default(), web).hash(),
        spec::service::spec(&project, &Facts::default(), web).hash(),
        "a changed file makes another container"
    );
    let plain = load("export A=1\n").project;
    assert_eq!(spec::service::spec(&plain, &Facts::default(), web).command.expect("one")[1], "/opt/biostar-tui/run.sh");
}

#[test]
fn packages_in_a_folder_are_another_volume() {
    use crate::core::{facts::Facts, spec};
    let mounts = |text: &str| {
        let project = loaded(text).project;
        spec::service::spec(&project, &Facts::default(), project.service("web").expect("web")).mounts
    };
    let names =
        |text: &str| -> Vec<String> { mounts(text).iter().map(|mount| format!("{:?}", mount.source)).collect() };
    let (volume, folder) = (names(""), names("[environments.development]\npackages_in = \"folder\""));
    assert!(volume.iter().any(|name| name.contains("-volume-packages\"")), "{volume:?}");
    assert!(folder.iter().any(|name| name.contains("-volume-packages-folder\"")), "{folder:?}");
}

#[test]
fn every_value_knows_its_layer() {
    let text = "[services.web]\nport = 8001\nenv = { API_TOKEN = \"hunter2hunter2\", URL = \"http://u:hunter2hunter2@x\" }\n[[steps]]\nname = \"migrate\"\nwhen = \"always\"\n";
    let request = Request { flags: Flags { host: Some("tcp://x".into()), ..Flags::default() }, ..request() };
    let leaves = load_from(&with(text), &request).expect("a project").leaves();
    // The profile's own lines change with the profile; one of each of its tables is enough here.
    let shown = |leaf: &Leaf| leaf.layer != Layer::Profile || leaf.key.ends_with(".kind");
    let some: Vec<Leaf> = leaves.iter().filter(|leaf| shown(leaf)).cloned().collect();
    let text = show::text(&some);
    assert_snapshot!(
        "show",
        regex::Regex::new(r"(built-in [^ )]*?)(:\d+)+").expect("a regex").replace_all(&text, "$1")
    );
    let json = show::json(&leaves);
    let step = json["values"].as_array().expect("a list").iter().find(|value| value["key"] == "steps.migrate.when");
    let wanted = serde_json::json!({"key": "steps.migrate.when", "value": "always", "layer": "project", "source": FILE, "line": 6, "column": 8});
    assert_eq!(step, Some(&wanted));
    assert!(!json.to_string().contains("hunter2"), "a secret is shown");
}

fn layer_text() -> impl Strategy<Value = String> {
    proptest::collection::btree_map("(share|network)", "(auto|other)", 0..3).prop_map(|pairs| {
        let words = |key: &str, word: &str| {
            if word == "auto" {
                "auto"
            } else if key == "share" {
                "sync"
            } else {
                "host"
            }
        };
        let lines = pairs.iter().map(|(key, word)| format!("{key} = \"{}\"\n", words(key, word)));
        format!("[engine]\n{}", lines.collect::<String>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_a_project_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = load_from(&with(bytes), &request()).map_err(|error| error.notice());
    }

    #[test]
    fn any_toml_like_text_is_a_project_or_an_error(text in "(\\[{1,2}(services|steps|project|keys|watch|environments)(\\.[a-z]{1,3})?\\]{1,2}|(name|run|port|after|needs|image|when|overlay|kind|paths) = (\"\\PC{0,6}\"|\\[\"\\PC{0,4}\"\\]|[0-9]{1,5}|true|\\{ a = 1 \\})|\n|\\PC){0,30}") {
        let _ = load_from(&with(text), &request()).map_err(|error| error.notice());
    }

    #[test]
    fn the_later_layer_wins(user in layer_text(), project in layer_text(), flag in proptest::option::of("[a-z]{1,5}")) {
        let files = with(&project).with("/c/biostar-tui/config.toml", &user);
        let variables = BTreeMap::from([("XDG_CONFIG_HOME".to_owned(), "/c".to_owned())]);
        let request = Request { variables, flags: Flags { host: flag.clone(), ..Flags::default() }, ..request() };
        let loaded = load_from(&files, &request).expect("valid layers");
        let said = |text: &str, key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
            line.map(|value| value.trim_matches('"').to_owned())
        };
        for (key, value) in [("share", &loaded.project.engine.share), ("network", &loaded.project.engine.network)] {
            let (wanted, layer) = match (said(&project, key), said(&user, key)) {
                (Some(value), _) => (value, Layer::Project),
                (None, Some(value)) => (value, Layer::User),
                (None, None) => ("auto".to_owned(), Layer::Default),
            };
            prop_assert_eq!(value, &wanted);
            prop_assert_eq!(loaded.document.at(&["engine", key]).expect("it").origin.layer, layer);
        }
        prop_assert_eq!(loaded.project.engine.host, flag.unwrap_or_default());
    }
}
