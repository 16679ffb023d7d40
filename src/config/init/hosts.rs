//! Whether the settings let a browser on this machine in.

use regex::Regex;

use crate::config::init::{
    ground::{Ground, Guess, line_of},
    settings,
};

/// Why the hosts have to be opened; `None` where the settings do so themselves.
pub(super) fn look(ground: &Ground<'_>, module: &str) -> Option<Guess> {
    let texts = settings::texts(ground, module);
    let hosts = Regex::new(r"(?m)^ALLOWED_HOSTS\s*=\s*(\[[^\]]*\]|[^\n]+)").ok()?;
    let debug = Regex::new(r"(?m)^DEBUG\s*=\s*([^\n#]+)").ok()?;
    let debugs = said(&texts, &debug).is_some_and(|(value, _)| value.trim() == "True");
    let (value, from) = said(&texts, &hosts).unwrap_or_else(|| ("[]".to_owned(), module.to_owned()));
    let plain: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let open = ["*", "127.0.0.1", "localhost"].iter().any(|host| quoted(&plain, host));
    // With DEBUG Django adds the names of this machine to an empty list.
    let closed = !(open || debugs && matches!(plain.as_str(), "[]" | "()" | "list()"));
    closed.then(|| {
        Guess::new("[\"localhost\", \"127.0.0.1\", \"[::1]\"]", format!("{from}, which may not let this machine in"))
    })
}

fn quoted(text: &str, host: &str) -> bool {
    text.contains(&format!("\"{host}\"")) || text.contains(&format!("'{host}'"))
}

fn said(texts: &[(String, String)], pattern: &Regex) -> Option<(String, String)> {
    texts.iter().find_map(|(file, text)| {
        let value = pattern.captures_iter(text).last()?.get(1)?;
        Some((value.as_str().to_owned(), format!("{file}:{}", line_of(text, value.start()))))
    })
}
