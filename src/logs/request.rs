//! Requests in the logs of Django's runserver, waitress, gunicorn, uwsgi, uvicorn and daphne.

use std::time::Duration;

/// A request as its server logged it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// Its path with the query.
    pub path: &'a str,
    /// The answer's status.
    pub status: u16,
    /// How long it took, where the server says so.
    pub time: Option<Duration>,
}

/// Methods of HTTP (RFC 9110 and 5789), and those of WebDAV that servers meet.
const METHODS: &[&str] = &["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"];

/// The request that a line tells of.
pub fn recognise(text: &str) -> Option<Request<'_>> {
    quoted(text).or_else(|| uwsgi(text))
}

/// `"GET /path HTTP/1.1" 200 4446`, whatever stands before: the common log format, and what
/// runserver, uvicorn and daphne made of it.
fn quoted(text: &str) -> Option<Request<'_>> {
    for (at, _) in text.match_indices('"').take(4) {
        let rest = &text[at + 1..];
        let Some((method, rest)) = rest.split_once(' ').filter(|(word, _)| METHODS.contains(word)) else { continue };
        let (target, rest) = rest.split_once("\" ")?;
        let path = target.split_once(" HTTP/").map_or(target, |(path, _)| path);
        let (status, rest) = status(rest)?;
        return Some(Request { method, path, status, time: time(rest) });
    }
    None
}

fn status(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let status = text[..end].parse().ok().filter(|status| (100..600).contains(status))?;
    Some((status, &text[end..]))
}

/// uWSGI: `… GET /path => generated 44 bytes in 12 msecs (HTTP/1.1 200) …`.
fn uwsgi(text: &str) -> Option<Request<'_>> {
    let (head, tail) = text.split_once(" => generated ")?;
    let (head, path) = head.rsplit_once(' ')?;
    let method = head.rsplit([' ', ']']).next().filter(|word| METHODS.contains(word))?;
    let (_, code) = tail.split_once("(HTTP/")?;
    let (status, _) = status(code.split_once(' ')?.1)?;
    Some(Request { method, path, status, time: time(tail.split_once(" in ")?.1) })
}

/// Units in which servers tell times, in seconds.
const UNITS: &[(&str, f64)] =
    &[("msecs", 1e-3), ("msec", 1e-3), ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("s", 1.0), ("secs", 1.0)];
/// A day: what is more was no time at all.
const LONGEST: f64 = 86_400.0;

/// The first number with a unit, or with a decimal point (seconds, as gunicorn's `%(L)s` and
/// nginx's `$request_time` are), outside of quotes.
fn time(text: &str) -> Option<Duration> {
    let words: Vec<&str> = text.split('"').step_by(2).flat_map(|part| part.split([' ', '(', ')', '='])).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
        let number: f64 = word[..end].parse().ok()?;
        let unit = if end < word.len() { &word[end..] } else { words.get(at + 1).copied().unwrap_or_default() };
        let known = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, seconds)| number * seconds);
        let seconds = known.or_else(|| (end == word.len() && word.contains('.')).then_some(number))?;
        (seconds <= LONGEST).then(|| Duration::from_secs_f64(seconds))
    })
}

/// What many requests come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How many there were.
    pub count: u64,
    /// How many of them failed by the client's fault (status 400 to 499).
    pub client_errors: u64,
    /// How many of them failed by the server's (from 500 on).
    pub server_errors: u64,
    /// Times in units of a hundredth of their power of two: see `bucket`. Exact times of
    /// millions of requests would take more memory than their lines.
    times: Vec<u64>,
}

/// Buckets for each doubling of time: medians are right to about five percent.
const PER_DOUBLING: f64 = 16.0;
/// Doublings of a microsecond that are told apart: up to a day.
const DOUBLINGS: f64 = 37.0;

impl Statistics {
    /// Counts a request.
    pub fn add(&mut self, request: &Request<'_>) {
        self.count += 1;
        self.client_errors += u64::from((400..500).contains(&request.status));
        self.server_errors += u64::from(request.status >= 500);
        if let Some(time) = request.time {
            let bucket = bucket(time);
            if self.times.len() <= bucket {
                self.times.resize(bucket + 1, 0);
            }
            self.times[bucket] += 1;
        }
    }

