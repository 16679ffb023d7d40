//! Which program opens an address in the user's browser.

use std::collections::BTreeSet;

/// Browsers that need a terminal of their own, which the dashboard has.
const IN_TERMINAL: [&str; 7] = ["w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl"];

/// The programs that may open an address, each with its words, the best first. A far machine's
/// desktop is not the user's: there only what `BROWSER` names (an editor's or a remote session's
/// own helper) is asked.
pub fn openers(address: &str, variable: impl Fn(&str) -> String) -> Vec<Vec<String>> {
    let has = |name: &str| !variable(name).is_empty();
    let is_far = has("SSH_CONNECTION") || has("SSH_TTY");
    let has_desktop = (has("DISPLAY") || has("WAYLAND_DISPLAY")) && !is_far;
    let platform: [(bool, &[&str]); 5] = [
        (has("WSL_DISTRO_NAME"), &["wslview"]),
        (has("WSL_DISTRO_NAME"), &["explorer.exe"]),
        (cfg!(target_os = "macos") && !is_far, &["open"]),
        (has_desktop, &["xdg-open"]),
        (has_desktop, &["gio", "open"]),
    ];
    let with_address = |words: &[&str]| words.iter().chain([&address]).map(|word| (*word).to_owned()).collect();
    let platform = platform.iter().filter(|(applies, _)| *applies).map(|(_, words)| with_address(words));
    let mut seen = BTreeSet::new();
    named(&variable("BROWSER"), address)
        .into_iter()
        .chain(platform)
        .filter(|words| seen.insert(words.clone()))
        .collect()
}

/// Those that `BROWSER` names: a list with colons, `%s` the address (freedesktop.org, Debian).
fn named(value: &str, address: &str) -> Vec<Vec<String>> {
    let words = |entry: &str| {
        let mut words: Vec<String> = shell_words::split(entry).ok().filter(|words| !words.is_empty())?;
        let program = words[0].rsplit('/').next().unwrap_or_default().to_owned();
        match words.iter().any(|word| word.contains("%s")) {
            true => words.iter_mut().for_each(|word| *word = word.replace("%s", address)),
            false => words.push(address.to_owned()),
        }
        (!IN_TERMINAL.contains(&program.as_str())).then_some(words)
    };
    value.split(':').filter_map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(set: &[(&str, &str)]) -> Vec<String> {
        let variable = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let openers = openers("http://127.0.0.1:8000/", |name| variable(name).unwrap_or_default());
        let is_here = |words: &Vec<String>| words[0] != "open";
        openers.into_iter().filter(is_here).map(|words| words.join(" ")).collect()
    }

    #[test]
    fn the_users_own_browser_comes_first_and_a_far_desktop_never() {
        const URL: &str = "http://127.0.0.1:8000/";
        for (set, wanted) in [
            (&[][..], vec![]),
            (&[("DISPLAY", ":0")], vec![format!("xdg-open {URL}"), format!("gio open {URL}")]),
            (&[("DISPLAY", ":10"), ("SSH_CONNECTION", "x")], vec![]),
            (&[("BROWSER", "code --open-url %s"), ("SSH_TTY", "x")], vec![format!("code --open-url {URL}")]),
            (&[("BROWSER", "w3m:/usr/bin/firefox")], vec![format!("/usr/bin/firefox {URL}")]),
            (&[("BROWSER", "'")], vec![]),
            (&[("WSL_DISTRO_NAME", "Debian")], vec![format!("wslview {URL}"), format!("explorer.exe {URL}")]),
        ] {
            assert_eq!(found(set), wanted, "{set:?}");
        }
    }
}
