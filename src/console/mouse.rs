//! What the mouse becomes for a program, by what it has asked for (xterm's ctlseqs,
//! "Mouse Tracking").

use crate::console::frame::{Modes, MouseForm, Tracking};
use crate::console::keys;
use crate::core::input::{Button, Key, KeyCode, Mouse, MouseKind};

/// The bytes of a mouse event at a cell of the program's screen; `None` where it has not
/// asked for such. Shift bypasses: it is the host's then, to mark text.
pub fn encode(mouse: Mouse, modes: &Modes) -> Option<Vec<u8>> {
    let wanted = match mouse.kind {
        MouseKind::Moved => Tracking::Moves,
        MouseKind::Dragged(_) => Tracking::Drags,
        _ => Tracking::Clicks,
    };
    if modes.mouse < wanted || mouse.held.shift {
        return None;
    }
    let is_release = matches!(mouse.kind, MouseKind::Released(_));
    let is_numbers = modes.mouse_form == MouseForm::Numbers;
    // The old forms do not tell which button was released.
    let button = if is_release && !is_numbers { 3 } else { button(mouse.kind) };
    let code = button + 8 * u16::from(mouse.held.alt) + 16 * u16::from(mouse.held.ctrl);
    let (column, row) = (mouse.column.saturating_add(1), mouse.row.saturating_add(1));
    match modes.mouse_form {
        MouseForm::Numbers => {
            let end = if is_release { 'm' } else { 'M' };
            Some(format!("\x1b[<{code};{column};{row}{end}").into_bytes())
        }
        form => old_form(form, [code, column, row]),
    }
}

fn button(kind: MouseKind) -> u16 {
    let number = |button: Button| match button {
        Button::Left => 0,
        Button::Middle => 1,
        Button::Right => 2,
    };
    match kind {
        MouseKind::Press => 0,
        MouseKind::Pressed(button) | MouseKind::Released(button) => number(button),
        MouseKind::Dragged(button) => 32 + number(button),
        MouseKind::Moved => 35,
        MouseKind::WheelUp => 64,
        MouseKind::WheelDown => 65,
    }
}

/// Each number with 32 added, as a byte or as a character; what does not fit is not told.
fn old_form(form: MouseForm, numbers: [u16; 3]) -> Option<Vec<u8>> {
    let mut bytes = b"\x1b[M".to_vec();
    for number in numbers {
        let number = number.checked_add(32)?;
        match form {
            MouseForm::Utf8 if number < 2048 => {
                bytes.extend_from_slice(char::from_u32(number.into())?.encode_utf8(&mut [0; 4]).as_bytes());
            }
            MouseForm::Utf8 => return None,
            _ => bytes.push(u8::try_from(number).ok()?),
        }
    }
    Some(bytes)
}

/// The wheel as arrows, for a program in the alternate screen that has not asked for the
/// mouse (mode 1007).
pub fn wheel_as_arrows(kind: MouseKind, lines: usize, modes: &Modes) -> Option<Vec<u8>> {
    let code = match kind {
        MouseKind::WheelUp => KeyCode::Up,
        MouseKind::WheelDown => KeyCode::Down,
        _ => return None,
    };
    let asked = modes.alternate_screen && modes.alternate_scroll && modes.mouse == Tracking::Off;
    asked.then(|| keys::encode(Key::plain(code), modes).repeat(lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::input::Held;
    use proptest::prelude::*;

    fn text(kind: MouseKind, at: (u16, u16), held: Held, modes: Modes) -> Option<String> {
        let mouse = Mouse { kind, column: at.0, row: at.1, held };
        encode(mouse, &modes).map(|bytes| String::from_utf8_lossy(&bytes).replace('\x1b', "^["))
    }

    #[test]
    fn events_in_every_form() {
        let (none, ctrl) = (Held::default(), Held { ctrl: true, ..Held::default() });
        use MouseKind as K;
        for (form, kind, at, held, wanted) in [
            (MouseForm::Numbers, K::Press, (0, 0), none, Some("^[[<0;1;1M")),
            (MouseForm::Numbers, K::Released(Button::Right), (9, 4), none, Some("^[[<2;10;5m")),
            (MouseForm::Numbers, K::Dragged(Button::Left), (9, 4), ctrl, Some("^[[<48;10;5M")),
            (MouseForm::Numbers, K::Moved, (300, 4), none, Some("^[[<35;301;5M")),
            (MouseForm::Numbers, K::WheelDown, (0, 0), none, Some("^[[<65;1;1M")),
            (MouseForm::Bytes, K::Pressed(Button::Middle), (0, 0), none, Some("^[[M!!!")),
            (MouseForm::Bytes, K::Released(Button::Left), (0, 0), none, Some("^[[M#!!")),
            (MouseForm::Bytes, K::Press, (300, 0), none, None),
            (MouseForm::Utf8, K::Press, (300, 0), none, Some("^[[M \u{14d}!")),
            (MouseForm::Utf8, K::Press, (3000, 0), none, None),
        ] {
            let modes = Modes { mouse: Tracking::Moves, mouse_form: form, ..Modes::default() };
            assert_eq!(text(kind, at, held, modes).as_deref(), wanted, "{form:?} {kind:?}");
        }
    }

    #[test]
    fn only_what_was_asked_for_is_told() {
        use MouseKind as K;
        for (mouse, kind, is_told) in [
            (Tracking::Off, K::Press, false),
            (Tracking::Clicks, K::Press, true),
            (Tracking::Clicks, K::Dragged(Button::Left), false),
            (Tracking::Drags, K::Dragged(Button::Left), true),
            (Tracking::Drags, K::Moved, false),
            (Tracking::Moves, K::Moved, true),
        ] {
            let modes = Modes { mouse, mouse_form: MouseForm::Numbers, ..Modes::default() };
            assert_eq!(text(kind, (0, 0), Held::default(), modes).is_some(), is_told, "{mouse:?} {kind:?}");
        }
        let modes = Modes { mouse: Tracking::Clicks, ..Modes::default() };
        assert_eq!(text(K::Press, (0, 0), Held { shift: true, ..Held::default() }, modes), None);
    }

    #[test]
    fn the_wheel_is_arrows_in_the_alternate_screen() {
        let modes =
            Modes { alternate_screen: true, alternate_scroll: true, application_cursor: true, ..Modes::default() };
        assert_eq!(wheel_as_arrows(MouseKind::WheelUp, 2, &modes).unwrap(), b"\x1bOA\x1bOA");
        assert_eq!(wheel_as_arrows(MouseKind::WheelUp, 2, &Modes::default()), None);
        assert_eq!(wheel_as_arrows(MouseKind::Press, 2, &modes), None);
    }

    proptest! {
        #[test]
        fn places_are_told_as_they_are(column in any::<u16>(), row in any::<u16>()) {
            let modes = Modes { mouse: Tracking::Clicks, mouse_form: MouseForm::Numbers, ..Modes::default() };
            let told = text(MouseKind::Press, (column, row), Held::default(), modes).unwrap();
            let wanted = format!("^[[<0;{};{}M", column.saturating_add(1), row.saturating_add(1));
            prop_assert_eq!(told, wanted);
        }
    }
}
