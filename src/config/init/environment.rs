//! The env file. Only names of variables are looked at.

use crate::config::{env_file, init::ground::Ground};

/// The usual names, a developer's own first.
const FILES: &[&str] = &[
    ".env",
    ".env.development",
    ".env.dev",
    ".env.local",
    "conf/development.env",
    "development.env",
    ".envs/.local/.django",
];
const EXAMPLES: &[&str] = &[".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env"];
/// So many names can be taken in at a glance.
const SHOWN: usize = 6;

/// The env file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum EnvFile {
    /// There is none.
    #[default]
    None,
    /// A file, and the names of its variables in words.
    Found(String, String),
    /// Only an example of one, and the names in it.
    Example(String, String),
}

pub(super) fn look(ground: &Ground<'_>) -> EnvFile {
    if let Some((path, names)) = first(ground, FILES) {
        return EnvFile::Found(path, names);
    }
    first(ground, EXAMPLES).map_or(EnvFile::None, |(path, names)| EnvFile::Example(path, names))
}

fn first(ground: &Ground<'_>, names: &[&str]) -> Option<(String, String)> {
    let path = ground.first(names)?;
    // The configuration refuses what is no UTF-8.
    let text = String::from_utf8(ground.files.read(&ground.root.join(&path)).ok()?).ok()?;
    let keys: Vec<String> = env_file::parse(&path, &text).values.into_keys().collect();
    let more = if keys.len() > SHOWN { format!(" and {} more", keys.len() - SHOWN) } else { String::new() };
    let shown = keys.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    Some((path, if keys.is_empty() { "no variables".to_owned() } else { format!("{shown}{more}") }))
}
