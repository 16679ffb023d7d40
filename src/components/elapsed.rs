//! Spans of time in words.

use crate::core::observed::Timestamp;

const SECOND: Timestamp = 1_000_000_000;

/// A span of nanoseconds, short: `4 s`, `3 m 12 s`, `2 h 5 m`, `3 d 4 h`. Below a minute with
/// tenths where `exact`.
pub fn span(nanoseconds: Timestamp, exact: bool) -> String {
    let nanoseconds = nanoseconds.max(0);
    let seconds = nanoseconds / SECOND;
    match seconds {
        0..60 if exact => format!("{seconds}.{} s", nanoseconds % SECOND / (SECOND / 10)),
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} m {} s", seconds / 60, seconds % 60),
        3600..86400 => format!("{} h {} m", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86400, seconds / 3600 % 24),
    }
}

/// How long something has run, at the accuracy that an idle screen is refreshed with.
pub fn uptime(nanoseconds: Timestamp) -> String {
    match nanoseconds.max(0) / SECOND {
        0..60 => "< 1 m".to_owned(),
        seconds @ 60..3600 => format!("{} m", seconds / 60),
        _ => span(nanoseconds, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_in_words() {
        assert_eq!(span(3_250_000_000, true), "3.2 s");
        assert_eq!(span(-5, false), "0 s");
        assert_eq!(span(192 * SECOND, true), "3 m 12 s");
        assert_eq!(span(7500 * SECOND, false), "2 h 5 m");
        assert_eq!(span(100 * 3600 * SECOND, false), "4 d 4 h");
        assert_eq!(uptime(59 * SECOND), "< 1 m");
        assert_eq!(uptime(61 * SECOND), "1 m");
    }
}
