//! The one registry of actions: keymap, help, footer, command line and reference are all
//! read from it.

use crate::actions::{doctor, init, screen, verbs};

/// Where an action is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// On the command line and in the dashboard.
    Everywhere,
    /// On the command line alone.
    CommandLine,
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

/// An argument of an action on the command line.
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
    /// Its arguments on the command line.
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
    verbs::MIGRATE,
    verbs::REINDEX,
    verbs::COLLECTSTATIC,
    verbs::MANAGE,
    verbs::RUN,
    verbs::STATUS,
    verbs::LOGS,
    verbs::TASKS,
    verbs::DESTROY,
    verbs::DEMO,
    init::INIT,
    doctor::DOCTOR,
    verbs::DB,
    verbs::CONFIG,
    verbs::COMPLETIONS,
    verbs::MAN,
    screen::NEXT_PANE,
    screen::PREVIOUS_PANE,
    screen::PANE,
    screen::ZOOM,
    screen::FOLLOW,
    screen::DOWN,
    screen::UP,
    screen::PAGE_DOWN,
    screen::PAGE_UP,
    screen::TOP,
    screen::BOTTOM,
    screen::BACK,
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
    fn screen_actions_have_keys_and_no_arguments() {
        for action in ACTIONS.iter().filter(|action| action.scope == Scope::Screen) {
            assert!(!action.keys.is_empty() && action.arguments.is_empty(), "{}", action.id);
        }
    }
}
