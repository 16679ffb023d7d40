//! `console` and `attach`: one interactive program in this terminal.

use std::io::IsTerminal as _;
use std::sync::Arc;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print, session,
};
use crate::core::console::{self, Place};
use crate::core::notice::Notice;
use crate::core::project::Project;
use crate::logs::sanitise;
use crate::runtime::console::{
    Ground, Target,
    alone::{self, Left, Options},
};
use crate::runtime::keymap;

/// Opens a console: the project's first one where none is named.
///
/// # Errors
/// There is no terminal, no such console, or it cannot be started. The program's own exit
/// code is passed on.
pub async fn run(flags: &Flags, name: Option<&str>) -> Outcome {
    open(flags, "console", |project| {
        let usual = project.wanted_consoles().next().map_or(console::SHELL, |console| &console.name);
        let name = name.unwrap_or(usual);
        console::find(project, name, None)?;
        Ok(Target::Console(name.to_owned()))
    })
    .await
}

/// Attaches to a service's own terminal.
///
/// # Errors
/// There is no terminal here or there, or no such service.
pub async fn attach(flags: &Flags, name: Option<&str>) -> Outcome {
    open(flags, "attach", |project| {
        let service = match name {
            Some(name) => project.service(name),
            None => console::usual_service(project),
        };
        service
            .map(|service| Target::Service(service.name.clone()))
            .ok_or_else(|| project.no_service(name.unwrap_or("in this project")))
    })
    .await
}

async fn open(flags: &Flags, verb: &str, target: impl FnOnce(&Project) -> Result<Target, Notice>) -> Outcome {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(no_terminal(verb));
    }
    let loaded = session::load(flags)?;
    let secrets = loaded.secrets();
    let (keymap, wrong) = keymap::of(&loaded);
    wrong.iter().for_each(print::notice);
    let target = target(&loaded.project).map_err(|notice| Failure::Usage(vec![notice]))?;
    let engine = session::engine(&loaded.project)?;
    if !is_of_host(&loaded.project, &target) {
        // Before the terminal is taken: who has no engine reads why where he typed.
        engine.connect().await?;
    }
    let ground = Ground { engine, project: Arc::new(loaded.project), reload: None };
    let left = alone::run(ground, target, Options { keymap, secrets, appearance: loaded.settings.appearance }).await;
    match left.map_err(|error| Notice::error("the console lost its terminal").because(error.to_string()))? {
        Left::Running | Left::Ended(0, _) => Ok(()),
        Left::Ended(code, screen) => {
            // Its screen is gone with the terminal's other one; why it failed must not be.
            eprintln!("{}", sanitise::plain_lines(&screen));
            Err(Failure::Program(u8::try_from(code).unwrap_or(1)))
        }
        Left::Failed(notice) => Err(notice.into()),
        Left::Signal(number) => Err(Failure::Signal(u8::try_from(number).unwrap_or_default())),
    }
}

/// Whether it needs no engine.
fn is_of_host(project: &Project, target: &Target) -> bool {
    let Target::Console(name) = target else { return false };
    console::find(project, name, None).is_ok_and(|console| console.place == Place::Host)
}

fn no_terminal(verb: &str) -> Failure {
    let notice = Notice::error(format!("{verb} needs a terminal")).because("standard input or output is none");
    Failure::Usage(vec![notice.remedy("use `biostar-tui manage` or `run` for what needs no terminal")])
}
