//! The emulator: a table of sequences, questions and answers, bounds, and any bytes at any
//! split.

mod sequences;

use super::*;
use crate::console::copying::{Motion, Unit};
use crate::console::frame::{Cell, Colour, Direction, Marked, MouseForm, Tracking, Underline, Width};
use proptest::prelude::*;
use std::time::Duration;

fn terminal(columns: u16, rows: u16) -> Terminal {
    Terminal::with_scrollback(Size { columns, rows }, 100)
}

fn fed(bytes: &[u8]) -> Terminal {
    let mut terminal = terminal(20, 4);
    terminal.feed(bytes, Source::Live);
    terminal
}

/// The rows of a frame, without what is blank at their ends.
fn rows(frame: &Frame) -> Vec<String> {
    let text = |cell: &Cell| match cell.width {
        Width::Spacer => String::new(),
        _ => format!("{}{}", cell.c, cell.marks.as_deref().unwrap_or_default()),
    };
    let row = |row| frame.row(row).iter().map(text).collect::<String>().trim_end().to_owned();
    (0..frame.size.rows).map(row).collect()
}

fn reply(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&fed(bytes).replies()).replace('\x1b', "^[")
}

#[test]
fn what_a_program_writes_is_on_the_screen() {
    for (bytes, wanted) in [
        ("one\r\ntwo", ["one", "two", "", ""]),
        ("a\x08b", ["b", "", "", ""]),
        ("12345678901234567890x", ["12345678901234567890", "x", "", ""]),
        ("a\r\nb\r\nc\r\nd\r\ne", ["b", "c", "d", "e"]),
        ("\x1b[3;5Hx", ["", "", "    x", ""]),
        ("abc\x1b[2Dx", ["axc", "", "", ""]),
        ("abc\x1b[1K", ["", "", "", ""]),
        ("abc\r\x1b[K", ["", "", "", ""]),
        ("abc\x1b[2J", ["", "", "", ""]),
        ("abcd\x1b[3D\x1b[P", ["acd", "", "", ""]),
        ("abc\r\x1b[2@", ["  abc", "", "", ""]),
        ("abc\r\x1b[2X", ["  c", "", "", ""]),
        ("a\r\nb\x1b[H\x1b[L", ["", "a", "b", ""]),
        ("a\r\nb\x1b[H\x1b[M", ["b", "", "", ""]),
        ("\x1b[2;3r\x1b[3;1Ha\n\rb", ["", "a", "b", ""]),
        ("a\x1b[3bb", ["aaaab", "", "", ""]),
        ("a\tb", ["a\t      b", "", "", ""]),
        ("\x1b(0lqk\x1b(B", ["┌─┐", "", "", ""]),
        ("main\x1b[?1049hother", ["    other", "", "", ""]),
        ("main\x1b[?1049hother\x1b[?1049l", ["main", "", "", ""]),
        ("x\x1b7\x1b[4;4Hy\x1b8z", ["xz", "", "", "   y"]),
        ("日本語", ["日本語", "", "", ""]),
        ("e\u{301}x", ["e\u{301}x", "", "", ""]),
        ("a\x1b]52;c;aGVsbG8=\x07b", ["ab", "", "", ""]),
        ("a\x1bP1;2xyz\x1b\\b", ["ab", "", "", ""]),
        ("a\x1b_hidden\x1b\\b", ["ab", "", "", ""]),
        ("a\x1b[?2026hb\x1b[?2026l", ["ab", "", "", ""]),
        ("abc\x1bc", ["", "", "", ""]),
    ] {
        assert_eq!(rows(&fed(bytes.as_bytes()).frame()), wanted, "{bytes:?}");
    }
}

#[test]
fn styles_and_colours() {
    let frame = fed(b"\x1b[1;4;31;48;5;200ma\x1b[0;2;7;38;2;1;2;3mb\x1b[m\x1b[3;9;95mc\x1b[8md").frame();
    let [a, b, c, d] = &frame.row(0)[..4] else { panic!("four cells") };
    assert_eq!((a.fg, a.bg), (Colour::Indexed(1), Colour::Indexed(200)));
    assert!(a.style.bold && a.style.underline == Underline::Single);
    assert_eq!((b.fg, b.bg), (Colour::Rgb(1, 2, 3), Colour::Default));
    assert!(b.style.dim && b.style.reverse && !b.style.bold);
    assert_eq!(c.fg, Colour::Indexed(13));
    assert!(c.style.italic && c.style.strikeout && d.style.hidden);
}

