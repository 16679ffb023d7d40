//! What can come next behind an action's name.

use crate::actions::django;
use crate::actions::registry::{Action, Argument, Form};

/// Names that are known now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The services.
    pub services: Vec<String>,
    /// The declared steps.
    pub steps: Vec<String>,
    /// Tasks that have run.
    pub tasks: Vec<String>,
    /// The consoles, declared and open ones.
    pub consoles: Vec<String>,
    /// The titles of the panes.
    pub panes: Vec<String>,
    /// The declared environments.
    pub environments: Vec<String>,
    /// Management commands that have run.
    pub commands: Vec<String>,
    /// The snapshots of the database.
    pub snapshots: Vec<String>,
}

/// The words that can come behind these words of an action.
pub fn candidates(action: &Action, before: &[String], known: &Known) -> Vec<String> {
    if let Some(flag) = before.last().and_then(|word| valued_flag(action, word)) {
        return values(flag, known);
    }
    if before.iter().any(|word| word == "--") || inside_command(action, before) {
        return Vec::new();
    }
    let positionals = || action.arguments.iter().filter(|argument| !is_flag(argument));
    let next = positionals().nth(positional_count(action, before));
    let positional = next.or_else(|| positionals().find(|argument| argument.form == Form::Many));
    let mut words = positional.map(|argument| of_action(action, argument, before, known)).unwrap_or_default();
    words.retain(|word| !before.contains(word));
    words.extend(flags(action, before));
    words
}

fn is_flag(argument: &Argument) -> bool {
    matches!(argument.form, Form::Switch | Form::Value(_) | Form::Values(_))
}

/// The argument that a word is the flag of, where its value comes as the next word.
fn valued_flag<'a>(action: &'a Action, word: &str) -> Option<&'a Argument> {
    let long = word.strip_prefix("--")?;
    let has_value = |argument: &&Argument| matches!(argument.form, Form::Value(_) | Form::Values(_));
    action.arguments.iter().filter(has_value).find(|argument| argument.name == long)
}

fn positional_count(action: &Action, before: &[String]) -> usize {
    let is_value = |n: usize| n > 0 && valued_flag(action, &before[n - 1]).is_some();
    (0..before.len()).filter(|n| !before[*n].starts_with('-') && !is_value(*n)).count()
}

/// Whether all further words are a command's own.
fn inside_command(action: &Action, before: &[String]) -> bool {
    let takes_all = action.arguments.iter().any(|a| matches!(a.form, Form::Command | Form::Trailing));
    takes_all && positional_count(action, before) > 0
}

fn flags(action: &Action, before: &[String]) -> Vec<String> {
    let flags = action.arguments.iter().filter(|argument| is_flag(argument));
    let again = |argument: &&Argument| matches!(argument.form, Form::Values(_));
    let words = flags.map(|argument| (again(&argument), format!("--{}", argument.name)));
    words.filter(|(again, word)| *again || !before.contains(word)).map(|(_, word)| word).collect()
}

fn of_action(action: &Action, argument: &Argument, before: &[String], known: &Known) -> Vec<String> {
    match (argument.form, action.id) {
        // Any program; Django's commands are `manage`'s.
        (Form::Command, "run") => Vec::new(),
        (_, "snapshot") if argument.name == "name" => snapshots(before, known),
        _ => values(argument, known),
    }
}

/// Behind what is done to one that there is: which of them.
fn snapshots(before: &[String], known: &Known) -> Vec<String> {
    match before {
        [what] if what == "restore" || what == "delete" => known.snapshots.clone(),
        _ => Vec::new(),
    }
}

fn values(argument: &Argument, known: &Known) -> Vec<String> {
    let fixed = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match (argument.form, argument.name) {
        (Form::Choice(words), _) => fixed(words),
        (_, "service") => known.services.clone(),
        (_, "force") => known.steps.clone(),
        (_, "task") => known.tasks.clone(),
        (_, "console") => known.consoles.clone(),
        (_, "pane") => known.panes.clone(),
        (_, "environment") => known.environments.clone(),
        (_, "profile") => fixed(&["django", "none"]),
        (Form::Command, _) => commands(known),
        _ => Vec::new(),
    }
}

/// What has run here comes first.
fn commands(known: &Known) -> Vec<String> {
    let ours = known.commands.iter();
    let mut words: Vec<String> = ours.cloned().chain(django::COMMANDS.iter().map(|word| (*word).to_owned())).collect();
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::registry;

    fn next(line: &str) -> Vec<String> {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let known = Known {
            services: words("db web"),
            steps: words("migrate index"),
            tasks: words("packages"),
            consoles: words("django db"),
            panes: words("services db"),
            environments: words("development staging"),
            commands: words("rebuild_rank migrate"),
            snapshots: words("before whole"),
        };
        let words = words(line);
        candidates(registry::find(&words[0]).unwrap(), &words[1..], &known)
    }

    #[test]
    fn what_is_known_is_offered_where_it_fits() {
        assert_eq!(next("restart"), ["db", "web", "--dry-run"]);
        assert_eq!(next("restart web"), ["--dry-run"]);
        assert_eq!(next("up --force"), ["migrate", "index"]);
        assert_eq!(next("up --force migrate"), ["--dry-run", "--force"]);
        assert_eq!(next("logs web")[0], "db");
        assert_eq!(next("config"), ["show", "check", "edit", "schema", "environment"]);
        assert_eq!(next("tasks"), ["packages"]);
        assert_eq!(next("console"), ["django", "db"]);
        assert_eq!(next("pane"), ["services", "db"]);
        assert_eq!(next("init --profile"), ["django", "none"]);
        assert_eq!(next("snapshot restore")[..2], ["before", "whole"]);
        assert_eq!(next("snapshot save"), ["--dry-run"]);
    }

    #[test]
    fn managements_commands_are_offered_once_and_nothing_inside_them() {
        let words = next("manage");
        assert_eq!(words[..2], ["rebuild_rank", "migrate"]);
        assert_eq!(words.iter().filter(|word| *word == "migrate").count(), 1);
        assert_eq!(next("manage dumpdata"), [""; 0]);
        assert_eq!(next("run --"), [""; 0]);
        assert!(next("run").iter().all(|word| word.starts_with("--")), "no program is one of Django's commands");
    }
}
