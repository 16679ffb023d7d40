//! What the terminal is able to show: by its variables, and what it said of its background.

use std::path::PathBuf;

use crate::core::theme::{Abilities, Depth, Ground, Shapes};
use crate::runtime::state_folder;

/// What this process's terminal is able to show. Its background is what a terminal of the same
/// kind said last: asking this one takes longer than the first frame may.
pub fn abilities() -> Abilities {
    Abilities { ground: ground(&variable), depth: depth(&variable), shapes: shapes() }
}

/// What its locale is able to show.
pub fn shapes() -> Shapes {
    shapes_by(&variable)
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn depth(variable: &impl Fn(&str) -> String) -> Depth {
    let (term, color) = (variable("TERM"), variable("COLORTERM"));
    if !variable("NO_COLOR").is_empty() || matches!(term.as_str(), "dumb" | "vt100" | "vt220") || term.ends_with("-m") {
        Depth::None
    } else if matches!(color.as_str(), "truecolor" | "24bit") || term.ends_with("-direct") {
        Depth::True
    } else if term.contains("256color") {
        Depth::Many
    } else {
        Depth::Sixteen
    }
}

/// The first of these variables that is set decides (POSIX, "Internationalization Variables").
fn shapes_by(variable: &impl Fn(&str) -> String) -> Shapes {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).into_iter().find(|value| !value.is_empty());
    let Some(locale) = locale else {
        // Containers and tmux servers often have none at all, and a terminal of today.
        return if variable("TERM") == "linux" { Shapes::Ascii } else { Shapes::Unicode };
    };
    let locale = locale.to_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") { Shapes::Unicode } else { Shapes::Ascii }
}

/// rxvt's and Konsole's `COLORFGBG`, "15;0"; then what was remembered.
fn ground(variable: &impl Fn(&str) -> String) -> Ground {
    let told = variable("COLORFGBG").rsplit(';').next().and_then(|number| number.parse::<u8>().ok());
    match told {
        Some(0..=6 | 8) => Ground::Dark,
        Some(7 | 9..) => Ground::Light,
        None => remembered().unwrap_or_default(),
    }
}

/// A terminal's kind: a background is remembered for each.
fn file() -> PathBuf {
    let kind = ["TERM_PROGRAM", "TERM"].map(|name| std::env::var(name).unwrap_or_default()).join("-");
    let plain = kind.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' });
    state_folder::all().join("terminals").join(plain.collect::<String>())
}

fn remembered() -> Option<Ground> {
    Ground::parse(std::fs::read_to_string(file()).ok()?.trim())
}

/// Keeps a background for the next start. Where it cannot be kept, that start draws its first
/// frame for a dark one.
pub fn remember(ground: Ground) {
    let file = file();
    if remembered() != Some(ground) && file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok()) {
        let _ = std::fs::write(file, ground.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> String + 'a {
        move |name| variables.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value).to_owned()
    }

    #[test]
    fn colours_are_told_by_variables() {
        for (variables, wanted) in [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..], Depth::True),
            (&[("TERM", "xterm-256color")], Depth::Many),
            (&[("TERM", "linux")], Depth::Sixteen),
            (&[("TERM", "dumb")], Depth::None),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("NO_COLOR", "1")], Depth::None),
        ] {
            assert_eq!(depth(&with(variables)), wanted, "{variables:?}");
        }
    }

    #[test]
    fn shapes_are_told_by_the_locale() {
        for (variables, wanted) in [
            (&[("LANG", "de_DE.UTF-8")][..], Shapes::Unicode),
            (&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.ISO-8859-1")], Shapes::Ascii),
            (&[("LC_ALL", "C"), ("TERM", "linux")], Shapes::Ascii),
            (&[("LC_ALL", "C"), ("TERM", "xterm"), ("LANG", "C.UTF-8")], Shapes::Ascii),
            (&[], Shapes::Unicode),
        ] {
            assert_eq!(shapes_by(&with(variables)), wanted, "{variables:?}");
        }
    }

    #[test]
    fn a_background_is_told_by_a_variable() {
        assert_eq!(ground(&with(&[("COLORFGBG", "0;15")])), Ground::Light);
        assert_eq!(ground(&with(&[("COLORFGBG", "15;default;0")])), Ground::Dark);
    }
}
