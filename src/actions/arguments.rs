//! Arguments of an action as they were given: on the command line, or after its name in the
//! palette. Both are read by the registry's forms, so that they mean the same.

use std::collections::BTreeMap;

use crate::actions::registry::{Action, Argument, Form};
use crate::core::notice::Notice;

/// The flag of the command line that has a meaning in the dashboard too.
pub const ALLOW_PRODUCTION: &str = "allow-production";

/// Flags of the command line that say how the program runs, not what an action does.
const OF_THE_PROGRAM: &[&str] = &["project", "environment", "host", "json", "yes", "search", "verbose", "help"];

/// Arguments as they were given, by the names of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arguments {
    given: BTreeMap<&'static str, Vec<String>>,
}

impl Arguments {
    /// Reads the words behind an action's name.
    ///
    /// # Errors
    /// What is wrong with them, and how the action is written.
    pub fn read(action: &'static Action, words: &[String]) -> Result<Self, Notice> {
        let mut reader = Reader { action, words: words.iter(), arguments: Self::default(), all_positional: false };
        while let Some(word) = reader.words.next() {
            reader.take(word)?;
        }
        let missing = action.arguments.iter().find(|a| a.form == Form::Required && !reader.arguments.has(a.name));
        match missing {
            Some(argument) => Err(reader.wrong(format!("{} is missing", argument.usage()))),
            None => Ok(reader.arguments),
        }
    }

    /// Notes that a switch was given.
    pub fn switch(&mut self, name: &'static str) {
        self.given.entry(name).or_default();
    }

    /// Adds values of an argument; none of them is none given.
    pub fn add(&mut self, name: &'static str, values: impl IntoIterator<Item = String>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.given.entry(name).or_default().extend(values);
        }
    }

    /// Whether an argument was given.
    pub fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// All values of an argument.
    pub fn all(&self, name: &str) -> &[String] {
        self.given.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The value of an argument.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).last().map(String::as_str)
    }

    /// An argument that was given although it is none of these.
    pub fn other_than(&self, names: &[&str]) -> Option<&'static str> {
        self.given.keys().find(|name| !names.contains(name)).copied()
    }
}

struct Reader<'a> {
    action: &'static Action,
    words: std::slice::Iter<'a, String>,
    arguments: Arguments,
    /// After `--`, or after the first of the words that take flags with them.
    all_positional: bool,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> Result<(), Notice> {
        if self.all_positional || word == "-" || !word.starts_with('-') {
            return self.positional(word);
        }
        if word == "--" {
            self.all_positional = true;
            return Ok(());
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        match self.flag(name) {
            Some(argument) => self.flagged(argument, value),
            None if self.trailing().is_some() => self.positional(word),
            None if word.strip_prefix("--") == Some(ALLOW_PRODUCTION) => {
                self.arguments.switch(ALLOW_PRODUCTION);
                Ok(())
            }
            None if OF_THE_PROGRAM.contains(&name.trim_start_matches('-')) => {
                Err(self.wrong(format!("`{name}` is a flag of the command line")))
            }
            None => Err(self.wrong(format!("{} has no flag `{name}`", self.action.id))),
        }
    }

    fn flag(&self, word: &str) -> Option<&'static Argument> {
        let is_flag = |a: &&Argument| matches!(a.form, Form::Switch | Form::Value(_) | Form::Values(_));
        self.action.arguments.iter().filter(is_flag).find(|argument| match word.strip_prefix("--") {
            Some(long) => long == argument.name,
            None => argument.short.is_some_and(|short| word[1..] == short.to_string()),
        })
    }

    fn flagged(&mut self, argument: &'static Argument, value: Option<String>) -> Result<(), Notice> {
        if argument.form == Form::Switch {
            self.arguments.switch(argument.name);
            return match value {
                Some(_) => Err(self.wrong(format!("`--{}` takes no value", argument.name))),
                None => Ok(()),
            };
        }
        let Some(value) = value.or_else(|| self.words.next().cloned()) else {
            return Err(self.wrong(format!("`--{}` needs a value", argument.name)));
        };
        if self.arguments.has(argument.name) && !matches!(argument.form, Form::Values(_)) {
            return Err(self.wrong(format!("`--{}` is given twice", argument.name)));
        }
        self.arguments.add(argument.name, [value]);
        Ok(())
    }

    fn trailing(&self) -> Option<&'static Argument> {
        self.action.arguments.iter().find(|a| matches!(a.form, Form::Trailing | Form::Command))
    }

    fn positional(&mut self, word: &str) -> Result<(), Notice> {
        let free = |a: &&Argument| match a.form {
            Form::Many | Form::Trailing | Form::Command => true,
            Form::Optional | Form::Required | Form::Choice(_) => !self.arguments.has(a.name),
            Form::Switch | Form::Value(_) | Form::Values(_) => false,
        };
        let Some(argument) = self.action.arguments.iter().find(free) else {
            return Err(self.wrong(format!("{} does not take `{word}`", self.action.id)));
        };
        match argument.form {
            Form::Choice(known) if !known.contains(&word) => {
                return Err(self.wrong(format!("`{word}` is none of {}", known.join(", "))));
            }
            Form::Trailing | Form::Command => self.all_positional = true,
            _ => {}
        }
        self.arguments.add(argument.name, [word.to_owned()]);
        Ok(())
    }

    fn wrong(&self, what: String) -> Notice {
        Notice::error(what).remedy(format!("it is written: {}", self.action.usage()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::registry;

    fn read(line: &str) -> Result<Arguments, String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Arguments::read(registry::find(&words[0]).unwrap(), &words[1..]).map_err(|notice| notice.summary)
    }

    #[test]
    fn flags_and_words_are_told_apart() {
        let up = read("up --force migrate --dry-run --force=index").unwrap();
        assert_eq!(up.all("force"), ["migrate", "index"]);
        assert!(up.has("dry-run") && !up.has("volumes"));
        let logs = read("logs web -f db --tail 5").unwrap();
        assert_eq!((logs.all("service").len(), logs.has("follow"), logs.one("tail")), (2, true, Some("5")));
    }

    #[test]
    fn a_command_keeps_its_own_flags() {
        assert_eq!(read("run --dry-run ls -l --dry-run").unwrap().all("command"), ["ls", "-l", "--dry-run"]);
        assert_eq!(read("manage -- --version").unwrap().all("command"), ["--version"]);
        assert_eq!(read("migrate --fake forum").unwrap().all("arguments"), ["--fake", "forum"]);
    }

    #[test]
    fn mistakes_are_named() {
        for (line, wanted) in [
            ("up --fast", "up has no flag `--fast`"),
            ("up --force", "`--force` needs a value"),
            ("up web", "up does not take `web`"),
            ("restart web db", "restart does not take `db`"),
            ("config remove", "`remove` is none of show, check, edit, schema, environment"),
            ("logs --tail 1 --tail 2", "`--tail` is given twice"),
            ("up --dry-run=1", "`--dry-run` takes no value"),
            ("destroy --yes", "`--yes` is a flag of the command line"),
            ("pane --", "PANE is missing"),
        ] {
            assert_eq!(read(line).unwrap_err(), wanted, "{line}");
        }
    }
}
