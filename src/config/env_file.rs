//! Env files: `KEY=VALUE` lines, as far as they mean the same to a shell.
//!
//! A file with `export` lines is a shell's. Where it has what a shell alone can answer
//! (command substitution, variables, other commands) it is sourced in the containers, and
//! the values that depend on that are known only there. In any other file nothing is
//! interpolated: a command substitution is passed on as it is written, with a notice. Only
//! where one asks for the working folder it is answered, for that is known.
//! Values never appear in notices.

use std::collections::BTreeMap;

use crate::core::{notice::Notice, spec::PROJECT_DIR};

/// How a file that is sourced in the project's folder asks for it.
const FOLDER: [&str; 2] = ["`pwd`", "$(pwd)"];

/// What an env file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variables {
    /// The variables; of a repeated one the last counts.
    pub values: BTreeMap<String, String>,
    /// What could not be understood.
    pub notices: Vec<Notice>,
    /// Set where a shell has to read the file: the names of what it works out.
    pub computed: Option<Vec<String>>,
}

/// What is found on the way.
#[derive(Debug, Default)]
struct Reading {
    found: Variables,
    /// Whether a line begins with `export`.
    exports: bool,
    /// Names of values that a shell would work out, with what is told where there is none.
    computed: Vec<(String, Option<Notice>)>,
    /// Whether there are commands of a shell other than assignments.
    commands: bool,
    /// Places of lines that are neither assignments nor a shell's.
    broken: Vec<String>,
}

impl Reading {
    /// With a shell its values are those of the containers; without one they are literal.
    fn finish(mut self) -> Variables {
        let needs_shell = self.exports && (self.commands || !self.computed.is_empty());
        self.found.notices.extend(self.broken.iter().map(|place| broken(place, needs_shell)));
        if needs_shell {
            let names: Vec<String> = self.computed.into_iter().map(|(name, _)| name).collect();
            self.found.values.retain(|key, _| !names.contains(key));
            self.found.computed = Some(names);
        } else {
            self.found.notices.extend(self.computed.into_iter().filter_map(|(_, notice)| notice));
        }
        self.found
    }
}

/// First words of lines that are a shell's and no broken assignment.
const SHELL: [&str; 24] = [
    ".", "source", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "set",
    "unset", "[", "[[", "test", "cd", "export", "function", "}", "{",
];

/// Reads an env file's text; `name` is what the file is called in notices.
pub fn parse(name: &str, text: &str) -> Variables {
    let mut reading = Reading::default();
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut line = 1;
    while !rest.is_empty() {
        let before = rest.len();
        let taken = rest;
        rest = assignment(rest, &mut reading, &format!("{name}:{line}"));
        line += taken[..before - rest.len()].matches('\n').count();
    }
    reading.finish()
}

/// Takes one line (or more, where a quoted value has several) and gives what follows it.
fn assignment<'a>(text: &'a str, reading: &mut Reading, place: &str) -> &'a str {
    let (line, after) = text.split_once('\n').unwrap_or((text, ""));
    let plain = line.trim();
    if plain.is_empty() || plain.starts_with('#') {
        return after;
    }
    let exported = plain.strip_prefix("export ");
    reading.exports |= exported.is_some();
    let plain = exported.unwrap_or(plain).trim_start();
    let Some((key, _)) = plain.split_once('=').filter(|(key, _)| is_name(key)) else {
        // `export NAME` of what an earlier line has set.
        if is_shell(plain) || (exported.is_some() && plain.split_whitespace().all(is_name)) {
            reading.commands = true;
            return after;
        }
        reading.broken.push(place.to_owned());
        return after;
    };
    // The value is taken from the whole text, for a quoted one may go on behind the line.
    let at = text.find('=').map_or(text.len(), |at| at + 1);
    let (value, rest) = value(&text[at..]);
    if value.text.starts_with(['"', '\'']) && is_unclosed(&value.text) {
        let notice = Notice::warning(format!("{place}: the quote before the value of {key} is not closed"));
        reading.found.notices.push(notice.remedy("close it, or leave it out; it is taken for a part of the value"));
    }
    if value.substitutes && FOLDER.contains(&value.text.as_str()) {
        reading.found.values.insert(key.to_owned(), PROJECT_DIR.to_owned());
        return rest;
    }
    if value.substitutes || value.refers {
        let notice = value.substitutes.then(|| substitution(place, key));
        reading.computed.push((key.to_owned(), notice));
    }
    reading.found.values.insert(key.to_owned(), value.text);
    rest
}

