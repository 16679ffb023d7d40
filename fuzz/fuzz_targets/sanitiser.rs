//! Whatever a container prints: what is shown obeys no terminal, and holds no secret.
#![no_main]

use biostar_tui::{
    core::secret::Secrets,
    logs::sanitise::{self, Sanitiser},
};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "correct-horse";

fuzz_target!(|data: &[u8]| {
    let secrets = Secrets::from_variables([("API_TOKEN", SECRET)]);
    let line = Sanitiser::new(secrets).line(data, 0);
    assert!(sanitise::is_clean(line.text()), "{:?}", line.text());
    assert!(!line.text().contains(SECRET));
    assert!(sanitise::is_clean(&sanitise::plain(&String::from_utf8_lossy(data))));
});
