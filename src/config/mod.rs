//! The configuration: layers, profiles, validation with file, line and hint.
//!
//! [`load`] reads the layers (`config.toml` in the program < the user's < the profile <
//! `biostar-tui.toml` < `BIOSTAR_TUI_*` < flags), holds each against the schema, merges
//! them into a [`Document`] in which every value knows its origin, fills in guesses, and
//! [`resolve`]s it to a [`Project`](crate::core::project::Project). It writes nothing.

mod depth;
pub mod discover;
mod django;
pub mod document;
pub mod env_file;
pub mod error;
mod excerpt;
mod fields;
pub mod files;
pub mod forms;
mod guess;
pub mod host;
pub mod init;
mod layers;
pub mod layout;
mod load;
mod memory;
mod merge;
pub mod names;
pub mod parse;
mod presence;
pub mod profile;
pub mod questions;
pub mod requirements;
mod resolve;
pub mod schema;
pub mod show;
pub mod source;
pub mod theme;
pub mod validate;
pub mod value;
mod variables;

pub use document::{Document, Leaf};
pub use error::{ConfigError, Problem};
pub use host::{bundle_candidates, login_name};
pub use layers::user_file;
pub use load::{Flags, Loaded, Request, load, load_from, root};
pub use profile::Profile;
pub use resolve::{Facts, Keys, LogBounds, Resolved, Settings, resolve};

#[cfg(test)]
mod tests;
