//! Lines from parts: the engine cuts a long line into pieces of 16 KiB.

use crate::core::observed::Timestamp;
use crate::logs::sanitise::MAX_READ;

/// A whole line as it came from the engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawLine {
    /// When the engine read it (its first part).
    pub time: Timestamp,
    /// Its first bytes.
    pub bytes: Vec<u8>,
    /// How many bytes came after those.
    pub beyond: u64,
}

/// Puts parts together; keeps no more of a line than is looked at, however long it is.
#[derive(Debug, Default)]
pub struct Assembler {
    line: RawLine,
    begun: bool,
}

impl Assembler {
    /// Takes a part; gives the line when that was its last.
    pub fn push(&mut self, time: Timestamp, bytes: &[u8], complete: bool) -> Option<RawLine> {
        if !self.begun {
            self.line.time = time;
            self.begun = true;
        }
        let kept = bytes.len().min(MAX_READ - self.line.bytes.len());
        self.line.bytes.extend_from_slice(&bytes[..kept]);
        self.line.beyond += (bytes.len() - kept) as u64;
        if complete { self.finish() } else { None }
    }

    /// The line as far as it came, at the end of a stream.
    pub fn finish(&mut self) -> Option<RawLine> {
        std::mem::take(&mut self.begun).then(|| std::mem::take(&mut self.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_without_end_is_bounded() {
        let mut assembler = Assembler::default();
        let part = vec![b'x'; 16 * 1024];
        for _ in 0..6400 {
            assert_eq!(assembler.push(1, &part, false), None);
        }
        let line = assembler.push(2, b"", true).unwrap();
        assert_eq!((line.time, line.bytes.len()), (1, MAX_READ));
        assert_eq!(line.beyond, 6400 * 16 * 1024 - MAX_READ as u64);
    }

    proptest! {
        #[test]
        fn how_a_line_is_cut_does_not_matter(bytes: Vec<u8>, at in 0_usize..64) {
            let at = at.min(bytes.len());
            let mut assembler = Assembler::default();
            prop_assert_eq!(assembler.push(5, &bytes[..at], false), None);
            let line = assembler.push(6, &bytes[at..], true);
            prop_assert_eq!(line, Some(RawLine { time: 5, bytes, beyond: 0 }));
        }
    }
}
