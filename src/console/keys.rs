//! What a key becomes for a program, by the modes that it has asked for: xterm's table
//! (ctlseqs, "PC-Style Function Keys"), modifyOtherKeys and the kitty keyboard protocol.

use crate::console::{frame::Modes, kitty};
use crate::core::input::{Key, KeyCode};

/// A flag of the kitty protocol: whatever is ambiguous is a sequence.
const DISAMBIGUATE: u8 = 1;

/// The bytes of a key.
pub fn encode(key: Key, modes: &Modes) -> Vec<u8> {
    if modes.kitty & (DISAMBIGUATE | kitty::ALL_KEYS) != 0 {
        return kitty::encode(key, modes);
    }
    match key.code {
        KeyCode::Char(c) => character(c, key, modes),
        KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace | KeyCode::Esc => control(key, modes),
        _ => function(key, modes.application_cursor),
    }
}

/// xterm's number for the modifiers, 1 for none.
pub(super) fn modifiers(key: Key) -> u8 {
    1 + u8::from(key.shift) + 2 * u8::from(key.alt) + 4 * u8::from(key.ctrl)
}

/// `ESC` before it, where Alt is held.
fn with_alt(key: Key, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let escape: &[u8] = if key.alt { b"\x1b" } else { b"" };
    [escape, bytes.as_ref()].concat()
}

fn character(c: char, key: Key, modes: &Modes) -> Vec<u8> {
    let plain = c.encode_utf8(&mut [0; 4]).as_bytes().to_vec();
    let control = key.ctrl.then(|| control_code(c)).flatten();
    let is_modified = key.ctrl || key.alt;
    let asked = match modes.modify_other_keys {
        2 => is_modified,
        // What has a code of old keeps it.
        1 => key.ctrl && control.is_none(),
        _ => false,
    };
    match control {
        _ if asked => other_key(u32::from(c), key),
        Some(code) => with_alt(key, [code]),
        None => with_alt(key, plain),
    }
}

/// modifyOtherKeys: `CSI 27 ; modifiers ; code ~`.
fn other_key(code: u32, key: Key) -> Vec<u8> {
    format!("\x1b[27;{};{code}~", modifiers(key)).into_bytes()
}

/// The control code of a character with Control held, as terminals have always made it.
pub(super) const fn control_code(c: char) -> Option<u8> {
    Some(match c {
        'a'..='z' | 'A'..='Z' => c as u8 & 0x1f,
        '@' | ' ' | '2' => 0,
        '[' | '3' => 0x1b,
        '\\' | '4' => 0x1c,
        ']' | '5' => 0x1d,
        '^' | '~' | '6' => 0x1e,
        '_' | '/' | '7' => 0x1f,
        '?' | '8' => 0x7f,
        _ => return None,
    })
}

/// Keys that are control codes themselves.
fn control(key: Key, modes: &Modes) -> Vec<u8> {
    let (code, bytes): (u32, &[u8]) = match key.code {
        KeyCode::Enter if modes.newline => (13, b"\r\n"),
        KeyCode::Enter => (13, b"\r"),
        KeyCode::Tab => (9, b"\t"),
        KeyCode::Backspace => (127, b"\x7f"),
        _ => (27, b"\x1b"),
    };
    let is_asked = modes.modify_other_keys > 0 && (key.ctrl || key.shift);
    match key.code {
        KeyCode::Tab if key.shift && !key.ctrl => with_alt(key, b"\x1b[Z"),
        KeyCode::Backspace if key.ctrl && !is_asked => with_alt(key, b"\x08"),
        _ if is_asked => other_key(code, key),
        _ => with_alt(key, bytes),
    }
}

/// How a function key is written.
pub(super) enum Form {
    /// `CSI letter`, or `SS3 letter` in the application's form; `CSI 1 ; modifiers letter`.
    Cursor(char),
    /// `SS3 letter`; `CSI 1 ; modifiers letter`.
    Pad(char),
    /// `CSI number ~`; `CSI number ; modifiers ~`.
    Number(u8),
}

