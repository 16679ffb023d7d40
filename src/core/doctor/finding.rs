//! What a check found.

use serde::Serialize;

use crate::core::notice::{Notice, Severity};

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Not looked at: something that it needs is missing.
    Skipped,
    /// Works, but not as wanted.
    Warning,
    /// Will not work.
    Error,
}

impl Verdict {
    /// The word in the output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What `--fix` can do, all of it as root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fix {
    /// Install an engine where there is none, and start it.
    StartEngine,
    /// Install mmdebstrap by apt.
    InstallBootstrapper,
    /// Set a limit of the kernel.
    Sysctl {
        /// Its name, `fs.inotify.max_user_watches`.
        key: &'static str,
        /// The new value.
        value: u64,
    },
}

impl std::fmt::Display for Fix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::StartEngine => f.write_str("as root: install docker.io where there is no engine, and start it"),
            Self::InstallBootstrapper => f.write_str("as root: apt-get install mmdebstrap"),
            Self::Sysctl { key, value } => write!(f, "as root: sysctl -w {key}={value}"),
        }
    }
}

impl Serialize for Fix {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check's name.
    #[serde(rename = "name")]
    pub check: &'static str,
    /// How it is.
    #[serde(rename = "finding")]
    pub verdict: Verdict,
    /// What was found, in one line.
    pub summary: String,
    /// Why, where that is more than the summary says.
    pub cause: Option<String>,
    /// What to do about it; a hint where all is well.
    pub remedy: Option<String>,
    /// What `--fix` does about it.
    pub fix: Option<Fix>,
}

impl Finding {
    fn new(verdict: Verdict, summary: impl Into<String>) -> Self {
        Self { check: "", verdict, summary: summary.into(), cause: None, remedy: None, fix: None }
    }

    /// All is well.
    pub fn ok(summary: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, summary)
    }

    /// It was not looked at.
    pub fn skipped(why: impl std::fmt::Display) -> Self {
        Self::new(Verdict::Skipped, format!("not looked at: {why}"))
    }

    /// It works, but not as wanted.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, summary)
    }

    /// It will not work.
    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Verdict::Error, summary)
    }

    /// An error that has been told already somewhere else.
    pub fn of(notice: &Notice) -> Self {
        let Notice { summary, cause, remedy, .. } = notice.clone();
        Self { cause, remedy, ..Self::error(summary) }
    }

    /// The same with its cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same with what `--fix` does.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// As a notice, where it is a warning or an error.
    pub fn notice(&self) -> Option<Notice> {
        let severity = match self.verdict {
            Verdict::Ok | Verdict::Skipped => return None,
            Verdict::Warning => Severity::Warning,
            Verdict::Error => Severity::Error,
        };
        let summary = self.summary.clone();
        Some(Notice { severity, summary, cause: self.cause.clone(), remedy: self.remedy.clone() })
    }
}