#[test]
fn a_wide_character_has_a_spacer_and_wraps_whole() {
    let mut terminal = terminal(3, 2);
    terminal.feed("ab日".as_bytes(), Source::Live);
    let frame = terminal.frame();
    assert_eq!(frame.row(1)[0].width, Width::Wide);
    assert_eq!(frame.row(1)[1].width, Width::Spacer);
    assert_eq!(rows(&frame), ["ab", "日"]);
}

#[test]
fn questions_are_answered_in_their_order() {
    for (question, wanted) in [
        ("\x1b[6n", "^[[1;1R"),
        ("ab\x1b[6n", "^[[1;3R"),
        ("\x1b[5n", "^[[0n"),
        ("\x1b[c", "^[[?6c"),
        ("\x1b[?u", "^[[?0u"),
        ("\x1b[>5u\x1b[?u", "^[[?5u"),
        ("\x1b[18t", "^[[8;4;20t"),
        ("\x1b[?2004$p", "^[[?2004;2$y"),
        ("\x1b[?2004h\x1b[?2004$p", "^[[?2004;1$y"),
        ("\x1b[>4;2m\x1b[?4m", "^[[>4;2m"),
        ("\x1bP$qm\x1b\\", "^[P1$r0m^[\\"),
        ("\x1b[1;4m\x1bP$qm\x1b\\", "^[P1$r0;1;4m^[\\"),
        ("\x1b[5 q\x1bP$q q\x1b\\", "^[P1$r6 q^[\\"),
        ("\x1bP$qr\x1b\\", "^[P0$r^[\\"),
        ("\x1b]52;c;?\x07", ""),
        ("\x1b]11;?\x07", ""),
    ] {
        assert_eq!(reply(question.as_bytes()), wanted, "{question:?}");
    }
    let version = concat!("^[P>|biostar-tui(", env!("CARGO_PKG_VERSION"), ")^[\\");
    assert_eq!(reply(b"\x1b[6n\x1b[>q\x1b[5n"), format!("^[[1;1R{version}^[[0n"));
}

#[test]
fn history_is_not_answered() {
    let mut terminal = terminal(20, 4);
    terminal.feed(b"\x1b[6n\x1b[>q\x07>>> ", Source::History);
    assert_eq!((terminal.replies(), terminal.events()), (Vec::new(), Vec::new()));
    terminal.feed(b"\x1b[6n\x07", Source::Live);
    assert_eq!(terminal.replies(), b"\x1b[1;5R");
    assert_eq!(terminal.events(), [Event::Bell]);
}

#[test]
fn modes_are_told() {
    let modes = fed(b"\x1b[?1;1004;2004;1002;1006;1049h\x1b=\x1b[20h\x1b[>1u\x1b[>4;1m").modes();
    assert!(modes.application_cursor && modes.application_keypad && modes.newline && modes.alternate_screen);
    assert!(modes.bracketed_paste && modes.focus && modes.alternate_scroll);
    assert_eq!((modes.mouse, modes.mouse_form), (Tracking::Drags, MouseForm::Numbers));
    assert_eq!((modes.kitty, modes.modify_other_keys), (1, 1));
}

#[test]
fn a_soft_reset_keeps_screen_and_place() {
    let mut terminal = fed(b"ab\x1b[?1;25l\x1b[?1h\x1b[4h\x1b[1m\x1b[2;3r\x1b[3;4Hx\x1b[!py");
    assert_eq!(rows(&terminal.frame()), ["ab", "", "   xy", ""]);
    assert!(!terminal.modes().application_cursor && !terminal.frame().row(2)[4].style.bold);
    assert!(terminal.frame().cursor.is_some());
    assert_eq!(terminal.replies(), b"");
}

