//! What calls the user who looks at something else: the terminal's notification of the desktop,
//! and the bell.

use crate::logs::sanitise::plain;

/// The longest text of a notification.
const LONGEST: usize = 200;

/// The sequence for the terminal that these variables are of: OSC 99 (kitty), OSC 777 (urxvt,
/// foot), OSC 9 (iTerm2, WezTerm, Ghostty); the bell in any case, which tmux shows in its list
/// of windows. Through tmux by its passthrough, which it lets through where `allow-passthrough`
/// is on.
pub fn sequence(text: &str, variable: impl Fn(&str) -> String) -> Vec<u8> {
    // A semicolon would end a part of the sequence.
    let text: String = plain(text).replace(';', ",").chars().take(LONGEST).collect();
    let has = |name: &str| !variable(name).is_empty();
    let (program, term) = (variable("TERM_PROGRAM"), variable("TERM"));
    let sequence = if has("KITTY_WINDOW_ID") || term == "xterm-kitty" {
        format!("\x1b]99;;{text}\x1b\\")
    } else if term.starts_with("rxvt") || term.starts_with("foot") {
        format!("\x1b]777;notify;biostar-tui;{text}\x1b\\")
    } else if matches!(program.as_str(), "iTerm.app" | "WezTerm" | "ghostty")
        || has("WEZTERM_PANE")
        || variable("LC_TERMINAL") == "iTerm2"
        || has("GHOSTTY_RESOURCES_DIR")
    {
        format!("\x1b]9;{text}\x1b\\")
    } else {
        String::new()
    };
    let sequence = match has("TMUX") && !sequence.is_empty() {
        true => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
        false => sequence,
    };
    format!("{sequence}\x07").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> String {
        let variable = |name: &str| variables.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value);
        String::from_utf8(sequence("demo: up; done\x1b]52", |name| variable(name).to_owned())).unwrap()
    }

    #[test]
    fn each_terminal_is_called_in_its_own_way() {
        let text = "demo: up, done52";
        assert_eq!(of(&[("TERM", "xterm")]), "\x07");
        assert_eq!(of(&[("TERM_PROGRAM", "WezTerm")]), format!("\x1b]9;{text}\x1b\\\x07"));
        assert_eq!(of(&[("TERM", "xterm-kitty")]), format!("\x1b]99;;{text}\x1b\\\x07"));
        assert_eq!(of(&[("TERM", "foot")]), format!("\x1b]777;notify;biostar-tui;{text}\x1b\\\x07"));
        let wrapped = format!("\x1bPtmux;\x1b\x1b]99;;{text}\x1b\x1b\\\x1b\\\x07");
        assert_eq!(of(&[("KITTY_WINDOW_ID", "1"), ("TMUX", "/tmp/x")]), wrapped);
    }
}
