//! Decoding of logs, pure: raw bytes of a terminal, or frames without one. Which of the
//! two is told by the container's `Tty`, never guessed from the bytes.
//!
//! Memory is bounded whatever arrives: a line without end is given in parts.

use bytes::Bytes;

use crate::{
    core::observed::Timestamp,
    engine::{
        docker::frames::{Broken, Frames, Piece},
        port::{LogLine, LogStream},
    },
};

/// The longest line that is held; longer ones are given in parts.
pub const LONGEST_LINE: usize = 1 << 20;
/// Where an engine's log driver cuts a long line.
const DRIVER_CUT: usize = 16 << 10;
/// No RFC 3339 timestamp is longer (`2026-11-22T15:08:00.123456789+00:00`).
const LONGEST_STAMP: usize = 36;
/// What the engine writes before each line: RFC 3339 with nine digits, in UTC.
const ENGINE_STAMP: usize = 30;
/// A line's buffer above this is given back when the line is done.
const KEPT_CAPACITY: usize = 64 << 10;

/// Turns the bytes of a `logs` answer (asked for with timestamps) into lines.
#[derive(Debug)]
pub struct LogDecoder {
    frames: Option<Frames>,
    lines: Lines,
}

impl LogDecoder {
    /// A decoder for a container with (`tty`) or without a terminal.
    pub fn new(tty: bool) -> Self {
        Self { frames: (!tty).then(Frames::default), lines: Lines::new(tty) }
    }

    /// Feeds bytes; complete lines, and parts of long ones, are appended to `out`.
    ///
    /// # Errors
    /// Where the stream cannot be decoded any further.
    pub fn push(&mut self, bytes: &[u8], out: &mut impl Extend<LogLine>) -> Result<(), Broken> {
        let lines = &mut self.lines;
        let Some(frames) = &mut self.frames else {
            lines.feed(LogStream::Tty, bytes, out);
            return Ok(());
        };
        frames.push(bytes, |piece| match piece {
            Piece::Data(stream, bytes) => lines.feed(stream, bytes, out),
            // A frame is one message of the log: what has no newline was cut by the engine.
            Piece::End(stream) => lines.cut(stream, out),
        })
    }

    /// The engine's clock: a terminal's text cannot pose as a line that is newer.
    pub fn now_is(&mut self, latest: Timestamp) {
        self.lines.latest = latest;
    }

    /// The clean end of the stream: a last line without a newline. An interrupted stream
    /// is dropped instead; its unfinished line comes again after the reconnect.
    ///
    /// # Errors
    /// Where the stream ended in the middle of a frame.
    pub fn finish(&mut self, out: &mut impl Extend<LogLine>) -> Result<(), Broken> {
        match &self.frames {
            None => self.lines.cut(LogStream::Tty, out),
            Some(frames) if frames.at_boundary() => {}
            Some(_) => return Err(Broken::Ended),
        }
        Ok(())
    }
}

/// Takes lines with timestamps apart. A driver cuts lines at 16 KiB, gives each chunk the
/// first one's timestamp, and the `local` driver loses the newline after the last chunk;
/// so a newline alone does not tell where a line ends.
#[derive(Debug)]
struct Lines {
    tty: bool,
    /// The timestamp of the current line, as far as it has come; `None` in its content.
    stamp: Option<Vec<u8>>,
    content: Vec<u8>,
    time: Timestamp,
    latest: Timestamp,
    clock: Stamps,
}

/// Reads the engine's timestamps, whose seconds are mostly those of the one before.
#[derive(Debug, Default)]
struct Stamps {
    /// `2026-11-22T15:08:00`, and the moment that it is.
    second: Option<([u8; 19], Timestamp)>,
}

