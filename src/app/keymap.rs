//! Which key does what: the actions' defaults and the user's own.

use std::collections::{BTreeMap, BTreeSet};

use crate::actions::registry::{ACTIONS, Action};
use crate::core::input::{BadKey, Key};

/// A key and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The key.
    pub key: Key,
    /// What it does.
    pub action: &'static Action,
}

/// What is wrong with a keymap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// One key for two actions.
    #[error("the key `{key}` is bound to both `{first}` and `{second}`")]
    Clash {
        /// The key.
        key: Key,
        /// An action.
        first: &'static str,
        /// Another.
        second: &'static str,
    },
    /// A text that names no key.
    #[error("the key of `{action}`: {source}")]
    Key {
        /// The action.
        action: String,
        /// What is wrong with it.
        source: BadKey,
    },
    /// An action that does not exist.
    #[error("there is no action `{0}` to bind a key to")]
    Unknown(String),
}

impl KeymapError {
    /// Takes the user's keys that it is about away: of two that clash the later one's, where those are his.
    fn leave_out(&self, before: &Overrides, overrides: &mut Overrides) {
        let action = match self {
            Self::Key { action, .. } | Self::Unknown(action) => action.as_str(),
            Self::Clash { second, .. } if before.contains_key(*second) => second,
            Self::Clash { first, .. } => first,
        };
        overrides.remove(action);
    }
}

/// The user's keys by action; an empty list takes an action's keys away.
pub type Overrides = BTreeMap<String, Vec<String>>;

/// Which key does what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// The registry's actions, their default keys replaced by the user's where he has some.
    ///
    /// # Errors
    /// All clashes, unreadable keys and unknown actions; at least one.
    pub fn new(overrides: &Overrides) -> Result<Self, Vec<KeymapError>> {
        let known: BTreeSet<_> = ACTIONS.iter().map(|action| action.id).collect();
        let unknown = overrides.keys().filter(|id| !known.contains(id.as_str()));
        let mut wrong: Vec<_> = unknown.cloned().map(KeymapError::Unknown).collect();
        let mut keymap = Self::default();
        for action in ACTIONS {
            for key in keys(action, overrides) {
                wrong.extend(key.and_then(|key| keymap.bind(key, action)).err());
            }
        }
        if wrong.is_empty() { Ok(keymap) } else { Err(wrong) }
    }

    /// The same; where a key of the user's is wrong, that action has its default ones.
    pub fn as_far_as_it_goes(overrides: &Overrides) -> (Self, Vec<KeymapError>) {
        let mut sound = overrides.clone();
        let mut wrong = Vec::new();
        loop {
            match Self::new(&sound) {
                Ok(keymap) => return (keymap, wrong),
                // Each round takes at least one action's away; the defaults are sound (held by a test).
                Err(errors) if sound.is_empty() => return (Self::default(), errors),
                Err(errors) => {
                    let before = sound.clone();
                    errors.iter().for_each(|error| error.leave_out(&before, &mut sound));
                    wrong.extend(errors.into_iter().filter(|error| !wrong.contains(error)).collect::<Vec<_>>());
                }
            }
        }
    }

    fn bind(&mut self, key: Key, action: &'static Action) -> Result<(), KeymapError> {
        match self.action(key).filter(|other| other.id != action.id) {
            Some(first) => Err(KeymapError::Clash { key, first: first.id, second: action.id }),
            None => {
                self.bindings.push(Binding { key, action });
                Ok(())
            }
        }
    }

    /// What a key does.
    pub fn action(&self, key: Key) -> Option<&'static Action> {
        self.bindings.iter().find(|binding| binding.key == key).map(|binding| binding.action)
    }

    /// All keys in the order of the actions.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The first binding of an action.
    pub fn of(&self, action: &str) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.action.id == action)
    }
}

