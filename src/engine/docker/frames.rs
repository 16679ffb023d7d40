//! Output of what has no terminal: frames, taken apart, pure. A frame's payload is never
//! held as a whole, so that no length in a header can cost memory.

use crate::engine::port::LogStream;

/// The largest frame that is believed; engines write frames of some 16 KiB.
pub const LARGEST_FRAME: u32 = 16 << 20;

/// What a stream says that is no output: why it cannot be decoded any further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// A frame header that no engine writes.
    Header([u8; 8]),
    /// A frame larger than is believed.
    FrameSize(u32),
    /// The engine's own error, sent in place of output.
    Engine(String),
    /// The end in the middle of a frame.
    Ended,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header(header) => write!(f, "the stream has a frame header that is none: {header:02x?}"),
            Self::FrameSize(size) => write!(f, "the stream announces a frame of {size} bytes"),
            Self::Engine(text) => write!(f, "{text}"),
            Self::Ended => write!(f, "the stream ended in the middle of a frame"),
        }
    }
}

/// A piece of a frame: its stream, and bytes of its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes of the current frame.
    Data(LogStream, &'a [u8]),
    /// The current frame is complete.
    End(LogStream),
}

/// Takes frames apart: a header of 8 bytes (stream, three zeros, big-endian length), then
/// so many bytes.
#[derive(Debug, Default)]
pub struct Frames {
    header: [u8; 8],
    have: usize,
    left: u32,
    error: Option<Vec<u8>>,
}

impl Frames {
    /// Whether it stands between two frames.
    pub fn at_boundary(&self) -> bool {
        self.have == 0
    }

    /// Feeds bytes, and hands the pieces of frames to `take`.
    ///
    /// # Errors
    /// Where no engine could have written these bytes, or it reports an error of its own.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(Piece<'_>)) -> Result<(), Broken> {
        while !bytes.is_empty() {
            if self.have < 8 {
                bytes = self.read_header(bytes);
                if self.have == 8 {
                    self.check_header()?;
                    self.end_of_frame(&mut take)?;
                }
                continue;
            }
            let (payload, rest) = bytes.split_at(bytes.len().min(self.left as usize));
            self.payload(payload, &mut take);
            bytes = rest;
            self.end_of_frame(&mut take)?;
        }
        Ok(())
    }

    fn read_header<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (head, rest) = bytes.split_at(bytes.len().min(8 - self.have));
        self.header[self.have..self.have + head.len()].copy_from_slice(head);
        self.have += head.len();
        rest
    }

    fn check_header(&mut self) -> Result<(), Broken> {
        let [stream, a, b, c, size @ ..] = self.header;
        if stream > 3 || [a, b, c] != [0; 3] {
            return Err(Broken::Header(self.header));
        }
        self.left = u32::from_be_bytes(size);
        if self.left > LARGEST_FRAME {
            return Err(Broken::FrameSize(self.left));
        }
        // Stream 3 carries the engine's own error.
        self.error = (stream == 3).then(Vec::new);
        Ok(())
    }

    fn payload(&mut self, payload: &[u8], take: &mut impl FnMut(Piece<'_>)) {
        // At most `left` bytes, which is a u32.
        self.left -= payload.len() as u32;
        match &mut self.error {
            Some(text) => text.extend(payload.iter().take(4096_usize.saturating_sub(text.len()))),
            None => take(Piece::Data(self.stream(), payload)),
        }
    }

    fn end_of_frame(&mut self, take: &mut impl FnMut(Piece<'_>)) -> Result<(), Broken> {
        if self.left > 0 {
            return Ok(());
        }
        self.have = 0;
        match self.error.take() {
            Some(text) => Err(Broken::Engine(String::from_utf8_lossy(&text).into_owned())),
            None => {
                take(Piece::End(self.stream()));
                Ok(())
            }
        }
    }

    fn stream(&self) -> LogStream {
        if self.header[0] == 2 { LogStream::Stderr } else { LogStream::Stdout }
    }
}
