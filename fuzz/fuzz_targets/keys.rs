//! Whatever is written for a key: no key, or one that its own name is read as again.
#![no_main]

use biostar_tui::core::input::Key;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = text.parse::<Key>() {
        let name = key.to_string();
        assert_eq!(name.parse::<Key>().ok(), Some(key), "{text:?} is {name:?}");
    }
});
