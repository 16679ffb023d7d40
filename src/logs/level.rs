//! How much a line matters, read from the forms in which Django, PostgreSQL, the servers and
//! most other programs say it.

use crate::logs::request;

/// How much a line matters, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For those who look for a mistake.
    Debug,
    /// Worth knowing.
    Info,
    /// Works, but not as wanted.
    Warning,
    /// Something failed.
    Error,
    /// All of it failed.
    Critical,
}

impl Level {
    /// All levels, the least first.
    pub const ALL: [Self; 5] = [Self::Debug, Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// The level of a word that programs use for one, in any case.
    pub fn named(word: &str) -> Option<Self> {
        let known = |(name, _): &&(&str, Self)| word.eq_ignore_ascii_case(name);
        WORDS.iter().find(known).map(|(_, level)| *level)
    }
}

/// The words: Python's, PostgreSQL's ("Message Severity Levels" in its manual), syslog's,
/// and what others shorten them to.
const WORDS: &[(&str, Level)] = &[
    ("INFO", Level::Info),
    ("ERROR", Level::Error),
    ("WARNING", Level::Warning),
    ("DEBUG", Level::Debug),
    ("LOG", Level::Info),
    ("WARN", Level::Warning),
    ("CRITICAL", Level::Critical),
    ("FATAL", Level::Critical),
    ("PANIC", Level::Critical),
    ("NOTICE", Level::Info),
    ("TRACE", Level::Debug),
    ("ERR", Level::Error),
    ("CRIT", Level::Critical),
    ("EMERG", Level::Critical),
    ("ALERT", Level::Critical),
    ("STATEMENT", Level::Info),
    ("DEBUG1", Level::Debug),
    ("DEBUG2", Level::Debug),
    ("DEBUG3", Level::Debug),
    ("DEBUG4", Level::Debug),
    ("DEBUG5", Level::Debug),
];

/// What Django prints about a request that went wrong, and what Python prints on its own.
const BEGINNINGS: &[(&str, Level)] = &[
    ("Internal Server Error: ", Level::Error),
    ("Traceback (most recent call last):", Level::Error),
    ("Not Found: ", Level::Warning),
    ("Forbidden", Level::Warning),
    ("Bad Request: ", Level::Warning),
    ("Method Not Allowed", Level::Warning),
    ("Unauthorized: ", Level::Warning),
    ("Error: ", Level::Error),
    ("Warning: ", Level::Warning),
    ("*** WARNING: ", Level::Warning),
    ("!!! ", Level::Error),
];

/// Words before the level that are looked at: a date, a time, a zone, a process, a user.
const BEFORE: usize = 8;
/// Bytes that are looked at: a level stands at the beginning of its line.
const LOOKED_AT: usize = 200;

/// The level that a line tells of itself, if it does.
pub fn recognise(text: &str) -> Option<Level> {
    if text.starts_with('{') {
        return of_json(text);
    }
    let known = |(beginning, _): &&(&str, Level)| text.starts_with(beginning);
    if let Some((_, level)) = BEGINNINGS.iter().find(known) {
        return Some(*level);
    }
    of_words(text).or_else(|| of_request(text)).or_else(|| of_python_warning(text))
}

/// The level of a request: a server's error is one, a client's is a warning.
fn of_request(text: &str) -> Option<Level> {
    match request::recognise(text)?.status {
        500.. => Some(Level::Error),
        400..=499 => Some(Level::Warning),
        _ => Some(Level::Info),
    }
}

/// `/site-packages/x.py:12: DeprecationWarning: …`, the form of Python's `warnings`.
fn of_python_warning(text: &str) -> Option<Level> {
    let (place, rest) = text.split_once(": ")?;
    let is_place = place.rsplit_once(':').is_some_and(|(_, line)| line.bytes().all(|b| b.is_ascii_digit()));
    let name = rest.split(':').next().filter(|_| is_place && !place.contains(' '))?;
    name.ends_with("Warning").then_some(Level::Warning)
}

/// The first word that is a level, as long as only dates, numbers and names in brackets
/// stand before it: later it is part of a sentence.
fn of_words(text: &str) -> Option<Level> {
    let mut rest = text.get(..LOOKED_AT).unwrap_or(text);
    for place in 0..BEFORE {
        let start = rest.find(|c: char| !matches!(c, ' ' | '[' | '|' | '(' | '<' | '*'))?;
        let (gap, word) = rest.split_at(start);
        let end = word.find([' ', '[', '|', ']', ')', '>']).unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        if let Some(level) = of_word(word, gap, after, place) {
            return Some(level);
        }
        if !is_prefix(word, after) {
            return None;
        }
        rest = after.trim_start_matches([']', ')', '>']);
    }
    None
}

fn of_word(word: &str, gap: &str, after: &str, place: usize) -> Option<Level> {
    if let Some(value) = word.strip_prefix("level=") {
        return Level::named(value.trim_matches('"'));
    }
    let name = &word[..word.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(word.len())];
    let is_set_apart = gap.ends_with('[') && after.starts_with(']') || word.len() > name.len();
    let is_upper = name.bytes().all(|b| !b.is_ascii_lowercase());
    // `INFO` alone; `[error]`; `error:` at the line's beginning.
    let is_level = is_upper || is_set_apart && (gap.ends_with('[') || place == 0);
    let follows_well = word[name.len()..].is_empty() || word[name.len()..].starts_with([':', '/', ',', '-']);
    Level::named(name).filter(|_| is_level && follows_well)
}

/// Whether a word may stand before a level: it has digits, is in brackets, or is an upper-case
/// zone or dash.
fn is_prefix(word: &str, after: &str) -> bool {
    let is_zone = |word: &str| word.len() <= 5 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
    word.bytes().any(|b| b.is_ascii_digit())
        || after.starts_with(']')
        || word.contains('@')
        || is_zone(word)
        || word == "time="
}

/// Keys of JSON lines that hold the level: structlog, python-json-logger, bunyan, Elastic.
const JSON_KEYS: &[&str] = &["\"level\"", "\"levelname\"", "\"severity\"", "\"log.level\"", "\"lvl\""];

fn of_json(text: &str) -> Option<Level> {
    JSON_KEYS.iter().find_map(|key| {
        let (_, rest) = text.split_once(key)?;
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        match value.strip_prefix('"') {
            Some(word) => Level::named(word.split('"').next()?.trim()),
            None => of_number(value),
        }
    })
}

/// Numbers of bunyan and pino (10 to 60), which Python's (10 to 50) agree with closely.
fn of_number(value: &str) -> Option<Level> {
    let number: u32 = value.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some(match number {
        0..=19 => Level::Debug,
        20..=34 => Level::Info,
        35..=44 => Level::Warning,
        45..=54 => Level::Error,
        _ => Level::Critical,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_of_real_lines() {
        use Level as L;
        for (line, wanted) in [
            ("ERROR django.request: Internal Server Error: /p/1/", Some(L::Error)),
            ("WARNING django.request: Not Found: /favicon.ico", Some(L::Warning)),
            ("INFO forum: indexed 3 posts", Some(L::Info)),
            ("ERROR:root:boom", Some(L::Error)),
            ("INFO:waitress:Serving on http://0.0.0.0:8000", Some(L::Info)),
            ("[2026-11-22 12:00:00 +0000] [7] [INFO] Listening at: http://0.0.0.0:8000 (7)", Some(L::Info)),
            ("[2026-11-22 12:00:00 +0000] [7] [ERROR] Exception in worker process", Some(L::Error)),
            ("[2026-11-22 12:00:00,123: WARNING/MainProcess] consumer: Cannot connect", Some(L::Warning)),
            ("2026-11-22 12:00:00,123 ERROR forum.views: boom", Some(L::Error)),
            ("2026-11-22 16:15:57.123 UTC [42] biostar@biostar ERROR:  relation \"x\" does not exist", Some(L::Error)),
            ("2026-11-22 16:15:57.123 UTC [1] LOG:  database system is ready", Some(L::Info)),
            (
                "2026-11-22 16:15:57.123 UTC [42] biostar@biostar FATAL:  password authentication failed",
                Some(L::Critical),
            ),
            ("2026/11/22 12:00:00 [error] 7#7: *1 open() failed", Some(L::Error)),
            ("[2026-11-22T12:00:00,123][WARN ][o.e.n.Node] [search] slow", Some(L::Warning)),
            (r#"{"time": "x", "level": "error", "msg": "boom"}"#, Some(L::Error)),
            (r#"{"log.level": "INFO", "message": "started"}"#, Some(L::Info)),
            (r#"{"name":"x","level":50}"#, Some(L::Error)),
            ("time=2026-11-22T12:00:00Z level=warning msg=x", Some(L::Warning)),
            ("Internal Server Error: /p/1/", Some(L::Error)),
            ("Traceback (most recent call last):", Some(L::Error)),
            ("*** WARNING: you are running uWSGI as root !!!", Some(L::Warning)),
            ("error: no such file", Some(L::Error)),
            ("/usr/lib/x.py:12: DeprecationWarning: old", Some(L::Warning)),
            (r#"[22/Nov/2026 16:15:57] "GET /p/5/ HTTP/1.1" 500 4446"#, Some(L::Error)),
            (r#"[22/Nov/2026 16:15:57] "GET /p/5/ HTTP/1.1" 404 446"#, Some(L::Warning)),
            ("there was no ERROR at all", None),
            ("Performing system checks...", None),
            ("errors were found", None),
            ("", None),
        ] {
            assert_eq!(recognise(line), wanted, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_may_come(line in "\\PC{0,300}", cut in 0_usize..40) {
            recognise(&line);
            let real = r#"[2026-11-22 12:00:00 +0000] [7] [ERROR] {"level": "x"#;
            recognise(&real[cut.min(real.len())..]);
        }
    }
}
