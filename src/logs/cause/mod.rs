//! Why a program of the project's failed, from its last lines.
//!
//! A page of output hides its reason: a traceback is told by its exception and the
//! project's innermost frame, the migration, fixture or package that failed by its name,
//! and the task runner says what it knows in lines of its own.

mod django;
mod traceback;

use crate::logs::progress;

/// What our programs in containers begin their lines with.
const OURS: &str = "biostar-tui: ";
/// Lines of output that are shown where nothing names the reason.
const SHOWN: usize = 12;

/// Why a program failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reason {
    /// What failed, in a few words, where that is known: `migration forum.0003_x`.
    pub what: Option<String>,
    /// The rest: the exception and its place, else what our own programs say, else the last
    /// lines as they are.
    pub lines: Vec<String>,
}

impl Reason {
    /// All of it.
    pub fn text(&self) -> String {
        self.what.iter().chain(&self.lines).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// The reason of a failure in a few lines.
pub fn of(lines: &[&str]) -> Reason {
    let (output, ours) = apart(lines);
    let (output, migration) = django::without_migration(&output);
    let mut reason = told_by(&output)
        .or_else(|| is_told_by(&ours).then(Reason::default))
        .unwrap_or_else(|| Reason { what: None, lines: last(&output) });
    reason.what = reason.what.or(migration);
    let (rest, words): (Vec<&str>, Vec<&str>) = ours.iter().partition(|line| exit_code(line).is_some());
    let mut words = words.into_iter();
    if reason == Reason::default() {
        // `nosuch==9: the index has nothing of that name; check the spelling`
        let (what, more) = words.next().map_or(("", ""), |word| word.split_once("; ").unwrap_or((word, "")));
        reason.what = Some(what.to_owned()).filter(|what| !what.is_empty());
        reason.lines.extend((!more.is_empty()).then(|| more.to_owned()));
    }
    reason.lines.extend(words.map(str::to_owned));
    reason.lines.extend(rest.into_iter().filter_map(exit_code).filter(|more| !more.is_empty()).map(str::to_owned));
    reason
}

/// What the program itself tells: a traceback, or a refusal of Django's.
fn told_by(output: &[&str]) -> Option<Reason> {
    match traceback::read(output) {
        Some(told) => Some(Reason { what: django::failed_in(&told), lines: told.lines() }),
        None => django::refusal(output),
    }
}

/// Whether our program knows the reason itself: of a command it knows the exit code alone.
fn is_told_by(ours: &[&str]) -> bool {
    !ours.is_empty() && !ours.iter().any(|line| exit_code(line) == Some(""))
}

/// What follows `step NAME failed with exit code N`, which the notice's summary says too;
/// `None` for any other line.
fn exit_code(line: &str) -> Option<&str> {
    let (_, rest) = line.strip_prefix("step ")?.split_once(" failed with exit code ")?;
    Some(rest.split_once("; ").map_or("", |(_, more)| more))
}

fn last(output: &[&str]) -> Vec<String> {
    let told: Vec<&&str> = output.iter().filter(|line| !line.trim().is_empty()).collect();
    told[told.len().saturating_sub(SHOWN)..].iter().map(|line| (**line).to_owned()).collect()
}

/// The program's own lines, and ours without what they begin with. A program that ends
/// in the middle of a line leaves ours behind its own.
fn apart<'a>(lines: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut output, mut ours) = (Vec::new(), Vec::new());
    // How much there is to do is no reason.
    for line in lines.iter().filter(|line| !progress::is_announcement(line)) {
        match line.split_once(OURS) {
            Some((before, words)) => {
                output.extend((!before.trim().is_empty()).then_some(before));
                ours.push(words);
            }
            None => output.push(*line),
        }
    }
    (output, ours)
}

#[cfg(test)]
mod tests;
