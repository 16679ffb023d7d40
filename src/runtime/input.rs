//! The terminal's events as the program's own.

use crossterm::event::{
    Event, KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::core::input::{Button, Held, Input, Key, KeyCode, Mouse, MouseKind};

/// Translates an event; `None` for those that mean nothing here.
pub fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => translate_key(key).map(Input::Key),
        Event::Mouse(mouse) => translate_mouse(mouse).map(Input::Mouse),
        Event::Resize(columns, rows) => Some(Input::Resize(columns, rows)),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::FocusGained => Some(Input::Focus(true)),
        Event::FocusLost => Some(Input::Focus(false)),
        Event::Key(_) => None,
    }
}

fn translate_key(event: KeyEvent) -> Option<Key> {
    let key = Key {
        code: code(event.code)?,
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift: event.modifiers.contains(KeyModifiers::SHIFT) || event.code == Code::BackTab,
    };
    Some(by_its_sign(key).normalised())
}

/// The codes 0x1c to 0x1f are told as Control with the digits 4 to 7; keyboards and users
/// know them by these signs.
fn by_its_sign(key: Key) -> Key {
    let sign = match key.code {
        KeyCode::Char('4') => '\\',
        KeyCode::Char('5') => ']',
        KeyCode::Char('6') => '^',
        KeyCode::Char('7') => '_',
        _ => return key,
    };
    if key.ctrl { Key { code: KeyCode::Char(sign), ..key } } else { key }
}

fn code(code: Code) -> Option<KeyCode> {
    Some(match code {
        Code::Char(c) => KeyCode::Char(c),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::Tab | Code::BackTab => KeyCode::Tab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Insert => KeyCode::Insert,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::F(number) => KeyCode::F(number),
        _ => return None,
    })
}

fn translate_mouse(event: MouseEvent) -> Option<Mouse> {
    let has = |modifier: KeyModifiers| event.modifiers.contains(modifier);
    let held = Held { shift: has(KeyModifiers::SHIFT), alt: has(KeyModifiers::ALT), ctrl: has(KeyModifiers::CONTROL) };
    Some(Mouse { kind: mouse_kind(event.kind)?, column: event.column, row: event.row, held })
}

fn mouse_kind(kind: MouseEventKind) -> Option<MouseKind> {
    Some(match kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
        MouseEventKind::Down(other) => MouseKind::Pressed(button(other)),
        MouseEventKind::Up(which) => MouseKind::Released(button(which)),
        MouseEventKind::Drag(which) => MouseKind::Dragged(button(which)),
        MouseEventKind::Moved => MouseKind::Moved,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        MouseEventKind::ScrollLeft | MouseEventKind::ScrollRight => return None,
    })
}

const fn button(button: MouseButton) -> Button {
    match button {
        MouseButton::Left => Button::Left,
        MouseButton::Middle => Button::Middle,
        MouseButton::Right => Button::Right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: Code, modifiers: KeyModifiers) -> String {
        match translate(Event::Key(KeyEvent::new(code, modifiers))) {
            Some(Input::Key(key)) => key.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn keys_are_called_as_in_the_keymap() {
        assert_eq!(key(Code::Char('U'), KeyModifiers::SHIFT), "U");
        assert_eq!(key(Code::Char('p'), KeyModifiers::CONTROL), "ctrl-p");
        assert_eq!(key(Code::BackTab, KeyModifiers::NONE), "shift-tab");
        assert_eq!(key(Code::F(12), KeyModifiers::NONE), "f12");
        assert_eq!(key(Code::Char('5'), KeyModifiers::CONTROL), "ctrl-]");
        assert_eq!(key(Code::Char('5'), KeyModifiers::NONE), "5");
        assert_eq!(key(Code::CapsLock, KeyModifiers::NONE), "None");
    }
}
