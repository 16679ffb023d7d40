//! Plans: lists of steps that can be printed, shown and applied.

use serde::Serialize;

use crate::core::notice::Notice;

/// The reason of a step that the user has named himself.
pub const ASKED_FOR: &str = "it was asked for";

/// What a plan's step does, as `up --dry-run --json` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanKind {
    /// Finds, pulls or bootstraps the base image.
    Base,
    /// Pulls an image.
    Pull,
    /// Builds an image.
    Build,
    /// Makes the network.
    Network,
    /// Makes a volume.
    Volume,
    /// Prepares volumes: folders, owners, the password.
    Prepare,
    /// Creates (and, where there is one of another spec, removes first) a container.
    Create,
    /// Starts a container.
    Start,
    /// Pauses a container.
    Pause,
    /// Unpauses a container.
    Unpause,
    /// Waits until a service is healthy.
    Healthy,
    /// Runs a step as a task container.
    Task,
    /// Starts the server's process anew, its container untouched.
    Reload,
    /// Stops a container.
    Stop,
    /// Writes a dump of the database to the state folder.
    Dump,
    /// Writes a dump of the database to a file of the user's.
    Export,
    /// Reads a dump into a database beside the project's.
    Import,
    /// Removes a container, network or volume.
    Remove,
    /// Takes over what another folder has left.
    Claim,
}

impl PlanKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Pull => "pull",
            Self::Build => "build",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Prepare => "prepare",
            Self::Create => "create",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::Healthy => "healthy",
            Self::Task => "task",
            Self::Reload => "reload",
            Self::Stop => "stop",
            Self::Dump => "dump",
            Self::Export => "export",
            Self::Import => "import",
            Self::Remove => "remove",
            Self::Claim => "claim",
        }
    }
}

/// What a plan's step acts on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The base image of this reference.
    Base(String),
    /// An image reference.
    Image(String),
    /// The environment's network.
    Network(String),
    /// A volume.
    Volume(String),
    /// The volumes as a whole.
    Volumes,
    /// A service's container.
    Service(String),
    /// A step's task container.
    Step(String),
    /// A file on this host.
    File(String),
    /// Any container, by its engine id and name.
    Container {
        /// The engine's id.
        id: String,
        /// Its name.
        name: String,
    },
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanStep {
    /// A name that is unique in the plan: `build web`.
    pub name: String,
    /// What it does.
    pub kind: PlanKind,
    /// What it acts on.
    pub subject: Subject,
    /// Why.
    pub reason: String,
    /// What is lost by it, for the question; `None` where nothing is.
    pub destroys: Option<String>,
    /// Whether it is decided only when it is reached.
    pub undetermined: bool,
    /// Names of the steps that must be done before it.
    pub needs: Vec<String>,
}

impl PlanStep {
    /// What it acts on, in a word.
    pub fn target(&self) -> &str {
        match &self.subject {
            Subject::Base(name)
            | Subject::Image(name)
            | Subject::Network(name)
            | Subject::Volume(name)
            | Subject::Service(name)
            | Subject::Step(name)
            | Subject::File(name)
            | Subject::Container { name, .. } => name,
            Subject::Volumes => "volumes",
        }
    }
}

/// A plan: steps in an order in which they could be applied one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<PlanStep>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// A plan of these steps, each behind those that it needs.
    pub fn ordered(mut steps: Vec<PlanStep>) -> Self {
        let mut ordered: Vec<PlanStep> = Vec::with_capacity(steps.len());
        while !steps.is_empty() {
            let free = |step: &PlanStep| step.needs.iter().all(|name| steps.iter().all(|other| &other.name != name));
            // A cycle cannot come from a valid configuration; the rest then keeps its order.
            let next = steps.iter().position(free).unwrap_or(0);
            ordered.push(steps.remove(next));
        }
        Self { steps: ordered }
    }

    /// Only a step and, step by step, what it needs.
    #[must_use]
    pub fn only(&self, name: &str) -> Self {
        let mut wanted = std::collections::BTreeSet::from([name]);
        // Steps stand behind those that they need: one pass from the end finds all.
        for step in self.steps.iter().rev() {
            if wanted.contains(step.name.as_str()) {
                wanted.extend(step.needs.iter().map(String::as_str));
            }
        }
        Self { steps: self.steps.iter().filter(|step| wanted.contains(step.name.as_str())).cloned().collect() }
    }

    /// Whether a step of this name is in it.
    pub fn has(&self, name: &str) -> bool {
        self.steps.iter().any(|step| step.name == name)
    }

    /// What `--dry-run` shows: a line for each step.
    pub fn to_text(&self) -> String {
        if self.is_empty() {
            return "nothing to do".to_owned();
        }
        self.steps.iter().map(PlanStep::to_line).collect::<Vec<_>>().join("\n")
    }

    /// The object that `--dry-run --json` prints.
    pub fn to_json(&self) -> serde_json::Value {
        let steps: Vec<_> = self.steps.iter().map(PlanStep::to_json).collect();
        serde_json::json!({ "steps": steps, "refusal": null })
    }
}

impl PlanStep {
    fn to_line(&self) -> String {
        let maybe = if self.undetermined { "maybe " } else { "" };
        let loss = self.destroys.as_ref().map(|loss| format!("; destroys {loss}")).unwrap_or_default();
        format!("{maybe}{}: {}{loss}", self.name, self.reason)
    }

    fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "name": self.name,
            "kind": self.kind.as_str(),
            "target": self.target(),
            "reason": self.reason,
            "destroys": self.destroys,
        })
    }
}

/// Why there is no plan: exit code 4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal(pub Notice);

impl Refusal {
    /// The object that `--dry-run --json` prints.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "steps": [], "refusal": self.0 })
    }
}