#[test]
fn scrollback_is_bounded_and_seen() {
    let mut terminal = terminal(20, 4);
    let lines: String = (0..1000).map(|n| format!("{n}\r\n")).collect();
    terminal.feed(lines.as_bytes(), Source::Live);
    assert_eq!(terminal.frame().history, 100);
    terminal.scroll(i32::MAX);
    let frame = terminal.frame();
    assert_eq!((frame.offset, rows(&frame)[0].as_str()), (100, "897"));
    assert_eq!(frame.cursor, None, "it is out of view");
    // What comes meanwhile does not move what is looked at.
    terminal.scroll(-50);
    let before = rows(&terminal.frame());
    terminal.feed(b"more\r\n", Source::Live);
    assert_eq!(rows(&terminal.frame()), before);
    terminal.scroll_to_end();
    assert_eq!(rows(&terminal.frame())[2], "more");
}

#[test]
fn a_synchronised_update_that_is_never_ended_is_shown() {
    let mut terminal = fed(b"old\r\x1b[?2026hnew");
    assert_eq!(rows(&terminal.frame())[0], "old");
    let deadline = terminal.deadline().expect("a deadline");
    terminal.expire(deadline - Duration::from_millis(1));
    assert_eq!(rows(&terminal.frame())[0], "old");
    terminal.expire(deadline);
    assert_eq!((rows(&terminal.frame())[0].as_str(), terminal.deadline()), ("new", None));
}

#[test]
fn thousands_of_marks_are_cut() {
    let marks = "\u{301}".repeat(2000);
    for text in [format!("a{marks}"), format!("\x1b[?2026ha{marks}\x1b[?2026l")] {
        let frame = fed(text.as_bytes()).frame();
        let kept = frame.row(0)[0].marks.as_deref().map_or(0, |marks| marks.chars().count());
        assert_eq!(kept, MOST_MARKS);
    }
}

#[test]
fn an_unterminated_osc_is_bounded() {
    let mut terminal = terminal(20, 4);
    terminal.feed(b"\x1b]0;", Source::Live);
    for _ in 0..1000 {
        terminal.feed(&[b'x'; 10_000], Source::Live);
    }
    terminal.feed(b"\x07after", Source::Live);
    assert_eq!(rows(&terminal.frame())[0], "after");
    assert_eq!(terminal.frame().title.len(), LONGEST_TITLE);
}

#[test]
fn sizes_have_bounds_and_reflow_keeps_text() {
    let mut terminal = fed(b"a long line of text");
    terminal.resize(Size { columns: 0, rows: 0 });
    assert_eq!(terminal.size(), Size::LEAST);
    terminal.feed("日本\r\n".as_bytes(), Source::Live);
    terminal.resize(Size { columns: 40, rows: 4 });
    terminal.scroll(100);
    assert!(rows(&terminal.frame()).join("").contains("a long line of text"));
}

/// Bytes that mean something to a terminal more often than by chance.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..8),
        "\\x1b\\[[?>!0-9;]{0,8}[@-~]".prop_map(String::into_bytes),
        "[\\x1b\\]P_\\[0-9;?hlmHJK\\x07\\\\]{1,12}".prop_map(String::into_bytes),
        "[a-z日本\u{301}\u{1f469}\u{200d}\\r\\n\\t]{1,20}".prop_map(String::into_bytes),
        Just(b"\x1b[?2026h".to_vec()),
        Just(b"\x1b[?1049h".to_vec()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_at_any_split_make_the_same_screen(bytes in hostile(), cuts in proptest::collection::vec(0_usize..400, 0..5)) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut pieces = terminal(17, 5);
        cuts.windows(2).for_each(|pair| pieces.feed(&bytes[pair[0]..pair[1]], Source::Live));
        let mut whole = terminal(17, 5);
        whole.feed(&bytes, Source::Live);
        let far = Instant::now() + Duration::from_secs(9);
        pieces.expire(far);
        whole.expire(far);
        prop_assert_eq!(pieces.frame(), whole.frame());
        prop_assert_eq!(pieces.replies(), whole.replies());
    }

    #[test]
    fn any_sequence_of_sizes_holds(steps in proptest::collection::vec((hostile(), any::<(u8, u8)>()), 0..6)) {
        let mut terminal = terminal(17, 5);
        for (bytes, (columns, rows)) in steps {
            terminal.feed(&bytes, Source::Live);
            terminal.resize(Size { columns: columns.into(), rows: rows.into() });
            terminal.scroll(3);
            let frame = terminal.frame();
            prop_assert_eq!(frame.cells.len(), usize::from(frame.size.columns) * usize::from(frame.size.rows));
        }
    }
}