/// Whether its first character, a quote, has no second one.
fn is_unclosed(value: &str) -> bool {
    let mut characters = value.chars();
    let quote = characters.next();
    !characters.any(|c| Some(c) == quote)
}

fn is_shell(line: &str) -> bool {
    line.split([' ', '\t', ';']).next().is_some_and(|word| SHELL.contains(&word))
}

fn is_name(key: &str) -> bool {
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// What a shell takes for a command is not left out: it runs, and fails in the container. Both
/// are errors to `config check`; the project runs without the variable all the same.
fn broken(place: &str, by_shell: bool) -> Notice {
    let (becomes, remedy) = if by_shell {
        ("the shell that reads the file takes it for a command", "write KEY=VALUE, without blanks around the =")
    } else {
        ("it is left out", "write KEY=VALUE, without blanks around the =; no other commands of a shell are read here")
    };
    Notice::error(format!("{place}: this is no KEY=VALUE line; {becomes}")).remedy(remedy)
}

fn substitution(place: &str, key: &str) -> Notice {
    Notice::warning(format!("{place}: {key} has a command substitution, which is passed on as it is written"))
        .remedy("write the value itself, or put it in single quotes to say that it is meant so")
}

struct Read {
    text: String,
    /// It has a command substitution.
    substitutes: bool,
    /// It names a variable.
    refers: bool,
}

/// A value and what follows its line.
fn value(text: &str) -> (Read, &str) {
    let start = text.trim_start_matches([' ', '\t']);
    let quoted = match start.chars().next() {
        Some(quote @ ('"' | '\'')) => closed(&start[1..], quote),
        _ => None,
    };
    quoted.unwrap_or_else(|| bare(text))
}

/// A quoted value; `None` where the quote is not closed, or something other than a
/// comment follows it on the line.
fn closed(text: &str, quote: char) -> Option<(Read, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if c == quote {
            let (tail, after) = text[at + 1..].split_once('\n').unwrap_or((&text[at + 1..], ""));
            let tail = tail.trim();
            let live = quote == '"';
            let (substitutes, refers) = (live && substitutes(&value), live && refers(&text[..at]));
            let read = Read { text: value, substitutes, refers };
            return (tail.is_empty() || tail.starts_with('#')).then_some((read, after));
        }
        match (c, quote) {
            ('\\', '"') => value.extend(characters.next().map(|(_, c)| unescaped(c)).into_iter().flatten()),
            _ => value.push(c),
        }
    }
    None
}

fn unescaped(c: char) -> Vec<char> {
    match c {
        'n' => vec!['\n'],
        't' => vec!['\t'],
        'r' => vec!['\r'],
        '"' | '\\' | '$' | '`' => vec![c],
        // A line that is continued.
        '\n' => vec![],
        other => vec!['\\', other],
    }
}

fn bare(text: &str) -> (Read, &str) {
    let (line, after) = text.split_once('\n').unwrap_or((text, ""));
    let end = line.find(" #").or_else(|| line.find("\t#")).unwrap_or(line.len());
    let value = line[..end].trim().to_owned();
    let (substitutes, refers) = (substitutes(&value), refers(&value));
    (Read { text: value, substitutes, refers }, after)
}

fn substitutes(value: &str) -> bool {
    value.contains("$(") || value.matches('`').count() > 1
}

