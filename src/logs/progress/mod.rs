//! How far a task is, read from its output. Where the total is not known it is not guessed.

mod django;
mod pip;

use regex::Regex;

use crate::core::progress::Progress;

/// What our programs in containers begin their lines with.
const OURS: &str = "biostar-tui: ";
/// A longer line is no progress; a step's own expression is not tried on it.
const LONGEST: usize = 4096;

/// Reads the lines of one run, in their order.
#[derive(Debug, Default)]
pub struct Reader {
    own: Option<Regex>,
    pip: pip::Pip,
    migrations: django::Migrations,
    index: django::Index,
}

impl Reader {
    /// For a step with an expression of its own (two groups, done and total), which then is
    /// all that counts. One that cannot be read is none: the configuration has refused it.
    pub fn new(own: Option<&str>) -> Self {
        Self { own: own.and_then(|pattern| Regex::new(pattern).ok()), ..Self::default() }
    }

    /// How far it is with this line; `None` where the line does not tell.
    pub fn line(&mut self, line: &str) -> Option<Progress> {
        if line.len() > LONGEST {
            return None;
        }
        match &self.own {
            Some(own) => by_expression(own, line),
            None => self.known(line),
        }
    }

    fn known(&mut self, line: &str) -> Option<Progress> {
        let line = line.trim_end();
        self.pip
            .line(line)
            .or_else(|| self.migrations.line(line))
            .or_else(|| self.index.line(line))
            .or_else(|| django::objects(line))
            .or_else(|| django::static_files(line))
            .or_else(|| django::tests(line))
    }
}

/// What a task announces before it begins: `biostar-tui: 20 migrations to apply`.
pub fn announced<'a>(line: &'a str, what: &str) -> Option<(u64, &'a str)> {
    let (number, rest) = line.split_once(OURS)?.1.split_once(' ')?;
    Some((number.parse().ok()?, rest)).filter(|(_, rest)| *rest == what)
}

/// Whether a line of ours only says how much there is to do.
pub fn is_announcement(line: &str) -> bool {
    [django::TO_APPLY, pip::TO_INSTALL].iter().any(|what| announced(line, what).is_some())
}

/// The last place in the line counts: programs draw over their line with returns.
fn by_expression(own: &Regex, line: &str) -> Option<Progress> {
    let found = own.captures_iter(line).last()?;
    let number = |group| found.get(group)?.as_str().parse().ok();
    Some(Progress { label: String::new(), done: number(1)?, total: number(2)? })
}

fn progress(label: impl Into<String>, done: u64, total: u64) -> Progress {
    Progress { label: label.into(), done, total }
}

/// The number that a text begins with, and what follows its space.
fn counted(text: &str) -> Option<(u64, &str)> {
    let (number, rest) = text.split_once(' ')?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests;
