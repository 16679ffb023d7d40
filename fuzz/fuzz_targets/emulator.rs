//! Any bytes at any split, any sizes between them: no panic, a whole picture.
#![no_main]

use biostar_tui::console::{Emulator as _, Source, Terminal};
use biostar_tui::core::console::Size;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pieces: Vec<(&[u8], (u8, u8))>| {
    let mut terminal = Terminal::with_scrollback(Size::default(), 50);
    for (bytes, (columns, rows)) in pieces {
        terminal.feed(bytes, Source::Live);
        terminal.resize(Size { columns: columns.into(), rows: rows.into() });
        terminal.replies();
        let frame = terminal.frame();
        assert_eq!(frame.cells.len(), usize::from(frame.size.columns) * usize::from(frame.size.rows));
    }
});