/// Whether a variable is named, and its sign not escaped.
fn refers(value: &str) -> bool {
    let mut before = ' ';
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        let begins = characters.peek().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '{'));
        if c == '$' && before != '\\' && begins {
            return true;
        }
        before = c;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::notice::Severity;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_line() {
        let text = "# c\nA=1\nexport B = x\n C='a # \"b\"' # c\r\nD=\"x\\ny \\\"z\\\"\"\nE=a b # c\nF=\nG=a#b\n";
        let read = parse("f", text);
        let wanted = [("A", "1"), ("C", "a # \"b\""), ("D", "x\ny \"z\""), ("E", "a b"), ("F", ""), ("G", "a#b")];
        assert_eq!(read.values, wanted.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        assert_eq!(read.notices.len(), 1, "a blank before = is no assignment to a shell");
    }

    #[test]
    fn quoted_values_may_have_several_lines() {
        let read = parse("f", "A=\"one\ntwo\"\nB=2\nC");
        assert_eq!(read.values["A"], "one\ntwo");
        assert_eq!(read.values["B"], "2");
        let notice = &read.notices[0];
        assert_eq!(notice.summary, "f:4: this is no KEY=VALUE line; it is left out");
        assert_eq!(notice.severity, Severity::Error, "`config check` fails");
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_with_its_line() {
        let read = parse("f", "A=\"one\nB='two' three\n");
        assert_eq!(read.values["A"], "\"one");
        assert_eq!(read.values["B"], "'two' three");
        let told: Vec<&str> = read.notices.iter().map(|notice| notice.summary.as_str()).collect();
        assert_eq!(told, ["f:1: the quote before the value of A is not closed"]);
    }

    #[test]
    fn command_substitution_is_literal_and_told() {
        let read = parse("conf/x.env", "HOME_DIR=`date`\nB=\"$(cat secret)\"\nC='$(x)'\n");
        assert_eq!(read.values["HOME_DIR"], "`date`");
        assert_eq!(read.notices.len(), 2);
        assert!(read.notices[0].summary.starts_with("conf/x.env:1: HOME_DIR has a command substitution"));
    }

    #[test]
    fn the_working_folder_is_the_project_s() {
        let read = parse("f", "export A=`pwd`\nB=\"$(pwd)\"\nC='`pwd`'\n");
        assert_eq!((&*read.values["A"], &*read.values["B"], &*read.values["C"]), ("/project", "/project", "`pwd`"));
        assert_eq!(read.notices, []);
    }

    #[test]
    fn a_shell_s_file_is_known_by_its_exports() {
        let read = parse("f", "export A=1\nexport B=$A/b\nC=\"$(date)\"\nexport D='$A'\nE=\"\\$A\"\n. other.env\n");
        let values: Vec<_> = read.values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(values, [("A", "1"), ("D", "$A"), ("E", "$A")]);
        assert_eq!((read.computed, read.notices), (Some(vec!["B".into(), "C".into()]), vec![]));
        let sources = parse("f", "A=1\nexport A\nif true; then\nB=2\nfi\n");
        assert_eq!((sources.computed, sources.notices), (Some(vec![]), vec![]));
    }

    #[test]
    fn a_bad_line_is_told_in_a_shell_s_file_too() {
        let read = parse("f", "export A=`date`\nexport B = x\nFOO BAR\n");
        let told: Vec<&str> = read.notices.iter().map(|notice| notice.summary.as_str()).collect();
        let command = "this is no KEY=VALUE line; the shell that reads the file takes it for a command";
        assert_eq!(told, [format!("f:2: {command}"), format!("f:3: {command}")]);
        assert_eq!(read.notices[0].remedy.as_deref(), Some("write KEY=VALUE, without blanks around the ="));
    }

    #[test]
    fn without_exports_a_dollar_is_a_character() {
        let read = parse("f", "SECRET_KEY=a$b(c$(d\n");
        assert_eq!((&*read.values["SECRET_KEY"], read.computed), ("a$b(c$(d", None));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|[\n\r\"'\\\\=#$` ]){0,200}") {
            parse("f", &text);
        }

        #[test]
        fn single_quoted_values_are_exact(value in "[^'\u{0}]{0,40}") {
            prop_assert_eq!(&parse("f", &format!("A='{value}'\n")).values["A"], &value);
        }
    }
}