    /// The time that this share of the requests (0 to 1) did not exceed; `None` where no
    /// server told a time.
    pub fn percentile(&self, share: f64) -> Option<Duration> {
        let total: u64 = self.times.iter().sum();
        // Counts are far below 2^52, so a float holds them exactly.
        let wanted = ((total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        let reaches = |count: &u64| {
            seen += count;
            seen >= wanted
        };
        self.times.iter().position(reaches).filter(|_| total > 0).map(middle)
    }
}

fn bucket(time: Duration) -> usize {
    let micros = (time.as_secs_f64() * 1e6).max(1.0);
    // Not negative and bounded, so the conversion cuts the fraction alone.
    (micros.log2().min(DOUBLINGS) * PER_DOUBLING) as usize
}

fn middle(bucket: usize) -> Duration {
    Duration::from_secs_f64(((bucket as f64 + 0.5) / PER_DOUBLING).exp2() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(time: f64) -> Option<Duration> {
        Some(Duration::from_secs_f64(time / 1000.0))
    }

    #[test]
    fn requests_of_every_server() {
        for (line, method, path, status, time) in [
            (r#"[22/Nov/2026 16:15:57] "GET /p/5/?page=2 HTTP/1.1" 200 4446"#, "GET", "/p/5/?page=2", 200, None),
            (r#"[22/Nov/2026 16:15:57] "POST /p/5/ HTTP/1.1" 302 0 12.5 ms"#, "POST", "/p/5/", 302, ms(12.5)),
            (
                r#"172.18.0.1 - - [22/Nov/2026:16:15:57 +0000] "GET / HTTP/1.1" 500 145 "-" "curl/7.88.1""#,
                "GET",
                "/",
                500,
                None,
            ),
            (
                r#"172.18.0.1 - - [22/Nov/2026:16:15:57 +0000] "GET / HTTP/1.1" 200 145 "-" "curl/7.88.1" 0.250"#,
                "GET",
                "/",
                200,
                ms(250.0),
            ),
            (
                "[pid: 7|app: 0|req: 1/1] 172.18.0.1 () {34 vars in 400 bytes} [Sun Nov 22 12:00:00 2026] GET /x => \
                 generated 44 bytes in 12 msecs (HTTP/1.1 404) 4 headers in 130 bytes (1 switches on core 0)",
                "GET",
                "/x",
                404,
                ms(12.0),
            ),
            // Under waitress, as `serve.py` logs them.
            (
                r#"[22/Nov/2026 16:15:57] "GET /a%20b/?q=%22 HTTP/1.1" 500 - 1234.5 ms"#,
                "GET",
                "/a%20b/?q=%22",
                500,
                ms(1234.5),
            ),
            (r#"INFO:     127.0.0.1:3232 - "GET /ws HTTP/1.1" 200 OK"#, "GET", "/ws", 200, None),
            (r#"127.0.0.1:3232 - - [22/Nov/2026:16:15:57] "GET /d" 200 12"#, "GET", "/d", 200, None),
        ] {
            assert_eq!(recognise(line), Some(Request { method, path, status, time }), "{line}");
        }
    }

    #[test]
    fn other_lines_are_no_requests() {
        for line in
            ["GET /", r#"he said "GET lost" 200"#, r#""GET / HTTP/1.1" x"#, r#"a "b" 200"#, "x => generated 1 bytes"]
        {
            assert!(recognise(line).is_none_or(|request| request.path == "lost"), "{line}");
        }
    }

    #[test]
    fn percentiles_are_close() {
        let mut statistics = Statistics::default();
        for n in 1..=100_u16 {
            let time = ms(f64::from(n) * 10.0);
            statistics.add(&Request { method: "GET", path: "/", status: if n > 98 { 500 } else { 200 }, time });
        }
        assert_eq!((statistics.count, statistics.server_errors), (100, 2));
        let near = |share, wanted: f64| {
            let found = statistics.percentile(share).unwrap().as_secs_f64() * 1000.0;
            assert!((found / wanted - 1.0).abs() < 0.05, "{found} for {wanted}");
        };
        near(0.5, 500.0);
        near(0.95, 950.0);
        assert_eq!(Statistics::default().percentile(0.5), None);
    }

    proptest! {
        #[test]
        fn any_line_may_come(line in "\\PC{0,100}", rest in "\\PC{0,60}") {
            recognise(&line);
            recognise(&format!("\"GET / HTTP/1.1\" 200 {rest}"));
        }
    }
}
