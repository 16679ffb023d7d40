//! Images: the base, and what is built on it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::core::digest;

/// The base image that the built-in images start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Base {
    /// The wanted reference, `debian:bookworm-slim`.
    pub image: String,
    /// Whether it may be bootstrapped from the distribution's mirror.
    pub bootstrap: Bootstrap,
    /// The mirror; empty for the distribution's own.
    pub mirror: String,
}

/// Whether the base may be bootstrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bootstrap {
    /// When it can be neither found nor pulled.
    Auto,
    /// Without trying to pull it.
    Always,
    /// Not at all.
    Never,
}

impl Base {
    /// The reference under which a bootstrapped base is imported. It is a name of ours: a
    /// self-made image must not pose as the registry's.
    pub fn bootstrapped(&self) -> String {
        let (name, tag) = self.image.rsplit_once(':').unwrap_or((&self.image, "latest"));
        let name = name.rsplit('/').next().unwrap_or(name);
        format!("biostar-tui/base-{name}:{tag}")
    }

    /// The distribution's release that the reference names (`bookworm`), if it is one of
    /// Debian's.
    pub fn release(&self) -> Option<&str> {
        let (name, tag) = self.image.rsplit_once(':')?;
        let plain = tag.trim_end_matches("-slim");
        let debian = name == "debian" || name.ends_with("/debian");
        let known = plain.chars().all(|c| c.is_ascii_lowercase()) && !matches!(plain, "latest" | "");
        (debian && known).then_some(plain)
    }
}

/// What an image is built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Build {
    /// The name that is shown: the service's.
    pub name: String,
    /// The reference that it is tagged with; carries the digest, so another content is
    /// another tag.
    pub tag: String,
    /// The digest of everything that goes into it.
    pub digest: String,
    /// Build arguments, `BASE` among them where it is ours.
    pub args: BTreeMap<String, String>,
    /// The stage that is wanted; the last one where it is empty.
    pub target: String,
    /// Where the build context comes from.
    pub context: Context,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
}

/// A build context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Context {
    /// `assets/images/<name>`, embedded.
    Builtin(String),
    /// A folder of the host and the Dockerfile's path in it.
    Folder {
        /// The absolute folder.
        folder: std::path::PathBuf,
        /// The Dockerfile, relative to it.
        dockerfile: String,
    },
}

impl Build {
    /// The tag of a built-in image: shared by all projects that would build the same.
    pub fn builtin_tag(name: &str, digest: &str) -> String {
        format!("biostar-tui/{name}:{}", digest::short(digest))
    }

    /// The tag of an image built from a Dockerfile of the user's.
    pub fn project_tag(slug: &str, environment: &str, service: &str, digest: &str) -> String {
        format!("{slug}-{environment}-image-{service}:{}", digest::short(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(image: &str) -> Base {
        Base { image: image.into(), bootstrap: Bootstrap::Auto, mirror: String::new() }
    }

    #[test]
    fn release_of_a_debian_reference() {
        assert_eq!(base("debian:bookworm-slim").release(), Some("bookworm"));
        assert_eq!(base("debian:trixie").release(), Some("trixie"));
        assert_eq!(base("python:3.12").release(), None);
        assert_eq!(base("debian:12").release(), None);
    }

    #[test]
    fn a_bootstrapped_base_has_a_name_of_ours() {
        assert_eq!(base("debian:bookworm-slim").bootstrapped(), "biostar-tui/base-debian:bookworm-slim");
    }
}
