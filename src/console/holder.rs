//! The protocol between a console's holder (`assets/container/console.py`) and its clients.
//!
//! All clients are attached to the holder's terminal: each sees every byte that it writes,
//! and its input is everybody's. So a client gives itself an id, asks with it, and takes
//! the stream from the answer on: first the history, then what is live, without a gap or an
//! overlap, for the holder writes the one straight after the other.
//!
//! From the holder: frames of `0x1e`, a letter, a length of four bytes (big-endian) and so
//! many bytes. To the holder: lines of words, the first of them the client's id.
//!
//! | letter | content |
//! |---|---|
//! | `W` | an id: what follows is that client's welcome |
//! | `H` | an id, then a letter (`O` or `S`) and content: a piece of that client's history |
//! | `L` | an id: that client's history is complete |
//! | `O` | the program's output |
//! | `S` | the program's terminal has another size: rows and columns, two bytes each |
//! | `T` | what the user calls it: a client has said so |
//! | `X` | the program has ended with this code: two bytes |

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::core::console::Size;

/// How often a client says that it is there. The holder forgets one after thrice as long.
pub const PING_SECONDS: u64 = 5;

const START: u8 = 0x1e;
const HEADER: usize = 6;
/// The holder writes 64 KiB at the most: whatever is longer is no frame of it.
const LONGEST: usize = 1 << 20;
/// Hexadecimal digits of a client's id.
const ID: usize = 16;
/// Bytes of input in a line. With their encoding they stay below what a terminal takes as
/// one line (4096) before the holder has made it raw.
const IN_A_LINE: usize = 600;

/// A client's id: random, so that no program's output holds it by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientId([u8; ID]);

impl ClientId {
    /// The id of a random number.
    pub fn of(random: u64) -> Self {
        let mut id = [0; ID];
        id.copy_from_slice(format!("{random:016x}").as_bytes());
        Self(id)
    }

    fn text(&self) -> &str {
        // Sixteen hexadecimal digits, by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn line(&self, words: &str) -> Vec<u8> {
        // A line's end goes before it: whatever half a line another client has left there
        // is not joined to this one.
        format!("\n{} {words}\n", self.text()).into_bytes()
    }

    /// Asks for the history, with the size of the client's pane.
    pub fn hello(&self, size: Size) -> Vec<u8> {
        self.line(&format!("hello {} {}", size.rows, size.columns))
    }

    /// The pane has another size.
    pub fn resize(&self, size: Size) -> Vec<u8> {
        self.line(&format!("size {} {}", size.rows, size.columns))
    }

    /// Something was typed.
    pub fn input(&self, bytes: &[u8]) -> Vec<u8> {
        self.lines("keys", bytes)
    }

    /// The emulator answers a question. Of several clients only one is heard.
    pub fn reply(&self, bytes: &[u8]) -> Vec<u8> {
        self.lines("reply", bytes)
    }

    /// What the user calls the console from now on; nothing is no name.
    pub fn call(&self, called: &str) -> Vec<u8> {
        self.line(&format!("call {} {}", called.len(), STANDARD.encode(called)))
    }

    /// The client is there.
    pub fn ping(&self) -> Vec<u8> {
        self.line("ping")
    }

    /// The client goes.
    pub fn bye(&self) -> Vec<u8> {
        self.line("bye")
    }

    fn lines(&self, word: &str, bytes: &[u8]) -> Vec<u8> {
        let line = |part: &[u8]| self.line(&format!("{word} {} {}", part.len(), STANDARD.encode(part)));
        bytes.chunks(IN_A_LINE).flat_map(line).collect()
    }
}

/// What the holder has told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The history begins: whatever was shown before is void.
    Welcome,
    /// Output that was there before.
    History(Vec<u8>),
    /// Output.
    Output(Vec<u8>),
    /// From here on the terminal has this size.
    Size(Size),
    /// The history is complete.
    Live,
    /// The user calls it so: foreign text.
    Called(String),
    /// The program has ended with this code.
    Ended(u16),
}

