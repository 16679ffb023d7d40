//! `init`.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::json;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print, session,
};
use crate::config::{
    Profile, discover,
    files::Disk,
    init::{self, Proposal},
};
use crate::core::notice::Notice;
use crate::logs::sanitise;
use crate::runtime::new_file::{self, Existing};

/// Writes a `biostar-tui.toml` for the project.
///
/// # Errors
/// No `manage.py` or an unknown profile (2), a file that is there already (4), a folder
/// that cannot be written (1).
pub fn run(flags: &Flags, matches: &ArgMatches) -> Outcome {
    let profile = profile(matches.get_one::<String>("profile"))?;
    let start = start(flags)?;
    let proposal = init::propose(&Disk, &start, profile).map_err(|error| Failure::Usage(vec![error.notice()]))?;
    let path = proposal.root.join(discover::FILE);
    let existing = if matches.get_flag("force") { Existing::Replace } else { Existing::Keep };
    new_file::write(&path, &proposal.text, existing).map_err(|error| not_written(&path, &error))?;
    tell(flags, &path, &proposal);
    warn_of_problems(flags, &proposal.root);
    Ok(())
}

fn profile(named: Option<&String>) -> Result<Profile, Failure> {
    let Some(name) = named else { return Ok(Profile::Django) };
    Profile::parse(name).ok_or_else(|| {
        let notice = Notice::error(format!("there is no profile `{}`", sanitise::plain(name)));
        let known = Profile::ALL.map(Profile::as_str).join(", ");
        Failure::Usage(vec![notice.remedy(format!("one of: {known}"))])
    })
}

fn start(flags: &Flags) -> Result<PathBuf, Failure> {
    let folder = flags.project.clone().unwrap_or_else(|| PathBuf::from("."));
    folder.canonicalize().map_err(|error| {
        let notice =
            Notice::error(format!("the folder {} cannot be read", folder.display())).because(error.to_string());
        Failure::Usage(vec![notice.remedy("name the project's folder with --project DIR")])
    })
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        let notice = Notice::error(format!("{} is there already", path.display()));
        return Failure::Refused(notice.remedy("`biostar-tui init --force` writes it anew; what is in it is lost"));
    }
    let notice = Notice::error(format!("{} could not be written", path.display())).because(error.to_string());
    notice.remedy("make the folder writable for this user").into()
}

fn tell(flags: &Flags, path: &Path, proposal: &Proposal) {
    if flags.json {
        let guesses = proposal.guesses.iter();
        let guesses: Vec<_> =
            guesses.map(|(key, guess)| json!({ "key": key, "value": guess.value, "from": guess.from })).collect();
        return print::json(&json!({ "file": path, "guesses": guesses, "next": "biostar-tui up" }));
    }
    print::line(&format!("wrote {}", sanitise::plain(&path.display().to_string())));
    for (key, guess) in &proposal.guesses {
        let value = guess.value.split_whitespace().collect::<Vec<_>>().join(" ");
        print::line(&sanitise::plain(&format!("  {key} = {value}  (from {})", guess.from)));
    }
    print::line("look it over, then: biostar-tui up");
}

/// A file that cannot be loaded as it is needs a hand: better told now than by `up`.
fn warn_of_problems(flags: &Flags, root: &Path) {
    let flags = Flags { project: Some(root.to_owned()), ..flags.clone() };
    match session::load(&flags) {
        Ok(loaded) => session::warn(&loaded),
        Err(failure) => failure.notices().iter().for_each(print::notice),
    }
}
