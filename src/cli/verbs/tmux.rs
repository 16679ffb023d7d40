//! `tmux`: the dashboard, a console and the logs in panes of a session, or of a window of the
//! current one.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print, session,
};
use crate::core::notice::Notice;
use crate::core::project::Project;
use crate::core::tmux::{self, Plan};
use crate::runtime::{multiplexer, terminal};

/// Opens the session or window, or goes to it.
///
/// # Errors
/// tmux is not there, too old, or refuses.
pub fn run(flags: &Flags) -> Outcome {
    let project = session::load(flags)?.project;
    let size = terminal::size().unwrap_or(tmux::USUAL);
    let plan = Plan::new(&project, size, |words| multiplexer::own_command(&scoped(&project, words)));
    if std::env::var_os("TMUX").is_some_and(|value| !value.is_empty()) {
        return in_window(&plan);
    }
    if !asked(&plan.has_session())? {
        make(&plan, &plan.session())?;
    }
    attach(&plan)
}

/// Our words with the flags that name the project, wherever they are run.
fn scoped(project: &Project, words: &[&str]) -> Vec<String> {
    let flags = [
        ("--project", project.root.display().to_string()),
        ("--environment", project.environment.name.clone()),
        ("--host", project.engine.host.clone()),
    ];
    let given = flags.into_iter().filter(|(_, value)| !value.is_empty());
    let flags = given.flat_map(|(flag, value)| [flag.to_owned(), value]);
    flags.chain(words.iter().map(|word| (*word).to_owned())).collect()
}

/// A window of the session that this terminal shows.
fn in_window(plan: &Plan) -> Outcome {
    match plan.window_among(&told(&tmux::list_windows())?) {
        Some(window) => told(&tmux::select_window(&window)).map(drop),
        None => make(plan, &plan.window()),
    }
}

/// Makes the first pane by this command, and the others beside it.
fn make(plan: &Plan, first: &[String]) -> Outcome {
    let pane = told(first)?.trim().to_owned();
    let made = beside(plan, &pane);
    if made.is_err() {
        // Half of it would be taken for all of it the next time.
        let _ = told(&tmux::kill_window(&pane));
    }
    made
}

/// What belongs beside the first pane.
fn beside(plan: &Plan, pane: &str) -> Outcome {
    told(&plan.mark(pane))?;
    let console = told(&plan.console(pane))?;
    told(&plan.logs(console.trim()))?;
    told(&tmux::select_pane(pane)).map(drop)
}

/// Shows the session in this terminal; where there is none, tells how.
fn attach(plan: &Plan) -> Outcome {
    let words = plan.attach();
    if !print::is_terminal() {
        print::line(&format!("the session is there; `{}` shows it", shell_words::join(&words)));
        return Ok(());
    }
    let error = Command::new(&words[0]).args(&words[1..]).exec();
    Err(no_tmux(&error))
}

/// What a command of tmux prints.
fn told(words: &[String]) -> Result<String, Failure> {
    let output = Command::new(&words[0]).args(&words[1..]).output().map_err(|error| no_tmux(&error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let notice = Notice::error(format!("tmux refuses to {}", words.get(1).map_or("start", String::as_str)));
    Err(notice.because(why).remedy("`biostar-tui doctor` tells whether tmux is new enough: 3.0 at least").into())
}

/// Whether a command of tmux answers with yes.
fn asked(words: &[String]) -> Result<bool, Failure> {
    let output = Command::new(&words[0]).args(&words[1..]).output().map_err(|error| no_tmux(&error))?;
    Ok(output.status.success())
}

fn no_tmux(error: &std::io::Error) -> Failure {
    let notice = Notice::error("tmux could not be run").because(error.to_string());
    notice.remedy("install tmux 3.0 or newer; `biostar-tui` alone needs none").into()
}
