//! Environments: development, staging, production.

use std::collections::BTreeMap;

use serde::Serialize;

/// The environment that is always there.
pub const DEVELOPMENT: &str = "development";

/// One environment of a project, resolved: one requirements set, one settings module,
/// one env file.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Requirement files, relative to the project's folder.
    pub requirements: Vec<String>,
    /// Packages added to the requirements.
    pub packages: Vec<String>,
    /// Versions that take the place of the requirement files' own, by package.
    pub pins: BTreeMap<String, String>,
    /// Packages of the requirement files that are left out.
    pub exclude: Vec<String>,
    /// The settings module.
    pub settings: String,
    /// Settings laid over it; `None` where there is to be no overlay.
    pub overlay: Option<serde_json::Map<String, serde_json::Value>>,
    /// Whether pages are loaded anew in browsers when the server is.
    pub live_reload: bool,
    /// The settings module that the project's tests want, where it is another one.
    pub test_settings: Option<String>,
    /// Whether installed packages lie in a folder of the client's instead of a volume.
    pub packages_in_folder: bool,
    /// The env file, relative to the project's folder.
    pub env_file: Option<String>,
    /// The variables of the env file (read by the edge that loads the project).
    pub variables: BTreeMap<String, String>,
    /// Set where the env file needs a shell to be read.
    pub sourced: Option<Sourced>,
}

/// An env file that a shell has to read, in the containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sourced {
    /// The file, relative to the project's folder.
    pub path: String,
    /// A digest of its text.
    pub digest: String,
    /// The variables whose values are known only there.
    pub names: Vec<String>,
}

impl Environment {
    /// Whether it is treated as production: every name that is not a known harmless one.
    pub fn is_production(&self) -> bool {
        is_production(&self.name)
    }
}

/// Whether an environment of this name is treated as production.
pub fn is_production(name: &str) -> bool {
    !matches!(name, DEVELOPMENT | "test" | "staging")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_count_as_production() {
        let named = |name: &str| Environment { name: name.into(), ..Environment::default() };
        assert!(!named("development").is_production());
        assert!(!named("staging").is_production());
        assert!(named("production").is_production());
        assert!(named("live").is_production());
    }
}
