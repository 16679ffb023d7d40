//! What went wrong, as the port tells it.

use std::error::Error as _;

use hyper::StatusCode;
use serde::Deserialize;

use crate::engine::{
    docker::frames::Broken,
    error::{EngineError, ErrorKind},
};

/// The longest text of an engine that is passed on.
const LONGEST_TEXT: usize = 300;

/// A failure without its context.
#[derive(Debug)]
pub(super) enum Failure {
    /// Connecting, reading or writing.
    Io(std::io::Error),
    /// The protocol's layer.
    Http(hyper::Error),
    /// The engine's refusal.
    Status(StatusCode, String),
    /// An answer that is none of an engine's.
    Protocol(String),
    /// Told already.
    Told(EngineError),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Self {
        Self::Http(error)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Told(error)
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Ended => std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into(),
            Broken::Engine(text) => Self::Status(StatusCode::INTERNAL_SERVER_ERROR, text),
            other => Self::Protocol(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Protocol(format!("not the JSON of an engine: {error}"))
    }
}

impl Failure {
    /// The error of a call.
    pub(super) fn of(self, action: &str, target: &str) -> EngineError {
        let (kind, text) = match self {
            Self::Io(error) => (kind_of_io(&error), error.to_string()),
            Self::Http(error) => of_http(&error),
            Self::Status(status, text) => (kind_of_status(status, &text), text),
            Self::Protocol(text) => (ErrorKind::Protocol, text),
            Self::Told(error) => return error,
        };
        EngineError::new(kind, action, target, sanitised(&text))
    }
}

fn kind_of_io(error: &std::io::Error) -> ErrorKind {
    use std::io::ErrorKind as Io;
    match error.kind() {
        Io::PermissionDenied => ErrorKind::Permission,
        Io::TimedOut => ErrorKind::Deadline,
        _ => ErrorKind::Unreachable,
    }
}

fn of_http(error: &hyper::Error) -> (ErrorKind, String) {
    let mut source = error.source();
    while let Some(cause) = source {
        // A request's body that failed: its own error is the reason, not the engine.
        if let Some(own) = cause.downcast_ref::<EngineError>() {
            return (own.kind, own.message.clone());
        }
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return (kind_of_io(io), format!("the connection broke: {io}"));
        }
        source = cause.source();
    }
    if error.is_parse() {
        return (ErrorKind::Protocol, format!("not the HTTP of an engine: {error}"));
    }
    (ErrorKind::Unreachable, format!("the connection ended in the middle: {error}"))
}

/// The kind of a refusal: by its words where these tell more than the status.
pub(super) fn kind_of_status(status: StatusCode, text: &str) -> ErrorKind {
    let text = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // The last one is apt's.
    if says(&["no space left on device", "disk quota exceeded", "have enough free space in"]) {
        return ErrorKind::DiskFull;
    }
    if says(&["port is already allocated", "address already in use"]) {
        return ErrorKind::PortTaken;
    }
    if says(&["client version", "minimum supported api version"]) && status == StatusCode::BAD_REQUEST {
        return ErrorKind::Version;
    }
    if says(&["does not support reading"]) {
        return ErrorKind::LogDriver;
    }
    // What is on its way out is as good as gone: of its log, or for a start.
    if says(&["marked for removal"]) {
        return ErrorKind::NotFound;
    }
    match status {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::CONFLICT => ErrorKind::Conflict,
        StatusCode::FORBIDDEN if says(&["has active endpoints"]) => ErrorKind::Conflict,
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => ErrorKind::Protocol,
        _ => ErrorKind::Refused,
    }
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// The failure of an answer with an error status: an engine's is JSON with a message;
/// anything else was said by somebody in between.
pub(super) fn refusal(status: StatusCode, body: &[u8]) -> Failure {
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) => Failure::Status(status, refusal.message),
        // Not even a page: the status is all there is.
        Err(_) if body.is_empty() => {
            Failure::Status(status, status.canonical_reason().unwrap_or("no reason given").to_owned())
        }
        Err(_) => {
            let text = sanitised(&String::from_utf8_lossy(body));
            Failure::Protocol(format!("HTTP {}: {text}", status.as_u16()))
        }
    }
}