#[test]
fn the_folder_of_a_shell_is_known() {
    let mut terminal = fed(b"a\x1b]7;file://host/srv/my%20site\x1b\\b");
    assert_eq!((terminal.frame().folder.as_deref(), terminal.frame().text().as_str()), (Some("/srv/my site"), "ab"));
    terminal.feed(b"\x1bc", Source::Live);
    assert_eq!(terminal.frame().folder, None);
}

fn marked(terminal: &Terminal, marked: Marked) -> String {
    terminal.frame().cells.iter().filter(|cell| cell.marked == marked).map(|cell| cell.c).collect()
}

#[test]
fn what_is_selected_by_keys_is_taken() {
    let mut terminal = terminal(20, 3);
    terminal.feed(b"alpha beta\r\ngamma\r\ndelta\r\nepsilon", Source::Live);
    for copying in [Copying::Begin, Copying::Move(Motion::Top), Copying::Move(Motion::LineStart)] {
        assert_eq!(terminal.copy(copying), None);
    }
    assert_eq!(terminal.frame().offset, 1, "the scrollback is in view");
    terminal.copy(Copying::Select(Unit::Characters));
    terminal.copy(Copying::Move(Motion::Columns(4)));
    assert_eq!(
        (marked(&terminal, Marked::Selected).as_str(), terminal.selected().as_deref()),
        ("alpha", Some("alpha"))
    );
    terminal.copy(Copying::Move(Motion::Lines(-1)));
    assert_eq!(terminal.copy(Copying::Take).as_deref(), Some("alpha beta\ngamma"));
    let after = terminal.frame();
    assert_eq!((after.offset, after.copying), (0, CopyState::Off));
    // Without a selection it is the line under the cursor; a block is a rectangle.
    terminal.copy(Copying::Begin);
    assert_eq!(terminal.copy(Copying::Take).as_deref().map(str::trim_end), Some("epsilon"));
    terminal.copy(Copying::Move(Motion::Top));
    terminal.copy(Copying::Move(Motion::LineStart));
    terminal.copy(Copying::Select(Unit::Block));
    terminal.copy(Copying::Move(Motion::Columns(1)));
    terminal.copy(Copying::Move(Motion::Lines(-2)));
    assert_eq!(terminal.copy(Copying::Take).as_deref(), Some("al\nga\nde"));
}

#[test]
fn a_page_moves_the_view_at_once() {
    let mut terminal = terminal(20, 4);
    (0..50).for_each(|n| terminal.feed(format!("line {n}\r\n").as_bytes(), Source::Live));
    terminal.copy(Copying::Begin);
    let offsets: Vec<usize> = [2, 2, -2, -9]
        .map(|by| {
            terminal.copy(Copying::Move(Motion::Page(by)));
            terminal.frame().offset
        })
        .into();
    assert_eq!(offsets, [2, 4, 2, 0]);
}

#[test]
fn the_scrollback_is_searched() {
    let mut terminal = terminal(20, 2);
    (0..50).for_each(|n| terminal.feed(format!("line {n} ab\r\n").as_bytes(), Source::Live));
    terminal.copy(Copying::Search("line 1[0-9]".into(), Direction::Older));
    assert_eq!(marked(&terminal, Marked::Found), "line 19");
    terminal.copy(Copying::Again(Direction::Older));
    assert!(rows(&terminal.frame()).contains(&"line 18 ab".to_owned()));
    terminal.copy(Copying::Again(Direction::Newer));
    terminal.copy(Copying::Search("nothing".into(), Direction::Older));
    assert_eq!(terminal.frame().copying, CopyState::Missed);
    terminal.copy(Copying::Search("(".into(), Direction::Older));
    assert_eq!(terminal.frame().copying, CopyState::Missed, "that is no expression");
    terminal.copy(Copying::End);
    assert_eq!((terminal.frame().copying, terminal.frame().offset), (CopyState::Off, 0));
}

