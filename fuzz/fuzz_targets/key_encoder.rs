//! Whatever key in whatever modes: bytes that are text, and never none.
#![no_main]

use biostar_tui::console::{Modes, keys, paste};
use biostar_tui::core::input::Key;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, u8, u8, [bool; 2])| {
    let (text, kitty, modify_other_keys, [application_cursor, newline]) = input;
    let modes = Modes {
        kitty: kitty & 31,
        modify_other_keys: modify_other_keys % 3,
        application_cursor,
        newline,
        ..Modes::default()
    };
    if let Ok(key) = text.parse::<Key>() {
        let bytes = keys::encode(key, &modes);
        assert!(!bytes.is_empty() && std::str::from_utf8(&bytes).is_ok(), "{key}: {bytes:?}");
    }
    let pasted = paste::encode(text, true);
    assert!(!pasted[6..pasted.len() - 6].contains(&0x1b), "{pasted:?}");
});
