//! The definitions of the verbs.

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};

const fn switch(name: &'static str, help: &'static str) -> Argument {
    Argument { name, help, short: None, form: Form::Switch }
}

const fn value(name: &'static str, word: &'static str, help: &'static str) -> Argument {
    Argument { name, help, short: None, form: Form::Value(word) }
}

const fn positional(name: &'static str, help: &'static str, form: Form) -> Argument {
    Argument { name, help, short: None, form }
}

const fn positionless(name: &'static str, word: &'static str, help: &'static str) -> Argument {
    Argument { name, help, short: None, form: Form::Values(word) }
}

/// A verb on the whole project.
const fn plain(
    id: &'static str,
    summary: &'static str,
    details: &'static str,
    keys: &'static [&'static str],
) -> Action {
    Action {
        id,
        summary,
        details,
        keys,
        arguments: &[DRY_RUN],
        scope: Scope::Everywhere,
        asks: Asks::Never,
        needs: Needs::Engine,
    }
}

/// A verb on one service.
const fn of_service(
    id: &'static str,
    summary: &'static str,
    details: &'static str,
    keys: &'static [&'static str],
) -> Action {
    Action { arguments: &[SERVICE, DRY_RUN], ..plain(id, summary, details, keys) }
}

/// A verb that takes a command's words.
const fn of_words(
    id: &'static str,
    summary: &'static str,
    details: &'static str,
    keys: &'static [&'static str],
) -> Action {
    Action { arguments: &[COMMAND, DRY_RUN], ..plain(id, summary, details, keys) }
}

const SERVICE: Argument = positional("service", "The service; the Django server where none is named", Form::Optional);

const COMMAND: Argument = positional("command", "The command and its arguments", Form::Command);

const DRY_RUN: Argument = switch("dry-run", "Print the plan and change nothing");

/// `up`.
pub const UP: Action = Action {
    id: "up",
    summary: "Bring the project up: images, volumes, services, unmet steps",
    details: "Looks at what there is, plans what is missing, and does it. Always safe to run again.",
    keys: &["u"],
    arguments: &[
        DRY_RUN,
        positionless("force", "STEP", "Run this step although it is done; may be given several times"),
    ],
    scope: Scope::Everywhere,
    asks: Asks::BeforeLoss,
    needs: Needs::Engine,
};

