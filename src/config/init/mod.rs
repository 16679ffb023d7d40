//! Proposes a `biostar-tui.toml` for a project: a function from its files to a text, in
//! which every guess names where it comes from.

mod biostar;
mod docker;
mod environment;
mod extras;
mod ground;
mod hosts;
mod imports;
mod needs;
mod pipfile;
mod place;
mod poetry;
mod pyproject;
mod python;
mod settings;
mod specifier;
mod system;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use ground::Guess;

use crate::config::{ConfigError, Profile, files::Files};
use ground::Ground;

/// A file that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Where: the project's folder.
    pub root: PathBuf,
    /// Its text.
    pub text: String,
    /// The values that were guessed: key, value, and where it comes from.
    pub guesses: Vec<(&'static str, Guess)>,
}

/// Proposes the file for the project that `start` is in.
///
/// # Errors
/// There is no `manage.py`: the paths that were looked at.
pub fn propose(files: &dyn Files, start: &Path, profile: Profile) -> Result<Proposal, ConfigError> {
    if profile == Profile::None {
        return Ok(Proposal { root: start.to_owned(), text: write::none(start), guesses: Vec::new() });
    }
    let place = place::find(files, start)?;
    let ground = Ground { files, root: &place.root, manage: &place.manage };
    let survey = Survey::of(&ground);
    let (text, guesses) = write::django(&ground, &survey);
    Ok(Proposal { root: place.root, text, guesses })
}

/// The settings modules that a project has, where nothing names one.
pub(super) fn settings_candidates(files: &dyn Files, root: &Path, manage: &str) -> Vec<String> {
    settings::candidates(&Ground { files, root, manage })
}

/// Everything that was found.
struct Survey {
    biostar: Option<biostar::Biostar>,
    settings: settings::Settings,
    needs: needs::Needs,
    hosts: Option<Guess>,
    env_file: environment::EnvFile,
    python: Option<python::Proposal>,
    system: system::System,
    extras: extras::Extras,
}

impl Survey {
    fn of(ground: &Ground<'_>) -> Self {
        let settings = settings::look(ground);
        let module = settings.module.as_ref().map(|guess| guess.value.as_str());
        let needs = needs::look(ground, module);
        Self {
            biostar: biostar::recognise(ground),
            hosts: module.and_then(|module| hosts::look(ground, module)),
            env_file: environment::look(ground),
            python: python::look(ground, &needs),
            system: system::look(ground, &needs, module),
            extras: extras::look(ground, &needs, module),
            settings,
            needs,
        }
    }
}
