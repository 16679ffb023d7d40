//! The one registry of actions: keymap, help, footer, command line and reference are all
//! read from it.

use crate::actions::{
    adopt, clean, console, doctor, init, inspect, log, migrate, projects, screen, snapshot, test, toggle, verbs,
};

/// Where an action is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// On the command line and in the dashboard: it leads to a plan.
    Everywhere,
    /// On the command line and in the dashboard, which shows what the command line prints.
    Shown,
    /// On the command line alone; why.
    CommandLine(&'static str),
    /// In the dashboard alone.
    Screen,
}

/// Whether an action asks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asks {
    /// It loses nothing.
    Never,
    /// It asks when its plan destroys something.
    BeforeLoss,
}

/// What an action cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Nothing at all.
    Nothing,
    /// A project's configuration.
    Project,
    /// A project, and an engine that answers.
    Engine,
}

/// An argument of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Its id and, unless it is positional, its long flag.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Its short flag, where it has one.
    pub short: Option<char>,
    /// Its form.
    pub form: Form,
}

/// The form of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// `--name`.
    Switch,
    /// `--name VALUE`, with the word for the value.
    Value(&'static str),
    /// `--name VALUE`, which may be given several times.
    Values(&'static str),
    /// All words that follow, flags among them.
    Trailing,
    /// The same, and there is nothing to do without them.
    Command,
    /// A positional word.
    Required,
    /// A positional word that may be left out.
    Optional,
    /// Positional words, none or more.
    Many,
    /// One of these positional words.
    Choice(&'static [&'static str]),
}

/// An action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// Its name in the configuration's `[keys]` and, where it has one, its verb.
    pub id: &'static str,
    /// One line of what it does, in the imperative.
    pub summary: &'static str,
    /// More about it, for `--help` and the reference; may be empty.
    pub details: &'static str,
    /// Its default keys in the dashboard.
    pub keys: &'static [&'static str],
    /// Its arguments.
    pub arguments: &'static [Argument],
    /// Where it is offered.
    pub scope: Scope,
    /// Whether it asks first.
    pub asks: Asks,
    /// What it cannot do without.
    pub needs: Needs,
}

impl Action {
    /// Whether it is a verb of the command line.
    pub fn is_verb(&self) -> bool {
        self.scope != Scope::Screen
    }

    /// Whether the dashboard can do it.
    pub const fn is_in_dashboard(&self) -> bool {
        !matches!(self.scope, Scope::CommandLine(_))
    }

    /// Whether there is nothing to do without arguments.
    pub fn needs_words(&self) -> bool {
        self.arguments.iter().any(|argument| matches!(argument.form, Form::Command | Form::Required))
    }

