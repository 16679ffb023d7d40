//! What a notice offers to do about it: the command that its remedy names, or the place in a file
//! that it points at.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::actions::arguments::Arguments;
use crate::actions::registry::{self, Action};
use crate::app::model::{Model, Pane};
use crate::components::notices::OfferState;
use crate::core::notice::Notice;

/// What is done about a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// An action with its words.
    Act(&'static Action, Vec<String>),
    /// A file is opened in the user's editor, at a line.
    Edit(PathBuf, u32),
}

impl Deed {
    /// In a few words.
    pub fn label(&self) -> String {
        match self {
            Self::Act(action, words) => {
                shell_words::join(std::iter::once(action.id).chain(words.iter().map(String::as_str)))
            }
            Self::Edit(path, line) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                format!("edit {name}:{line}")
            }
        }
    }
}

/// A place as compilers write it. The expression is sound (a test uses it).
static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(/[^\s:]+):(\d+)").ok());

/// What a notice offers: first the place that it points at, for a command will not help before
/// that is mended.
pub fn of(notice: &Notice, root: &Path) -> Option<Deed> {
    place(notice, root).or_else(|| notice.remedy.as_deref().and_then(command))
}

/// A file of the project, or a configuration.
fn place(notice: &Notice, root: &Path) -> Option<Deed> {
    let texts = [Some(notice.summary.as_str()), notice.cause.as_deref()];
    texts.into_iter().flatten().find_map(|text| {
        let found = PLACE.as_ref()?.captures(text)?;
        let path = PathBuf::from(&found[1]);
        let is_ours = path.starts_with(root) || path.extension().is_some_and(|extension| extension == "toml");
        is_ours.then_some(Deed::Edit(path, found[2].parse().ok()?))
    })
}

/// The first command of ours that a remedy names, and that can be done from here as it stands.
fn command(remedy: &str) -> Option<Deed> {
    // Every second piece is between backticks.
    let commands = remedy.split('`').skip(1).step_by(2).filter_map(|piece| piece.strip_prefix("biostar-tui "));
    commands.filter_map(|line| shell_words::split(line).ok()).find_map(|words| {
        let (name, rest) = words.split_first()?;
        let action = registry::find(name).filter(|action| action.is_in_dashboard() && action.id != "init")?;
        let is_whole = Arguments::read(action, rest).is_ok() && !(action.needs_words() && rest.is_empty());
        is_whole.then(|| Deed::Act(action, rest.to_vec()))
    })
}

/// The notice whose offer is taken, and the offer: of the selected one where the notices have the
/// focus, else of the newest that has one.
pub fn next(model: &Model) -> Option<(usize, Deed)> {
    let offer = |place: usize, is_offered: fn(OfferState) -> bool| {
        let noted = model.notices.get(place).filter(|noted| is_offered(noted.offer))?;
        Some((place, of(&noted.notice, &model.project.root)?))
    };
    match model.screen.focus {
        Pane::Notices => offer(model.screen.noticed, |state| state != OfferState::Settled),
        _ => (0..model.notices.len()).find_map(|place| offer(place, |state| state == OfferState::Open)),
    }
}

/// The configuration is good: nobody has to edit it any more.
pub fn mended(model: &mut Model) {
    let Model { notices, project, .. } = model;
    let is_about_it = |notice: &Notice| match of(notice, &project.root) {
        Some(Deed::Edit(path, _)) => path.extension().is_some_and(|extension| extension == "toml"),
        _ => false,
    };
    notices.iter_mut().filter(|noted| is_about_it(&noted.notice)).for_each(|noted| noted.offer = OfferState::Settled);
}

/// An action was not done, or not to its end: who offered it offers it still.
pub fn declined(model: &mut Model, action: &str, words: &[String]) {
    stands(model, action, words, OfferState::Open);
}

/// An action is begun, whoever has asked for it: nobody has to be offered it meanwhile.
pub fn begun(model: &mut Model, action: &str, words: &[String]) {
    stands(model, action, words, OfferState::Begun);
}

/// An action is done.
pub fn done(model: &mut Model, action: &str, words: &[String]) {
    stands(model, action, words, OfferState::Settled);
}

fn stands(model: &mut Model, action: &str, words: &[String], state: OfferState) {
    let Model { notices, project, .. } = model;
    let offers = |notice: &Notice| match of(notice, &project.root) {
        Some(Deed::Act(offered, with)) => offered.id == action && with == words,
        _ => false,
    };
    notices.iter_mut().filter(|noted| offers(&noted.notice)).for_each(|noted| noted.offer = state);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(notice: Notice) -> Option<String> {
        of(&notice, Path::new("/srv/demo")).map(|deed| deed.label())
    }

    #[test]
    fn a_remedy_is_what_it_names() {
        let with = |remedy: &str| offered(Notice::error("it failed").remedy(remedy));
        assert_eq!(with("u or `biostar-tui up` starts it").as_deref(), Some("up"));
        assert_eq!(with("`biostar-tui up --force migrate` runs it").as_deref(), Some("up --force migrate"));
        assert_eq!(with("`biostar-tui logs web` shows it").as_deref(), Some("logs web"));
        assert_eq!(with("install it, then `biostar-tui doctor`").as_deref(), Some("doctor"));
        for nothing in [
            "`restart` ends it",
            "`biostar-tui demo DIR`",
            "`biostar-tui init --force`",
            "biostar-tui up",
            "`biostar-tui run`",
            "`",
        ] {
            assert_eq!(with(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_place_is_opened() {
        let told = |summary: &str, cause: &str| offered(Notice::error(summary).because(cause));
        assert_eq!(
            told("x is no key", "zoom: /srv/demo/biostar-tui.toml:6:8").as_deref(),
            Some("edit biostar-tui.toml:6")
        );
        assert_eq!(told("/home/u/.config/biostar-tui/config.toml:3:1: no", "").as_deref(), Some("edit config.toml:3"));
        assert_eq!(
            told("a debugger waits", "/srv/demo/forum/views.py:12 in index").as_deref(),
            Some("edit views.py:12")
        );
        assert_eq!(told("no answer from http://127.0.0.1:8000", "/usr/lib/python3/os.py:3"), None);
    }
}
