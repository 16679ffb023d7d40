//! Whatever an engine sends as a log: lines or an end, the same however it is cut.
#![no_main]

use biostar_tui::engine::{docker::decode::LogDecoder, port::LogLine};
use libfuzzer_sys::fuzz_target;

fn decoded<'a>(tty: bool, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<LogLine>, bool) {
    let mut decoder = LogDecoder::new(tty);
    let mut lines = Vec::new();
    for piece in pieces {
        if decoder.push(piece, &mut lines).is_err() {
            return (lines, false);
        }
    }
    let ended = decoder.finish(&mut lines).is_ok();
    (lines, ended)
}

fuzz_target!(|input: (bool, u8, &[u8])| {
    let (tty, size, data) = input;
    let whole = decoded(tty, std::iter::once(data));
    let pieces = decoded(tty, data.chunks(usize::from(size).max(1)));
    assert_eq!(whole, pieces);
});
