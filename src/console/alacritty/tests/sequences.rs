//! The table of sequences: what each does to a screen of 20 columns and 4 rows, by ECMA-48,
//! the VT510's manual and xterm's ctlseqs; what is answered; and which modes follow.

use super::{fed, reply, rows};
use crate::console::frame::{Colour, Cursor, MouseForm, Shape, Tracking, Underline};
use crate::console::{Emulator as _, Event, Source, Terminal};

/// A name, what is written, and the rows; those that are not named are blank.
type Case = (&'static str, &'static str, &'static [&'static str]);

#[track_caller]
fn hold(cases: &[Case]) {
    let mut wrong = String::new();
    for (name, bytes, wanted) in cases {
        let mut wanted: Vec<String> = wanted.iter().map(|row| (*row).to_owned()).collect();
        wanted.resize(4, String::new());
        // A tab stands in its cell; it is drawn as a blank.
        let shown: Vec<String> =
            rows(&fed(bytes.as_bytes()).frame()).iter().map(|row| row.replace('\t', " ")).collect();
        if shown != wanted {
            wrong.push_str(&format!("{name} {bytes:?}: {shown:?}, not {wanted:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn control_characters() {
    hold(&[
        ("BS", "ab\x08c", &["ac"]),
        ("BS at the margin", "\x08\x08a", &["a"]),
        ("HT", "a\tb\tc", &["a       b       c"]),
        ("HT at the margin", "\t\t\t\tx", &["                   x"]),
        ("LF", "a\nb", &["a", " b"]),
        ("VT", "a\x0bb", &["a", " b"]),
        ("FF", "a\x0cb", &["a", " b"]),
        ("CR", "abc\rx", &["xbc"]),
        ("SO and SI", "\x1b)0\x0eqx\x0fq", &["─│q"]),
        ("NUL", "a\0b", &["ab"]),
        ("BEL", "a\x07b", &["ab"]),
        ("ENQ", "a\x05b", &["ab"]),
        ("CAN ends a sequence", "a\x1b[3\x18Cb", &["aCb"]),
        ("a control inside of a sequence", "ab\x1b[\x083Cc", &["ab  c"]),
        ("ESC begins a sequence anew", "a\x1b[3\x1b[2Cb", &["a  b"]),
    ]);
}

#[test]
fn escapes() {
    hold(&[
        ("IND", "a\x1bDb", &["a", " b"]),
        ("NEL", "a\x1bEb", &["a", "b"]),
        ("RI", "\x1b[2;2Ha\x1bMb", &["  b", " a"]),
        ("RI at the top", "a\r\x1bMb", &["b", "a"]),
        ("HTS", "\x1b[1;4H\x1bH\r\tx", &["   x"]),
        ("DECSC and DECRC", "a\x1b7\x1b[3;9Hb\x1b8c", &["ac", "", "        b"]),
        ("DECRC without DECSC", "abc\x1b8x", &["xbc"]),
        ("RIS", "abc\x1b[3;3Hx\x1bcy", &["y"]),
        (
            "DECALN",
            "\x1b#8\x1b[2;1H\x1b[K",
            &["EEEEEEEEEEEEEEEEEEEE", "", "EEEEEEEEEEEEEEEEEEEE", "EEEEEEEEEEEEEEEEEEEE"],
        ),
        ("line drawing", "\x1b(0lqwk\x1b(B", &["┌─┬┐"]),
        ("the keypad's modes show nothing", "a\x1b=b\x1b>c", &["abc"]),
        ("an unknown escape", "a\x1b b", &["a"]),
    ]);
}

#[test]
fn moves_of_the_cursor() {
    hold(&[
        ("CUU", "\x1b[4;1H\x1b[2Ax", &["", "x"]),
        ("CUU without a number", "\n\x1b[Ax", &["x"]),
        ("CUU with 0 is 1", "\n\n\x1b[0Ax", &["", "x"]),
        ("CUU stops at the top", "\n\x1b[99Ax", &["x"]),
        ("CUD", "\x1b[2Bx", &["", "", "x"]),
        ("CUD stops at the bottom", "\x1b[99Bx", &["", "", "", "x"]),
        ("CUF", "\x1b[3Cx", &["   x"]),
        ("CUF stops at the margin", "\x1b[99Cx", &["                   x"]),
        ("CUB", "abc\x1b[2Dx", &["axc"]),
        ("CUB stops at the margin", "abc\x1b[99Dx", &["xbc"]),
        ("CNL", "abc\x1b[2Ex", &["abc", "", "x"]),
        ("CPL", "\x1b[3;3H\x1b[2Fx", &["x"]),
        ("CHA", "abc\x1b[2Gx", &["axc"]),
        ("HPA", "abc\x1b[2`x", &["axc"]),
        ("HPR", "a\x1b[2ax", &["a  x"]),
        ("VPA", "ab\x1b[3dx", &["ab", "", "  x"]),
        ("VPR", "ab\x1b[2ex", &["ab", "", "  x"]),
        ("CUP", "\x1b[2;3Hx", &["", "  x"]),
        ("CUP without numbers", "abc\x1b[Hx", &["xbc"]),
        ("CUP beyond", "\x1b[99;99Hx", &["", "", "", "                   x"]),
        ("HVP", "\x1b[2;3fx", &["", "  x"]),
        ("CHT", "\x1b[2Ix", &["                x"]),
        ("CBT", "\x1b[1;18H\x1b[2Zx", &["        x"]),
        ("TBC here", "\x1b[1;9H\x1b[g\r\tx", &["                x"]),
        ("TBC all", "\x1b[3g\tx", &["                   x"]),
        ("SCOSC and SCORC", "a\x1b[sbc\x1b[ux", &["axc"]),
        ("a number that is too large", "\x1b[99999999999999999999Cx", &["                   x"]),
    ]);
}

#[test]
fn what_is_erased_and_inserted() {
    let filled = "aaa\r\nbbb\r\nccc\r\nddd";
    let after = |rest: &str| -> Vec<String> { rows(&fed(format!("{filled}{rest}").as_bytes()).frame()) };
    for (name, rest, wanted) in [
        ("ED below", "\x1b[2;2H\x1b[J", ["aaa", "b", "", ""]),
        ("ED above", "\x1b[2;2H\x1b[1J", ["", "  b", "ccc", "ddd"]),
        ("ED above, from further down", "\x1b[3;2H\x1b[1J", ["", "", "  c", "ddd"]),
        ("ED above, in the first row", "\x1b[1;2H\x1b[1J", ["  a", "bbb", "ccc", "ddd"]),
        ("DECSED above", "\x1b[2;2H\x1b[?1J", ["", "  b", "ccc", "ddd"]),
        ("ED all", "\x1b[2;2H\x1b[2J", ["", "", "", ""]),
        ("DECSED below", "\x1b[2;2H\x1b[?J", ["aaa", "b", "", ""]),
        ("DECSED all", "\x1b[2;2H\x1b[?2J", ["", "", "", ""]),
        ("DECSEL right", "\x1b[2;2H\x1b[?K", ["aaa", "b", "ccc", "ddd"]),
        ("DECSEL left", "\x1b[2;2H\x1b[?1K", ["aaa", "  b", "ccc", "ddd"]),
        ("DECSEL all", "\x1b[2;2H\x1b[?2K", ["aaa", "", "ccc", "ddd"]),
        ("EL right", "\x1b[2;2H\x1b[K", ["aaa", "b", "ccc", "ddd"]),
        ("EL left", "\x1b[2;2H\x1b[1K", ["aaa", "  b", "ccc", "ddd"]),
        ("EL all", "\x1b[2;2H\x1b[2K", ["aaa", "", "ccc", "ddd"]),
        ("IL", "\x1b[2;1H\x1b[2L", ["aaa", "", "", "bbb"]),
        ("DL", "\x1b[2;1H\x1b[2M", ["aaa", "ddd", "", ""]),
        ("DL of more than there is", "\x1b[2;1H\x1b[99M", ["aaa", "", "", ""]),
        ("SU", "\x1b[2S", ["ccc", "ddd", "", ""]),
        ("SD", "\x1b[2T", ["", "", "aaa", "bbb"]),
        ("ICH", "\x1b[2;2H\x1b[2@", ["aaa", "b  bb", "ccc", "ddd"]),
        ("DCH", "\x1b[2;1H\x1b[2P", ["aaa", "b", "ccc", "ddd"]),
        ("ECH", "\x1b[2;1H\x1b[2X", ["aaa", "  b", "ccc", "ddd"]),
        ("IRM", "\x1b[2;2H\x1b[4hxy\x1b[4lz", ["aaa", "bxyzb", "ccc", "ddd"]),
        ("REP", "\x1b[2;1Hx\x1b[2b", ["aaa", "xxx", "ccc", "ddd"]),
        ("DECSTBM: LF scrolls inside", "\x1b[2;3r\x1b[3;1H\nx", ["aaa", "ccc", "x", "ddd"]),
        ("DECSTBM: RI scrolls inside", "\x1b[2;3r\x1b[2;1H\x1bMx", ["aaa", "x", "bbb", "ddd"]),
        ("DECSTBM: IL stays inside", "\x1b[2;3r\x1b[2;1H\x1b[L", ["aaa", "", "bbb", "ddd"]),
        ("DECSTBM: SU stays inside", "\x1b[2;3r\x1b[S", ["aaa", "ccc", "", "ddd"]),
        ("CUU stops at a margin", "\x1b[2;3r\x1b[3;1H\x1b[9Ax", ["aaa", "xbb", "ccc", "ddd"]),
        ("CUD stops at a margin", "\x1b[2;3r\x1b[2;1H\x1b[9Bx", ["aaa", "bbb", "xcc", "ddd"]),
        ("CUU from above a margin", "\x1b[3;4r\x1b[2;1H\x1b[9Ax", ["xaa", "bbb", "ccc", "ddd"]),
        ("CUD from below a margin", "\x1b[1;2r\x1b[3;1H\x1b[9Bx", ["aaa", "bbb", "ccc", "xdd"]),
        ("CUU after the margins went", "\x1b[2;3r\x1b[r\x1b[3;1H\x1b[9Ax", ["xaa", "bbb", "ccc", "ddd"]),
        ("DECSTBM: a margin that is none", "\x1b[3;2r\x1b[4;1H\nx", ["bbb", "ccc", "ddd", "x"]),
        ("DECOM", "\x1b[2;3r\x1b[?6h\x1b[1;1Hx\x1b[9;1Hy\x1b[?6l\x1b[1;1Hz", ["zaa", "xbb", "ycc", "ddd"]),
    ] {
        assert_eq!(after(rest), wanted, "{name}");
    }
}

#[test]
fn modes_that_show() {
    hold(&[
        ("DECAWM", "12345678901234567890xy", &["12345678901234567890", "xy"]),
        ("no DECAWM", "\x1b[?7l12345678901234567890xy", &["1234567890123456789y"]),
        ("the last column waits", "12345678901234567890\rx", &["x2345678901234567890"]),
        ("and a move ends it", "12345678901234567890\x1b[Dx", &["123456789012345678x0"]),
        ("1049", "a\x1b[?1049hb\x1b[?1049lc", &["ac"]),
        ("1049 begins blank", "a\x1b[?1049h\x1b[Hb\x1b[?1049l\x1b[?1049h", &[]),
        ("1047", "a\x1b[?1047h\x1b[?1047lb", &["ab"]),
        ("47", "a\x1b[?47h\x1b[?47lb", &["ab"]),
        ("1048", "a\x1b[?1048hbc\x1b[?1048lx", &["axc"]),
        ("2026", "a\x1b[?2026hb\x1b[2;1Hc\x1b[?2026ld", &["ab", "cd"]),
        ("an unknown one", "a\x1b[?9999hb\x1b[?9999lc", &["abc"]),
        ("an unknown sequence", "a\x1b[5;6yb\x1b[?1;2;3$rc\x1b[>9zd", &["abcd"]),
    ]);
}

#[test]
fn strings_are_not_text() {
    hold(&[
        ("OSC 0", "a\x1b]0;title\x07b", &["ab"]),
        ("OSC 2 with ST", "a\x1b]2;title\x1b\\b", &["ab"]),
        ("OSC 4", "a\x1b]4;1;rgb:ff/00/00\x07b", &["ab"]),
        ("OSC 7", "a\x1b]7;file://host/tmp\x07b", &["ab"]),
        ("OSC 8", "a\x1b]8;;https://x/\x07b\x1b]8;;\x07c", &["abc"]),
        ("OSC 9", "a\x1b]9;note\x07b", &["ab"]),
        ("OSC 52", "a\x1b]52;c;aGk=\x07b", &["ab"]),
        ("OSC 133", "a\x1b]133;A\x07b", &["ab"]),
        ("OSC 1337", "a\x1b]1337;File=x:aGk=\x07b", &["ab"]),
        ("an OSC of no number", "a\x1b]nothing\x07b", &["ab"]),
        ("DCS", "a\x1bP1;2|xyz\x1b\\b", &["ab"]),
        ("sixel", "a\x1bPq#0;2;0;0;0~~\x1b\\b", &["ab"]),
        ("APC", "a\x1b_Gx\x1b\\b", &["ab"]),
        ("PM", "a\x1b^x\x1b\\b", &["ab"]),
        ("SOS", "a\x1bXx\x1b\\b", &["ab"]),
        ("CAN ends an OSC", "a\x1b]0;title\x18b", &["ab"]),
    ]);
}

#[test]
fn characters() {
    hold(&[
        ("wide", "日本\x1b[1;3Hx", &["日x"]),
        ("a wide one over a narrow", "abc\r日", &["日c"]),
        ("half of a wide one written over", "日\x1b[1;2Hx", &[" x"]),
        ("a wide one that does not fit", "1234567890123456789日", &["1234567890123456789", "日"]),
        ("a combining mark", "e\u{301}a", &["e\u{301}a"]),
        ("a mark at the margin", "12345678901234567890\u{301}", &["12345678901234567890\u{301}"]),
        ("an emoji", "👍x", &["👍x"]),
        ("a C1 that is none in UTF-8", "a\u{85}b", &["ab"]),
    ]);
    let broken: [(&[u8], &str); 4] = [
        (b"a\xffb", "a\u{fffd}b"),
        (b"a\xc3(", "a\u{fffd}("),
        (b"a\xe6\x97b", "a\u{fffd}b"),
        (b"\xf0\x9f\x91\x8d", "👍"),
    ];
    for (bytes, wanted) in broken {
        assert_eq!(rows(&fed(bytes).frame())[0], wanted, "{bytes:?}");
    }
}

#[test]
fn attributes() {
    let cell = |bytes: &str| fed(format!("{bytes}x").as_bytes()).frame().row(0)[0].clone();
    for (code, wanted) in [
        ("31", Colour::Indexed(1)),
        ("97", Colour::Indexed(15)),
        ("38;5;200", Colour::Indexed(200)),
        ("38:5:200", Colour::Indexed(200)),
        ("38;2;1;2;3", Colour::Rgb(1, 2, 3)),
        ("38:2::1:2:3", Colour::Rgb(1, 2, 3)),
        ("31;39", Colour::Default),
        ("31;0", Colour::Default),
        ("31;", Colour::Default),
    ] {
        assert_eq!(cell(&format!("\x1b[{code}m")).fg, wanted, "{code}");
    }
    for (code, wanted) in [
        ("41", Colour::Indexed(1)),
        ("107", Colour::Indexed(15)),
        ("48;5;9", Colour::Indexed(9)),
        ("41;49", Colour::Default),
    ] {
        assert_eq!(cell(&format!("\x1b[{code}m")).bg, wanted, "{code}");
    }
    let flags = |code: &str| {
        let style = cell(&format!("\x1b[{code}m")).style;
        let all = [style.bold, style.dim, style.italic, style.reverse, style.hidden, style.strikeout];
        all.map(|flag| if flag { '1' } else { '0' }).iter().collect::<String>()
    };
    for (code, wanted) in [
        ("1", "100000"),
        ("2", "010000"),
        ("3", "001000"),
        ("7", "000100"),
        ("8", "000010"),
        ("9", "000001"),
        ("1;2;22", "000000"),
        ("3;23", "000000"),
        ("7;27", "000000"),
        ("8;28", "000000"),
        ("9;29", "000000"),
    ] {
        assert_eq!(flags(code), wanted, "{code}");
    }
    for (code, wanted) in [
        ("4", Underline::Single),
        ("4:0", Underline::None),
        ("4:1", Underline::Single),
        ("4:2", Underline::Double),
        ("4:3", Underline::Curl),
        ("4:4", Underline::Dots),
        ("4:5", Underline::Dashes),
        ("4:3;24", Underline::None),
    ] {
        assert_eq!(cell(&format!("\x1b[{code}m")).style.underline, wanted, "{code}");
    }
    // What is erased has the background of the moment.
    assert_eq!(fed(b"\x1b[41m\x1b[2J").frame().row(2)[7].bg, Colour::Indexed(1));
}

#[test]
fn the_cursors_look() {
    let cursor = |bytes: &str| fed(bytes.as_bytes()).frame().cursor;
    let at = |shape| Some(Cursor { column: 0, row: 0, shape });
    for (bytes, wanted) in [
        ("", at(Shape::Block)),
        ("\x1b[2 q", at(Shape::Block)),
        ("\x1b[3 q", at(Shape::Underline)),
        ("\x1b[5 q", at(Shape::Beam)),
        ("\x1b[5 q\x1b[0 q", at(Shape::Block)),
        ("\x1b[?25l", None),
        ("\x1b[?25l\x1b[?25h", at(Shape::Block)),
        ("\x1b[?25l\x1b[!p", at(Shape::Block)),
    ] {
        assert_eq!(cursor(bytes), wanted, "{bytes:?}");
    }
}

#[test]
fn more_questions_are_answered() {
    for (name, question, wanted) in [
        ("DA1", "\x1b[c", "^[[?6c"),
        ("DA1 with 0", "\x1b[0c", "^[[?6c"),
        ("DSR", "\x1b[5n", "^[[0n"),
        ("CPR", "\x1b[3;7H\x1b[6n", "^[[3;7R"),
        ("CPR of a column that waits", "12345678901234567890\x1b[6n", "^[[1;20R"),
        ("DECRQM, reset", "\x1b[?25l\x1b[?25$p", "^[[?25;2$y"),
        ("DECRQM, set", "\x1b[?7$p", "^[[?7;1$y"),
        ("DECRQM, unknown", "\x1b[?9999$p", "^[[?9999;0$y"),
        ("DECRQM of ANSI's", "\x1b[4$p", "^[[4;2$y"),
        ("DECRQM, synchronised output", "\x1b[?2026$p", "^[[?2026;2$y"),
        ("kitty's keyboard, pushed and popped", "\x1b[>1u\x1b[>3u\x1b[<u\x1b[?u", "^[[?1u"),
        ("the size in characters", "\x1b[18t", "^[[8;4;20t"),
        ("the title is not told", "\x1b]2;evil\x07\x1b[21t", ""),
        ("colours are not told", "\x1b]10;?\x07\x1b]4;1;?\x07", ""),
        ("the clipboard is not told", "\x1b]52;c;?\x1b\\", ""),
    ] {
        assert_eq!(reply(question.as_bytes()), wanted, "{name}");
    }
}

#[test]
fn modes_that_are_told() {
    let modes = |bytes: &str| fed(bytes.as_bytes()).modes();
    for (bytes, mouse, form) in [
        ("\x1b[?1000h", Tracking::Clicks, MouseForm::Bytes),
        ("\x1b[?1002h\x1b[?1005h", Tracking::Drags, MouseForm::Utf8),
        ("\x1b[?1003h\x1b[?1006h", Tracking::Moves, MouseForm::Numbers),
        ("\x1b[?1003h\x1b[?1003l", Tracking::Off, MouseForm::Bytes),
    ] {
        assert_eq!((modes(bytes).mouse, modes(bytes).mouse_form), (mouse, form), "{bytes:?}");
    }
    assert!(modes("\x1b[?1h").application_cursor && !modes("\x1b[?1h\x1b[?1l").application_cursor);
    assert!(modes("\x1b=").application_keypad && !modes("\x1b=\x1b>").application_keypad);
    assert!(modes("\x1b[?2004h").bracketed_paste && !modes("\x1b[?2004h\x1bc").bracketed_paste);
    assert!(modes("\x1b[?1004h").focus && !modes("\x1b[?1007l").alternate_scroll);
    assert_eq!((modes("\x1b[=5u").kitty, modes("\x1b[>5u\x1b[<9u").kitty), (5, 0));
    assert_eq!((modes("\x1b[>4;2m").modify_other_keys, modes("\x1b[>4;2m\x1b[>4m").modify_other_keys), (2, 0));
}

#[test]
fn titles_and_bells() {
    let mut terminal = Terminal::new(crate::core::console::Size { columns: 20, rows: 4 });
    terminal.feed(b"\x1b]0;first\x07\x07\x1b[22;0t\x1b]2;second\x1b\\", Source::Live);
    assert_eq!(terminal.frame().title, "second");
    assert_eq!(terminal.events().iter().filter(|event| **event == Event::Bell).count(), 1, "a title's end is none");
    terminal.feed(b"\x1b[23;0t", Source::Live);
    assert_eq!(terminal.frame().title, "first");
}
