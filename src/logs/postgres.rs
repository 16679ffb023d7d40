//! Messages of PostgreSQL: a line with a severity, and further ones of the same process with
//! detail, hint, context and statement ("Error Reporting and Logging" in its manual). Lines
//! within one of them begin with a tab.

use crate::logs::level::Level;

/// Bytes before the severity: `log_line_prefix` with a time, a process, user and database.
const LONGEST_PREFIX: usize = 160;
/// What a tab at the beginning of a line has become.
const TAB: &str = "        ";
/// What further lines of a message begin with.
const FURTHER: &[&str] = &["DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION", "BACKTRACE"];

/// A line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The process that wrote it: `[42]`.
    process: String,
    /// Its severity.
    pub level: Level,
    /// Whether it belongs to the one before.
    pub is_further: bool,
    /// What it says.
    pub text: String,
}

impl Message {
    /// The message of a line such as `2026-11-22 16:15:57 UTC [42] ada@forum ERROR:  …`.
    pub fn read(text: &str) -> Option<Self> {
        // Two spaces behind the colon are PostgreSQL's own; few other lines go farther here.
        let colon = text.find(":  ").filter(|at| *at <= LONGEST_PREFIX)?;
        let head = &text[..colon];
        let start = head.rfind(' ').map_or(0, |space| space + 1);
        let word = &head[start..];
        let is_upper = word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let is_further = FURTHER.contains(&word);
        let level = Level::named(word).filter(|_| is_upper).or(is_further.then_some(Level::Info))?;
        let text = text[colon + 3..].to_owned();
        Some(Self { process: process(&head[..start])?.to_owned(), level, is_further, text })
    }

    /// Whether a line goes on with this message.
    pub fn goes_on(&self, text: &str) -> bool {
        text.starts_with(TAB) || Self::read(text).is_some_and(|other| other.is_further && other.process == self.process)
    }
}

/// `[42]` in a prefix.
fn process(prefix: &str) -> Option<&str> {
    let start = prefix.find('[')?;
    let end = start + prefix[start..].find(']')?;
    let number = &prefix[start + 1..end];
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(&prefix[start..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_what_belongs_to_them() {
        let error =
            Message::read("2026-11-22 18:59:26.398 UTC [500] a@b ERROR:  relation \"x\" does not exist").unwrap();
        assert_eq!((error.level, error.text.as_str()), (Level::Error, "relation \"x\" does not exist"));
        assert!(error.goes_on("2026-11-22 18:59:26.398 UTC [500] a@b STATEMENT:  SELECT 1"));
        assert!(error.goes_on("            two"));
        assert!(!error.goes_on("2026-11-22 18:59:26.398 UTC [501] a@b STATEMENT:  SELECT 1"));
        assert!(!error.goes_on("2026-11-22 18:59:26.398 UTC [500] a@b ERROR:  another"));
        for other in ["", "Name:  Ada", "x ERROR:  no process", "[4x] ERROR:  no process", "[] LOG:  x"] {
            assert_eq!(Message::read(other), None, "{other}");
        }
    }
}
