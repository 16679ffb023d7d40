//! Every key: its name, what it may be, its default, what it is for.

use super::{Form, Key, Kind, Merge, Names, theme::THEME};

const TEXT: Kind = Kind::Text(Form::Any);
const FILLED: Kind = Kind::Text(Form::Filled);
const COMMAND: Kind = Kind::Either(&[Kind::Text(Form::Command), Kind::List(&TEXT)]);
const FILES: Kind = Kind::List(&FILLED);
const GLOBS: Kind = Kind::List(&Kind::Text(Form::Glob));
const PARTS: Kind = Kind::List(&Kind::Text(Form::Part));
const PORT: Kind = Kind::Either(&[Kind::Text(Form::Port), Kind::Integer { least: 0, most: 65535 }]);
// A number or a truth value is written without quotes by everyone sooner or later.
const VARIABLE: Kind = Kind::Either(&[TEXT, Kind::Integer { least: i64::MIN, most: i64::MAX }, Kind::Bool]);

const fn key(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key { name, kind, default, doc }
}

/// The whole configuration.
pub const ROOT: &[Key] = &[
    key("project", Kind::Table(PROJECT), "", "The project itself."),
    key("engine", Kind::Table(ENGINE), "", "The container engine and how it is reached."),
    key("base", Kind::Table(BASE), "", "The base image that the built-in images start from."),
    key(
        "environments",
        Kind::Named(Names::Parts, &Kind::Table(ENVIRONMENT)),
        "",
        "Environments, by name: `[environments.development]`.",
    ),
    key("services", Kind::Named(Names::Parts, &Kind::Table(SERVICE)), "", "Services, by name: `[services.web]`."),
    key(
        "steps",
        Kind::Entries(Merge::ByName, STEP),
        "",
        "Steps of provisioning; one of a built-in step's name changes that step.",
    ),
    key("watch", Kind::Entries(Merge::Append, WATCH), "", "What happens when files are saved."),
    key("consoles", Kind::Entries(Merge::ByName, CONSOLE), "", "Interactive programs with a pane of their own."),
    key(
        "keys",
        Kind::Named(Names::Actions, &Kind::Either(&[FILLED, Kind::List(&FILLED)])),
        "",
        "Keys of actions, by the action's id: `quit = [\"q\", \"ctrl-q\"]`.",
    ),
    key(
        "questions",
        Kind::Named(Names::Actions, &Kind::Bool),
        "",
        "What the dashboard asks first, by the action's id: `halt = true`. What destroys something always asks.",
    ),
    key("snapshots", Kind::Table(SNAPSHOTS), "", "Snapshots of the database."),
    key("logs", Kind::Table(LOGS), "", "What the dashboard keeps of the services' logs."),
    key("theme", Kind::Table(THEME), "", "How the dashboard looks."),
    key("layout", Kind::Table(LAYOUT), "", "Where the dashboard's panes go."),
];

const SNAPSHOTS: &[Key] = &[
    key(
        "per_branch",
        Kind::Bool,
        "false",
        "Whether each branch of git has a database of its own: leaving one saves it, coming back restores it.",
    ),
    key("keep", Kind::Integer { least: 1, most: 1000 }, "10", "Automatic snapshots that are kept; the oldest go."),
    key("size", Kind::Integer { least: 1, most: 16_777_216 }, "10240", "MiB that all snapshots together may take."),
];

const LOGS: &[Key] = &[
    key(
        "memory",
        Kind::Integer { least: 1, most: 65_536 },
        "64",
        "MiB of memory for the logs of all services together.",
    ),
    key("lines", Kind::Integer { least: 100, most: 100_000_000 }, "100000", "Lines of each service in memory."),
    key(
        "spool",
        Kind::Integer { least: 0, most: 1_048_576 },
        "512",
        "MiB on disk, in the state folder, for older lines of all services together; 0 for none.",
    ),
];

const PROJECT: &[Key] = &[
    key("name", TEXT, "\"\"", "The project's name; empty for its folder's."),
    key(
        "profile",
        Kind::Text(Form::OneOf(&["", "django", "biostar", "biostar-2014", "none"])),
        "\"\"",
        "A ready-made configuration; empty to detect it.",
    ),
    key("environment", Kind::Text(Form::Part), "\"development\"", "The environment in use."),
    key("manage", TEXT, "\"\"", "The folder of manage.py, relative to the project's; empty to look for it."),
];

