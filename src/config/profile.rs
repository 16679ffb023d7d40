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
    /// Biostar of 2023.
    Biostar,
    /// Biostar of 2014, on Python 2.7.
    Biostar2014,
    /// Services of the project's own, and nothing else.
    None,
}

impl Profile {
    /// The word in `project.profile`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Django => "django",
            Self::Biostar => "biostar",
            Self::Biostar2014 => "biostar-2014",
            Self::None => "none",
        }
    }

    /// All of them.
    pub const ALL: [Self; 4] = [Self::Django, Self::Biostar, Self::Biostar2014, Self::None];

    /// The profile of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }

    /// Its documents, later ones over earlier ones.
    ///
    /// # Errors
    /// Never for what is embedded: a test reads them all.
    pub fn documents(self) -> Result<Vec<Node>, Vec<Problem>> {
        let parsed = |(name, text): &(&str, &str)| parse::document(Layer::Profile, &Source::file(*name, *text));
        self.texts().iter().map(parsed).collect()
    }

    const fn texts(self) -> &'static [(&'static str, &'static str)] {
        const DJANGO: (&str, &str) =
            ("built-in profiles/django.toml", include_str!("../../assets/profiles/django.toml"));
        const BIOSTAR: (&str, &str) =
            ("built-in profiles/biostar.toml", include_str!("../../assets/profiles/biostar.toml"));
        const BIOSTAR_2014: (&str, &str) =
            ("built-in profiles/biostar-2014.toml", include_str!("../../assets/profiles/biostar-2014.toml"));
        const NONE: (&str, &str) = ("built-in profiles/none.toml", include_str!("../../assets/profiles/none.toml"));
        match self {
            Self::Django => &[DJANGO],
            Self::Biostar => &[DJANGO, BIOSTAR],
            Self::Biostar2014 => &[DJANGO, BIOSTAR_2014],
            Self::None => &[NONE],
        }
    }
}

/// The embedded defaults.
///
/// # Errors
/// Never for what is embedded: a test reads it.
pub fn defaults() -> Result<Node, Vec<Problem>> {
    let text = include_str!("../../config.toml");
    parse::document(Layer::Default, &Source::file("built-in config.toml", text))
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
        let profiles = Profile::ALL.into_iter().flat_map(|profile| profile.documents().expect("TOML"));
        for document in profiles.chain([defaults().expect("TOML")]) {
            assert_eq!(validate::document(&document), []);
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
