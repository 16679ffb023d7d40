//! What PID 1 of a console says of itself first on the terminal of a container that has just
//! been started (`assets/container/console.sh`, `console.py`): an application's command (APC),
//! which no terminal shows. Who comes later reads it from a file.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use tokio::time::timeout;

use crate::engine::port::{Attached, Stream};

/// The words.
const WORDS: [(&[u8], Pid1); 2] =
    [(b"\x1b_biostar-tui holder\x1b\\", Pid1::Holder), (b"\x1b_biostar-tui plain\x1b\\", Pid1::Program)];
/// It comes some milliseconds after the start; on a busy machine Python takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
/// An environment file may have said something before; not so much.
const MOST_BEFORE: usize = 64 << 10;

/// What has a console's terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pid1 {
    /// The holder.
    Holder,
    /// The program itself.
    Program,
}

/// Reads up to the word, and gives the same stream anew, with all that was read of it. What
/// ends without a word has said why it could not run.
pub(super) async fn read(attached: Attached) -> (Pid1, Attached) {
    let Attached { output, input } = attached;
    // What has ended here is asked again by whoever reads on.
    let mut output = output.fuse().boxed();
    let mut said = BytesMut::new();
    // What has come by then is kept in `said`.
    let found = timeout(PATIENCE, word(&mut output, &mut said)).await;
    let pid1 = found.ok().flatten().unwrap_or(Pid1::Program);
    let before = stream::iter([Ok(said.freeze())]);
    (pid1, Attached { output: before.chain(output).boxed(), input })
}

async fn word(output: &mut Stream<Bytes>, said: &mut BytesMut) -> Option<Pid1> {
    while said.len() < MOST_BEFORE {
        // An error comes again at the next read.
        said.extend_from_slice(&output.next().await?.ok()?);
        let has = |word: &[u8]| said.windows(word.len()).any(|window| window == word);
        if let Some((_, pid1)) = WORDS.iter().find(|(word, _)| has(word)) {
            return Some(*pid1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt as _;

    async fn of(pieces: &[&'static [u8]]) -> (Pid1, Vec<u8>) {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::from_static(piece))).collect();
        // One that may not be asked again after its end, as an engine's.
        let output = stream::unfold(pieces.into_iter(), |mut rest| async { rest.next().map(|piece| (piece, rest)) });
        let attached = Attached { output: output.boxed(), input: Box::pin(tokio::io::sink()) };
        let (pid1, attached) = read(attached).await;
        (pid1, attached.output.try_collect::<Vec<_>>().await.unwrap().concat())
    }

    #[tokio::test]
    async fn the_word_is_found_and_nothing_is_lost() {
        let told = "an env file says \x1b_biostar-tui holder\x1b\\\x1eW".as_bytes();
        assert_eq!(of(&[told]).await, (Pid1::Holder, told.to_vec()));
        let split: Vec<&[u8]> = told.chunks(1).collect();
        assert_eq!(of(&split).await, (Pid1::Holder, told.to_vec()));
        let plain = b"\x1b_biostar-tui plain\x1b\\# ".as_slice();
        assert_eq!(of(&[plain, b"ls"]).await, (Pid1::Program, [plain, b"ls"].concat()));
        let failed = b"biostar-tui: cannot run `x`".as_slice();
        assert_eq!(of(&[failed]).await, (Pid1::Program, failed.to_vec()));
    }
}
