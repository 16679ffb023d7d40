//! The global flags, as they were given.

use std::path::PathBuf;

use clap::ArgMatches;

/// The global flags.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--project`.
    pub project: Option<PathBuf>,
    /// `--environment`.
    pub environment: Option<String>,
    /// `--host`.
    pub host: Option<String>,
    /// `--json`.
    pub json: bool,
    /// `--yes`.
    pub yes: bool,
    /// `--allow-production`.
    pub allow_production: bool,
    /// `--search`.
    pub search: bool,
    /// `--verbose`.
    pub verbose: bool,
    /// `--pane`, which verbs do not have.
    pub pane: Option<String>,
}

impl Flags {
    /// Reads them; a verb's own matches hold the global ones too.
    pub fn of(matches: &ArgMatches) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            project: text("project").map(PathBuf::from),
            environment: text("environment"),
            host: text("host"),
            json: matches.get_flag("json"),
            yes: matches.get_flag("yes"),
            allow_production: matches.get_flag("allow-production"),
            search: matches.get_flag("search"),
            verbose: matches.get_flag("verbose"),
            pane: matches.try_get_one::<String>("pane").ok().flatten().cloned(),
        }
    }
}
