//! Python's tracebacks: the exception, and where in the project it came from.

use crate::core::spec::PROJECT_DIR;

/// Lines that an exception's message may have: PostgreSQL's DETAIL and HINT fit.
const MESSAGE: usize = 4;
/// What stands between an exception and the one that it was raised from.
const FROM: &str = "The above exception was the direct cause of the following exception:";

/// The last traceback of an output.
#[derive(Debug)]
pub(super) struct Traceback<'a> {
    /// The exception and its message, line by line.
    pub(super) message: Vec<&'a str>,
    /// Its frames as they were printed.
    pub(super) frames: &'a [&'a str],
    /// `at file:line in function: source` of the project's innermost frame.
    place: Option<String>,
    /// The one that it was raised from.
    pub(super) from: Option<Box<Self>>,
}

impl Traceback<'_> {
    /// The exception, where it came from, and the rest of its message.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut message = self.message.iter().map(|line| (*line).to_owned());
        let mut lines: Vec<String> = message.next().into_iter().collect();
        // An exception without words of its own passes on those of the one behind it.
        if self.says_nothing() {
            lines.extend(self.from.iter().filter_map(|from| from.message.first()).map(|line| (*line).to_owned()));
        }
        lines.extend(self.place.clone());
        lines.extend(message);
        lines
    }

    /// Whether the message ends where its words should begin.
    pub(super) fn says_nothing(&self) -> bool {
        self.message.len() == 1 && self.message[0].ends_with(':')
    }
}

/// The last traceback of an output, if there is a whole one.
pub(super) fn read<'a>(lines: &'a [&'a str]) -> Option<Traceback<'a>> {
    let is_head = |line: &&str| line.trim_start().starts_with("Traceback (most recent call last):");
    let head = lines.iter().rposition(is_head)?;
    let indent = indent(lines[head]);
    let body = &lines[head + 1..];
    let end = body.iter().position(|line| !line.trim().is_empty() && self::indent(line) <= indent)?;
    let message = body[end..].iter().take(MESSAGE).take_while(|line| !line.trim().is_empty());
    // What was raised anew, far from the project, has its frame in an earlier traceback.
    let place = frame(&body[..end]).or_else(|| frame(&lines[..head]));
    let before = &lines[..head];
    let is_chained = before.iter().rev().find(|line| !line.trim().is_empty()).is_some_and(|line| line.trim() == FROM);
    Some(Traceback {
        message: message.map(|line| line.trim()).filter(|line| !is_pointer(line)).collect(),
        frames: &body[..end],
        place,
        from: is_chained.then(|| read(before)).flatten().map(Box::new),
    })
}

/// `^^^^` below a line of source or SQL; without its indentation it points nowhere.
fn is_pointer(line: &str) -> bool {
    line.chars().all(|c| matches!(c, '^' | '~' | ' '))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// `at file:line in function: source` of the innermost frame in the project's folder.
fn frame(lines: &[&str]) -> Option<String> {
    let (at, place) = lines.iter().enumerate().rev().find_map(|(at, line)| Some((at, place(line)?)))?;
    let source = lines.get(at + 1).map(|line| line.trim()).filter(|line| !line.is_empty() && place_of(line).is_none());
    Some(source.map_or_else(|| place.clone(), |source| format!("{place}: {source}")))
}

/// A place in the project's folder. That `manage.py` calls Django is no news; that it
/// cannot be read (its frame has no function then) is.
fn place(line: &str) -> Option<String> {
    let (path, number, function) = place_of(line)?;
    let inside = path.strip_prefix(PROJECT_DIR)?.strip_prefix('/')?;
    if function.is_some() && (inside == "manage.py" || inside.ends_with("/manage.py")) {
        return None;
    }
    let function = function.filter(|function| *function != "<module>").map(|function| format!(" in {function}"));
    Some(format!("at {inside}:{number}{}", function.unwrap_or_default()))
}

/// Path, line and function of `File "path", line 1, in function`.
fn place_of(line: &str) -> Option<(&str, &str, Option<&str>)> {
    let (path, rest) = line.trim().strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = match rest.split_once(", in ") {
        Some((number, function)) => (number, Some(function)),
        None => (rest, None),
    };
    Some((path, number, function))
}
