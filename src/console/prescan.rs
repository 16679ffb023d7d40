//! Looks at a program's output before the emulator does: bounds what the emulator would
//! keep without bound (vte 0.15 collects an OSC of any length, a cell combining characters
//! of any number), and finds the questions that it does not answer.

use crate::console::osc7;
use unicode_width::UnicodeWidthChar as _;

/// The longest OSC: titles and hyperlinks are far shorter. Whatever is longer is dropped.
const LONGEST_OSC: usize = 4 << 10;
/// The longest OSC 52: what a program puts into the clipboard, in base64 (hterm takes as much).
const LONGEST_CLIPBOARD: usize = 100_000;
/// Of a DCS so much is remembered, for the questions are short.
const REMEMBERED: usize = 32;

/// A piece of the output.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Goes to the emulator as it is.
    Pass(&'a [u8]),
    /// A character whose bytes came in two reads, or the one in place of bytes that are none.
    Char(char),
    /// A character without a width of its own: goes upon the one before it.
    Mark(char),
    /// A sequence that the emulator does not know.
    Shim(Shim),
}

/// A sequence that the emulator does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shim {
    /// DECSTR: the soft reset.
    SoftReset,
    /// RIS: the hard one, which the emulator knows, but not all that it resets.
    HardReset,
    /// ED above the cursor: from the second row the core leaves the first as it is.
    EraseAbove,
    /// What has the same effect, and the emulator knows: DECSED and DECSEL, for no character
    /// is protected, and mode 1048.
    Instead(&'static [u8]),
    /// DECSTBM: the margins, from 1; 0 where none is named.
    Margins(u16, u16),
    /// CUU or CUD is about to be carried out; only where there are margins.
    Moves,
    /// It was.
    Moved,
    /// XTVERSION: which terminal is this?
    Version,
    /// XTMODKEYS: modifyOtherKeys at this level.
    ModifyOtherKeys(u8),
    /// Which level has it?
    AskModifyOtherKeys,
    /// DECRQSS: what is the state of this setting?
    AskSetting(Vec<u8>),
    /// OSC 7: the folder that the program is in.
    Folder(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Ground,
    Escape,
    /// Behind an escape and an intermediate: one byte more, which begins nothing.
    Intermediate,
    Csi,
    Osc,
    /// An OSC that was cut off: its rest is dropped.
    Overlong,
    Dcs,
    /// SOS, PM, APC: the emulator drops them.
    Ignored,
}

/// The scanner. State goes on over reads.
#[derive(Debug, Default)]
pub(super) struct Prescan {
    state: State,
    /// The CSI, DCS or OSC so far, and the OSC's length.
    sequence: Vec<u8>,
    length: usize,
    /// Bytes dropped of an OSC that is too long and not ended.
    dropped: u64,
    /// The beginning of a character that is not complete.
    partial: Vec<u8>,
    found: Option<Shim>,
    /// Whether margins were set: then the emulator is watched as it moves the cursor.
    has_margins: bool,
    /// Whether the move that comes next was announced.
    is_announced: bool,
}

impl Prescan {
    /// Bytes dropped so far of an OSC that is too long, for as long as it is not ended.
    pub(super) fn dropped(&self) -> Option<u64> {
        (self.state == State::Overlong).then_some(self.dropped)
    }

    /// Takes the next piece off the front.
    pub(super) fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Piece<'a>> {
        if let Some(shim) = self.found.take() {
            return Some(Piece::Shim(shim));
        }
        if !self.partial.is_empty() {
            // Without a piece the read is at its end, and the character is not.
            return self.complete(bytes);
        }
        while !bytes.is_empty() {
            let piece = match self.state {
                State::Ground => self.ground(bytes),
                State::Overlong => self.overlong(bytes),
                _ => self.sequence(bytes),
            };
            if piece.is_some() {
                return piece;
            }
        }
        None
    }

    /// Text up to the next escape, or up to a mark or bytes that are no text.
    fn ground<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Piece<'a>> {
        let whole = *bytes;
        let mut at = 0;
        while at < whole.len() {
            match decode(&whole[at..]) {
                Decoded::Char('\x1b', length) => {
                    self.state = State::Escape;
                    at += length;
                    break;
                }
                Decoded::Char(c, length) if !is_mark(c) => at += length,
                // What is before goes first.
                _ if at > 0 => break,
                Decoded::Partial => {
                    self.partial.extend_from_slice(whole);
                    *bytes = &[];
                    return None;
                }
                Decoded::Char(c, length) => {
                    *bytes = &whole[length..];
                    return Some(Piece::Mark(c));
                }
                Decoded::Invalid(length) => {
                    *bytes = &whole[length..];
                    return Some(Piece::Char(char::REPLACEMENT_CHARACTER));
                }
            }
        }
        *bytes = &whole[at..];
        Some(Piece::Pass(&whole[..at]))
    }

    /// Goes on with a character that the read before has begun. What is no character is
    /// replaced as it is within one read: once for each longest beginning of a character
    /// (Unicode 15, section 3.9), which the emulator itself does not do at every split.
    fn complete<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Piece<'a>> {
        loop {
            match (decode(&self.partial), bytes.split_first()) {
                (Decoded::Char(c, length), _) => {
                    self.partial.drain(..length);
                    return Some(if is_mark(c) { Piece::Mark(c) } else { Piece::Char(c) });
                }
                (Decoded::Invalid(length), _) => {
                    self.partial.drain(..length);
                    return Some(Piece::Char(char::REPLACEMENT_CHARACTER));
                }
                (Decoded::Partial, None) => return None,
                (Decoded::Partial, Some((next, rest))) if (0x80..0xc0).contains(next) => {
                    self.partial.push(*next);
                    *bytes = rest;
                }
                (Decoded::Partial, Some(_)) => {
                    self.partial.clear();
                    return Some(Piece::Char(char::REPLACEMENT_CHARACTER));
                }
            }
        }
    }

    /// Bytes of a sequence: passed on, and looked at.
    fn sequence<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Piece<'a>> {
        let whole = *bytes;
        for (at, byte) in whole.iter().enumerate() {
            let before = self.state;
            if self.is_move(*byte) && !std::mem::replace(&mut self.is_announced, true) {
                self.found = Some(Shim::Moves);
                *bytes = &whole[at..];
                return Some(Piece::Pass(&whole[..at]));
            }
            self.step(*byte);
            if self.state == State::Overlong {
                // CAN would dispatch what there is; so would BEL: the title is cut off.
                *bytes = &whole[at..];
                return Some(Piece::Pass(&whole[..at]));
            }
            if self.state == State::Ground || (before != State::Escape && self.state == State::Escape) {
                *bytes = &whole[at + 1..];
                return Some(Piece::Pass(&whole[..=at]));
            }
        }
        *bytes = &[];
        Some(Piece::Pass(whole))
    }

    fn step(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (_, 0x18 | 0x1a) => State::Ground,
            (State::Osc, 0x07 | 0x1b) => {
                self.found = self.told_folder();
                if byte == 0x1b { State::Escape } else { State::Ground }
            }
            (State::Dcs, 0x1b) => {
                self.found = self.setting();
                State::Escape
            }
            (_, 0x1b) => State::Escape,
            (State::Escape, _) => self.escape(byte),
            (State::Csi, 0x40..=0x7e) => {
                self.found = self.csi(byte);
                State::Ground
            }
            (State::Intermediate, 0x30..=0x7e) => State::Ground,
            // The emulator takes the ST of eight bits behind a DCS's final byte only.
            (State::Dcs, 0x9c) if self.sequence.iter().any(|byte| (0x40..=0x7e).contains(byte)) => {
                self.found = self.setting();
                State::Ground
            }
            (State::Csi | State::Dcs, _) => {
                if self.sequence.len() < REMEMBERED {
                    self.sequence.push(byte);
                }
                self.state
            }
            (State::Osc, _) => {
                self.length += 1;
                self.sequence.push(byte);
                self.dropped = 0;
                if self.length > self.longest() { State::Overlong } else { State::Osc }
            }
            (state, _) => state,
        };
    }

    fn longest(&self) -> usize {
        if self.sequence.starts_with(b"52;") { LONGEST_CLIPBOARD } else { LONGEST_OSC }
    }

    fn escape(&mut self, byte: u8) -> State {
        self.sequence.clear();
        self.length = 0;
        match byte {
            b'[' => State::Csi,
            b']' => State::Osc,
            b'P' => State::Dcs,
            b'X' | b'^' | b'_' => State::Ignored,
            b'c' => {
                self.found = Some(Shim::HardReset);
                State::Ground
            }
            0x20..=0x2f => State::Intermediate,
            // Control characters are carried out; the emulator ignores the others.
            0..=0x1f | 0x7f.. => State::Escape,
            _ => State::Ground,
        }
    }

    /// Drops the rest of an OSC that is too long. Its end is passed on.
    fn overlong<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Piece<'a>> {
        let end = bytes.iter().position(|byte| matches!(byte, 0x07 | 0x18 | 0x1a | 0x1b));
        self.dropped = self.dropped.saturating_add(end.unwrap_or(bytes.len()) as u64);
        match end {
            Some(end) => {
                *bytes = &bytes[end..];
                self.state = State::Osc;
                self.length = 0;
                self.sequence.clear();
            }
            None => *bytes = &[],
        }
        None
    }

    /// Whether a byte ends a CUU or CUD that may cross a margin.
    fn is_move(&self, byte: u8) -> bool {
        let is_plain = || self.sequence.iter().all(u8::is_ascii_digit);
        self.has_margins && self.state == State::Csi && matches!(byte, b'A' | b'B') && is_plain()
    }

    /// The numbers of a DECSTBM.
    fn margins(&self) -> Option<(u16, u16)> {
        let text = std::str::from_utf8(&self.sequence).ok()?;
        let (top, bottom) = text.split_once(';').unwrap_or((text, ""));
        let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse().ok() };
        Some((number(top)?, number(bottom)?))
    }

    fn csi(&mut self, last: u8) -> Option<Shim> {
        if std::mem::take(&mut self.is_announced) {
            return Some(Shim::Moved);
        }
        if let (b'r', Some((top, bottom))) = (last, self.margins()) {
            self.has_margins = true;
            return Some(Shim::Margins(top, bottom));
        }
        match (self.sequence.as_slice(), last) {
            (b"!", b'p') => Some(Shim::SoftReset),
            (b"1" | b"?1", b'J') => Some(Shim::EraseAbove),
            (b"?" | b"?0", b'J') => Some(Shim::Instead(b"\x1b[J")),
            (b"?2", b'J') => Some(Shim::Instead(b"\x1b[2J")),
            (b"?" | b"?0", b'K') => Some(Shim::Instead(b"\x1b[K")),
            (b"?1", b'K') => Some(Shim::Instead(b"\x1b[1K")),
            (b"?2", b'K') => Some(Shim::Instead(b"\x1b[2K")),
            (b"?1048", b'h') => Some(Shim::Instead(b"\x1b7")),
            (b"?1048", b'l') => Some(Shim::Instead(b"\x1b8")),
            (b">" | b">0", b'q') => Some(Shim::Version),
            (b"?4", b'm') => Some(Shim::AskModifyOtherKeys),
            (b">4" | b">4;" | b">4;0" | b">", b'm') => Some(Shim::ModifyOtherKeys(0)),
            (b">4;1", b'm') => Some(Shim::ModifyOtherKeys(1)),
            (b">4;2", b'm') => Some(Shim::ModifyOtherKeys(2)),
            _ => None,
        }
    }

    fn told_folder(&self) -> Option<Shim> {
        osc7::folder(self.sequence.strip_prefix(b"7;")?).map(Shim::Folder)
    }

    fn setting(&self) -> Option<Shim> {
        let setting = self.sequence.strip_prefix(b"$q")?;
        (self.sequence.len() < REMEMBERED).then(|| Shim::AskSetting(setting.to_vec()))
    }
}

