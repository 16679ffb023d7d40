//! What the sanitiser makes of hostile and of ordinary lines.

use super::*;
use proptest::prelude::*;

fn line(bytes: &[u8]) -> StyledLine {
    Sanitiser::default().line(bytes, 0)
}

fn text(bytes: &[u8]) -> String {
    line(bytes).text().to_owned()
}

#[test]
fn colours_become_style() {
    let line = line(b"\x1b[1;31mERROR\x1b[0m ok \x1b[38;5;196mx\x1b[48:2::0:0:255my");
    let spans: Vec<_> = line.spans().map(|s| (s.text, s.style.fg.map(Colour::number), s.style.bold)).collect();
    assert_eq!(spans, [("ERROR", Some(1), true), (" ok ", None, false), ("x", Some(9), false), ("y", Some(9), false)]);
    assert_eq!(line.spans().last().unwrap().style.bg.map(Colour::number), Some(4));
}

#[test]
fn every_other_sequence_is_removed() {
    for (hostile, wanted) in [
        (&b"a\x1b]52;c;ZXZpbA==\x07b"[..], "ab"),
        (b"a\x1b]0;title\x1b\\b", "ab"),
        (b"a\x1bP+q544e\x1b\\b", "ab"),
        (b"a\x1b_Gi=1\x1b\\b", "ab"),
        (b"a\x1b[2J\x1b[H\x1b[?1049hb", "ab"),
        (b"a\x1b[6nb\x1bcc", "abc"),
        ("a\u{9b}31mb\u{9d}52;c;x\u{9c}c".as_bytes(), "abc"),
        (b"a\x07\x00\x7fb", "ab"),
        (b"a\x1b[", "a"),
        (b"a\xff\xfeb\xc3", "a\u{fffd}\u{fffd}b\u{fffd}"),
    ] {
        assert_eq!(text(hostile), wanted, "{}", hostile.escape_ascii());
    }
}

#[test]
fn progress_bars_overwrite() {
    assert_eq!(text(b"Downloading  10%\rDownloading 100%\r"), "Downloading 100%");
    assert_eq!(text(b"Downloading 10 %\r\x1b[2Kdone"), "done");
    assert_eq!(text(b"abc\x1b[1G\x1b[Kx"), "x");
}

#[test]
fn deceivers_are_written_out() {
    assert_eq!(text("a\u{202e}b\u{e0041}".as_bytes()), "a<U+202E>b<U+E0041>");
    assert_eq!(text("שלום مرحبا".as_bytes()), "שלום مرحبا");
}

#[test]
fn an_unterminated_command_hides_nothing_for_ever() {
    let long = format!("a\x1b]0;{}", "x".repeat(MAX_STRING * 2));
    assert!(text(long.as_bytes()).ends_with("xxx"));
}

#[test]
fn long_lines_are_cut_with_a_marker() {
    let shown = text("é".repeat(MAX_SHOWN).as_bytes());
    assert!(shown.ends_with(&format!("… +{MAX_SHOWN} bytes")), "{}", &shown[shown.len() - 40..]);
    let huge = Sanitiser::default().line(&vec![b'x'; MAX_READ], 100_000_000);
    let missing = 100_000_000 + MAX_READ - MAX_SHOWN;
    assert!(huge.text().ends_with(&format!("… +{missing} bytes")));
}

#[test]
fn secrets_are_masked_across_styles_and_cuts() {
    let secrets = Secrets::from_variables([("DB_PASSWORD", "hunter2hunter2")]);
    let mut sanitiser = Sanitiser::new(secrets);
    assert_eq!(sanitiser.line(b"is hunter2hunter2", 0).text(), "is ********");
    assert_eq!(sanitiser.line(b"is hunter2\x1b[31mhunter2\x1b[0m.", 0).text(), "is ********.");
    let mut cut = vec![b'x'; MAX_SHOWN - 7];
    cut.extend(b"hunter2hunter2");
    assert!(!sanitiser.line(&cut, 0).text().contains("hunter2"));
}

#[test]
fn names_are_one_line() {
    assert_eq!(plain("a\nb\x1b[31m\tc\rd"), "a b c d");
    assert_eq!(plain_lines("a\x07\nb"), "a\nb");
}

/// Bytes rich in what matters: escapes, controls, broken UTF-8, wide and joined glyphs.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<Vec<u8>>(),
        "\\PC{0,8}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            "\x1b[31m",
            "\x1b]52;c;",
            "\x07",
            "\x1b\\",
            "\x1bP",
            "\r",
            "\t",
            "\x08",
            "\u{202e}",
            "\u{200d}",
            "👩",
            "日",
            "\u{301}",
            "\x1b[2K",
            "\x1b[99999G",
            "\u{9b}",
            "\u{9c}",
            "\x1b[38;5;",
            "\u{1f3fb}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn output_is_clean_and_bounded(bytes in hostile()) {
        let line = line(&bytes);
        prop_assert!(is_clean(line.text()), "{:?}", line.text());
        prop_assert!(line.text().len() <= MAX_SHOWN + 40);
        let joined: String = line.spans().map(|span| span.text).collect();
        prop_assert_eq!(joined, line.text());
    }

    #[test]
    fn marks_never_pile_up(bytes in hostile()) {
        let mut run = 0;
        for c in line(&bytes).text().chars() {
            run = if glyph::sort(c) == glyph::Glyph::Mark { run + 1 } else { 0 };
            prop_assert!(run <= usize::from(crate::logs::screenline::MAX_MARKS));
        }
    }

    #[test]
    fn a_line_leaves_nothing_behind_for_the_next(first in hostile(), second in hostile()) {
        let mut sanitiser = Sanitiser::default();
        sanitiser.line(&first, 0);
        prop_assert_eq!(sanitiser.line(&second, 0), line(&second));
    }

    #[test]
    fn cleaning_twice_changes_nothing(bytes in hostile()) {
        let once = text(&bytes);
        prop_assume!(once.len() < MAX_SHOWN);
        prop_assert_eq!(text(once.as_bytes()), once);
    }
}
