//! No verb: the dashboard.

use std::{io::IsTerminal as _, sync::Arc};

use crate::app::model::Start;
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    session,
    verbs::doctor,
};
use crate::config;
use crate::core::notice::{Notice, Severity};
use crate::runtime::{
    actor::{Actions, Look, Place, Reload},
    dashboard::{self, Options},
    event_loop, keymap,
};

/// A terminal that is gone ends a program as its hang-up would (signal(7)).
const SIGHUP: u8 = 1;

/// Opens the dashboard; it brings the project up only when nothing of it exists.
///
/// # Errors
/// When the configuration cannot be read, or there is no terminal.
pub async fn run(flags: &Flags) -> Outcome {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(no_terminal());
    }
    let loaded = session::load(flags)?;
    let secrets = loaded.secrets();
    let (keymap, wrong) = keymap::of(&loaded);
    let logs = loaded.settings.logs;
    let files = own_files(&loaded);
    let rules = loaded.settings.watch;
    let appearance = loaded.settings.appearance;
    let layouts = loaded.settings.layouts;
    let questions = loaded.settings.questions;
    let notices = loaded.notices.into_iter().filter(|notice| notice.severity > Severity::Info).chain(wrong).collect();
    let project = Arc::new(loaded.project);
    let engine = session::engine(&project)?;
    let reload = reload(flags);
    let look = look(flags);
    let mut actor = Actions::new(Place {
        project: Arc::clone(&project),
        engine: Arc::clone(&engine),
        secrets: secrets.clone(),
        reload: Arc::clone(&reload),
        look: Arc::clone(&look),
    });
    let configuration = Some((files, reload));
    let look = Some(look);
    let options = Options {
        keymap,
        secrets,
        configuration,
        look,
        // Who looks at one pane has another dashboard that brings it up.
        start: if flags.pane.is_some() { Start::Look } else { Start::UpIfNothing },
        logs,
        rules,
        appearance,
        layouts,
        questions,
        notices,
        pane: flags.pane.clone(),
    };
    let outcome = dashboard::run(project, engine, &mut actor, options).await.map_err(|error| gone(&error))?;
    match outcome {
        event_loop::Outcome::Quit => Ok(()),
        event_loop::Outcome::Environment(name) => {
            let flags = Flags { environment: Some(name), search: false, ..flags.clone() };
            Box::pin(run(&flags)).await
        }
        event_loop::Outcome::Signal(number) => Err(Failure::Signal(u8::try_from(number).unwrap_or_default())),
        event_loop::Outcome::TerminalGone => Err(Failure::Signal(SIGHUP)),
    }
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
        let ids = crate::actions::registry::ids();
        let loaded = config::load(&session::request(&flags, &ids)).map_err(|error| error.notice())?;
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