impl Stamps {
    fn read(&mut self, text: &[u8]) -> Option<Timestamp> {
        let (second, rest) = text.split_first_chunk::<19>()?;
        let digits = rest.strip_prefix(b".")?.strip_suffix(b"Z")?;
        let known = self.second.filter(|(known, _)| known == second && digits.len() == 9);
        let Some((_, start)) = known.filter(|_| digits.iter().all(u8::is_ascii_digit)) else {
            let time = timestamp(text)?;
            // Moments before the epoch are all told as 0.
            self.second = (time > 0).then(|| (*second, time - time % 1_000_000_000));
            return Some(time);
        };
        Some(start + digits.iter().fold(0, |number, digit| number * 10 + Timestamp::from(digit - b'0')))
    }
}

impl Lines {
    fn new(tty: bool) -> Self {
        Self {
            tty,
            stamp: Some(Vec::new()),
            content: Vec::new(),
            time: 0,
            latest: Timestamp::MAX,
            clock: Stamps::default(),
        }
    }

    fn feed(&mut self, stream: LogStream, mut bytes: &[u8], out: &mut impl Extend<LogLine>) {
        while let Some((&first, rest)) = bytes.split_first() {
            if first == b'\n' {
                self.end(stream, true, out);
                bytes = rest;
            } else if self.whole_stamp(bytes) {
                bytes = &bytes[ENGINE_STAMP + 1..];
            } else if self.stamp.is_some() {
                self.stamp_byte(first);
                bytes = rest;
            } else {
                let taken = self.content_bytes(stream, bytes, out);
                bytes = &bytes[taken..];
            }
        }
    }

    /// Takes a line's timestamp where all of it is there, as nearly always.
    fn whole_stamp(&mut self, bytes: &[u8]) -> bool {
        let is_awaited = self.stamp.as_ref().is_some_and(Vec::is_empty) && bytes.get(ENGINE_STAMP) == Some(&b' ');
        let Some(time) = is_awaited.then(|| self.clock.read(&bytes[..ENGINE_STAMP])).flatten() else { return false };
        (self.time, self.stamp) = (time, None);
        true
    }

    fn stamp_byte(&mut self, byte: u8) {
        let Some(stamp) = &mut self.stamp else { return };
        if let Some(time) = timestamp(stamp).filter(|_| byte == b' ') {
            self.time = time;
            self.stamp = None;
            return;
        }
        stamp.push(byte);
        if byte == b' ' || stamp.len() >= LONGEST_STAMP {
            // What was taken for a timestamp is content.
            self.content.append(stamp);
            self.stamp = None;
        }
    }

    /// Takes bytes up to a newline, the longest line, or (on a terminal) a space, which
    /// may be the end of the next line's timestamp.
    fn content_bytes(&mut self, stream: LogStream, bytes: &[u8], out: &mut impl Extend<LogLine>) -> usize {
        let stop = if self.tty { memchr::memchr2(b'\n', b' ', bytes) } else { memchr::memchr(b'\n', bytes) };
        let room = LONGEST_LINE.saturating_sub(self.content.len());
        let taken = stop.unwrap_or(bytes.len()).min(room);
        self.content.extend_from_slice(&bytes[..taken]);
        if taken == room {
            self.emit(stream, false, out);
        } else if bytes.get(taken) == Some(&b' ') {
            self.space(stream, out);
            return taken + 1;
        }
        taken
    }

    /// A terminal's stream has no frames: where a chunk without newline was followed by
    /// another, a timestamp stands amid the text. The engine's own is never older than
    /// the line's (whatever a program wrote into the line was written before), and never
    /// of the future, so that no program can lead a reader's resume astray.
    fn space(&mut self, stream: LogStream, out: &mut impl Extend<LogLine>) {
        let Some(head) = self.content.len().checked_sub(ENGINE_STAMP) else { return self.content.push(b' ') };
        match timestamp(&self.content[head..]) {
            Some(time) if time <= self.latest && (time > self.time || (time == self.time && head == DRIVER_CUT)) => {
                self.content.truncate(head);
                self.end(stream, false, out);
                self.time = time;
                self.stamp = None;
            }
            _ => self.content.push(b' '),
        }
    }

