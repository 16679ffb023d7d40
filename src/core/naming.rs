//! Names and labels of everything that the program makes in an engine.
//!
//! These cannot be changed under users later: containers, networks and volumes are found
//! again by them.

use crate::core::digest;

/// Label: the project's slug.
pub const LABEL_PROJECT: &str = "biostar-tui.project";
/// Label: the project's folder, an absolute path on the client's host.
pub const LABEL_ROOT: &str = "biostar-tui.root";
/// Label: the machine id of the client's host.
pub const LABEL_HOST: &str = "biostar-tui.host";
/// Label: the environment's name.
pub const LABEL_ENVIRONMENT: &str = "biostar-tui.environment";
/// Label: `service`, `task`, `console` or `helper`.
pub const LABEL_ROLE: &str = "biostar-tui.role";
/// Label: the service's, step's or console's name.
pub const LABEL_NAME: &str = "biostar-tui.name";
/// Label on consoles: the service that their container is like.
pub const LABEL_SERVICE: &str = "biostar-tui.service";
/// Label on tasks: the command, its words quoted as for a shell.
pub const LABEL_COMMAND: &str = "biostar-tui.command";
/// Label: the hash of the create spec.
pub const LABEL_SPEC: &str = "biostar-tui.spec";
/// Label: the version of the program that made it.
pub const LABEL_VERSION: &str = "biostar-tui.version";
/// Label on task containers: where the step's receipt lives.
pub const LABEL_SCOPE: &str = "biostar-tui.scope";
/// Label on images: the digest of what they were built from.
pub const LABEL_BUILD: &str = "biostar-tui.build";
/// Label on volumes: tells one from its successor of the same name. (The engine's own
/// `CreatedAt` does not: for local volumes it is the folder's ctime, which every change in
/// it moves.)
pub const LABEL_INSTANCE: &str = "biostar-tui.instance";
/// Label on the volume of a claim (see [`crate::core::claim`]): its number.
pub const LABEL_CLAIM: &str = "biostar-tui.claim";
/// Label on the volume of a claim: the folders that are taken over from, a JSON list.
pub const LABEL_CLAIMED: &str = "biostar-tui.claimed";
/// Label on database volumes: PostgreSQL's major version.
pub const LABEL_POSTGRES_MAJOR: &str = "biostar-tui.postgres-major";

/// A project's slug: its name in lower-case ASCII, `-` for the rest, with a short hash
/// where that changed it (so that two names never share a slug by accident).
pub fn slug(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        let mapped = if c.is_ascii_alphanumeric() { c } else { '-' };
        if mapped != '-' || !(plain.is_empty() || plain.ends_with('-')) {
            plain.push(mapped);
        }
    }
    // 40 characters leave room for the rest of a container name in a 63 character host name.
    let plain: String = plain.trim_matches('-').chars().take(40).collect();
    if plain == name {
        return plain;
    }
    let hash = &digest::of_bytes(name.as_bytes())[..6];
    if plain.is_empty() { format!("project-{hash}") } else { format!("{plain}-{hash}") }
}

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A long-running part of the project.
    Service,
    /// One run of a step or command.
    Task,
    /// An interactive program.
    Console,
    /// A one-shot container of the program's own (volume preparation, probes, dumps).
    Helper,
}

impl Role {
    /// The word used in names and labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Task => "task",
            Self::Console => "console",
            Self::Helper => "helper",
        }
    }

    /// The role of a label's value, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Service, Self::Task, Self::Console, Self::Helper].into_iter().find(|role| role.as_str() == text)
    }
}

/// `<slug>-<environment>-<role>-<name>`, the name of a container.
pub fn container(slug: &str, environment: &str, role: Role, name: &str) -> String {
    format!("{slug}-{environment}-{}-{name}", role.as_str())
}

/// `<slug>-<environment>-volume-<name>`, the name of a volume.
pub fn volume(slug: &str, environment: &str, name: &str) -> String {
    format!("{slug}-{environment}-volume-{name}")
}

/// `<slug>-<environment>-network-default`, the name of the environment's network.
pub fn network(slug: &str, environment: &str) -> String {
    format!("{slug}-{environment}-network-default")
}

/// What the names of tasks that run free commands begin with.
pub const FREE_COMMAND: &str = "run-";

/// The name of a task that runs a free command: a hash of its arguments.
pub fn task_of_command(arguments: &[String]) -> String {
    format!("{FREE_COMMAND}{}", digest::short(&digest::of(arguments)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_names_stay() {
        assert_eq!(slug("biostar"), "biostar");
        assert_eq!(slug("biostar-2014"), "biostar-2014");
    }

    #[test]
    fn changed_names_carry_a_hash() {
        assert!(slug("My Project").starts_with("my-project-"));
        assert_ne!(slug("My Project"), slug("my project"));
        assert!(slug("Ünïcode é").len() > 8);
        assert!(slug("日本").starts_with("project-"));
    }

    #[test]
    fn names_follow_the_design() {
        assert_eq!(container("biostar", "development", Role::Task, "migrate"), "biostar-development-task-migrate");
        assert_eq!(volume("biostar", "development", "db"), "biostar-development-volume-db");
    }

    proptest! {
        #[test]
        fn slug_is_a_legal_engine_name(name in "\\PC{1,80}") {
            let slug = slug(&name);
            prop_assert!(!slug.is_empty() && slug.len() <= 48);
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
        }
    }
}
