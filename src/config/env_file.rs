//! Env files: `KEY=VALUE` lines, as far as they mean the same to a shell.
//!
//! Nothing is interpolated. A command substitution is passed on as it is written, with a
//! notice; only where it asks for the working folder it is answered, for that is known.
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
}

/// Reads an env file's text; `name` is what the file is called in notices.
pub fn parse(name: &str, text: &str) -> Variables {
    let mut found = Variables::default();
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut line = 1;
    while !rest.is_empty() {
        let before = rest.len();
        let taken = rest;
        rest = assignment(rest, &mut found, &format!("{name}:{line}"));
        line += taken[..before - rest.len()].matches('\n').count();
    }
    found
}

/// Takes one line (or more, where a quoted value has several) and gives what follows it.
fn assignment<'a>(text: &'a str, found: &mut Variables, place: &str) -> &'a str {
    let (line, after) = text.split_once('\n').unwrap_or((text, ""));
    let plain = line.trim();
    if plain.is_empty() || plain.starts_with('#') {
        return after;
    }
    let plain = plain.strip_prefix("export ").unwrap_or(plain).trim_start();
    let Some((key, _)) = plain.split_once('=').filter(|(key, _)| is_name(key)) else {
        let notice = Notice::warning(format!("{place}: this is no KEY=VALUE line; it is left out"));
        found.notices.push(notice.remedy("only variables are read from an env file, no other shell commands"));
        return after;
    };
    // The value is taken from the whole text, for a quoted one may go on behind the line.
    let at = text.find('=').map_or(text.len(), |at| at + 1);
    let (value, rest) = value(&text[at..]);
    if value.substitutes && FOLDER.contains(&value.text.as_str()) {
        found.values.insert(key.to_owned(), PROJECT_DIR.to_owned());
        return rest;
    }
    if value.substitutes {
        found.notices.push(substitution(place, key));
    }
    found.values.insert(key.to_owned(), value.text);
    rest
}

fn is_name(key: &str) -> bool {
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

fn substitution(place: &str, key: &str) -> Notice {
    Notice::warning(format!("{place}: {key} has a command substitution, which is passed on as it is written"))
        .remedy("write the value itself, or put it in single quotes to say that it is meant so")
}

struct Read {
    text: String,
    substitutes: bool,
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
            let substitutes = quote == '"' && substitutes(&value);
            return (tail.is_empty() || tail.starts_with('#')).then_some((Read { text: value, substitutes }, after));
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
    let substitutes = substitutes(&value);
    (Read { text: value, substitutes }, after)
}

fn substitutes(value: &str) -> bool {
    value.contains("$(") || value.matches('`').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_line() {
        let text = "# c\nA=1\nexport B = x\n C='a # \"b\"' # c\r\nD=\"x\\ny \\\"z\\\"\"\nE=a b # c\nF=\nG=a#b\nexport H=$HOME\n";
        let read = parse("f", text);
        let wanted = [
            ("A", "1"),
            ("C", "a # \"b\""),
            ("D", "x\ny \"z\""),
            ("E", "a b"),
            ("F", ""),
            ("G", "a#b"),
            ("H", "$HOME"),
        ];
        assert_eq!(read.values, wanted.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        assert_eq!(read.notices.len(), 1, "a blank before = is no assignment to a shell");
    }

    #[test]
    fn quoted_values_may_have_several_lines() {
        let read = parse("f", "A=\"one\ntwo\"\nB=2\nC");
        assert_eq!(read.values["A"], "one\ntwo");
        assert_eq!(read.values["B"], "2");
        assert_eq!(read.notices[0].summary, "f:4: this is no KEY=VALUE line; it is left out");
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_with_its_line() {
        let read = parse("f", "A=\"one\nB='two' three\n");
        assert_eq!(read.values["A"], "\"one");
        assert_eq!(read.values["B"], "'two' three");
    }

    #[test]
    fn command_substitution_is_literal_and_told() {
        let read = parse("conf/x.env", "export HOME_DIR=`date`\nB=\"$(cat secret)\"\nC='$(x)'\n");
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
