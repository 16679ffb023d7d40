//! What the model wants done, as data.

use std::path::PathBuf;

use crate::app::log_effect::LogEffect;
use crate::app::outside::Outside;
use crate::console::copying::Copying;
use crate::core::console::Size;
use crate::core::input::{Key, Mouse};
use crate::core::progress::RunId;

/// Characters of a label: it stands beside other things in one line.
const LABEL: usize = 40;

/// An action of the project with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The action's id in the registry.
    pub action: &'static str,
    /// The service that is meant where the words name none: the one whose log is in focus.
    pub service: Option<String>,
    /// The words behind its name.
    pub words: Vec<String>,
}

impl Asked {
    /// What it is called: `migrate forum 0001`; a long one is cut.
    pub fn label(&self) -> String {
        let line = self.line();
        match line.char_indices().nth(LABEL) {
            Some((at, _)) => format!("{}…", &line[..at]),
            None => line,
        }
    }

    /// The same on the command line.
    pub fn command_line(&self) -> String {
        format!("biostar-tui {}", self.line())
    }

    fn line(&self) -> String {
        let words = self.service.iter().chain(&self.words).map(String::as_str);
        shell_words::join(std::iter::once(self.action).chain(words))
    }
}

/// Whose dashboard is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The folder of another project; `None` for the one that is shown.
    pub root: Option<PathBuf>,
    /// The environment.
    pub environment: String,
}

/// What the model wants done. The runtime does it and sends messages back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Leave the dashboard. Nothing is stopped by it.
    Quit,
    /// Stop the program as Ctrl-Z does.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Read what services use from now on, or do not any more.
    Usage {
        /// Whether it is on the screen.
        shown: bool,
    },
    /// Carry out an action; its messages carry the run.
    Run {
        /// Which run.
        run: RunId,
        /// What is asked for.
        asked: Asked,
    },
    /// Something is asked of a console.
    Console {
        /// The console's name.
        console: String,
        /// What.
        ask: ConsoleAsk,
    },
    /// Look for debuggers that wait in a service: answered by `ConsoleMsg::Debuggers`.
    Debuggers {
        /// The service.
        service: String,
    },
    /// The answer to the question of a run.
    Answer {
        /// Which run.
        run: RunId,
        /// Whether it was Yes.
        yes: bool,
    },
    /// Cancel a run.
    Cancel(RunId),
    /// Cancel a task, whoever has begun it.
    CancelTask {
        /// Its title.
        task: String,
        /// Its container.
        container: String,
    },
    /// Show what an action has to say, as a page: answered by `Msg::Shown`, too.
    Show(Asked),
    /// Read the whole output of a task, and go on with it.
    ReadTask {
        /// Its container.
        container: String,
    },
    /// Read it no more.
    CloseTask,
    /// Something about the logs.
    Log(LogEffect),
    /// Something beside the dashboard, on the user's machine.
    Outside(Outside),
    /// Call the user, who looks at something else.
    Call(String),
    /// Act on no change of files, or go on with it.
    PauseWatching,
    /// Show another dashboard in place of this one.
    GoTo(Whose),
    /// Look which services and steps differ from what is wanted, and which snapshots there are.
    LookForDrift,
    /// Ask the project's Django how the migrations stand, when it is quiet.
    LookAtMigrations,
}

/// What is asked of a console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsoleAsk {
    /// Attach to it; where it does not run, start it first, where that is wanted.
    Open {
        /// The service that its container is like, where the configuration does not say.
        service: Option<String>,
        /// The path of the folder that it begins in where it is started: that of the console it is opened
        /// from, as it is called where it runs. Where there is no such folder, its usual one.
        folder: Option<String>,
        /// Its pane.
        size: Size,
        /// Whether it is started.
        start: Start,
    },
    /// Run an editor in it, on this host.
    Edit {
        /// The program and its words.
        run: Vec<String>,
        /// Its pane.
        size: Size,
    },
    /// A key for its program.
    Key(Key),
    /// A paste for its program.
    Paste(String),
    /// The mouse, at a cell of its screen.
    Mouse(Mouse),
    /// Its pane was entered or left.
    Focus(bool),
    /// Its pane has another size.
    Resize(Size),
    /// It has a name of the user's, or none.
    Call(String),
    /// Something about copying from its screen and scrollback.
    Copy(Copying),
    /// Attach to it no more: its program goes on.
    Leave,
    /// Stop it and remove its container.
    Close,
}

/// Whether a console is started by being opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Where it does not run.
    IfNeeded,
    /// Never: it is attached where it runs.
    Never,
}
