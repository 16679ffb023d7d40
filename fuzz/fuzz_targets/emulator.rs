//! Any bytes at any split, any sizes between them: no panic, a whole picture, and the same one
//! as where they come byte by byte.
#![no_main]

use std::time::{Duration, Instant};

use biostar_tui::console::{Emulator as _, Source, Terminal};
use biostar_tui::core::console::Size;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pieces: Vec<(&[u8], (u8, u8))>| {
    let terminal = || Terminal::with_scrollback(Size::default(), 50);
    let (mut whole, mut single) = (terminal(), terminal());
    for (bytes, (columns, rows)) in pieces {
        whole.feed(bytes, Source::Live);
        bytes.chunks(1).for_each(|byte| single.feed(byte, Source::Live));
        // What is synchronised is shown by time, and that differs.
        let far = Instant::now() + Duration::from_secs(9);
        for terminal in [&mut whole, &mut single] {
            terminal.expire(far);
            terminal.resize(Size { columns: columns.into(), rows: rows.into() });
        }
        let frame = whole.frame();
        assert_eq!(frame.cells.len(), usize::from(frame.size.columns) * usize::from(frame.size.rows));
        assert_eq!(frame, single.frame());
        assert_eq!(whole.replies(), single.replies());
    }
});
