//! The kitty keyboard protocol, as far as a host terminal tells the keys.

use crate::console::frame::Modes;
use crate::console::keys::{self, Form};
use crate::core::input::{Key, KeyCode};

/// A flag: alternate keys are told.
const ALTERNATES: u8 = 4;
/// A flag: every key is a sequence.
pub(super) const ALL_KEYS: u8 = 8;
/// A flag: the text of a key is told.
const TEXT: u8 = 16;

/// The bytes of a key. Only presses are told: the host's terminal tells no others.
pub(super) fn encode(key: Key, modes: &Modes) -> Vec<u8> {
    let all = modes.kitty & ALL_KEYS != 0;
    match key.code {
        KeyCode::Char(c) if !all && !key.ctrl && !key.alt => c.encode_utf8(&mut [0; 4]).as_bytes().to_vec(),
        KeyCode::Char(c) => character(c, key, modes.kitty),
        KeyCode::Enter => control(13, b"\r", key, all),
        KeyCode::Tab => control(9, b"\t", key, all),
        KeyCode::Backspace => control(127, b"\x7f", key, all),
        KeyCode::Esc => numbered(27, key),
        _ => function(key),
    }
}

/// `CSI code[:shifted] ; modifiers ; text u`. The code is that of the key without Shift.
fn character(c: char, key: Key, flags: u8) -> Vec<u8> {
    let lower = c.to_lowercase().next().filter(|_| c.to_lowercase().count() == 1).unwrap_or(c);
    let key = Key { shift: lower != c, ..key };
    let mut code = u32::from(lower).to_string();
    if key.shift && flags & ALTERNATES != 0 {
        code = format!("{code}:{}", u32::from(c));
    }
    let is_text = flags & TEXT != 0 && flags & ALL_KEYS != 0 && !key.ctrl && !key.alt && !c.is_control();
    let held = keys::modifiers(key);
    let held = if held == 1 { String::new() } else { held.to_string() };
    match (held.is_empty(), is_text) {
        (_, true) => format!("\x1b[{code};{held};{}u", u32::from(c)),
        (true, false) => format!("\x1b[{code}u"),
        (false, false) => format!("\x1b[{code};{held}u"),
    }
    .into_bytes()
}

/// Keys that shells need as they always were, unless a modifier is held.
fn control(code: u32, old: &[u8], key: Key, all: bool) -> Vec<u8> {
    if all || keys::modifiers(key) > 1 { numbered(code, key) } else { old.to_vec() }
}

fn numbered(code: u32, key: Key) -> Vec<u8> {
    match keys::modifiers(key) {
        1 => format!("\x1b[{code}u"),
        held => format!("\x1b[{code};{held}u"),
    }
    .into_bytes()
}

fn function(key: Key) -> Vec<u8> {
    let held = keys::modifiers(key);
    let text = match (keys::form(key.code), key.code) {
        // `CSI R` is the answer to a question about the cursor.
        (_, KeyCode::F(3)) if held == 1 => "\x1b[13~".to_owned(),
        (_, KeyCode::F(3)) => format!("\x1b[13;{held}~"),
        (Some(Form::Cursor(letter) | Form::Pad(letter)), _) if held == 1 => format!("\x1b[{letter}"),
        (Some(Form::Cursor(letter) | Form::Pad(letter)), _) => format!("\x1b[1;{held}{letter}"),
        (Some(Form::Number(number)), _) if held == 1 => format!("\x1b[{number}~"),
        (Some(Form::Number(number)), _) => format!("\x1b[{number};{held}~"),
        // F13 and on have numbers in Unicode's private area.
        (None, KeyCode::F(number)) => return numbered(57_363 + u32::from(number), key),
        (None, _) => String::new(),
    };
    text.into_bytes()
}
