//! Recognises Biostar. Its profiles (`biostar`, `biostar-2014`) are an issue of their own:
//! when they are there, `init` writes `profile = "..."` for it and little else.

use crate::config::init::ground::Ground;

/// Which Biostar it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Biostar {
    /// Of 2023: Django 3.2, Python 3.
    Current,
    /// Of 2014: Django 1.6, Python 2.7.
    Of2014,
}

impl Biostar {
    /// What is said about it.
    pub(super) const fn note(self) -> &'static str {
        match self {
            Self::Current => {
                "This is Biostar: its profile is not part of this version yet, so steps beyond migrate are yours."
            }
            Self::Of2014 => {
                "This is Biostar of 2014 (Python 2.7): its profile is not part of this version yet, and what is below \
                 is not enough for it."
            }
        }
    }
}

pub(super) fn recognise(ground: &Ground<'_>) -> Option<Biostar> {
    let all = |paths: &[&str]| paths.iter().all(|path| ground.is_file(path));
    if all(&["biostar/forum/settings.py", "conf/requirements.txt"]) {
        return Some(Biostar::Current);
    }
    all(&["biostar/settings/base.py", "conf/defaults.env"]).then_some(Biostar::Of2014)
}
