//! Steps: declared units of provisioning.

use serde::Serialize;

/// The task runner's exit code where the project's folder may not be written (EX_CANTCREAT
/// of sysexits.h): what a step makes there has to wait, the site need not.
pub const LEFT_OUT: i64 = 73;

/// When a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Once for each start of the web container.
    Always,
    /// When its inputs have changed since its receipt.
    Changed,
    /// When its probe command fails.
    Probe,
    /// Once: until it has a receipt.
    Once,
}

impl When {
    /// The word in configuration and in the task's description.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Changed => "changed",
            Self::Probe => "probe",
            Self::Once => "once",
        }
    }
}

/// Where a step's receipt lives: with what it describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The schema `biostar_tui` in the project's database.
    Database,
    /// A file in the packages volume.
    Packages,
    /// Beside the step's outputs in the project's folder.
    Project,
    /// Nowhere: a command that was asked for leaves no receipt.
    None,
}

impl Scope {
    /// The word in configuration and in the task's description.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Packages => "packages",
            Self::Project => "project",
            Self::None => "none",
        }
    }
}

/// Tasks of one class never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Writes the database.
    Database,
    /// Writes the packages volume.
    Packages,
    /// Neither.
    None,
}

impl Class {
    /// The word in the task's description.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Packages => "packages",
            Self::None => "none",
        }
    }
}

/// What kind of work the task runner does for a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Runs its command.
    Command,
    /// Installs the requirements.
    Packages,
    /// Creates and verifies the database.
    Database,
    /// Takes, restores or removes a snapshot of the database.
    Snapshot,
}

impl StepKind {
    /// The word in the task's description.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Packages => "packages",
            Self::Database => "database",
            Self::Snapshot => "snapshot",
        }
    }
}

/// A step, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name; its task carries it.
    pub name: String,
    /// What the task runner does.
    pub kind: StepKind,
    /// The command; empty for the kinds that have none.
    pub run: Vec<String>,
    /// Steps that must be done before it.
    pub after: Vec<String>,
    /// When it runs.
    pub when: When,
    /// Where its receipt lives.
    pub scope: Scope,
    /// Globs of the files that it depends on, relative to the project's folder.
    pub inputs: Vec<String>,
    /// Files and folders that it makes in the project's folder.
    pub outputs: Vec<String>,
    /// A command that fails when the step's result is not there.
    pub verify: Vec<String>,
    /// For `when = "probe"`: a command that fails when the step has to run.
    pub probe: Vec<String>,
    /// A regular expression with two groups, done and total, read from its output.
    pub progress: Option<String>,
    /// The service whose image, environment and mounts it uses.
    pub service: String,
}

impl Step {
    /// A command that was asked for, as a step without a receipt.
    pub fn of_command(name: String, run: Vec<String>, service: String) -> Self {
        Self {
            name,
            kind: StepKind::Command,
            run,
            after: Vec::new(),
            when: When::Always,
            scope: Scope::None,
            inputs: Vec::new(),
            outputs: Vec::new(),
            verify: Vec::new(),
            probe: Vec::new(),
            progress: None,
            service,
        }
    }

    /// Whether it runs one of Django's management commands, which may write the database.
    fn is_managed(&self) -> bool {
        self.run.iter().take(2).any(|word| word == "manage.py" || word.ends_with("/manage.py"))
    }

    /// Which other tasks it must not overlap with. What is made in the project's folder is
    /// made from the database, and the copies that are taken of that end other sessions: so
    /// it counts as a database task too.
    pub fn class(&self) -> Class {
        match (self.kind, self.scope) {
            (StepKind::Packages, _) | (_, Scope::Packages) => Class::Packages,
            (StepKind::Snapshot, _) => Class::Database,
            (StepKind::Database | StepKind::Command, Scope::Database | Scope::Project) => Class::Database,
            (StepKind::Database | StepKind::Command, Scope::None) if self.is_managed() => Class::Database,
            (StepKind::Database | StepKind::Command, Scope::None) => Class::None,
        }
    }
}
