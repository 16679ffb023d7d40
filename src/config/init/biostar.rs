//! Recognises Biostar.

use crate::config::{Profile, init::ground::Ground};

/// Which Biostar it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Biostar {
    /// Of 2023: Django 3.2, Python 3.
    Current,
    /// Of 2014: Django 1.6, Python 2.7.
    Of2014,
}

impl Biostar {
    /// Its profile.
    pub(super) const fn profile(self) -> Profile {
        match self {
            Self::Current => Profile::Biostar,
            Self::Of2014 => Profile::Biostar2014,
        }
    }

    /// The files that it is recognised by.
    pub(super) const fn marks(self) -> [&'static str; 2] {
        match self {
            Self::Current => ["biostar/forum/settings.py", "conf/requirements.txt"],
            Self::Of2014 => ["biostar/settings/base.py", "conf/requirements/frozen.txt"],
        }
    }
}

pub(super) fn recognise(ground: &Ground<'_>) -> Option<Biostar> {
    let is_it = |biostar: &Biostar| biostar.marks().iter().all(|path| ground.is_file(path));
    [Biostar::Current, Biostar::Of2014].into_iter().find(is_it)
}
