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

    /// A line that was cut to its length before, marker included: it is not cut again.
    pub(in crate::logs) fn again(&mut self, bytes: &[u8]) -> StyledLine {
        let text = String::from_utf8_lossy(bytes);
        if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return StyledLine::plain(text);
        }
        self.parse(&text);
        self.screen.take(usize::MAX).0
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
mod tests;
