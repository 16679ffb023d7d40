//! Foreign bytes become text that is safe to show: colours become style, everything else
//! that a terminal would obey is removed, what would deceive the eye is written out.

use std::borrow::Cow;

use vte::{Params, Parser, Perform};

use crate::core::secret::Secrets;
use crate::logs::glyph;
use crate::logs::line::{Builder, Colour, Style, StyledLine};
use crate::logs::screenline::ScreenLine;

/// Bytes of one line that are looked at: a progress bar rewrites its line many times, so
/// more than is shown.
pub const MAX_READ: usize = 64 * 1024;
/// Bytes of one line that are shown.
pub const MAX_SHOWN: usize = 16 * 1024;
/// Bytes that an operating system command or other string sequence may have. One that goes
/// on for longer is no real one: only its introducer is removed.
const MAX_STRING: usize = 4 * 1024;

/// Turns lines of foreign bytes into lines that are safe to show, secrets masked.
#[derive(Debug, Default)]
pub struct Sanitiser {
    screen: ScreenLine,
    secrets: Secrets,
}

impl Sanitiser {
    /// A sanitiser that masks these secrets.
    pub fn new(secrets: Secrets) -> Self {
        Self { screen: ScreenLine::default(), secrets }
    }

    /// A line, given without its end. `beyond` counts bytes of it that were left out already.
    pub fn line(&mut self, bytes: &[u8], beyond: u64) -> StyledLine {
        if beyond == 0 && bytes.len() <= MAX_SHOWN && bytes.iter().all(|b| matches!(b, b' '..=b'~')) {
            // All printable ASCII: what most lines are, and nothing to parse in them.
            return StyledLine::plain(self.secrets.mask(&String::from_utf8_lossy(bytes)));
        }
        let read = &bytes[..bytes.len().min(MAX_READ)];
        let unread = beyond + (bytes.len() - read.len()) as u64;
        self.parse(&String::from_utf8_lossy(read));
        // Masked whole, before it is cut: half a secret is one too.
        let (line, lost) = self.screen.take(usize::MAX);
        let line = self.masked(line);
        cut(line, MAX_SHOWN, unread + lost as u64)
    }

    fn parse(&mut self, text: &str) {
        let text = without_strings(text);
        Parser::<64>::default().advance(&mut Writer(&mut self.screen), text.as_bytes());
    }

    /// A masked line loses its styles: a secret may stretch over several of them.
    fn masked(&self, line: StyledLine) -> StyledLine {
        match self.secrets.mask(line.text()) {
            Cow::Borrowed(_) => line,
            Cow::Owned(masked) => StyledLine::plain(masked),
        }
    }
}

/// A name, label, path or message as one line of text without style: line ends and tabs are
/// spaces.
pub fn plain(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut sanitiser = Sanitiser::default();
    sanitiser.line(text.replace(['\n', '\r', '\t'], " ").as_bytes(), 0).text().to_owned()
}

/// A text of several lines, each of them sanitised.
pub fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// The line's first `cap` bytes and a marker for the rest.
fn cut(line: StyledLine, cap: usize, beyond: u64) -> StyledLine {
    if line.text().len() <= cap && beyond == 0 {
        return line;
    }
    let mut builder = Builder::default();
    for span in line.spans() {
        let fitting = floor_char(span.text, cap - builder.len().min(cap));
        builder.push(&span.text[..fitting], span.style);
    }
    let missing = (line.text().len() - builder.len()) as u64 + beyond;
    builder.push(&format!("… +{missing} bytes"), Style::DIM);
    builder.build()
}

/// The text without string sequences (OSC, DCS, SOS, PM, APC): their contents are never
/// shown, and a parser would keep all of one in memory until it ends.
fn without_strings(text: &str) -> Cow<'_, str> {
    if !text.contains(is_introducer) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_introducer) {
        kept.push_str(&rest[..at]);
        rest = after_sequence(&rest[at..], &mut kept);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// ESC, and the C1 controls that stand for ESC and a letter.
fn is_introducer(c: char) -> bool {
    matches!(c, '\u{1b}' | '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}' | '\u{9e}' | '\u{9f}')
}

/// Looks at a text that starts with an introducer: keeps what the parser shall see, gives
/// what comes after it.
fn after_sequence<'a>(text: &'a str, kept: &mut String) -> &'a str {
    let mut chars = text.chars();
    let letter = match chars.next() {
        Some('\u{1b}') => chars.clone().next(),
        Some('\u{9b}') => {
            kept.push_str("\u{1b}[");
            return chars.as_str();
        }
        Some('\u{9d}') => Some(']'),
        _ => Some('P'),
    };
    if !matches!(letter, Some(']' | 'P' | 'X' | '^' | '_')) {
        kept.push('\u{1b}');
        return chars.as_str();
    }
    if text.starts_with('\u{1b}') {
        chars.next();
    }
    let content = chars.as_str();
    string_end(content, letter == Some(']')).map_or(content, |end| &content[end..])
}

