//! What is wrong with a configuration, and where.

use std::path::PathBuf;

use crate::{
    config::{excerpt, source::Place},
    core::notice::Notice,
};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, if it is in a text.
    pub place: Option<Place>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to write instead: the nearest known name, the words that are known.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self { place: Some(place), message: message.into(), help: None }
    }

    /// A problem that is in no text.
    pub fn new(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into(), help: None }
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with help, where there is any.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Place and message in one line.
    pub fn line(&self) -> String {
        match &self.place {
            Some(place) => format!("{place}: {}", self.message),
            None => self.message.clone(),
        }
    }

    /// The line of the file with the span marked, where the place has one.
    pub fn excerpt(&self) -> Option<String> {
        self.place.as_ref().and_then(excerpt::of)
    }

    /// What the user is told.
    pub fn notice(&self) -> Notice {
        let mut notice = Notice::error(self.line());
        notice.cause = self.excerpt();
        notice.remedy = self.help.clone();
        notice
    }

    fn paragraph(&self) -> String {
        let help = self.help.as_ref().map(|help| format!("help: {help}"));
        [Some(self.line()), self.excerpt(), help].into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

/// Why there is no configuration: exit code 2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No folder of a project was found.
    #[error("no project in {} or above it", start.display())]
    NoProject {
        /// Where the search began.
        start: PathBuf,
    },
    /// A project was found that has neither Django nor services of its own.
    #[error("no manage.py in {}", root.display())]
    NoManage {
        /// The project's folder.
        root: PathBuf,
        /// The paths that were looked at.
        looked_at: Vec<String>,
    },
    /// Something in the files, variables or flags is wrong.
    #[error("{}", summary(.0))]
    Problems(Vec<Problem>),
}

impl ConfigError {
    /// An error of one problem.
    pub fn one(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }

    /// The problems in texts; empty where there was nothing to read.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Problems(problems) => problems,
            Self::NoProject { .. } | Self::NoManage { .. } => &[],
        }
    }

    /// What the user is told: all of it.
    pub fn notice(&self) -> Notice {
        match self {
            Self::NoProject { start } => no_project(self.to_string(), start),
            Self::NoManage { looked_at, .. } => no_manage(self.to_string(), looked_at),
            Self::Problems(problems) => match problems.as_slice() {
                [problem] => problem.notice(),
                several => Notice::error(self.to_string())
                    .because(several.iter().map(Problem::paragraph).collect::<Vec<_>>().join("\n\n")),
            },
        }
    }
}

fn summary(problems: &[Problem]) -> String {
    match problems {
        [problem] => problem.line(),
        several => format!("{} problems in the configuration", several.len()),
    }
}

fn no_project(summary: String, start: &std::path::Path) -> Notice {
    let looked =
        format!("looked for biostar-tui.toml, then for manage.py, in {} and every folder above it", start.display());
    Notice::error(summary).because(looked).remedy(
        "go to the folder of a Django project (the one with manage.py), name it with --project DIR,\n\
         or write a biostar-tui.toml with a service of your own there:\n\
         \n\
         [services.web]\n\
         image = \"nginx:stable\"\n\
         port = \"127.0.0.1:8000:80\"",
    )
}

fn no_manage(summary: String, looked_at: &[String]) -> Notice {
    let looked = format!("looked for {}; biostar-tui.toml declares no services of its own", looked_at.join(", "));
    Notice::error(summary).because(looked).remedy(
        "say where manage.py is, relative to the project's folder:\n\
         \n\
         [project]\n\
         manage = \"src\"\n\
         \n\
         or declare a service of your own:\n\
         \n\
         [services.web]\n\
         image = \"nginx:stable\"",
    )
}
