//! What Django's commands name when they fail: a migration, a fixture and its object, the
//! settings, an argument.

use crate::core::spec::PROJECT_DIR;
use crate::logs::cause::{Reason, traceback::Traceback};

/// The output without the line of a migration that was begun and not ended, and its name.
/// Django leaves that line open, so the engine hands it out last, behind the traceback.
pub(super) fn without_migration<'a>(output: &[&'a str]) -> (Vec<&'a str>, Option<String>) {
    let Some((place, name)) = output.iter().enumerate().rev().find_map(|(n, line)| Some((n, open_migration(line)?)))
    else {
        return (output.to_vec(), None);
    };
    let is_alone = |line: &str| line.trim_end().ends_with("...");
    let others = output.iter().enumerate().filter(|(n, line)| *n != place || !is_alone(line)).map(|(_, line)| *line);
    (others.collect(), Some(format!("migration {name}")))
}

/// The name in `  Applying forum.0003_x...`. A traceback may begin on the same line.
fn open_migration(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let named = line.strip_prefix("Applying ").or_else(|| line.strip_prefix("Unapplying "))?;
    let (name, end) = named.split_once("...")?;
    (end.trim().is_empty() || end.starts_with("Traceback")).then_some(name)
}

/// What failed, where the traceback tells.
pub(super) fn failed_in(traceback: &Traceback<'_>) -> Option<String> {
    let message = traceback.message.first()?;
    fixture(traceback, message)
        .or_else(|| graph(message))
        .or_else(|| {
            raised_by(traceback, "(self.SETTINGS_MODULE)").then(|| "the settings cannot be imported".to_owned())
        })
        .or_else(|| raised_by(traceback, "AppConfig.create(").then(|| "an app of INSTALLED_APPS".to_owned()))
}

/// Whether a frame has this in its line of source.
fn raised_by(traceback: &Traceback<'_>, source: &str) -> bool {
    traceback.frames.iter().any(|line| line.contains(source))
}

/// `Problem installing fixture '/project/forum/fixtures/x.json': Could not load
/// forum.Post(pk=9): ...`
fn fixture(traceback: &Traceback<'_>, message: &str) -> Option<String> {
    if let Some((_, rest)) = message.split_once("Problem installing fixtures: ") {
        let detail = traceback.message.iter().find_map(|line| line.strip_prefix("DETAIL:"));
        return Some(format!("fixtures: {}", detail.unwrap_or(rest).trim()));
    }
    let (path, rest) = message.split_once("Problem installing fixture '")?.1.split_once('\'')?;
    let path = path.strip_prefix(PROJECT_DIR).map_or(path, |inside| inside.trim_start_matches('/'));
    let at = object(rest).map(str::to_owned).or_else(|| json_place(traceback));
    Some(at.map_or_else(|| format!("fixture {path}"), |at| format!("fixture {path}, {at}")))
}

/// The object that a message names: `Could not load forum.Post(pk=9): ...`, or `...:
/// (forum.vote:pk=1) field_value was 'abc'`.
fn object(rest: &str) -> Option<&str> {
    if let Some((_, named)) = rest.split_once("Could not load ") {
        return named.split_once("): ").map(|(name, _)| &named[..=name.len()]);
    }
    let (before, _) = rest.split_once(") field_value was ")?;
    before.rsplit_once('(').map(|(_, object)| object)
}

/// `line 3 column 5` of the decoder's exception.
fn json_place(traceback: &Traceback<'_>) -> Option<String> {
    let message = traceback.from.as_ref()?.message.first()?;
    let (_, place) = message.strip_prefix("json.decoder.JSONDecodeError: ")?.rsplit_once(": line ")?;
    Some(format!("line {}", place.split_once(" (char").map_or(place, |(place, _)| place)))
}

/// `Migration forum.0003_x dependencies reference nonexistent parent node ...`
fn graph(message: &str) -> Option<String> {
    let (_, named) = message.split_once("NodeNotFoundError: Migration ")?;
    named.split_whitespace().next().map(|name| format!("migration {name}"))
}

/// What Django refuses in words of its own: a `CommandError`, arguments, its system check.
pub(super) fn refusal(output: &[&str]) -> Option<Reason> {
    let output: Vec<&str> = output.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    check(&output).or_else(|| usage(&output)).or_else(|| command(&output))
}

fn check(output: &[&str]) -> Option<Reason> {
    let head = output.iter().rposition(|line| line.starts_with("SystemCheckError: "))?;
    let errors = head + output[head..].iter().position(|line| *line == "ERRORS:")?;
    let (first, others) = output.get(errors + 1..)?.split_first()?;
    Some(Reason { what: Some((*first).to_owned()), lines: shown(others) })
}

/// `manage.py migrate: error: unrecognized arguments: --foo`, below the usage.
fn usage(output: &[&str]) -> Option<Reason> {
    let head = output.iter().rposition(|line| line.starts_with("usage: "))?;
    let (_, what) = output.last()?.split_once(": error: ")?;
    Some(Reason { what: Some(what.to_owned()), lines: shown(&output[head..output.len() - 1]) })
}

fn command(output: &[&str]) -> Option<Reason> {
    let is_refusal = |line: &&str| line.starts_with("CommandError: ") || line.starts_with("Unknown command: ");
    let place = output.iter().rposition(is_refusal)?;
    let what = output[place].trim_start_matches("CommandError: ");
    Some(Reason { what: Some(what.to_owned()), lines: shown(&output[place + 1..]) })
}

fn shown(lines: &[&str]) -> Vec<String> {
    lines.iter().take(super::SHOWN).map(|line| (*line).to_owned()).collect()
}