/// What no holder has written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Another byte where a frame was to begin.
    #[error("the console's stream has {0:#04x} where a frame was to begin")]
    Start(u8),
    /// A frame that is too long.
    #[error("the console's stream announces a frame of {0} bytes")]
    Length(u32),
    /// A frame whose content is not what its letter says.
    #[error("the console's stream has a frame {0:?} that cannot be read")]
    Content(char),
}

/// Takes the holder's stream apart for one client.
#[derive(Debug)]
pub struct Decoder {
    id: ClientId,
    buffer: Vec<u8>,
    /// Whether the welcome was found: from there on frame follows frame.
    in_step: bool,
}

impl Decoder {
    /// For this client.
    pub fn new(id: ClientId) -> Self {
        Self { id, buffer: Vec::new(), in_step: false }
    }

    /// Takes bytes, and gives what they complete.
    ///
    /// # Errors
    /// Where no holder could have written them.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Told>, Broken> {
        self.buffer.extend_from_slice(bytes);
        let mut told = Vec::new();
        if !self.in_step && !self.seek() {
            return Ok(told);
        }
        let mut at = 0;
        while let Some((letter, content)) = frame(&self.buffer[at..])? {
            told.extend(self.tell(letter, content)?);
            at += HEADER + content.len();
        }
        self.buffer.drain(..at);
        Ok(told)
    }

    /// Drops everything before the welcome; whether it was found. Who attaches in the
    /// middle of a stream begins in the middle of a frame.
    fn seek(&mut self) -> bool {
        let mut welcome = vec![START, b'W', 0, 0, 0, ID as u8];
        welcome.extend_from_slice(&self.id.0);
        if let Some(start) = self.buffer.windows(welcome.len()).position(|window| window == welcome) {
            self.buffer.drain(..start);
            self.in_step = true;
        } else {
            let kept = self.buffer.len().min(welcome.len() - 1);
            self.buffer.drain(..self.buffer.len() - kept);
        }
        self.in_step
    }

    fn tell(&self, letter: u8, content: &[u8]) -> Result<Option<Told>, Broken> {
        let broken = || Broken::Content(letter.into());
        let (whose, rest) = match letter {
            b'W' | b'H' | b'L' => content.split_at_checked(ID).ok_or_else(broken)?,
            _ => (self.id.0.as_slice(), content),
        };
        if whose != self.id.0 {
            return Ok(None);
        }
        Ok(match letter {
            b'W' => Some(Told::Welcome),
            b'L' => Some(Told::Live),
            b'H' => match rest.split_first().ok_or_else(broken)? {
                (b'O', output) => Some(Told::History(output.to_vec())),
                (b'S', size) => Some(Told::Size(read_size(size).ok_or_else(broken)?)),
                _ => None,
            },
            b'O' => Some(Told::Output(rest.to_vec())),
            b'S' => Some(Told::Size(read_size(rest).ok_or_else(broken)?)),
            b'T' => Some(Told::Called(String::from_utf8_lossy(rest).into_owned())),
            b'X' => Some(Told::Ended(u16::from_be_bytes(rest.try_into().map_err(|_| broken())?))),
            // A newer holder may tell more.
            _ => None,
        })
    }
}

/// The frame at the front; `None` where it is not complete.
fn frame(bytes: &[u8]) -> Result<Option<(u8, &[u8])>, Broken> {
    match bytes.first() {
        Some(&START) | None => {}
        Some(other) => return Err(Broken::Start(*other)),
    }
    let Some((header, rest)) = bytes.split_at_checked(HEADER) else { return Ok(None) };
    let length = u32::from_be_bytes([header[2], header[3], header[4], header[5]]);
    let wanted = usize::try_from(length).ok().filter(|length| *length <= LONGEST).ok_or(Broken::Length(length))?;
    Ok(rest.get(..wanted).map(|content| (header[1], content)))
}

