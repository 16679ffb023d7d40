//! DECRQSS: a program asks for the state of a setting (VT510, xterm's ctlseqs).

use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::vte::ansi::CursorShape;

/// The answer: attributes (`m`) and the cursor's style (` q`) are told, of other settings
/// that they are not.
pub(super) fn answer(setting: &[u8], template: &Cell, shape: CursorShape) -> String {
    match setting {
        b"m" => format!("\x1bP1$r{}m\x1b\\", attributes(template.flags)),
        b" q" => format!("\x1bP1$r{} q\x1b\\", style(shape)),
        _ => "\x1bP0$r\x1b\\".to_owned(),
    }
}

fn attributes(flags: Flags) -> String {
    let all = [
        (Flags::BOLD, ";1"),
        (Flags::DIM, ";2"),
        (Flags::ITALIC, ";3"),
        (Flags::UNDERLINE, ";4"),
        (Flags::INVERSE, ";7"),
        (Flags::HIDDEN, ";8"),
        (Flags::STRIKEOUT, ";9"),
    ];
    let set = all.into_iter().filter_map(|(flag, code)| flags.contains(flag).then_some(code));
    std::iter::once("0").chain(set).collect()
}

/// The steady styles of DECSCUSR.
const fn style(shape: CursorShape) -> u8 {
    match shape {
        CursorShape::Underline => 4,
        CursorShape::Beam => 6,
        _ => 2,
    }
}