fn keys(action: &'static Action, overrides: &Overrides) -> Vec<Result<Key, KeymapError>> {
    let read = |text: &str| text.parse().map_err(|source| KeymapError::Key { action: action.id.to_owned(), source });
    match overrides.get(action.id) {
        Some(keys) => keys.iter().map(|key| read(key)).collect(),
        None => action.keys.iter().map(|key| read(key)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(keymap: &Keymap, key: &str) -> Option<&'static str> {
        keymap.action(key.parse().unwrap()).map(|action| action.id)
    }

    fn overrides(action: &str, keys: &[&str]) -> Overrides {
        [(action.to_owned(), keys.iter().map(|key| (*key).to_owned()).collect())].into()
    }

    #[test]
    fn defaults_are_sound() {
        let keymap = Keymap::new(&Overrides::new()).unwrap();
        assert_eq!((action(&keymap, "u"), action(&keymap, "Q")), (Some("up"), None));
    }

    #[test]
    fn the_users_keys_replace_the_defaults() {
        let keymap = Keymap::new(&overrides("up", &["ctrl-t", "Q"])).unwrap();
        assert_eq!((action(&keymap, "u"), action(&keymap, "Q")), (None, Some("up")));
        assert_eq!(keymap.of("up").unwrap().key.to_string(), "ctrl-t");
        assert!(Keymap::new(&overrides("up", &[])).unwrap().of("up").is_none());
    }

    #[test]
    fn a_bad_key_costs_its_own_action_alone() {
        let both = |more: Overrides| overrides("help", &["f5"]).into_iter().chain(more).collect::<Overrides>();
        let (keymap, wrong) = Keymap::as_far_as_it_goes(&both(overrides("zoom", &["hyper-x"])));
        assert_eq!((action(&keymap, "f5"), action(&keymap, "z"), wrong.len()), (Some("help"), Some("zoom"), 1));
        let (keymap, wrong) = Keymap::as_far_as_it_goes(&both(overrides("zomo", &["x"])));
        assert_eq!((action(&keymap, "f5"), wrong.len()), (Some("help"), 1));
        let (keymap, wrong) = Keymap::as_far_as_it_goes(&both(overrides("zoom", &["u"])));
        assert_eq!((action(&keymap, "f5"), action(&keymap, "u"), wrong.len()), (Some("help"), Some("up"), 1));
        let (keymap, wrong) = Keymap::as_far_as_it_goes(&both(overrides("up", &["z"])));
        assert_eq!((action(&keymap, "u"), action(&keymap, "z"), wrong.len()), (Some("up"), Some("zoom"), 1));
        // Of several mistakes of one action only that pays.
        let three = [overrides("up", &["f6"]), overrides("migrate", &["f7"]), overrides("zoom", &["f6", "f7"])];
        let (keymap, _) = Keymap::as_far_as_it_goes(&three.into_iter().flatten().collect());
        assert_eq!((action(&keymap, "f6"), action(&keymap, "f7")), (Some("up"), Some("migrate")));
        // The default to which one falls back is the other's now.
        let chain = overrides("up", &["hyper-x"]).into_iter().chain(overrides("zoom", &["u"])).collect();
        let (keymap, wrong) = Keymap::as_far_as_it_goes(&both(chain));
        assert_eq!((action(&keymap, "u"), action(&keymap, "z"), wrong.len()), (Some("up"), Some("zoom"), 2));
    }

    #[test]
    fn mistakes_are_named() {
        let error = |action, keys: &[&str]| Keymap::new(&overrides(action, keys)).unwrap_err()[0].to_string();
        assert_eq!(error("zoom", &["u"]), "the key `u` is bound to both `up` and `zoom`");
        assert_eq!(error("zomo", &["x"]), "there is no action `zomo` to bind a key to");
        assert!(error("zoom", &["ctrl-i"]).contains("no terminal sends `ctrl-i`: it is the same byte as `tab`"));
        assert!(error("zoom", &["hyper-x"]).starts_with("the key of `zoom`: `hyper-x` is no key"));
        let all = overrides("zomo", &["x"]).into_iter().chain(overrides("zoom", &["u", "hyper-x"])).collect();
        assert_eq!(Keymap::new(&all).unwrap_err().len(), 3, "each of them");
    }
}