enum Decoded {
    Char(char, usize),
    Invalid(usize),
    Partial,
}

/// The character at the front.
fn decode(bytes: &[u8]) -> Decoded {
    let front = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(front) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() == 0 => {
            return match error.error_len() {
                Some(length) => Decoded::Invalid(length),
                None => Decoded::Partial,
            };
        }
        // The bytes up to there were just found to be valid.
        Err(error) => std::str::from_utf8(&front[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().map_or(Decoded::Partial, |c| Decoded::Char(c, c.len_utf8()))
}

fn is_mark(c: char) -> bool {
    c.width() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything that passes, and the shims, of bytes that come in these reads.
    fn scanned(reads: &[&[u8]]) -> (Vec<u8>, Vec<Shim>) {
        let (mut scan, mut passed, mut shims) = (Prescan::default(), Vec::new(), Vec::new());
        for read in reads {
            let mut bytes = *read;
            while let Some(piece) = scan.next(&mut bytes) {
                match piece {
                    Piece::Pass(bytes) => passed.extend_from_slice(bytes),
                    Piece::Char(c) | Piece::Mark(c) => passed.extend_from_slice(c.to_string().as_bytes()),
                    Piece::Shim(shim) => shims.push(shim),
                }
            }
        }
        (passed, shims)
    }

    #[test]
    fn an_overlong_osc_is_cut_off_and_its_end_passes() {
        let long = [b"a\x1b]0;".as_slice(), &b"x".repeat(1 << 20), b"\x07b"].concat();
        let (passed, _) = scanned(&[&long]);
        assert!(passed.len() < LONGEST_OSC + 16, "{}", passed.len());
        assert!(passed.ends_with(b"\x07b"));
        // Never ended: nothing more is kept.
        assert!(scanned(&[&long[..long.len() - 2]]).0.len() < LONGEST_OSC + 16);
    }

    #[test]
    fn what_is_dropped_of_an_osc_is_told_until_it_ends() {
        let mut scan = Prescan::default();
        let mut feed = |mut bytes: &[u8]| {
            while scan.next(&mut bytes).is_some() {}
            scan.dropped()
        };
        assert_eq!(feed(b"a\x1b]0;title"), None);
        let told = feed(&b"x".repeat(1 << 20));
        assert!(told.is_some_and(|dropped| dropped > 1_000_000), "{told:?}");
        assert_eq!(feed(b"\x07b"), None);
        assert_eq!(feed(b"\x1b]52;c;"), None);
        assert_eq!(feed(&b"x".repeat(50_000)), None, "the clipboard has more room");
        assert!(feed(&b"x".repeat(60_000)).is_some());
    }

    #[test]
    fn questions_are_found_whole_and_split() {
        for (bytes, wanted) in [
            (b"\x1b[!p".as_slice(), Shim::SoftReset),
            (b"\x1bc", Shim::HardReset),
            (b"\x1b[>q", Shim::Version),
            (b"\x1b[>0q", Shim::Version),
            (b"\x1b[>4;2m", Shim::ModifyOtherKeys(2)),
            (b"\x1b[>4m", Shim::ModifyOtherKeys(0)),
            (b"\x1b[?4m", Shim::AskModifyOtherKeys),
            (b"\x1bP$q q\x1b\\", Shim::AskSetting(b" q".to_vec())),
            (b"\x1b]7;file:///srv\x07", Shim::Folder("/srv".to_owned())),
            (b"\x1b]7;file://b/srv\x1b\\", Shim::Folder("/srv".to_owned())),
        ] {
            assert_eq!(scanned(&[bytes]), (bytes.to_vec(), vec![wanted.clone()]), "{bytes:?}");
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(scanned(&single), (bytes.to_vec(), vec![wanted]), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_character_is_replaced_alike_at_any_split() {
        for (bytes, wanted) in
            [(b"\xed\xa0b".as_slice(), "\u{fffd}\u{fffd}b"), (b"\xe6\x97a", "\u{fffd}a"), (b"\xf0\x9f\x91", "")]
        {
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(scanned(&[bytes]).0, wanted.as_bytes(), "{bytes:?}");
            assert_eq!(scanned(&single).0, wanted.as_bytes(), "{bytes:?}");
        }
    }

    #[test]
    fn marks_are_told_from_text() {
        let mut scan = Prescan::default();
        let mut bytes = "ae\u{301}b".as_bytes();
        let mut pieces = Vec::new();
        while let Some(piece) = scan.next(&mut bytes) {
            pieces.push(piece);
        }
        assert_eq!(pieces, [Piece::Pass(b"ae"), Piece::Mark('\u{301}'), Piece::Pass(b"b")]);
    }

    proptest! {
        #[test]
        fn text_passes_unchanged_at_any_split(text in "(\\PC|\n|\x1b\\[[0-9;?]{0,5}m){0,60}", cut in 0_usize..200) {
            let bytes = text.as_bytes();
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(scanned(&[first, second]), scanned(&[bytes]));
            prop_assert_eq!(scanned(&[bytes]).0, bytes);
        }

        #[test]
        fn any_bytes_at_any_split_are_seen_alike(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..200) {
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(scanned(&[first, second]), scanned(&[&bytes]));
        }
    }
}
