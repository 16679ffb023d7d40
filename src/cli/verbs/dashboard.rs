//! No verb: the dashboard.

use std::{io::IsTerminal as _, sync::Arc};

use crate::app::{Keymap, model::Start};
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    session,
};
use crate::components::look::Colours;
use crate::config;
use crate::core::notice::Notice;
use crate::runtime::{
    actor::{Actions, Reload},
    dashboard::{self, Options},
    event_loop,
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
    let keymap =
        Keymap::new(&loaded.settings.keys).map_err(|error| Failure::Usage(vec![Notice::error(error.to_string())]))?;
    let project = Arc::new(loaded.project);
    let engine = session::engine(&project)?;
    let reload = reload(flags);
    let mut actor = Actions::new(Arc::clone(&project), Arc::clone(&engine), secrets.clone(), Arc::clone(&reload));
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colours = if plain { Colours::None } else { Colours::Sixteen };
    let configuration = Some((loaded.files, reload));
    let options = Options { keymap, secrets, configuration, start: Start::UpIfNothing, colours };
    let outcome = dashboard::run(project, engine, &mut actor, options).await.map_err(|error| gone(&error))?;
    match outcome {
        event_loop::Outcome::Quit => Ok(()),
        event_loop::Outcome::Signal(number) => Err(Failure::Signal(u8::try_from(number).unwrap_or_default())),
        event_loop::Outcome::TerminalGone => Err(Failure::Signal(SIGHUP)),
    }
}

fn reload(flags: &Flags) -> Reload {
    let flags = flags.clone();
    Arc::new(move || {
        let ids = crate::actions::registry::ids();
        let loaded = config::load(&session::request(&flags, &ids)).map_err(|error| error.notice())?;
        let secrets = loaded.secrets();
        Ok((loaded.project, secrets))
    })
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