/// `halt`.
pub const HALT: Action = Action {
    id: "halt",
    summary: "Stop all services in reverse order and keep everything",
    details: "Containers, data, packages and receipts stay; `up` starts again where it stopped.",
    keys: &["H"],
    arguments: &[DRY_RUN],
    scope: Scope::Everywhere,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `status`.
pub const STATUS: Action = Action {
    id: "status",
    summary: "Show services, tasks, drift and the address of the site",
    details: "What services use takes the engine about two seconds, so it is read only where it is asked for: without \
              --stats `cpu_percent` and `memory_bytes` of --json are null.",
    keys: &[],
    arguments: &[switch("stats", "Read what each service uses of processor and memory, too (2 s)")],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `logs`.
pub const LOGS: Action = Action {
    id: "logs",
    summary: "Print the logs of services",
    details: "Exact bytes when piped, sanitised and with secrets masked on a terminal, JSON lines with --json. \
              Lines that the dashboard has kept from before the engine's come first, sanitised and masked.",
    keys: &[],
    arguments: &[
        positional("service", "The services; all where none is named", Form::Many),
        Argument { name: "follow", help: "Go on with new lines", short: Some('f'), form: Form::Switch },
        value("tail", "LINES", "Only the last so many lines of each service"),
        value("since", "TIME", "Only from this moment on: 10m, 2h, 14:05, or 2024-05-01T12:00:00Z"),
        value("until", "TIME", "Only up to this moment"),
        value("grep", "REGEX", "Only lines that match; without a capital in it, case does not matter"),
        value("level", "LEVEL", "Only lines that matter so much: debug, info, warning, error, critical"),
        switch("merge", "Put the services' lines in the order of their times, also with --follow"),
        switch("timestamps", "Put the engine's time before each line"),
    ],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `tasks`.
pub const TASKS: Action = Action {
    id: "tasks",
    summary: "List the last run of each step, or print a task's output",
    details: "",
    keys: &[],
    arguments: &[positional("task", "Print the output of this task", Form::Optional)],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `watch`.
pub const WATCH: Action = Action {
    id: "watch",
    summary: "Watch files and act on changes; in the dashboard: the last reloads",
    details: "What an open dashboard does, without the dashboard: for a split of tmux. One process watches a project; \
              this one waits while another does, and shows what it does. In the dashboard it shows the last reloads.",
    keys: &[],
    arguments: &[],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `destroy`.
pub const DESTROY: Action = Action {
    id: "destroy",
    summary: "Remove the project's containers and network; with --volumes its data too",
    details: "Asks first. With --volumes a dump of the database is written to the state folder before anything is \
              removed. In production it is refused without --allow-production, and the name has to be typed.",
    keys: &["D"],
    arguments: &[
        switch("volumes", "Remove volumes too: the database, packages and the password"),
        switch("no-dump", "Write no dump first: for a database that cannot be dumped any more"),
        DRY_RUN,
    ],
    scope: Scope::Everywhere,
    asks: Asks::BeforeLoss,
    needs: Needs::Engine,
};

/// `tmux`.
pub const TMUX: Action = Action {
    scope: Scope::CommandLine("it makes panes around a terminal; here `>` opens the focused pane in one"),
    arguments: &[],
    needs: Needs::Project,
    ..plain(
        "tmux",
        "Open dashboard, console and logs in a tmux session, or a window of this one",
        "Where it is open already it is gone to. The panes hold the dashboard, the usual console and all logs; one \
         whose program has ended offers to start it again.",
        &[],
    )
};

/// `demo`.
pub const DEMO: Action = Action {
    id: "demo",
    summary: "Write a small Django project to a folder and bring it up",
    details: "Without a terminal, or with --no-dashboard, it ends when the site answers; its address is the last line.",
    keys: &[],
    arguments: &[
        positional("folder", "Where to write it; ./biostar-tui-demo by default", Form::Optional),
        switch("fix", "Install and start what is missing, an engine included (Debian and Ubuntu, as root)"),
        switch("no-dashboard", "Do not open the dashboard"),
    ],
    scope: Scope::CommandLine("it makes a project of its own; this dashboard shows another one"),
    asks: Asks::Never,
    needs: Needs::Nothing,
};

/// `config`.
pub const CONFIG: Action = Action {
    id: "config",
    summary: "Show the configuration and where each value comes from, check or edit it",
    details: "`edit` opens the project's file in VISUAL or EDITOR and checks it afterwards; `schema` prints a JSON schema \
              for editors. `environment` shows the environment in use alone, with the variables of its env file.",
    keys: &[],
    arguments: &[positional("what", "What to do", Form::Choice(&["show", "check", "edit", "schema", "environment"]))],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Project,
};

/// `suspend`.
pub const SUSPEND: Action = plain("suspend", "Pause all services where they are", "`resume` lets them go on.", &["p"]);

/// `resume`.
pub const RESUME: Action = plain("resume", "Let paused services go on, and wait until they are healthy", "", &["P"]);

/// `reload`.
pub const RELOAD: Action = of_service(
    "reload",
    "Start the server's process anew, its container untouched",
    "The supervisor in the container does it on a signal; log and ports go on.",
    &["r"],
);

/// `restart`.
pub const RESTART: Action = of_service("restart", "Stop a service's container and start it again", "", &["R"]);

/// `rebuild`.
pub const REBUILD: Action = of_service(
    "rebuild",
    "Build a service's image anew, then recreate what uses it",
    "Nothing is taken from the build cache. The old container runs until the image is there.",
    &["b"],
);

/// `install`.
pub const INSTALL: Action = plain("install", "Install the requirements now (the step packages)", "", &["I"]);

/// `reindex`.
pub const REINDEX: Action = plain("reindex", "Make the search index anew (the step index)", "", &["i"]);

/// `collectstatic`.
pub const COLLECTSTATIC: Action = plain("collectstatic", "Collect static files now", "", &["c"]);

/// `manage`.
pub const MANAGE: Action = of_words(
    "manage",
    "Run one of Django's management commands as a task",
    "Its output is printed as it is: `biostar-tui manage dumpdata forum > forum.json`.",
    &["M"],
);

/// `run`.
pub const RUN: Action = of_words("run", "Run any command as a task in the Django image", "", &["!"]);

/// `db`.
pub const DB: Action = Action {
    id: "db",
    summary: "Print the database's address with its password",
    details: "The only place where the password is shown.",
    keys: &[],
    arguments: &[positional("what", "What to print", Form::Choice(&["url"]))],
    scope: Scope::Shown,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `completions`.
pub const COMPLETIONS: Action = Action {
    id: "completions",
    summary: "Print completions for a shell",
    details: "",
    keys: &[],
    arguments: &[positional("shell", "The shell", Form::Choice(&["bash", "zsh", "fish", "elvish", "powershell"]))],
    scope: Scope::CommandLine("they are for a shell"),
    asks: Asks::Never,
    needs: Needs::Nothing,
};

/// `man`.
pub const MAN: Action = Action {
    id: "man",
    summary: "Print the man page",
    details: "",
    keys: &[],
    arguments: &[],
    scope: Scope::CommandLine("it is for the program man; the help shows all keys"),
    asks: Asks::Never,
    needs: Needs::Nothing,
};