const ENGINE: &[Key] = &[
    key(
        "host",
        TEXT,
        "\"\"",
        "The engine's endpoint; empty for DOCKER_HOST, DOCKER_CONTEXT, the current context, the default socket.",
    ),
    key(
        "share",
        Kind::Text(Form::OneOf(&["auto", "bind", "sync"])),
        "\"auto\"",
        "How containers see the project's folder: mounted, or by uploads of what changed.",
    ),
    key(
        "network",
        Kind::Text(Form::OneOf(&["auto", "bridge", "host"])),
        "\"auto\"",
        "The network of builds and of package installs.",
    ),
];

const BASE: &[Key] = &[
    key("image", FILLED, "\"debian:bookworm-slim\"", "The base image."),
    key(
        "bootstrap",
        Kind::Text(Form::OneOf(&["auto", "always", "never"])),
        "\"auto\"",
        "Whether it is made from the distribution's mirror: when no registry has it, always, or never.",
    ),
    key("mirror", TEXT, "\"\"", "The mirror to make it from; empty for the distribution's own."),
    key(
        "ca_certificates",
        Kind::Either(&[FILLED, Kind::False]),
        "\"auto\"",
        "A CA bundle for builds and containers: the host's own (\"auto\"), a path, or false for none.",
    ),
];

const ENVIRONMENT: &[Key] = &[
    key("requirements", FILES, "", "Requirement files; without it the usual places are looked at."),
    key(
        "packages",
        Kind::List(&FILLED),
        "",
        "Packages added to the requirements; for Django [\"psycopg2-binary\"], and WhiteNoise and Waitress where they serve.",
    ),
    key("pins", Kind::Named(Names::Any, &FILLED), "{}", "Versions in place of the requirement files' own, by package."),
    key("exclude", Kind::List(&FILLED), "[]", "Packages of the requirement files that are left out."),
    key("settings", Kind::Text(Form::Module), "", "The settings module; without it manage.py's own."),
    key(
        "overlay",
        Kind::Either(&[Kind::Named(Names::Any, &Kind::Anything), Kind::False]),
        "{}",
        "Settings laid over it; false for no overlay at all (the project then gets DATABASE_URL).",
    ),
    key("live_reload", Kind::Bool, "false", "Load pages anew in browsers when a save has changed them."),
    key("env_file", TEXT, "", "A file of variables for the Django services and their tasks: KEY=VALUE, or a shell's."),
    key(
        "test_settings",
        Kind::Text(Form::Module),
        "",
        "The settings module of `test`; without it the same as elsewhere.",
    ),
    key(
        "packages_in",
        Kind::Text(Form::OneOf(&["volume", "folder"])),
        "\"volume\"",
        "Where installed packages lie: a volume, or a folder of the state folder, which an editor can read.",
    ),
];

const SERVICE: &[Key] = &[
    key(
        "kind",
        Kind::Text(Form::OneOf(&["postgres", "django", "custom"])),
        "\"custom\"",
        "What the program knows about it.",
    ),
    key("enabled", Kind::Bool, "true", "Whether it is wanted."),
    key(
        "preset",
        Kind::Text(Form::OneOf(&["elasticsearch"])),
        "",
        "A known program: its image, health, environment and Haystack's connection, each of which may be set over it.",
    ),
    key("image", TEXT, "", "An image, or another service's name for that service's image."),
    key("dockerfile", TEXT, "", "A Dockerfile, relative to the project's folder; its folder is the build context."),
    key(
        "base",
        TEXT,
        "\"\"",
        "A base image of its own, for a built-in image: another Debian release is another Python.",
    ),
    key(
        "python",
        Kind::Text(Form::OneOf(&["python3", "python2"])),
        "\"python3\"",
        "The Python of a built-in image; \"python2\" is 2.7, which Debian has up to bullseye.",
    ),
    key("system_packages", Kind::List(&FILLED), "[]", "Debian packages added to a built-in image."),
    key("command", COMMAND, "", "The command, in place of the image's own."),
    key(
        "serve",
        Kind::Text(Form::Command),
        "\"runserver\"",
        "How Django is served: \"runserver\", \"waitress\" (with WhiteNoise), or a command.",
    ),
    key("debug", PORT, "", "django: a port on which debugpy waits for an editor: [ADDRESS:]PORT; empty for none."),
    key(
        "env",
        Kind::Named(Names::Variables, &VARIABLE),
        "{}",
        "Environment variables; those of an enabled service `search` are given to Django too.",
    ),
    key(
        "haystack",
        Kind::Named(Names::Any, &Kind::Anything),
        "{}",
        "For `search`: keys of HAYSTACK_CONNECTIONS[\"default\"] while it is enabled.",
    ),
    key("port", PORT, "", "The port of the host: [ADDRESS:]PORT[:CONTAINER_PORT]; empty for none."),
    key("ports", Kind::List(&PORT), "[]", "More ports, in the same form."),
    key("strict_port", Kind::Bool, "false", "Whether a taken port is an error; otherwise the next free one is used."),
    key(
        "mounts",
        Kind::List(&Kind::Text(Form::Mount)),
        "[]",
        "Mounts, SOURCE:TARGET[:ro]; a source with a / is a path, otherwise a volume.",
    ),
    key(
        "memory",
        Kind::Text(Form::Memory),
        "",
        "The memory that it may use, \"512m\" or \"2g\"; without it as much as there is.",
    ),
    key("needs", PARTS, "[]", "Services that must be healthy before it starts."),
    key(
        "health",
        Kind::Either(&[Kind::Text(Form::Health), Kind::List(&TEXT)]),
        "",
        "How its health is told: \"http://:PORT/PATH\", \"tcp://:PORT\", or a command in the container.",
    ),
];