#[test]
fn what_the_mouse_selects_is_marked() {
    let mut terminal = fed(b"alpha beta\r\ngamma");
    terminal.copy(Copying::Press(2, 0, Unit::Characters));
    assert_eq!(terminal.selected(), None, "a click alone selects nothing");
    terminal.copy(Copying::Drag(4, 0));
    assert_eq!(marked(&terminal, Marked::Selected), "pha");
    terminal.copy(Copying::Press(7, 0, Unit::Words));
    assert_eq!(terminal.selected().as_deref(), Some("beta"));
    terminal.copy(Copying::Press(700, 100, Unit::Lines));
    assert!(terminal.selected().is_some());
    terminal.copy(Copying::End);
    assert_eq!(terminal.selected(), None);
}

#[test]
fn underlines_and_links_are_kept() {
    let frame =
        fed(b"\x1b[4:3ma\x1b[4:2mb\x1b[4:4mc\x1b[4:5md\x1b[24me\x1b]8;;https://x.y/\x1b\\f\x1b]8;;\x1b\\g").frame();
    let kinds: Vec<Underline> = frame.row(0)[..5].iter().map(|cell| cell.style.underline).collect();
    assert_eq!(kinds, [Underline::Curl, Underline::Double, Underline::Dots, Underline::Dashes, Underline::None]);
    assert_eq!(frame.row(0)[5].link.as_deref(), Some("https://x.y/"));
    assert_eq!(frame.row(0)[6].link, None);
}

fn any_copying() -> impl Strategy<Value = Copying> {
    let unit = || proptest::sample::select(vec![Unit::Characters, Unit::Words, Unit::Lines, Unit::Block]);
    let motions = vec![
        Motion::NextWord,
        Motion::PreviousWord,
        Motion::WordEnd,
        Motion::LineStart,
        Motion::LineEnd,
        Motion::Top,
        Motion::Bottom,
    ];
    prop_oneof![
        Just(Copying::Begin),
        Just(Copying::Take),
        Just(Copying::End),
        proptest::sample::select(motions).prop_map(Copying::Move),
        any::<i16>().prop_map(|by| Copying::Move(Motion::Columns(by.into()))),
        any::<i16>().prop_map(|by| Copying::Move(Motion::Lines(by.into()))),
        any::<i16>().prop_map(|by| Copying::Move(Motion::Page(by.into()))),
        unit().prop_map(Copying::Select),
        (any::<u16>(), any::<u16>(), unit()).prop_map(|(x, y, unit)| Copying::Press(x, y, unit)),
        (any::<u16>(), any::<u16>()).prop_map(|(x, y)| Copying::Drag(x, y)),
        "[a-z .*]{0,3}".prop_map(|text| Copying::Search(text, Direction::Older)),
        Just(Copying::Again(Direction::Newer)),
    ]
}

proptest! {
    #[test]
    fn copying_goes_on_whatever_is_written_and_resized(
        asks in proptest::collection::vec((any_copying(), "[a-z \\n\u{4e16}]{0,40}", 2_u16..30, 2_u16..9), 0..12)
    ) {
        let mut terminal = terminal(10, 4);
        for (copying, text, columns, rows) in asks {
            terminal.feed(text.replace('\n', "\r\n").as_bytes(), Source::Live);
            terminal.copy(copying);
            terminal.resize(Size { columns, rows });
            let frame = terminal.frame();
            prop_assert_eq!(frame.cells.len(), usize::from(columns) * usize::from(rows));
        }
    }
}

#[test]
fn the_clipboard_is_asked_for_and_never_told() {
    let mut terminal = Terminal::new(Size { columns: 20, rows: 4 });
    terminal.feed(b"\x1b]52;c;aGVsbG8=\x07", Source::Live);
    assert_eq!(terminal.events(), [Event::Copy("hello".into())]);
    terminal.feed(b"\x1b]52;c;?\x07", Source::Live);
    assert_eq!((terminal.events(), terminal.replies()), (vec![], vec![]), "what is in it is the user's");
    terminal.feed(b"\x1b]52;c;aGVsbG8=\x07", Source::History);
    assert_eq!(terminal.events(), [], "it was asked for long ago");
}