    /// How it is written: `reload [SERVICE] [--dry-run]`.
    pub fn usage(&self) -> String {
        // Behind words that are passed on, a flag would be one of them.
        let (passed_on, own): (Vec<_>, Vec<_>) =
            self.arguments.iter().partition(|argument| matches!(argument.form, Form::Trailing | Form::Command));
        let words = own.into_iter().chain(passed_on).map(Argument::usage);
        std::iter::once(self.id.to_owned()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

impl Argument {
    /// How it is written: `[--force STEP]...`.
    pub fn usage(&self) -> String {
        let name = self.name;
        match self.form {
            Form::Switch => format!("[--{name}]"),
            Form::Value(word) => format!("[--{name} {word}]"),
            Form::Values(word) => format!("[--{name} {word}]..."),
            Form::Trailing | Form::Many => format!("[{}...]", name.to_uppercase()),
            Form::Command => format!("{}...", name.to_uppercase()),
            Form::Optional => format!("[{}]", name.to_uppercase()),
            Form::Required => name.to_uppercase(),
            // A bar would end the cell of a table.
            Form::Choice(words) => words.join(" or "),
        }
    }
}

/// All actions, in the order in which they are shown.
pub const ACTIONS: &[Action] = &[
    verbs::UP,
    verbs::HALT,
    verbs::SUSPEND,
    verbs::RESUME,
    verbs::RELOAD,
    verbs::RESTART,
    verbs::REBUILD,
    verbs::INSTALL,
    migrate::MIGRATE,
    migrate::MAKEMIGRATIONS,
    migrate::MIGRATIONS,
    verbs::REINDEX,
    verbs::COLLECTSTATIC,
    verbs::MANAGE,
    verbs::RUN,
    test::TEST,
    snapshot::SNAPSHOT,
    toggle::TOGGLE,
    console::CONSOLE,
    console::ATTACH,
    verbs::STATUS,
    inspect::INSPECT,
    verbs::LOGS,
    verbs::TASKS,
    verbs::WATCH,
    verbs::TMUX,
    verbs::DESTROY,
    projects::PROJECTS,
    clean::DISK,
    clean::CLEAN,
    adopt::ADOPT,
    verbs::DEMO,
    init::INIT,
    doctor::DOCTOR,
    verbs::DB,
    verbs::CONFIG,
    verbs::COMPLETIONS,
    verbs::MAN,
    console::SHELL,
    console::CLOSE,
    console::RENAME,
    console::LEADER,
    console::SELECT,
    console::SELECT_LINES,
    console::SELECT_BLOCK,
    console::PASTE,
    screen::NEXT_PANE,
    screen::PREVIOUS_PANE,
    screen::PANE,
    screen::ZOOM,
    screen::LAYOUT,
    screen::MOVE_LEFT,
    screen::MOVE_RIGHT,
    screen::MOVE_UP,
    screen::MOVE_DOWN,
    screen::SPLIT_BESIDE,
    screen::SPLIT_BELOW,
    screen::WIDER,
    screen::NARROWER,
    screen::TALLER,
    screen::LOWER,
    screen::FOLLOW,
    screen::ENVIRONMENT,
    screen::ACCEPT_OFFER,
    screen::DECLINE_OFFER,
    screen::PAUSE_WATCHING,
    screen::DOWN,
    screen::UP,
    screen::PAGE_DOWN,
    screen::PAGE_UP,
    screen::TOP,
    screen::BOTTOM,
    log::SEARCH,
    log::NEXT_MATCH,
    log::PREVIOUS_MATCH,
    log::FILTER,
    log::LEVEL,
    log::REQUESTS,
    log::PREVIOUS_ERROR,
    log::NEXT_ERROR,
    log::FRAMES,
    log::FOLD,
    log::MERGED,
    log::WRAP,
    log::TIMES,
    log::LEFT,
    log::RIGHT,
    log::GO_TO_TIME,
    log::MARK,
    log::PREVIOUS_MARK,
    log::CLEAR,
    log::COPY,
    log::SAVE,
    log::PAGER,
    screen::BACK,
    screen::PALETTE,
    screen::OPEN,
    screen::RETRY,
    screen::REMEDY,
    screen::BROWSE,
    screen::COPY_ADDRESS,
    screen::ALLOW_COPY,
    screen::OPEN_BESIDE,
    screen::OPEN_BELOW,
    screen::OPEN_WINDOW,
    screen::OPEN_POPUP,
    screen::MOUSE,
    screen::CANCEL,
    screen::HISTORY,
    screen::HELP,
    screen::REDRAW,
    screen::TO_SHELL,
    screen::QUIT,
];

/// The action of an id.
pub fn find(id: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.id == id)
}

/// The ids of all actions.
pub fn ids() -> Vec<&'static str> {
    ACTIONS.iter().map(|action| action.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn ids_are_unique_and_plain() {
        let mut seen = std::collections::BTreeSet::new();
        for action in ACTIONS {
            assert!(seen.insert(action.id), "{} twice", action.id);
            assert!(action.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", action.id);
        }
    }

    #[test]
    fn summaries_are_one_sentence_without_a_full_stop() {
        for action in ACTIONS {
            assert!(!action.summary.is_empty() && !action.summary.ends_with('.'), "{}", action.id);
            assert!(action.summary.len() < 80, "{}", action.id);
        }
    }

    #[test]
    fn default_keys_do_not_clash() {
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        for action in ACTIONS {
            for key in action.keys {
                assert_eq!(owners.insert(key, action.id), None, "key {key} of {}", action.id);
            }
        }
    }

    #[test]
    fn screen_actions_have_keys() {
        for action in ACTIONS.iter().filter(|action| action.scope == Scope::Screen) {
            assert!(!action.keys.is_empty(), "{}", action.id);
        }
    }

    #[test]
    fn what_the_dashboard_cannot_do_has_a_reason_and_no_key() {
        for action in ACTIONS {
            if let Scope::CommandLine(reason) = action.scope {
                assert!(!reason.is_empty() && action.keys.is_empty(), "{}", action.id);
            }
        }
    }
}