const STEP: &[Key] = &[
    key("name", Kind::Text(Form::Part), "", "Its name; its task carries it."),
    key(
        "kind",
        Kind::Text(Form::OneOf(&["command", "packages", "database"])),
        "\"command\"",
        "What is done: the command, the install of the requirements, or the making of the database.",
    ),
    key(
        "enabled",
        Kind::Either(&[Kind::Bool, Kind::Text(Form::OneOf(&["auto"]))]),
        "true",
        "Whether it is wanted; \"auto\" for: when Waitress serves.",
    ),
    key("run", COMMAND, "[]", "The command, run in the project's folder; a step without one is left out."),
    key("after", PARTS, "[]", "Steps that must be done before it."),
    key(
        "when",
        Kind::Text(Form::OneOf(&["always", "changed", "probe", "once"])),
        "\"once\"",
        "When it runs: at each start, when its inputs changed, when its probe fails, or once.",
    ),
    key(
        "scope",
        Kind::Text(Form::OneOf(&["database", "packages", "project"])),
        "\"database\"",
        "What it changes; its receipt lives there.",
    ),
    key("inputs", GLOBS, "[]", "Files that it depends on."),
    key("outputs", FILES, "[]", "Files and folders that it makes in the project's folder."),
    key("verify", COMMAND, "[]", "A command that fails when the step's result is not there."),
    key("probe", COMMAND, "[]", "For when = \"probe\": a command that fails when the step has to run."),
    key(
        "progress",
        Kind::Text(Form::Progress),
        "",
        "A regular expression with two groups, done and total, read from its output.",
    ),
    key(
        "service",
        Kind::Text(Form::Part),
        "",
        "The service whose image, environment and mounts it uses; without it the Django one.",
    ),
];

const WATCH: &[Key] = &[
    key("paths", GLOBS, "", "Globs of files, relative to the project's folder."),
    key("ignore", GLOBS, "[]", "Globs of files among them that do not count."),
    key(
        "action",
        Kind::Text(Form::OneOf(&[
            "reload",
            "refresh",
            "restart",
            "rebuild",
            "install",
            "migrate",
            "reindex",
            "collectstatic",
            "nothing",
        ])),
        "",
        "The action that is done; \"nothing\" takes the files away from the built-in rules.",
    ),
    key(
        "service",
        Kind::Text(Form::Part),
        "",
        "The service that is reloaded, restarted or rebuilt; without it the Django one.",
    ),
    key("debounce", Kind::Text(Form::Duration), "\"50ms\"", "How long it must have been quiet before."),
];

const CONSOLE: &[Key] = &[
    key("name", Kind::Text(Form::Part), "", "Its name."),
    key("run", COMMAND, "", "Its program."),
    key(
        "service",
        Kind::Text(Form::Part),
        "",
        "The service whose image, environment and mounts it uses; without it the Django one.",
    ),
    key(
        "where",
        Kind::Text(Form::OneOf(&["container", "host"])),
        "\"container\"",
        "Where it runs: a container, or a local terminal.",
    ),
];

const LAYOUT: &[Key] = &[
    key(
        "name",
        FILLED,
        "\"grid\"",
        "The layout at the first start, or where this has changed: grid, focus, logs, console, or one of \
         `layout.own`. Later starts show what was left.",
    ),
    key(
        "own",
        Kind::Named(Names::Any, &FILLED),
        "{}",
        "Layouts by their names: `(services / tasks + notices) | (logs*3 / console)*2`; `|` is beside, `/` below, `+` \
         in one place, `*` a weight. Panes are services, tasks, notices, logs, log.NAME, console, console.NAME, main.",
    ),
    key(
        "editor",
        Kind::Text(Form::OneOf(&["auto", "pane", "split", "here"])),
        "\"auto\"",
        "Where an editor of the terminal opens: in a pane, in a split of tmux and its like, or over the dashboard; auto: \
         in a split where there is one to be had, else in a pane.",
    ),
];
