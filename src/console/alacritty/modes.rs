//! The core's modes as ours.

use alacritty_terminal::term::TermMode;

use crate::console::frame::{Modes, MouseForm, Tracking};

/// What a program has asked for.
pub(super) fn of(mode: TermMode, modify_other_keys: u8) -> Modes {
    let has = |flag: TermMode| mode.contains(flag);
    // The flags of the kitty protocol have the order of its bits.
    let kitty = [
        TermMode::DISAMBIGUATE_ESC_CODES,
        TermMode::REPORT_EVENT_TYPES,
        TermMode::REPORT_ALTERNATE_KEYS,
        TermMode::REPORT_ALL_KEYS_AS_ESC,
        TermMode::REPORT_ASSOCIATED_TEXT,
    ];
    Modes {
        application_cursor: has(TermMode::APP_CURSOR),
        application_keypad: has(TermMode::APP_KEYPAD),
        newline: has(TermMode::LINE_FEED_NEW_LINE),
        bracketed_paste: has(TermMode::BRACKETED_PASTE),
        focus: has(TermMode::FOCUS_IN_OUT),
        alternate_screen: has(TermMode::ALT_SCREEN),
        alternate_scroll: has(TermMode::ALTERNATE_SCROLL),
        mouse: tracking(mode),
        mouse_form: mouse_form(mode),
        kitty: kitty.iter().enumerate().map(|(bit, flag)| u8::from(has(*flag)) << bit).sum(),
        modify_other_keys,
    }
}

fn tracking(mode: TermMode) -> Tracking {
    if mode.contains(TermMode::MOUSE_MOTION) {
        Tracking::Moves
    } else if mode.contains(TermMode::MOUSE_DRAG) {
        Tracking::Drags
    } else if mode.contains(TermMode::MOUSE_REPORT_CLICK) {
        Tracking::Clicks
    } else {
        Tracking::Off
    }
}

fn mouse_form(mode: TermMode) -> MouseForm {
    if mode.contains(TermMode::SGR_MOUSE) {
        MouseForm::Numbers
    } else if mode.contains(TermMode::UTF8_MOUSE) {
        MouseForm::Utf8
    } else {
        MouseForm::Bytes
    }
}
