//! Snapshots of the database: copies that PostgreSQL keeps beside it.

use serde::Serialize;

use crate::core::observed::Timestamp;

/// How many bytes a disk must have left beside a snapshot: a full one stops every database.
pub const RESERVE: u64 = 256 * 1024 * 1024;

/// What a project's snapshots are bounded by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// How many automatic ones are kept; the oldest go.
    pub keep: u64,
    /// Bytes of all snapshots together.
    pub bytes: u64,
    /// Whether each branch has a database of its own.
    pub per_branch: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { keep: 10, bytes: 10 * 1024 * 1024 * 1024, per_branch: false }
    }
}

/// Why a snapshot was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It was asked for, under a name.
    Named,
    /// The program took it before something that loses data.
    Automatic,
    /// It is the database of a branch that is not checked out.
    Branch,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Its name; a branch's for those of branches.
    pub name: String,
    /// Why it was made.
    pub kind: Kind,
    /// The branch that was checked out then; empty where there was none.
    pub branch: String,
    /// When; 0 where its maker was killed before it could say.
    pub made_at: Timestamp,
    /// What it takes on the disk.
    pub bytes: u64,
}

/// Who is connected to the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// What it calls itself; most programs do not.
    pub program: String,
    /// Where it comes from.
    pub address: String,
    /// `active`, `idle`, `idle in transaction`.
    pub state: String,
}

/// All that is known of a database's snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Snapshots {
    /// They, the oldest first.
    pub list: Vec<Snapshot>,
    /// Sessions that would be ended.
    pub sessions: Vec<Session>,
    /// What the database itself takes.
    pub database_bytes: u64,
    /// What the engine's disk has left, where that could be read.
    pub free_bytes: Option<u64>,
}

impl Snapshot {
    /// What it is called by: `branch:NAME` for a branch's.
    pub fn label(&self) -> String {
        if self.kind == Kind::Branch { format!("branch:{}", self.name) } else { self.name.clone() }
    }

    /// Its size, age and branch, in words.
    pub fn describe(&self, now: Timestamp) -> String {
        let branch = if self.branch.is_empty() { String::new() } else { format!(", branch {}", self.branch) };
        format!("{}, {}{branch}", size(self.bytes), age(now - self.made_at))
    }
}

impl Snapshots {
    /// The snapshot of a label.
    pub fn find(&self, label: &str) -> Option<&Snapshot> {
        self.list.iter().find(|snapshot| snapshot.label() == label)
    }

    /// Whether so many bytes more fit on the disk; what is not known is tried.
    pub fn fits(&self, bytes: u64) -> bool {
        self.free_bytes.is_none_or(|free| bytes.saturating_add(RESERVE) <= free)
    }

    /// A line for each, the newest first.
    pub fn to_text(&self, now: Timestamp) -> String {
        if self.list.is_empty() {
            return format!(
                "no snapshots; the database takes {}\n`biostar-tui snapshot save NAME` makes one",
                size(self.database_bytes)
            );
        }
        let width = self.list.iter().map(|snapshot| snapshot.label().chars().count()).max().unwrap_or(0);
        let line = |it: &Snapshot| {
            let kind = if it.kind == Kind::Automatic { " (automatic)" } else { "" };
            format!("{:<width$}  {:>9}  {:>12}  {}{kind}", it.label(), size(it.bytes), age(now - it.made_at), it.branch)
                .trim_end()
                .to_owned()
        };
        let lines: Vec<String> = self.list.iter().rev().map(line).collect();
        let all = self.list.iter().map(|snapshot| snapshot.bytes).sum();
        format!(
            "{}\n{} in {}; the database takes {}",
            lines.join("\n"),
            size(all),
            counted(self.list.len()),
            size(self.database_bytes)
        )
    }
}

fn counted(snapshots: usize) -> String {
    if snapshots == 1 { "1 snapshot".to_owned() } else { format!("{snapshots} snapshots") }
}

/// Bytes, for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// How long ago, for people; nanoseconds.
pub fn age(nanoseconds: Timestamp) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    let (count, unit) = match seconds {
        ..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "min"),
        3600..86_400 => (seconds / 3600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    // Years: one whose maker was killed before it could say when.
    if count > 20_000 { "unknown".to_owned() } else { format!("{count} {unit} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(name: &str, kind: Kind) -> Snapshot {
        Snapshot { name: name.into(), kind, branch: "main".into(), made_at: 1_000_000_000_000, bytes: 12_345_678 }
    }

    #[test]
    fn sizes_and_ages_for_people() {
        assert_eq!(
            (size(7_000), size(12_345_678), size(1_500_000_000)),
            ("7 kB".into(), "12.3 MB".into(), "1.5 GB".into())
        );
        let now = |seconds: i64| snapshot("x", Kind::Named).describe(1_000_000_000_000 + seconds * 1_000_000_000);
        assert_eq!(now(5), "12.3 MB, just now, branch main");
        assert_eq!(now(7200), "12.3 MB, 2 h ago, branch main");
    }

    #[test]
    fn labels_tell_branches_from_names() {
        let list = vec![snapshot("topic", Kind::Branch), snapshot("topic", Kind::Named)];
        let snapshots = Snapshots { list, ..Snapshots::default() };
        assert_eq!(snapshots.find("branch:topic").map(|it| it.kind), Some(Kind::Branch));
        assert_eq!(snapshots.find("topic").map(|it| it.kind), Some(Kind::Named));
        assert_eq!(snapshots.to_text(0).lines().count(), 3);
    }

    #[test]
    fn what_does_not_fit_is_known_before() {
        let with = |free_bytes| Snapshots { free_bytes, ..Snapshots::default() };
        assert!(with(None).fits(u64::MAX));
        assert!(with(Some(RESERVE + 10)).fits(10));
        assert!(!with(Some(RESERVE + 10)).fits(11));
    }
}
