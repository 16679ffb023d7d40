//! Output of Django's commands: `migrate`, `loaddata`, `collectstatic`, and Haystack's
//! `rebuild_index` and `update_index`.

use crate::core::progress::Progress;
use crate::logs::progress::{announced, counted, progress};

/// How the hook in the task's container announces a migration plan.
pub(super) const TO_APPLY: &str = "migrations to apply";

/// A run of `migrate`.
#[derive(Debug, Default)]
pub(super) struct Migrations {
    total: u64,
    applied: u64,
}

impl Migrations {
    pub(super) fn line(&mut self, line: &str) -> Option<Progress> {
        if let Some((total, _)) = announced(line, TO_APPLY) {
            // After all of one database those of another one begin. The announcement comes
            // on another stream, so the first may be applied already.
            let applied = if self.applied < self.total || self.total == 0 { self.applied } else { 0 };
            *self = Self { total, applied };
            return (total > 0).then(|| progress("migrations", applied, total));
        }
        let line = line.trim_start();
        let named = line.strip_prefix("Applying ").or_else(|| line.strip_prefix("Unapplying "))?;
        let (name, end) = named.split_once("...")?;
        // What follows is ` OK`, ` FAKED`, or whatever the migration itself wrote.
        self.applied += u64::from(end.trim_end().ends_with("OK") || end.trim_end().ends_with("FAKED"));
        let total = if self.applied <= self.total { self.total } else { 0 };
        Some(progress(name, self.applied, total))
    }
}

/// A run over a search index, model by model.
#[derive(Debug, Default)]
pub(super) struct Index {
    label: String,
}

impl Index {
    pub(super) fn line(&mut self, line: &str) -> Option<Progress> {
        if let Some((total, label)) = line.strip_prefix("Indexing ").and_then(counted) {
            label.clone_into(&mut self.label);
            return Some(progress(label, 0, total));
        }
        // `  indexed 1 - 100 of 354 (worker PID: 12).`, with --verbosity 2.
        let (done, rest) = line.trim_start().strip_prefix("indexed ")?.split_once(" - ")?.1.split_once(" of ")?;
        let total = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(progress(self.label.as_str(), done.parse().ok()?, total.parse().ok()?))
    }
}

/// `Installed 913 object(s) from 1 fixture(s)`, and with --verbosity 3 `Processed 40
/// object(s).` on the way.
pub(super) fn objects(line: &str) -> Option<Progress> {
    // Drawn over and over on one line.
    let line = line.rsplit('\r').find(|part| !part.trim().is_empty())?;
    let rest = line.strip_prefix("Installed ").or_else(|| line.strip_prefix("Processed "))?;
    let (number, rest) = counted(rest)?;
    rest.starts_with("object(s)").then(|| progress("objects", number, 0))
}

/// `biostar-tui: test 12/42 ok forum.tests.X.test_y (0.02 s)`, of our own runner of tests.
pub(super) fn tests(line: &str) -> Option<Progress> {
    let (done, rest) = line.strip_prefix("biostar-tui: test ")?.split_once('/')?;
    let (total, rest) = rest.split_once(' ')?;
    let name = rest.split(' ').nth(1)?.rsplit('.').next()?;
    Some(progress(name, done.parse().ok()?, total.parse().ok()?))
}

/// `130 static files copied to '/x', 2 unmodified, 132 post-processed.`
pub(super) fn static_files(line: &str) -> Option<Progress> {
    let (number, rest) = counted(line)?;
    let is_files = rest.starts_with("static file ") || rest.starts_with("static files ");
    is_files.then(|| progress("static files", number, 0))
}
