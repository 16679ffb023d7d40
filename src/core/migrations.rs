//! How the migrations of the code and those of the database stand to each other.

use serde::{Deserialize, Serialize};

/// What Django, or South, says of a project's migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Migrations {
    /// `django`, `south`, or `none` where that could not be told.
    pub system: String,
    /// Migrations of the code that the database has not, `app.name`, in the order in which
    /// they would be applied; cut where there are very many.
    pub pending: Vec<String>,
    /// How many of them there are.
    pub pending_count: usize,
    /// Migrations that the database has and the code has not.
    pub unknown: Vec<String>,
    /// How many of them there are.
    pub unknown_count: usize,
    /// Changes of models that no migration makes yet.
    pub changes: Vec<ModelChanges>,
    /// Apps whose migrations end in more than one.
    pub conflicts: Vec<Conflict>,
    /// Why nothing could be told: the last line of what the project's code raised.
    pub error: Option<String>,
}

/// Changes of an app's models that no migration makes yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ModelChanges {
    /// The app.
    pub app: String,
    /// What a migration would do, in Django's words.
    pub operations: Vec<String>,
}

/// Migrations of one app that follow on the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Conflict {
    /// The app.
    pub app: String,
    /// Its last migrations.
    pub migrations: Vec<String>,
}

/// The database against the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It has what the code has.
    Level,
    /// The code has migrations that it has not.
    Behind,
    /// It has migrations that the code has not.
    Ahead,
    /// Both.
    Diverged,
    /// It could not be told.
    Unknown,
}

impl Standing {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Behind => "behind",
            Self::Ahead => "ahead",
            Self::Diverged => "diverged",
            Self::Unknown => "unknown",
        }
    }
}

impl Migrations {
    /// How the database stands to the code.
    pub const fn standing(&self) -> Standing {
        match (self.error.is_some(), self.pending_count, self.unknown_count) {
            (true, ..) => Standing::Unknown,
            (_, 0, 0) => Standing::Level,
            (_, _, 0) => Standing::Behind,
            (_, 0, _) => Standing::Ahead,
            _ => Standing::Diverged,
        }
    }

    /// Whether there is nothing to say.
    pub fn is_level(&self) -> bool {
        self.standing() == Standing::Level && self.changes.is_empty() && self.conflicts.is_empty()
    }

    /// All that is not as it should be, in a few words; `None` where there is nothing.
    pub fn summary(&self) -> Option<String> {
        let standing = match self.standing() {
            Standing::Level => None,
            Standing::Behind => Some(format!("{} pending", counted(self.pending_count))),
            Standing::Ahead => Some(format!("database ahead by {}", counted(self.unknown_count))),
            Standing::Diverged => {
                Some(format!("diverged: {} pending, {} not in the code", self.pending_count, self.unknown_count))
            }
            Standing::Unknown => Some("migrations unknown".to_owned()),
        };
        let apps = |apps: Vec<&str>| apps.join(", ");
        let conflicts = (!self.conflicts.is_empty())
            .then(|| format!("conflict in {}", apps(self.conflicts.iter().map(|it| it.app.as_str()).collect())));
        let changes = (!self.changes.is_empty()).then(|| {
            format!(
                "models changed without a migration: {}",
                apps(self.changes.iter().map(|it| it.app.as_str()).collect())
            )
        });
        let all: Vec<String> = standing.into_iter().chain(conflicts).chain(changes).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// All of it, for people: a line for each migration.
    pub fn to_text(&self) -> String {
        if let Some(error) = &self.error {
            return format!("the migrations cannot be told: {error}");
        }
        if self.is_level() {
            return "the database has every migration of the code, and no model has changed without one".to_owned();
        }
        let mut lines = Vec::new();
        // Django refuses to apply any while there is a conflict.
        let pending = match self.conflicts.as_slice() {
            [] => "pending; `biostar-tui migrate` applies them:",
            _ => "pending, and none can be applied before the conflict is gone:",
        };
        list(&mut lines, pending, &self.pending, self.pending_count);
        let ahead = "in the database and not in the code: of another branch, or removed:";
        list(&mut lines, ahead, &self.unknown, self.unknown_count);
        for Conflict { app, migrations } in &self.conflicts {
            lines.push(format!("conflict in {app}: {} follow on the same one", migrations.join(" and ")));
            lines.push("  `biostar-tui makemigrations --merge` joins them".to_owned());
        }
        for ModelChanges { app, operations } in &self.changes {
            lines.push(format!(
                "{app}: models have changed without a migration; `biostar-tui makemigrations` writes it:"
            ));
            lines.extend(operations.iter().map(|operation| format!("  {operation}")));
        }
        lines.join("\n")
    }

    /// The object in `status --json`.
    pub fn to_json(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["standing"] = serde_json::json!(self.standing().as_str());
        value
    }
}

fn counted(count: usize) -> String {
    format!("{count} migration{}", if count == 1 { "" } else { "s" })
}

fn list(lines: &mut Vec<String>, title: &str, names: &[String], count: usize) {
    if count == 0 {
        return;
    }
    lines.push(format!("{} {title}", counted(count)));
    lines.extend(names.iter().map(|name| format!("  {name}")));
    if count > names.len() {
        lines.push(format!("  and {} more", count - names.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pending: usize, unknown: usize) -> Migrations {
        let names = |count: usize| (0..count).map(|n| format!("forum.{n:04}")).collect();
        Migrations {
            pending: names(pending),
            pending_count: pending,
            unknown: names(unknown),
            unknown_count: unknown,
            ..Migrations::default()
        }
    }

    #[test]
    fn the_database_against_the_code() {
        for (pending, unknown, standing, summary) in [
            (0, 0, Standing::Level, None),
            (1, 0, Standing::Behind, Some("1 migration pending")),
            (0, 2, Standing::Ahead, Some("database ahead by 2 migrations")),
            (3, 2, Standing::Diverged, Some("diverged: 3 pending, 2 not in the code")),
        ] {
            let migrations = with(pending, unknown);
            assert_eq!(migrations.standing(), standing);
            assert_eq!(migrations.summary().as_deref(), summary);
        }
    }

    #[test]
    fn changes_and_conflicts_are_told_beside_it() {
        let changes = vec![ModelChanges { app: "forum".into(), operations: vec!["Add field x".into()] }];
        let conflicts = vec![Conflict { app: "blog".into(), migrations: vec!["0002_a".into(), "0002_b".into()] }];
        let all = Migrations { changes, conflicts, ..with(1, 0) };
        let wanted = "1 migration pending; conflict in blog; models changed without a migration: forum";
        assert_eq!(all.summary().as_deref(), Some(wanted));
        let text = all.to_text();
        for part in ["  forum.0000", "0002_a and 0002_b", "  Add field x", "makemigrations --merge"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("`biostar-tui migrate`"), "Django refuses it: {text}");
    }

    #[test]
    fn an_answer_that_lacks_something_is_read() {
        let read: Migrations = serde_json::from_str(r#"{"error":"ImportError: x"}"#).unwrap();
        assert_eq!(read.standing(), Standing::Unknown);
        assert_eq!(read.to_json()["standing"], "unknown");
    }

    #[test]
    fn a_long_list_is_counted() {
        let cut = Migrations { pending_count: 300, ..with(2, 0) };
        assert!(cut.to_text().ends_with("and 298 more"));
    }
}
