//! Programs drawn by our emulator as by tmux: the fixtures are what the programs wrote, and
//! what a pane of tmux showed of it (`tests/fixtures/terminal/record.py` makes both).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::{fmt::Write as _, path::PathBuf};

use biostar_tui::{
    console::{
        Emulator as _, Frame, Source, Terminal,
        frame::{Cell, Colour, Underline, Width},
    },
    core::console::Size,
};

const SIZE: Size = Size { columns: 80, rows: 24 };

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/terminal")
}

fn read(name: &str, kind: &str) -> Vec<u8> {
    let path = folder().join(format!("{name}.{kind}"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn fed(bytes: &[u8]) -> Frame {
    let mut terminal = Terminal::new(SIZE);
    terminal.feed(bytes, Source::Live);
    terminal.frame()
}

/// Cells in which tmux is no measure, and why.
const OTHERWISE: &[(&str, u16, std::ops::Range<usize>, &str)] = &[
    ("margin", 5, 79..80, "a wide glyph that goes to the next line clears the column that it does not fit"),
    ("margin", 8, 0..6, "one half of a wide glyph is written over: the other half goes, as in xterm"),
];

/// What tmux has captured: its lines, put where they stood, and how long they were. The
/// last line has the cursor.
fn captured(name: &str) -> (Frame, Vec<usize>, String) {
    let screen = read(name, "screen");
    let mut lines: Vec<&[u8]> = screen.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.pop(), Some(&b""[..]), "it ends with a line's end");
    let cursor = String::from_utf8(lines.pop().unwrap().to_vec()).unwrap();
    // Line drawing comes as tmux keeps it: by way of the second character set.
    let mut bytes = b"\x1b[?7l\x1b)0".to_vec();
    let mut lengths = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        bytes.extend(format!("\x1b[{};1H", row + 1).bytes());
        bytes.extend_from_slice(line);
        let mut one = Terminal::new(SIZE);
        one.feed(line, Source::Live);
        lengths.push(one.frame().cursor.map_or(80, |cursor| usize::from(cursor.column)));
    }
    (fed(&bytes), lengths, cursor)
}

/// A cell as far as a capture tells of it: without a background a blank is a blank, and of
/// underlines and bright or bold colours tmux tells fewer kinds.
fn seen(cell: &Cell) -> String {
    let blank = matches!(cell.c, ' ' | '\t' | '\0') && cell.marks.is_none();
    let style = cell.style;
    let is_plain = blank && cell.bg == Colour::Default && !style.reverse && style.underline == Underline::None;
    if is_plain || cell.width == Width::Spacer {
        return " ".to_owned();
    }
    let underline = style.underline != Underline::None;
    let c = if blank { ' ' } else { cell.c };
    let fg = if blank { Colour::Default } else { cell.fg };
    let marks = cell.marks.as_deref().unwrap_or_default();
    let flags = [(style.bold, 'b'), (style.italic, 'i'), (underline, 'u'), (style.reverse, 'r'), (style.dim, 'd')];
    let flags: String = flags.into_iter().filter_map(|(on, flag)| (on && !blank).then_some(flag)).collect();
    format!("{c}{marks} {fg:?} {:?} {flags}", cell.bg)
}

/// Where two pictures differ. What was erased behind a line's end has a background on tmux's
/// screen, but not in what it captures.
fn differences(name: &str, ours: &Frame, theirs: &Frame, lengths: &[usize]) -> String {
    let is_otherwise = |row: u16, column: usize| {
        OTHERWISE.iter().any(|(of, at, columns, _)| *of == name && *at == row && columns.contains(&column))
    };
    let mut text = String::new();
    for row in 0..SIZE.rows {
        for (column, (a, b)) in ours.row(row).iter().zip(theirs.row(row)).enumerate() {
            let is_behind = column >= lengths[usize::from(row)] && matches!(a.c, ' ' | '\t');
            let (a, b) = (seen(a), seen(b));
            if a != b && !is_behind && !is_otherwise(row, column) {
                writeln!(text, "row {row}, column {column}: ours {a:?}, tmux's {b:?}").unwrap();
            }
        }
    }
    text
}

/// Where tmux itself fails: vttest says what is right.
const AUTOWRAP: &str = "vttest-autowrap";

#[test]
fn letters_at_the_margins_are_in_order() {
    let frame = fed(&read(AUTOWRAP, "bytes"));
    let at = |column: usize| -> String { (2..20).map(|row| frame.row(row)[column].c).collect() };
    assert_eq!((at(0).as_str(), at(79).as_str()), ("IJKLMNOPQRSTUVWXYZ", "ijklmnopqrstuvwxyz"), "{}", frame.text());
}

#[test]
fn programs_are_drawn_as_in_tmux() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".bytes").map(str::to_owned))
        .filter(|name| name != AUTOWRAP)
        .collect();
    names.sort();
    assert!(names.len() >= 12, "{names:?}");
    let mut failures = String::new();
    for name in &names {
        let ours = fed(&read(name, "bytes"));
        let (theirs, lengths, cursor) = captured(name);
        let differences = differences(name, &ours, &theirs, &lengths);
        if !differences.is_empty() {
            let first: Vec<&str> = differences.lines().take(8).collect();
            write!(failures, "{name}: {} cells\n{}\n{}\n", differences.lines().count(), first.join("\n"), ours.text())
                .unwrap();
        }
        // A hidden cursor has no place here.
        if let Some(at) = ours.cursor.filter(|at| format!("{} {}", at.column, at.row) != cursor) {
            writeln!(failures, "{name}: the cursor is at {} {}, tmux's at {cursor}", at.column, at.row).unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