/// Foreign text as it may be shown: one paragraph, no tags, no control characters, short.
pub(super) fn sanitised(text: &str) -> String {
    let mut clean = without_tags(text).split_whitespace().map(printable).filter(|word| !word.is_empty()).fold(
        String::new(),
        |mut joined, word| {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(&word);
            joined
        },
    );
    if let Some((cut, _)) = clean.char_indices().nth(LONGEST_TEXT) {
        clean.truncate(cut);
        clean.push('…');
    }
    if clean.is_empty() { "no reason given".to_owned() } else { clean }
}

/// A text without its control and formatting (bidirectional, invisible) characters, and
/// without escape sequences: the classic builder colours what a program says to stderr.
pub(super) fn printable(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            || matches!(c, '\u{e0000}'..='\u{e007f}')
    };
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    pieces.for_each(|piece| {
        plain.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').get(1..).unwrap_or_default())
    });
    plain.retain(|c| !hidden(c));
    plain
}

/// Tags are cut only from what is a page: an engine's words may hold `<none>`.
fn without_tags(text: &str) -> String {
    let head: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    if !head.starts_with("<html") && !head.starts_with("<!doctype") && !head.starts_with("<?xml") {
        return text.chars().take(16 * LONGEST_TEXT).collect();
    }
    let (mut plain, mut inside) = (String::new(), false);
    for c in text.chars().take(16 * LONGEST_TEXT) {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push(' ');
            }
            _ if inside => {}
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, text: &str) -> ErrorKind {
        kind_of_status(StatusCode::from_u16(status).unwrap(), text)
    }

    #[test]
    fn kinds_by_words_and_status() {
        assert_eq!(kind(404, "No such container: x"), ErrorKind::NotFound);
        assert_eq!(kind(500, "Bind for 127.0.0.1:80 failed: port is already allocated"), ErrorKind::PortTaken);
        assert_eq!(kind(500, "listen tcp4: bind: address already in use"), ErrorKind::PortTaken);
        assert_eq!(kind(500, "write /x: no space left on device"), ErrorKind::DiskFull);
        assert_eq!(kind(500, "E: You don't have enough free space in /var/cache."), ErrorKind::DiskFull);
        assert_eq!(kind(400, "client version 1.41 is too old."), ErrorKind::Version);
        let going = "can not get logs from container which is dead or marked for removal";
        assert_eq!((kind(409, going), kind(500, going)), (ErrorKind::NotFound, ErrorKind::NotFound));
        assert_eq!(kind(400, "bind source path does not exist: /x"), ErrorKind::Refused);
    }

    #[test]
    fn a_page_of_a_proxy_becomes_a_short_text() {
        let page = b"<html><head><title>502 Bad Gateway</title></head>\r\n<body>\x1b]52;c;x\x07nginx</body></html>";
        let error = refusal(StatusCode::BAD_GATEWAY, page).of("list", "containers");
        assert_eq!(error.kind, ErrorKind::Protocol);
        assert_eq!(error.message, "HTTP 502: 502 Bad Gateway ]52;c;xnginx");
    }

    #[test]
    fn words_of_an_engine_keep_their_angles_and_are_cut() {
        assert_eq!(sanitised("image <none> is\tin use\u{202e}"), "image <none> is in use");
        assert_eq!(sanitised(&"x".repeat(9000)).chars().count(), LONGEST_TEXT + 1);
        assert_eq!(sanitised("\u{1b}\u{7}"), "no reason given");
        assert_eq!(printable("\u{1b}[91msh: not found\u{1b}[0m \u{1b}[1;3mx\u{1b}["), "sh: not found x");
    }
}
