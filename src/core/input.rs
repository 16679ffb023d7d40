//! Keys, mouse and size as the program sees them: the edge translates the terminal's.

use std::fmt;
use std::str::FromStr;

use crate::core::theme::Ground;

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A character as it was typed: Shift is part of it (`U`, `?`).
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key.
    F(u8),
}

/// Names of the keys that are no characters, and of the space that cannot be seen.
const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
];

/// A key with its modifiers, written `ctrl-p`, `U`, `shift-tab`, `f12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Whether Control was held.
    pub ctrl: bool,
    /// Whether Alt was held.
    pub alt: bool,
    /// Whether Shift was held; never set with a character, which carries it itself.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// The same key as terminals differ in reporting it: Shift with a character is the
    /// character alone, Control with a letter is the small letter.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        if let KeyCode::Char(c) = self.code {
            self.shift = false;
            if self.ctrl {
                self.code = KeyCode::Char(c.to_ascii_lowercase());
            }
        }
        self
    }
}

impl From<KeyCode> for Key {
    fn from(code: KeyCode) -> Self {
        Self::plain(code)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            f.write_str(if held { name } else { "" })?;
        }
        match (self.code, NAMED.iter().find(|(_, code)| *code == self.code)) {
            (_, Some((name, _))) => f.write_str(name),
            (KeyCode::Char(c), None) => write!(f, "{c}"),
            (KeyCode::F(number), None) => write!(f, "f{number}"),
            // Every other code is in the table (held by a test).
            (code, None) => write!(f, "{code:?}"),
        }
    }
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// It is none.
    #[error("`{0}` is no key: write `u`, `U`, `ctrl-p`, `alt-x`, `shift-tab`, `enter`, `f5`")]
    Unknown(String),
    /// No terminal can tell it from another one.
    #[error("no terminal sends `{0}`: it is the same byte as `{1}`, which is what to write")]
    Same(String, &'static str),
}

/// Letters that make, with Ctrl, the byte of a key with a name (ECMA-48, C0).
const SAME: [(char, &str); 3] = [('i', "tab"), ('m', "enter"), ('[', "esc")];

/// The key that a terminal sends in the place of this one.
fn same_as(key: Key) -> Option<&'static str> {
    let KeyCode::Char(c) = key.code else { return None };
    SAME.iter().find(|(same, _)| key.ctrl && *same == c.to_ascii_lowercase()).map(|(_, name)| *name)
}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let mut key = Self::plain(KeyCode::Esc);
        let mut rest = text;
        while let Some(shorter) = modifier(&mut key, rest) {
            rest = shorter;
        }
        key.code = code(rest).ok_or_else(|| BadKey::Unknown(text.to_owned()))?;
        if key.shift && matches!(key.code, KeyCode::Char(_)) {
            return Err(BadKey::Unknown(text.to_owned()));
        }
        same_as(key).map_or(Ok(key.normalised()), |same| Err(BadKey::Same(text.to_owned(), same)))
    }
}

/// Takes one modifier off the front.
fn modifier<'a>(key: &mut Key, text: &'a str) -> Option<&'a str> {
    let (name, rest) = text.split_once('-').filter(|(_, rest)| !rest.is_empty())?;
    match name.to_ascii_lowercase().as_str() {
        "ctrl" => key.ctrl = true,
        "alt" => key.alt = true,
        "shift" => key.shift = true,
        _ => return None,
    }
    Some(rest)
}

fn code(text: &str) -> Option<KeyCode> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let lower = text.to_ascii_lowercase();
    let function = || lower.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n));
    NAMED.iter().find(|(name, _)| *name == lower).map(|(_, code)| *code).or_else(|| function().map(KeyCode::F))
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// Another button did.
    Pressed(Button),
    /// A button went up.
    Released(Button),
    /// It moved with a button down.
    Dragged(Button),
    /// It moved.
    Moved,
    /// The wheel went up.
    WheelUp,
    /// The wheel went down.
    WheelDown,
}

/// A button of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Left,
    /// The middle one.
    Middle,
    /// The right one.
    Right,
}

/// Which modifiers were held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// Control.
    pub ctrl: bool,
}

/// A mouse event, at a cell of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Column, from 0.
    pub column: u16,
    /// Row, from 0.
    pub row: u16,
    /// Which modifiers were held.
    pub held: Held,
}

/// What comes from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// The mouse.
    Mouse(Mouse),
    /// A new size: columns, rows.
    Resize(u16, u16),
    /// A bracketed paste.
    Paste(String),
    /// The terminal told its background.
    Background(Ground),
    /// The terminal has the user's attention, or has it no more.
    Focus(bool),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_read_and_written_alike() {
        for text in
            ["u", "U", "ctrl-p", "enter", "shift-tab", "alt-x", "ctrl-alt-delete", "f12", "-", "ctrl--", "space", "?"]
        {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_no_terminal_sends_is_refused() {
        for text in ["", "ctrl-", "hyper-x", "shift-u", "f0", "f99", "uu", "\u{1b}"] {
            assert_eq!(text.parse::<Key>(), Err(BadKey::Unknown(text.into())), "{text:?}");
        }
    }

    #[test]
    fn control_letters_are_small() {
        assert_eq!("Ctrl-P".parse::<Key>(), "ctrl-p".parse());
    }

    #[test]
    fn every_code_has_a_name() {
        for (name, code) in NAMED {
            assert_eq!(name.parse(), Ok(Key::plain(*code)));
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,12}") {
            if let Ok(key) = text.parse::<Key>() {
                prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
            }
        }
    }
}
