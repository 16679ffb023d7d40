//! No verb: the dashboard.

use std::{io::IsTerminal as _, sync::Arc};

use crate::app::{effect::Whose, model::Start};
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print, session,
    verbs::doctor,
};
use crate::config;
use crate::core::notice::{Notice, Severity};
use crate::runtime::{
    actor::{Actions, Look, Place, Reload},
    dashboard::{self, Options},
    event_loop, keymap, place,
};

/// A terminal that is gone ends a program as its hang-up would (signal(7)).
const SIGHUP: u8 = 1;

/// Opens the dashboard; it brings the project up only when nothing of it exists.
///
/// # Errors
/// When the configuration cannot be read, or there is no terminal.
pub async fn run(flags: &Flags) -> Outcome {
    open(flags).await
}

/// How one comes to a dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By starting the program.
    Start,
    /// From another dashboard.
    Key,
}

/// Whoever goes from dashboard to dashboard comes by production without having asked for it: it
/// is looked at.
fn start_of(way: Way, flags: &Flags, is_production: bool) -> Start {
    // Who looks at one pane has another dashboard that brings it up.
    let looks = flags.pane.is_some() || way == Way::Key && is_production;
    if looks { Start::Look } else { Start::UpIfNothing }
}

/// A dashboard after the other, as long as one leads to another.
async fn open(flags: &Flags) -> Outcome {
    let loaded = session::load(flags)?;
    if let Some(missing) = flags.pane.as_deref().and_then(|pane| place::no_pane(&loaded.project, pane)) {
        return Err(Failure::Usage(vec![missing]));
    }
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(no_terminal());
    }
    let mut shown = Shown { flags: flags.clone(), loaded, way: Way::Start, told: Vec::new() };
    loop {
        let flags = shown.flags.clone();
        let Some(whose) = show(shown).await? else { return Ok(()) };
        shown = next(&flags, whose)?;
    }
}

/// A dashboard that is to be shown.
struct Shown {
    flags: Flags,
    loaded: config::Loaded,
    way: Way,
    /// What is to be told in it.
    told: Vec<Notice>,
}

/// The dashboard that is wanted in place of one; the same one again, and why, where it cannot be
/// had.
fn next(flags: &Flags, whose: Whose) -> Result<Shown, Failure> {
    let wanted = Flags {
        project: whose.root.or_else(|| flags.project.clone()),
        environment: Some(whose.environment),
        search: false,
        ..flags.clone()
    };
    match session::load(&wanted) {
        Ok(loaded) => Ok(Shown { flags: wanted, loaded, way: Way::Key, told: Vec::new() }),
        Err(failure) => Ok(Shown {
            flags: flags.clone(),
            loaded: session::load(flags)?,
            way: Way::Key,
            told: failure.notices().to_vec(),
        }),
    }
}

/// Shows a dashboard until it is left; whose is wanted next.
async fn show(Shown { flags, loaded, way, told }: Shown) -> Result<Option<Whose>, Failure> {
    let secrets = loaded.secrets();
    let (keymap, wrong) = keymap::of(&loaded);
    let logs = loaded.settings.logs;
    let files = own_files(&loaded);
    let rules = loaded.settings.watch;
    let appearance = loaded.settings.appearance;
    let layouts = loaded.settings.layouts;
    let questions = loaded.settings.questions;
    let warnings = loaded.notices.into_iter().filter(|notice| notice.severity > Severity::Info);
    let notices = warnings.chain(wrong).chain(told).collect();
    let project = Arc::new(loaded.project);
    let engine = session::engine(&project)?;
    let reload = reload(&flags);
    let look = look(&flags);
    let mut actor = Actions::new(Place {
        project: Arc::clone(&project),
        engine: Arc::clone(&engine),
        secrets: secrets.clone(),
        reload: Arc::clone(&reload),
        look: Arc::clone(&look),
    });
    let options = Options {
        keymap,
        secrets,
        configuration: Some((files, reload)),
        look: Some(look),
        start: start_of(way, &flags, project.environment.is_production()),
        logs,
        rules,
        appearance,
        layouts,
        questions,
        notices,
        pane: flags.pane.clone(),
    };
    let left = dashboard::run(project, engine, &mut actor, options).await.map_err(|error| gone(&error))?;
    left.goes_on.iter().for_each(|action| print::notice(&goes_on(action)));
    match left.outcome {
        event_loop::Outcome::Quit => Ok(None),
        event_loop::Outcome::GoTo(whose) => Ok(Some(whose)),
        event_loop::Outcome::Signal(number) => Err(Failure::Signal(u8::try_from(number).unwrap_or_default())),
        event_loop::Outcome::TerminalGone => Err(Failure::Signal(SIGHUP)),
    }
}

/// Nothing is stopped by leaving; but who would have begun the steps that wait is gone.
fn goes_on(action: &str) -> Notice {
    let notice = Notice::info(format!("{action} was not at its end: what runs of it in a container goes on"));
    notice.remedy("`biostar-tui tasks` shows that; `biostar-tui up` does what is left of an `up`")
}

/// The files that are configuration alone: of the project's own the watcher knows more.
fn own_files(loaded: &config::Loaded) -> Vec<std::path::PathBuf> {
    let project = &loaded.project;
    let is_input = |path: &std::path::PathBuf| {
        path.ends_with("manage.py")
            || project.environment.requirements.iter().any(|file| *path == project.root.join(file))
    };
    loaded.files.iter().filter(|path| !is_input(path)).cloned().collect()
}

pub(super) fn reload(flags: &Flags) -> Reload {
    let flags = flags.clone();
    Arc::new(move || {
        let loaded = config::load(&session::request(&flags)).map_err(|error| error.notice())?;
        session::switched(loaded, &crate::cli::flags::Flags { search: false, ..flags.clone() })
    })
}

fn look(flags: &Flags) -> Look {
    let flags = flags.clone();
    Arc::new(move || doctor::subject(&flags))
}

fn no_terminal() -> Failure {
    let notice = Notice::error("the dashboard needs a terminal");
    Failure::Usage(vec![
        notice.remedy("use a verb instead: `biostar-tui up`, `status`, `logs`; `biostar-tui --help` lists them"),
    ])
}

fn gone(error: &std::io::Error) -> Failure {
    Notice::error("the dashboard lost its terminal").because(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_brought_up_by_nobody_who_passes_by() {
        let start = |way, is_production| start_of(way, &Flags::default(), is_production);
        assert_eq!(start(Way::Key, true), Start::Look);
        for (way, is_production) in [(Way::Key, false), (Way::Start, true), (Way::Start, false)] {
            assert_eq!(start(way, is_production), Start::UpIfNothing);
        }
    }
}
