//! Profiles: ready-made configurations, embedded.

use crate::config::{
    error::Problem,
    parse,
    source::{Layer, Source},
    value::Node,
};

/// A ready-made configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A Django project on PostgreSQL.
    Django,
    /// Services of the project's own, and nothing else.
    None,
}

impl Profile {
    /// The word in `project.profile`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Django => "django",
            Self::None => "none",
        }
    }

    /// The profile of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Django, Self::None].into_iter().find(|profile| profile.as_str() == word)
    }

    /// Its document.
    ///
    /// # Errors
    /// Never for what is embedded: a test reads them all.
    pub fn document(self) -> Result<Node, Vec<Problem>> {
        let (name, text) = match self {
            Self::Django => ("profiles/django.toml (built in)", include_str!("../../assets/profiles/django.toml")),
            Self::None => ("profiles/none.toml (built in)", include_str!("../../assets/profiles/none.toml")),
        };
        parse::document(Layer::Profile, &Source::file(name, text))
    }
}

/// The embedded defaults.
///
/// # Errors
/// Never for what is embedded: a test reads it.
pub fn defaults() -> Result<Node, Vec<Problem>> {
    let text = include_str!("../../config.toml");
    parse::document(Layer::Default, &Source::file("config.toml (built in)", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{
        schema::{self, Kind},
        validate,
    };

    #[test]
    fn what_is_embedded_is_valid() {
        for document in [defaults(), Profile::Django.document(), Profile::None.document()] {
            let document = document.expect("TOML");
            assert_eq!(validate::document(&document, validate::Known::default()), []);
        }
    }

    #[test]
    fn config_toml_has_every_default_of_the_schema() {
        let defaults = defaults().expect("TOML");
        for key in schema::ROOT {
            let Kind::Table(keys) = key.kind else { continue };
            for inner in keys {
                let said =
                    defaults.at(&[key.name, inner.name]).unwrap_or_else(|| panic!("{}.{}", key.name, inner.name));
                let source = Source::value("schema", inner.default);
                let documented = parse::value(Layer::Default, &source).expect("a TOML value");
                assert_eq!(said.to_json(), documented.to_json(), "{}.{}", key.name, inner.name);
            }
        }
    }

    #[test]
    fn config_toml_names_every_key() {
        let text = include_str!("../../config.toml");
        for line in schema::reference() {
            let name = line.path.rsplit('.').next().unwrap_or_default();
            assert!(text.contains(&format!("{name} = ")) || text.contains(&format!("[{name}")), "{}", line.path);
        }
    }
}
