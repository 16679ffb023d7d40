//! What the user is told.

use serde::Serialize;

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works, but not as wanted.
    Warning,
    /// Something failed.
    Error,
}

impl Severity {
    /// The word shown beside the notice: colour is never the only carrier of meaning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that the user is told: what happened, to what, why, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// What happened, to what, in one line.
    pub summary: String,
    /// Why, as far as it is known; may have several lines.
    pub cause: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Notice {
    /// A notice without cause or remedy.
    pub fn new(severity: Severity, summary: impl Into<String>) -> Self {
        Self { severity, summary: summary.into(), cause: None, remedy: None }
    }

    /// An error notice.
    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary)
    }

    /// A warning.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary)
    }

    /// A piece of information.
    pub fn info(summary: impl Into<String>) -> Self {
        Self::new(Severity::Info, summary)
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
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.severity.as_str(), self.summary)?;
        if let Some(cause) = &self.cause {
            write!(f, "\n  cause: {}", cause.replace('\n', "\n         "))?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "\n  remedy: {}", remedy.replace('\n', "\n          "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_cause_and_remedy() {
        let notice = Notice::error("port 8000 is taken").because("python3, process 12").remedy("stop it");
        assert_eq!(notice.to_string(), "error: port 8000 is taken\n  cause: python3, process 12\n  remedy: stop it");
    }
}