fn read_size(bytes: &[u8]) -> Option<Size> {
    let [a, b, c, d] = *bytes else { return None };
    Some(Size::of((u16::from_be_bytes([c, d]), u16::from_be_bytes([a, b]))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: Size = Size { columns: 80, rows: 24 };

    fn framed(letter: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&[START, letter][..], &length, content].concat()
    }

    /// A stream as a holder with two clients writes it.
    fn stream(id: ClientId) -> Vec<u8> {
        let other = ClientId::of(7);
        let to = |id: &ClientId, rest: &[u8]| [&id.0[..], rest].concat();
        [
            b"half a frame \x1eO\0\0".to_vec(),
            framed(b'W', &to(&id, b"")),
            framed(b'H', &to(&id, b"S\0\x18\0\x50")),
            framed(b'H', &to(&id, b"O>>> 1\r\n")),
            framed(b'L', &to(&id, b"")),
            framed(b'W', &to(&other, b"")),
            framed(b'H', &to(&other, b"O>>> 1\r\n")),
            framed(b'O', b"\x01\x1eW"),
            framed(b'?', b"of the future"),
            framed(b'T', b"mine"),
            framed(b'X', &[0, 3]),
        ]
        .concat()
    }

    fn wanted() -> Vec<Told> {
        vec![
            Told::Welcome,
            Told::Size(SIZE),
            Told::History(b">>> 1\r\n".to_vec()),
            Told::Live,
            Told::Output(b"\x01\x1eW".to_vec()),
            Told::Called("mine".to_owned()),
            Told::Ended(3),
        ]
    }

    #[test]
    fn a_client_takes_what_is_its_own() {
        let id = ClientId::of(42);
        assert_eq!(Decoder::new(id).push(&stream(id)), Ok(wanted()));
    }

    #[test]
    fn frames_of_no_holder_are_refused() {
        let id = ClientId::of(42);
        let after_welcome = |bytes: &[u8]| {
            let mut decoder = Decoder::new(id);
            decoder.push(&framed(b'W', &id.0)).unwrap();
            decoder.push(bytes)
        };
        assert_eq!(after_welcome(b"\x1eO\xff\xff\xff\xff"), Err(Broken::Length(u32::MAX)));
        assert_eq!(after_welcome(b"O"), Err(Broken::Start(b'O')));
        assert_eq!(after_welcome(&framed(b'S', b"\0\x18\0")), Err(Broken::Content('S')));
        assert_eq!(after_welcome(&framed(b'H', b"short")), Err(Broken::Content('H')));
    }

    #[test]
    fn lines_to_the_holder() {
        let id = ClientId::of(42);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(text(id.hello(SIZE)), "\n000000000000002a hello 24 80\n");
        assert_eq!(text(id.input(b"a\r")), "\n000000000000002a keys 2 YQ0=\n");
        assert_eq!(text(id.call("a")), "\n000000000000002a call 1 YQ==\n");
        assert_eq!(text(id.call("")), "\n000000000000002a call 0 \n");
        let long = text(id.input(&[b'x'; 1500]));
        assert_eq!(long.matches(" keys ").count(), 3);
        assert!(long.lines().all(|line| line.len() < 1024));
    }

    proptest! {
        #[test]
        fn any_split_says_the_same(cuts in proptest::collection::vec(0_usize..200, 0..6)) {
            let id = ClientId::of(42);
            let bytes = stream(id);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut decoder = Decoder::new(id);
            let told: Vec<Told> = cuts.windows(2).flat_map(|pair| decoder.push(&bytes[pair[0]..pair[1]]).unwrap()).collect();
            prop_assert_eq!(told, wanted());
        }

        #[test]
        fn no_bytes_make_it_panic_or_hoard(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut decoder = Decoder::new(ClientId::of(42));
            for chunk in bytes.chunks(7) {
                let _ = decoder.push(chunk);
            }
            prop_assert!(decoder.buffer.len() < 32, "nothing is kept before the welcome");
        }
    }
}
