//! The consoles as the dashboard knows them.

use std::sync::Arc;

use crate::console::Frame;
use crate::core::console::{self, Attachment, ConsoleView, Size};
use crate::core::debugger::Debuggers;
use crate::core::observed::Timestamp;
use crate::core::project::Project;
use crate::logs::sanitise::plain;

/// The longest name of the user's, in characters: a pane's title has room for little more.
const LONGEST_CALLED: usize = 40;

/// A text that a program has asked to be put into the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The text: foreign.
    pub text: String,
    /// The summary of the notice that tells of it.
    pub summary: String,
}

/// All consoles that have a pane.
#[derive(Debug, Default)]
pub struct Consoles {
    /// The consoles, the project's first one in front: it has a pane before it is opened.
    pub list: Vec<Console>,
    /// The one that is shown where there is room for one.
    pub shown: usize,
    /// What the next key of a console is.
    pub leader: Leader,
    /// When the leader was pressed last.
    pub led_at: Timestamp,
    /// The console whose program believes that it has the focus.
    pub focused: Option<String>,
    /// What was copied last.
    pub taken: Option<String>,
    /// What a program has asked to be put into the clipboard, until it is.
    pub offered: Option<Offered>,
    /// The servers whose debuggers were looked at: service, container, start.
    pub looked_at: Vec<(String, String, Timestamp)>,
    /// Whether the one in focus is so since an earlier dashboard: keys are the dashboard's until
    /// it is entered, for nobody knows yet where he types.
    pub is_resting: bool,
    /// What an earlier dashboard has shown, until it is known whether that is still there.
    pub restored: Option<Restored>,
}

/// The console that an earlier dashboard has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Its name.
    pub name: String,
    /// Whether it had the focus.
    pub is_focused: bool,
}

/// What the next key in a console is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Leader {
    /// The program's.
    #[default]
    Waiting,
    /// The dashboard's: the leader was pressed.
    Pressed,
}

/// A console.
#[derive(Debug, Default)]
pub struct Console {
    /// Its name.
    pub name: String,
    /// Its pane's title.
    pub title: String,
    /// What the user calls it, where he does.
    pub called: String,
    /// The service that its container is like, where the configuration does not say.
    pub service: Option<String>,
    /// What the engine holds of it.
    pub view: Option<ConsoleView>,
    /// How it stands with it.
    pub attachment: Attachment,
    /// Its screen.
    pub frame: Option<Arc<Frame>>,
    /// The size that its pane was last asked to have.
    pub size: Option<Size>,
    /// Whether Ctrl-C has to be pressed twice: it would end more than what is typed at.
    pub guarded: bool,
    /// When Ctrl-C was pressed first.
    pub held: Option<Timestamp>,
    /// Whether its bell has rung since it was last in focus, or a debugger has called.
    pub rang: bool,
    /// Whether keys move the cursor of what is copied.
    pub copying: bool,
    /// The debuggers that wait, where it is a server's own terminal.
    pub debuggers: Debuggers,
}

impl Console {
    /// One that was not opened yet.
    pub fn new(name: &str) -> Self {
        let title = match (console::terminal_of(name), console::editor_of(name)) {
            (Some(service), _) => format!("terminal of {service}"),
            (_, Some(path)) => format!("editor of {}", path.rsplit('/').next().unwrap_or(path)),
            _ => format!("console {name}"),
        };
        Self { name: name.to_owned(), title, ..Self::default() }
    }
}

impl Console {
    /// Gives it a name of the user's; without one its own stands alone.
    pub fn call(&mut self, called: &str) {
        let called = plain(called);
        self.called = called.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_CALLED).collect();
        self.title = Self::new(&self.name).title;
        if !self.called.is_empty() {
            self.title = format!("{}: {}", self.title, self.called);
        }
    }

    /// The shortest that tells it from the others.
    pub fn short(&self) -> &str {
        match self.called.as_str() {
            _ if !console::is_own(&self.name) => &self.title,
            "" => &self.name,
            called => called,
        }
    }

    /// Whether pictures of it are of any use: those of a server's terminal that was let go
    /// may come late.
    pub fn takes_frames(&self) -> bool {
        self.attachment != Attachment::Closed || console::terminal_of(&self.name).is_none()
    }
}

impl Consoles {
    /// The project's first console alone.
    pub fn of(project: &Project) -> Self {
        Self {
            list: project.wanted_consoles().take(1).map(|console| Console::new(&console.name)).collect(),
            ..Self::default()
        }
    }

    /// The names of all that are declared or open.
    pub fn names(&self, project: &Project) -> Vec<String> {
        let (declared, open) = (project.wanted_consoles().map(|it| &it.name), self.list.iter().map(|it| &it.name));
        let mut names: Vec<String> = declared.chain(open).cloned().collect();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| console::is_own(name) && seen.insert(name.clone()));
        names
    }

    /// The place of a console in the list.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|console| console.name == name)
    }

    /// The console of a name; made where there is none yet.
    pub fn entry(&mut self, name: &str) -> &mut Console {
        let place = self.place(name).unwrap_or_else(|| {
            self.list.push(Console::new(name));
            self.list.len() - 1
        });
        &mut self.list[place]
    }
}
