//! How entries lie in the spool: one a line, sanitised and masked before they got there.
//!
//! `L<time> <text>` is a line, its styles written as the sequences that they came from;
//! `M<time> <mark>` a mark; `C<container>` tells from which container the lines behind it are.

use std::io::Write as _;

use crate::core::observed::Timestamp;
use crate::logs::line::{Colour, Style, StyledLine};
use crate::logs::sanitise::Sanitiser;
use crate::logs::window::{Entry, LogLine, Mark};

/// What a line of the spool holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An entry.
    Entry(Entry),
    /// The container of those that follow.
    Container(String),
}

/// Writes an entry.
pub fn write(entry: &Entry, out: &mut Vec<u8>) {
    match entry {
        Entry::Line(line) => write_line(line.time, line.content(), out),
        Entry::Mark { time, mark } => {
            begin(b'M', *time, out);
            out.extend_from_slice(mark.as_str().as_bytes());
            out.push(b'\n');
        }
    }
}

/// Writes a line.
pub fn write_line(time: Timestamp, line: &StyledLine, out: &mut Vec<u8>) {
    begin(b'L', time, out);
    write_text(line, out);
    out.push(b'\n');
}

fn begin(kind: u8, time: Timestamp, out: &mut Vec<u8>) {
    out.push(kind);
    // Writing to memory cannot fail.
    let _ = write!(out, "{time} ");
}

/// Writes which container the next entries are from.
pub fn write_container(container: &str, out: &mut Vec<u8>) {
    out.push(b'C');
    out.extend_from_slice(container.as_bytes());
    out.push(b'\n');
}

fn write_text(line: &StyledLine, out: &mut Vec<u8>) {
    let mut current = Style::default();
    for span in line.spans() {
        if span.style != current {
            out.extend_from_slice(sequence(span.style).as_bytes());
            current = span.style;
        }
        out.extend_from_slice(span.text.as_bytes());
    }
}

fn sequence(style: Style) -> String {
    let flags = [(style.bold, 1), (style.dim, 2), (style.italic, 3), (style.underline, 4), (style.reverse, 7)];
    let codes = flags.iter().filter(|(is_on, _)| *is_on).map(|(_, code)| *code);
    let colours = [(style.fg, 30), (style.bg, 40)];
    let colours = colours.iter().filter_map(|(colour, base)| Some(code(*(colour.as_ref()?), *base)));
    let codes: Vec<String> = std::iter::once(0).chain(codes).chain(colours).map(|code: u32| code.to_string()).collect();
    format!("\x1b[{}m", codes.join(";"))
}

/// 30 to 37 and 40 to 47, the bright ones 60 higher.
fn code(colour: Colour, base: u32) -> u32 {
    let number = u32::from(colour.number());
    if number < 8 { base + number } else { base + 52 + number }
}

/// Reads a line of the spool; `None` where it is damaged: a crash cuts the last one.
pub fn read(line: &[u8], sanitiser: &mut Sanitiser) -> Option<Record> {
    let (kind, rest) = line.split_first()?;
    if *kind == b'C' {
        return Some(Record::Container(String::from_utf8(rest.to_vec()).ok()?));
    }
    let (time, text) = timed(rest)?;
    let entry = match kind {
        b'L' => Entry::Line(LogLine::again(time, text, sanitiser)),
        b'M' => Entry::Mark { time, mark: Mark::ALL.into_iter().find(|mark| mark.as_str().as_bytes() == text)? },
        _ => return None,
    };
    Some(Record::Entry(entry))
}

/// Whether a line of the spool is an entry, which has a number.
pub fn is_entry(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'L' | b'M'))
}

/// The time of an entry and what stands behind it.
pub fn timed(rest: &[u8]) -> Option<(Timestamp, &[u8])> {
    let space = rest.iter().position(|byte| *byte == b' ')?;
    Some((std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?, &rest[space + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::assemble::RawLine;
    use proptest::prelude::*;

    fn again(entry: &Entry) -> Option<Record> {
        let mut out = Vec::new();
        write(entry, &mut out);
        assert_eq!(out.pop(), Some(b'\n'));
        assert!(!out.contains(&b'\n') && is_entry(&out));
        read(&out, &mut Sanitiser::default())
    }

    fn line(bytes: &[u8]) -> Entry {
        let raw = RawLine { time: 7, bytes: bytes.to_vec(), beyond: 0 };
        Entry::Line(LogLine::new(&raw, &mut Sanitiser::default()))
    }

    #[test]
    fn entries_come_back_as_they_were() {
        let long = "x".repeat(100_000);
        for text in ["", "plain", "\x1b[1;31mERROR\x1b[0m ok \x1b[94;100mx", "日本 👨‍👩‍👧 \u{202e}", &long]
        {
            let entry = line(text.as_bytes());
            assert_eq!(again(&entry), Some(Record::Entry(entry)), "{text:.40}");
        }
        for mark in Mark::ALL {
            let entry = Entry::Mark { time: 3, mark };
            assert_eq!(again(&entry), Some(Record::Entry(entry)));
        }
    }

    #[test]
    fn containers_come_back() {
        let mut out = Vec::new();
        write_container("abc", &mut out);
        assert_eq!(read(b"Cabc", &mut Sanitiser::default()), Some(Record::Container("abc".into())));
        assert_eq!(out, b"Cabc\n");
    }

    #[test]
    fn what_is_damaged_is_left_out() {
        for damaged in [&b""[..], b"L", b"L12", b"Lx y", b"M1 nothing", b"X1 y", b"C\xff"] {
            assert_eq!(read(damaged, &mut Sanitiser::default()), None, "{}", damaged.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn any_line_comes_back(bytes: Vec<u8>, colour in 0_u8..108) {
            let entry = line(&[format!("\x1b[{colour}m").as_bytes(), &bytes].concat());
            prop_assert_eq!(again(&entry), Some(Record::Entry(entry)));
        }
    }
}