/// Where a string sequence's content and terminator end.
fn string_end(content: &str, is_command: bool) -> Option<usize> {
    let window = &content[..floor_char(content, MAX_STRING)];
    let is_end = |c: char| matches!(c, '\u{9c}' | '\u{1b}' | '\u{18}' | '\u{1a}') || (is_command && c == '\u{7}');
    let at = window.find(is_end)?;
    let rest = &window[at..];
    match rest.strip_prefix("\u{1b}\\") {
        Some(_) => Some(at + 2),
        // Any other ESC begins a sequence of its own.
        None if rest.starts_with('\u{1b}') => Some(at),
        None => rest.chars().next().map(|c| at + c.len_utf8()),
    }
}

/// The largest character boundary at or before a byte (`str::floor_char_boundary` is newer
/// than the oldest compiler that we support).
fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Lets a parsed line have its effect on cells.
struct Writer<'a>(&'a mut ScreenLine);

impl Perform for Writer<'_> {
    fn print(&mut self, c: char) {
        self.0.print(c);
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\r' => self.0.carriage_return(),
            b'\t' => self.0.tab(),
            0x08 => self.0.backspace(),
            // A line has no line ends in it; where one is, two words must not be glued.
            b'\n' | 0x0b | 0x0c => self.0.print(' '),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _ignored: bool, action: char) {
        if !intermediates.is_empty() {
            return;
        }
        let first = params.iter().next().and_then(|p| p.first()).copied().unwrap_or(0);
        match (action, first) {
            ('m', _) => self.0.style = sgr(self.0.style, params),
            ('K', 0) => self.0.erase_right(),
            ('K', 1) => self.0.erase_left(),
            ('K', 2) => self.0.erase(),
            // Progress bars return by `ESC[G` as well as by `\r`.
            ('G', column) => self.0.jump_to(usize::from(column).saturating_sub(1)),
            _ => {}
        }
    }
}

/// A style after "select graphic rendition".
fn sgr(mut style: Style, params: &Params) -> Style {
    let mut params = params.iter();
    while let Some(param) = params.next() {
        match param {
            [38, rest @ ..] => style.fg = extended(rest, &mut params).or(style.fg),
            [48, rest @ ..] => style.bg = extended(rest, &mut params).or(style.bg),
            [code, ..] => simple(&mut style, *code),
            [] => {}
        }
    }
    style
}

fn simple(style: &mut Style, code: u16) {
    // The arms bound the numbers, so the differences fit a byte.
    let colour = |base: u16| Some(Colour::indexed(u8::try_from(code - base).unwrap_or(7)));
    match code {
        0 => *style = Style::default(),
        1 => style.bold = true,
        2 => style.dim = true,
        3 => style.italic = true,
        4 | 21 => style.underline = true,
        7 => style.reverse = true,
        22 => (style.bold, style.dim) = (false, false),
        23 => style.italic = false,
        24 => style.underline = false,
        27 => style.reverse = false,
        30..=37 => style.fg = colour(30),
        39 => style.fg = None,
        40..=47 => style.bg = colour(40),
        49 => style.bg = None,
        90..=97 => style.fg = colour(82),
        100..=107 => style.bg = colour(92),
        _ => {}
    }
}

/// `38:5:n`, `38;5;n`, `38:2::r:g:b`, `38;2;r;g;b`: a colour out of 256 or of all.
fn extended<'a>(inline: &[u16], params: &mut impl Iterator<Item = &'a [u16]>) -> Option<Colour> {
    let byte = |n: u16| u8::try_from(n).unwrap_or(u8::MAX);
    let mut next = || params.next().and_then(|p| p.first()).copied();
    match inline {
        [5, n, ..] => Some(Colour::indexed(byte(*n))),
        [2, _, r, g, b, ..] | [2, r, g, b] => Some(Colour::nearest(byte(*r), byte(*g), byte(*b))),
        [] => match next()? {
            5 => next().map(|n| Colour::indexed(byte(n))),
            2 => Some(Colour::nearest(byte(next()?), byte(next()?), byte(next()?))),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text holds nothing that a terminal would obey or that would deceive the eye.
pub fn is_clean(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() && !glyph::is_deceptive(c))
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            spans,
            [("ERROR", Some(1), true), (" ok ", None, false), ("x", Some(9), false), ("y", Some(9), false)]
        );
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
}
