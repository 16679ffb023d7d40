//! Why a program of the project's failed, from its last lines.
//!
//! A page of output hides its reason: a traceback is told by its exception and the
//! project's innermost frame, and the task runner says what it knows in lines of its own.

use crate::core::spec::PROJECT_DIR;

/// What our programs in containers begin their lines with.
const OURS: &str = "biostar-tui: ";
/// Lines that an exception's message may have: PostgreSQL's DETAIL and HINT fit.
const MESSAGE: usize = 4;

/// Lines of output that are shown where nothing names the reason.
const SHOWN: usize = 12;

/// The reason of a failure in a few lines: the exception and its place, else what our own
/// programs say, else the last lines as they are.
pub fn of(lines: &[&str]) -> String {
    let (output, ours) = apart(lines);
    let mut reason = match traceback(&output) {
        Some(told) => told,
        None if is_told_by(&ours) => Vec::new(),
        None => last(&output),
    };
    let (rest, words): (Vec<&str>, Vec<&str>) = ours.iter().partition(|line| exit_code(line).is_some());
    reason.extend(words.into_iter().map(str::to_owned));
    reason.extend(rest.into_iter().filter_map(exit_code).filter(|more| !more.is_empty()).map(str::to_owned));
    reason.join("\n")
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
    for line in lines {
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

/// The exception of the last traceback, and where in the project it came from.
fn traceback(lines: &[&str]) -> Option<Vec<String>> {
    let is_head = |line: &&str| line.trim_start().starts_with("Traceback (most recent call last):");
    let head = lines.iter().rposition(is_head)?;
    let indent = indent(lines[head]);
    let body = &lines[head + 1..];
    let end = body.iter().position(|line| !line.trim().is_empty() && self::indent(line) <= indent)?;
    let message = body[end..].iter().take(MESSAGE).take_while(|line| !line.trim().is_empty());
    let mut told: Vec<String> = message.map(|line| line.trim().to_owned()).collect();
    // What was raised anew, far from the project, has its frame in an earlier traceback.
    let place = frame(&body[..end]).or_else(|| frame(&lines[..head]));
    if let Some(place) = place {
        told.insert(1, place);
    }
    Some(told)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// `file:line in function: source` of the innermost frame in the project's folder.
fn frame(lines: &[&str]) -> Option<String> {
    let (at, place) = lines.iter().enumerate().rev().find_map(|(at, line)| Some((at, place(line)?)))?;
    let source = lines.get(at + 1).map(|line| line.trim()).filter(|line| !line.is_empty() && place_of(line).is_none());
    Some(source.map_or_else(|| place.clone(), |source| format!("{place}: {source}")))
}

fn place(line: &str) -> Option<String> {
    let (path, number, function) = place_of(line)?;
    let inside = path.strip_prefix(PROJECT_DIR)?.strip_prefix('/')?;
    let function = function.map(|function| format!(" in {function}")).unwrap_or_default();
    Some(format!("at {inside}:{number}{function}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        of(&text.lines().collect::<Vec<_>>())
    }

    #[test]
    fn a_traceback_is_its_exception_and_the_frame_in_the_project() {
        let text = r#"  Applying forum.0003_y...Traceback (most recent call last):
  File "/project/manage.py", line 16, in <module>
    main()
Traceback (most recent call last):
  File "/project/manage.py", line 16, in <module>
    main()
  File "/project/forum/migrations/0003_y.py", line 3, in bad
    raise ValueError("no way")
    ^^^^^^^^^^
  File "/var/lib/x/django/db.py", line 7, in run
    self.code()
ValueError: no way
DETAIL:  a row
biostar-tui: step migrate failed with exit code 1
biostar-tui: the database is as it was"#;
        let expected = "ValueError: no way\nat forum/migrations/0003_y.py:3 in bad: raise ValueError(\"no way\")\n\
                        DETAIL:  a row\nthe database is as it was";
        assert_eq!(reason(text), expected);
    }

    #[test]
    fn a_syntax_error_and_a_frame_of_an_earlier_traceback() {
        let syntax = "Traceback (most recent call last):\n  File \"/lib/importlib.py\", line 1, in call\n  \
                      File \"/project/demo/urls.py\", line 12\n    x = (\n        ^\nSyntaxError: '(' was never closed";
        assert_eq!(reason(syntax), "SyntaxError: '(' was never closed\nat demo/urls.py:12: x = (");
        let chained = "Traceback (most recent call last):\n  File \"/project/a.py\", line 1, in f\n    g()\nE: 1\n\n\
                       Traceback (most recent call last):\n  File \"/lib/b.py\", line 2, in h\n    i()\nF: 2";
        assert_eq!(reason(chained), "F: 2\nat a.py:1 in f: g()");
    }

    #[test]
    fn words_of_ours_stand_alone_and_behind_half_a_line() {
        let text = "ERROR: No matching distribution\n\
                    biostar-tui: step packages failed with exit code 1; the packages from before stay in use\n\
                    biostar-tui: nosuch==9: the package index has nothing of that name";
        let expected = "nosuch==9: the package index has nothing of that name\nthe packages from before stay in use";
        assert_eq!(reason(text), expected);
        assert_eq!(reason("  Applying x...biostar-tui: PostgreSQL is away"), "PostgreSQL is away");
    }

    #[test]
    fn a_command_without_a_traceback_shows_its_last_lines() {
        let text = "CommandError: no such app\n\nbiostar-tui: step x failed with exit code 2\n\
                    biostar-tui: the database is as it was";
        assert_eq!(reason(text), "CommandError: no such app\nthe database is as it was");
        let broken_off = "Traceback (most recent call last):\n  File \"/x\", line 1";
        assert_eq!(reason(broken_off), broken_off);
        assert_eq!(reason(""), "");
    }
}
