//! The terminal's events as the program's own.

use crossterm::event::{Event, KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::core::input::{Input, Key, KeyCode, Mouse, MouseKind};

/// Translates an event; `None` for those that mean nothing here.
pub fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => translate_key(key).map(Input::Key),
        Event::Mouse(mouse) => {
            mouse_kind(mouse.kind).map(|kind| Input::Mouse(Mouse { kind, column: mouse.column, row: mouse.row }))
        }
        Event::Resize(columns, rows) => Some(Input::Resize(columns, rows)),
        Event::Paste(text) => Some(Input::Paste(text)),
        _ => None,
    }
}

fn translate_key(event: KeyEvent) -> Option<Key> {
    let key = Key {
        code: code(event.code)?,
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift: event.modifiers.contains(KeyModifiers::SHIFT) || event.code == Code::BackTab,
    };
    Some(key.normalised())
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

fn mouse_kind(kind: MouseEventKind) -> Option<MouseKind> {
    match kind {
        MouseEventKind::Down(MouseButton::Left) => Some(MouseKind::Press),
        MouseEventKind::ScrollUp => Some(MouseKind::WheelUp),
        MouseEventKind::ScrollDown => Some(MouseKind::WheelDown),
        _ => None,
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
        assert_eq!(key(Code::CapsLock, KeyModifiers::NONE), "None");
    }
}