/// The form of a key; `None` for those that are none.
pub(super) const fn form(code: KeyCode) -> Option<Form> {
    Some(match code {
        KeyCode::Up => Form::Cursor('A'),
        KeyCode::Down => Form::Cursor('B'),
        KeyCode::Right => Form::Cursor('C'),
        KeyCode::Left => Form::Cursor('D'),
        KeyCode::End => Form::Cursor('F'),
        KeyCode::Home => Form::Cursor('H'),
        KeyCode::Insert => Form::Number(2),
        KeyCode::Delete => Form::Number(3),
        KeyCode::PageUp => Form::Number(5),
        KeyCode::PageDown => Form::Number(6),
        KeyCode::F(1) => Form::Pad('P'),
        KeyCode::F(2) => Form::Pad('Q'),
        KeyCode::F(3) => Form::Pad('R'),
        KeyCode::F(4) => Form::Pad('S'),
        KeyCode::F(number @ 5..=12) => Form::Number([15, 17, 18, 19, 20, 21, 23, 24][number as usize - 5]),
        _ => return None,
    })
}

fn function(key: Key, application: bool) -> Vec<u8> {
    // Terminfo's kf13 and on: Shift with F1 and on.
    let key = match key.code {
        KeyCode::F(number @ 13..=24) => Key { code: KeyCode::F(number - 12), shift: true, ..key },
        _ => key,
    };
    let held = modifiers(key);
    let text = match form(key.code) {
        Some(Form::Cursor(letter)) if held == 1 => format!("\x1b{}{letter}", if application { 'O' } else { '[' }),
        Some(Form::Pad(letter)) if held == 1 => format!("\x1bO{letter}"),
        Some(Form::Cursor(letter) | Form::Pad(letter)) => format!("\x1b[1;{held}{letter}"),
        Some(Form::Number(number)) if held == 1 => format!("\x1b[{number}~"),
        Some(Form::Number(number)) => format!("\x1b[{number};{held}~"),
        None => String::new(),
    };
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(key: &str, modes: Modes) -> String {
        String::from_utf8(encode(key.parse().unwrap(), &modes)).unwrap().replace('\x1b', "^[")
    }

    #[test]
    fn keys_without_any_mode() {
        for (key, wanted) in [
            ("a", "a"),
            ("é", "é"),
            ("alt-a", "^[a"),
            ("ctrl-a", "\x01"),
            ("ctrl-alt-a", "^[\x01"),
            ("ctrl-space", "\0"),
            ("ctrl-]", "\x1d"),
            ("ctrl-/", "\x1f"),
            ("ctrl-8", "\x7f"),
            ("ctrl-1", "1"),
            ("enter", "\r"),
            ("alt-enter", "^[\r"),
            ("tab", "\t"),
            ("shift-tab", "^[[Z"),
            ("backspace", "\x7f"),
            ("ctrl-backspace", "\x08"),
            ("alt-backspace", "^[\x7f"),
            ("esc", "^["),
            ("up", "^[[A"),
            ("shift-up", "^[[1;2A"),
            ("ctrl-right", "^[[1;5C"),
            ("ctrl-alt-shift-left", "^[[1;8D"),
            ("home", "^[[H"),
            ("end", "^[[F"),
            ("insert", "^[[2~"),
            ("delete", "^[[3~"),
            ("ctrl-delete", "^[[3;5~"),
            ("pageup", "^[[5~"),
            ("shift-pagedown", "^[[6;2~"),
            ("f1", "^[OP"),
            ("f4", "^[OS"),
            ("f5", "^[[15~"),
            ("f10", "^[[21~"),
            ("f12", "^[[24~"),
            ("ctrl-f1", "^[[1;5P"),
            ("shift-f5", "^[[15;2~"),
            ("f13", "^[[1;2P"),
            ("f24", "^[[24;2~"),
        ] {
            assert_eq!(bytes(key, Modes::default()), wanted, "{key}");
        }
    }

    #[test]
    fn keys_of_an_application() {
        let modes = Modes { application_cursor: true, newline: true, ..Modes::default() };
        for (key, wanted) in
            [("up", "^[OA"), ("home", "^[OH"), ("shift-up", "^[[1;2A"), ("delete", "^[[3~"), ("enter", "\r\n")]
        {
            assert_eq!(bytes(key, modes), wanted, "{key}");
        }
    }

    #[test]
    fn modify_other_keys() {
        for (level, key, wanted) in [
            (1, "ctrl-a", "\x01"),
            (1, "ctrl-1", "^[[27;5;49~"),
            (1, "alt-a", "^[a"),
            (1, "ctrl-enter", "^[[27;5;13~"),
            (1, "shift-enter", "^[[27;2;13~"),
            (1, "ctrl-tab", "^[[27;5;9~"),
            (1, "shift-tab", "^[[Z"),
            (2, "ctrl-a", "^[[27;5;97~"),
            (2, "alt-a", "^[[27;3;97~"),
            (2, "a", "a"),
            (2, "U", "U"),
            (2, "ctrl-up", "^[[1;5A"),
        ] {
            assert_eq!(bytes(key, Modes { modify_other_keys: level, ..Modes::default() }), wanted, "{level} {key}");
        }
    }

    #[test]
    fn kitty_flags() {
        for (flags, key, wanted) in [
            (1, "a", "a"),
            (1, "U", "U"),
            (1, "esc", "^[[27u"),
            (1, "ctrl-c", "^[[99;5u"),
            (1, "alt-a", "^[[97;3u"),
            (1, "alt-A", "^[[97;4u"),
            (1, "enter", "\r"),
            (1, "shift-enter", "^[[13;2u"),
            (1, "tab", "\t"),
            (1, "shift-tab", "^[[9;2u"),
            (1, "up", "^[[A"),
            (1, "ctrl-up", "^[[1;5A"),
            (1, "f1", "^[[P"),
            (1, "f3", "^[[13~"),
            (1, "f5", "^[[15~"),
            (1, "f13", "^[[57376u"),
            (1, "delete", "^[[3~"),
            (8, "a", "^[[97u"),
            (8, "U", "^[[117;2u"),
            (8, "enter", "^[[13u"),
            (8, "backspace", "^[[127u"),
            (12, "U", "^[[117:85;2u"),
            (24, "a", "^[[97;;97u"),
            (24, "U", "^[[117;2;85u"),
            (24, "ctrl-a", "^[[97;5u"),
        ] {
            assert_eq!(bytes(key, Modes { kitty: flags, ..Modes::default() }), wanted, "{flags} {key}");
        }
    }

    fn any_code() -> impl Strategy<Value = KeyCode> {
        use KeyCode as K;
        let fixed = [
            K::Enter,
            K::Esc,
            K::Tab,
            K::Backspace,
            K::Delete,
            K::Insert,
            K::Up,
            K::Down,
            K::Left,
            K::Right,
            K::Home,
            K::End,
            K::PageUp,
            K::PageDown,
        ];
        prop_oneof![
            any::<char>().prop_map(K::Char),
            (1_u8..=24).prop_map(K::F),
            proptest::sample::select(fixed.to_vec())
        ]
    }

    proptest! {
        #[test]
        fn every_key_says_something_in_every_mode(
            code in any_code(), held in any::<[bool; 3]>(), flags in 0_u8..32, level in 0_u8..3, application in any::<bool>()
        ) {
            let [ctrl, alt, shift] = held;
            let key = Key { code, ctrl, alt, shift }.normalised();
            let modes = Modes { kitty: flags, modify_other_keys: level, application_cursor: application, ..Modes::default() };
            let bytes = encode(key, &modes);
            prop_assert!(!bytes.is_empty() && bytes.len() < 40);
            prop_assert!(std::str::from_utf8(&bytes).is_ok());
        }
    }
}