    /// The end of a frame.
    fn cut(&mut self, stream: LogStream, out: &mut impl Extend<LogLine>) {
        if self.stamp.as_ref().is_none_or(|stamp| !stamp.is_empty()) {
            self.end(stream, false, out);
        }
    }

    /// The end of a line, or of a chunk of it: a driver's chunk has a length of its own.
    fn end(&mut self, stream: LogStream, newline: bool, out: &mut impl Extend<LogLine>) {
        // A line may be a timestamp alone, its space lost; else what was collected is text.
        let stamp = self.stamp.replace(Vec::new()).unwrap_or_default();
        match timestamp(&stamp) {
            Some(time) => self.time = time,
            None => self.content.extend(stamp),
        }
        let complete = newline || self.content.len() < DRIVER_CUT;
        if self.tty && complete && self.content.last() == Some(&b'\r') {
            self.content.pop();
        }
        self.emit(stream, complete, out);
    }

    fn emit(&mut self, stream: LogStream, complete: bool, out: &mut impl Extend<LogLine>) {
        let bytes = Bytes::copy_from_slice(&self.content);
        self.content.clear();
        self.content.shrink_to(KEPT_CAPACITY);
        out.extend([LogLine { time: self.time, stream, bytes, complete }]);
    }
}

/// The moment that an RFC 3339 text names.
pub fn timestamp(text: &[u8]) -> Option<Timestamp> {
    // The cheap test first: most text that gets here by accident is no timestamp.
    if text.len() < 20 || text[4] != b'-' || text[10] != b'T' {
        return None;
    }
    let time: jiff::Timestamp = std::str::from_utf8(text).ok()?.parse().ok()?;
    // The zero time of Go (year 1) stands for "never".
    Some(i64::try_from(time.as_nanosecond()).unwrap_or(0).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STAMP: &str = "2026-11-22T15:08:00.000000001Z ";
    const TIME: Timestamp = 1_795_360_080_000_000_001;

    fn frame(stream: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![stream, 0, 0, 0];
        frame.extend((payload.len() as u32).to_be_bytes());
        frame.extend(payload);
        frame
    }

    fn decode(tty: bool, chunks: &[&[u8]]) -> Result<Vec<LogLine>, Broken> {
        let (mut decoder, mut out) = (LogDecoder::new(tty), Vec::new());
        for chunk in chunks {
            decoder.push(chunk, &mut out)?;
        }
        decoder.finish(&mut out)?;
        Ok(out)
    }

    fn texts(lines: &[LogLine]) -> Vec<(String, bool)> {
        lines.iter().map(|line| (String::from_utf8_lossy(&line.bytes).into_owned(), line.complete)).collect()
    }

    #[test]
    fn frames_become_lines_with_their_stream_and_time() {
        let mut bytes = frame(1, format!("{STAMP}one\n").as_bytes());
        bytes.extend(frame(2, format!("{STAMP}two\n").as_bytes()));
        let lines = decode(false, &[&bytes]).unwrap();
        assert_eq!(texts(&lines), [("one".into(), true), ("two".into(), true)]);
        assert_eq!((lines[0].stream, lines[1].stream), (LogStream::Stdout, LogStream::Stderr));
        assert_eq!(lines[0].time, TIME);
    }

    #[test]
    fn a_terminal_may_begin_with_what_looks_like_a_frame() {
        let lines = decode(true, &[format!("{STAMP}\u{1}\0\0\0\0\0\0\u{5}hello\r\n").as_bytes()]).unwrap();
        assert_eq!(texts(&lines), [("\u{1}\0\0\0\0\0\0\u{5}hello".into(), true)]);
        assert_eq!((lines[0].stream, lines[0].time), (LogStream::Tty, TIME));
    }

    #[test]
    fn chunks_of_a_long_line_are_marked() {
        let chunk = "x".repeat(DRIVER_CUT);
        let framed =
            [format!("{STAMP}{chunk}"), format!("{STAMP}rest\n")].map(|text| frame(1, text.as_bytes())).concat();
        let raw = format!("{STAMP}{chunk}{STAMP}{chunk}{STAMP}rest\r\n");
        assert_eq!(texts(&decode(false, &[&framed]).unwrap()), [(chunk.clone(), false), ("rest".into(), true)]);
        let wanted = [(chunk.clone(), false), (chunk, false), ("rest".into(), true)];
        assert_eq!(texts(&decode(true, &[raw.as_bytes()]).unwrap()), wanted);
    }

    /// As the `local` driver of engine 20.10 gives it.
    #[test]
    fn the_newline_that_a_driver_loses_is_found() {
        const LATER: &str = "2026-11-22T15:08:00.000000002Z ";
        let chunk = "x".repeat(DRIVER_CUT);
        let line = |text: &str, complete| (text.to_owned(), complete);
        let wanted = [line(&chunk, false), line("rest", true), line("end", true)];
        let parts = [format!("{STAMP}{chunk}"), format!("{STAMP}rest"), format!("{LATER}end\n")];
        let framed = parts.map(|text| frame(1, text.as_bytes())).concat();
        assert_eq!(texts(&decode(false, &[&framed]).unwrap()), wanted);
        let raw = format!("{STAMP}{chunk}{STAMP}rest\r{LATER}end\r\n");
        assert_eq!(texts(&decode(true, &[raw.as_bytes()]).unwrap()), wanted);
        let wanted = [line(&chunk, false), line("", true), line("end", true)];
        let parts = [format!("{STAMP}{chunk}"), STAMP.to_owned(), format!("{LATER}end\n")];
        let framed = parts.map(|text| frame(1, text.as_bytes())).concat();
        assert_eq!(texts(&decode(false, &[&framed]).unwrap()), wanted);
        let raw = format!("{STAMP}{chunk}{STAMP}\r{LATER}end\r\n");
        assert_eq!(texts(&decode(true, &[raw.as_bytes()]).unwrap()), wanted);
    }

    #[test]
    fn a_second_that_is_known_is_read_as_any_other() {
        let mut stamps = Stamps::default();
        let texts =
            ["22T15:08:00.000000001Z", "22T15:08:00.999999999Z", "22T15:08:01.000000000Z", "23T15:08:01.12345678xZ"];
        for text in texts.map(|text| format!("2026-11-{text}")) {
            assert_eq!(stamps.read(text.as_bytes()), timestamp(text.as_bytes()), "{text}");
        }
        assert_eq!(stamps.read(b"0001-01-01T00:00:00.000000000Z"), Some(0));
        assert_eq!(stamps.read(b"0001-01-01T00:00:00.000000007Z"), timestamp(b"0001-01-01T00:00:00.000000007Z"));
    }

    #[test]
    fn a_prompt_before_a_restart_is_a_line() {
        let raw = format!("{STAMP}(Pdb) 2026-11-22T15:09:00.000000000Z Booting\r\n");
        let lines = decode(true, &[raw.as_bytes()]).unwrap();
        assert_eq!(texts(&lines), [("(Pdb) ".into(), true), ("Booting".into(), true)]);
        assert_eq!(lines[1].time, TIME + 60_000_000_000 - 1);
    }

    #[test]
    fn a_program_cannot_pose_as_the_engines_clock() {
        for text in ["a 2026-11-22T15:07:59.000000000Z old", "a 2099-01-01T00:00:00.000000000Z future"] {
            let (mut decoder, mut out) = (LogDecoder::new(true), Vec::new());
            decoder.now_is(TIME + 1);
            decoder.push(format!("{STAMP}{text}\r\n").as_bytes(), &mut out).unwrap();
            assert_eq!(texts(&out), [(text.to_owned(), true)]);
        }
    }

    #[test]
    fn a_long_line_that_nobody_cut_stays_whole() {
        let long = "y".repeat(DRIVER_CUT + 100);
        assert_eq!(texts(&decode(true, &[format!("{STAMP}{long}\r\n").as_bytes()]).unwrap()), [(long, true)]);
        let exact = "z".repeat(DRIVER_CUT);
        assert_eq!(texts(&decode(true, &[format!("{STAMP}{exact}\n").as_bytes()]).unwrap()), [(exact, true)]);
    }

    #[test]
    fn a_frame_of_four_gigabytes_is_refused() {
        let error = decode(false, &[&[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]]).unwrap_err();
        assert_eq!(error, Broken::FrameSize(u32::MAX));
    }

    #[test]
    fn a_header_that_is_none_is_refused() {
        assert!(matches!(decode(false, &[b"<html><b"]), Err(Broken::Header(_))));
    }

    #[test]
    fn the_engines_own_error_is_told() {
        let error = decode(false, &[&frame(3, b"error grabbing logs")]).unwrap_err();
        assert_eq!(error.to_string(), "error grabbing logs");
    }

    #[test]
    fn a_line_without_end_comes_in_parts() {
        let (mut decoder, mut out) = (LogDecoder::new(true), Vec::new());
        decoder.push(STAMP.as_bytes(), &mut out).unwrap();
        for _ in 0..300 {
            decoder.push(&[b'a'; 10_000], &mut out).unwrap();
            assert!(decoder.lines.content.capacity() <= 2 * LONGEST_LINE);
        }
        assert_eq!(out.len(), 2);
        assert!(out.iter().all(|part| !part.complete && part.bytes.len() == LONGEST_LINE && part.time == TIME));
    }

    #[test]
    fn lines_without_a_timestamp_keep_the_last_one() {
        let lines = decode(true, &[format!("{STAMP}a\nno stamp here\n\n").as_bytes()]).unwrap();
        assert_eq!(texts(&lines), [("a".into(), true), ("no stamp here".into(), true), (String::new(), true)]);
        assert!(lines.iter().all(|line| line.time == TIME));
    }

    #[test]
    fn an_interrupted_frame_is_not_given() {
        let bytes = frame(1, format!("{STAMP}half\n").as_bytes());
        assert_eq!(decode(false, &[&bytes[..bytes.len() - 3]]), Err(Broken::Ended));
    }

    fn log_text() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            4 => proptest::collection::vec(any::<u8>(), 0..60),
            1 => Just(vec![b'q'; DRIVER_CUT]),
            1 => Just(b"\r".to_vec()),
        ];
        let stamped = (line, any::<bool>()).prop_map(|(mut text, newline)| {
            let mut bytes = STAMP.as_bytes().to_vec();
            bytes.append(&mut text);
            if newline {
                bytes.push(b'\n');
            }
            bytes
        });
        proptest::collection::vec(stamped, 0..8).prop_map(|lines| lines.concat())
    }

    fn in_chunks(tty: bool, bytes: &[u8], sizes: &[usize]) -> Result<Vec<LogLine>, Broken> {
        let (mut chunks, mut rest, mut sizes) = (Vec::new(), bytes, sizes.iter().cycle());
        while !rest.is_empty() {
            let (chunk, tail) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            chunks.push(chunk);
            rest = tail;
        }
        decode(tty, &chunks)
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_lines(
            texts in proptest::collection::vec((1u8..3, log_text()), 0..6),
            sizes in proptest::collection::vec(1usize..400, 1..9),
        ) {
            let raw: Vec<u8> = texts.iter().flat_map(|(_, text)| text.clone()).collect();
            let framed: Vec<u8> = texts.iter().flat_map(|(stream, text)| frame(*stream, text)).collect();
            prop_assert_eq!(in_chunks(true, &raw, &sizes), decode(true, &[&raw]));
            prop_assert_eq!(in_chunks(false, &framed, &sizes), decode(false, &[&framed]));
        }

        #[test]
        fn hostile_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..2000), tty: bool) {
            let _ = decode(tty, &[&bytes]);
        }

        #[test]
        fn hostile_sizes_do_no_harm(stream in 0u8..5, size: u32, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = vec![stream, 0, 0, 0];
            bytes.extend(size.to_be_bytes());
            bytes.extend(&tail);
            let _ = decode(false, &[&bytes]);
        }
    }
}
