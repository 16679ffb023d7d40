//! Actions of the dashboard alone.

use crate::actions::registry::{Action, Asks, Needs, Scope};

const fn action(id: &'static str, summary: &'static str, keys: &'static [&'static str]) -> Action {
    Action {
        id,
        summary,
        details: "",
        keys,
        arguments: &[],
        scope: Scope::Screen,
        asks: Asks::Never,
        needs: Needs::Nothing,
    }
}

/// The next pane.
pub const NEXT_PANE: Action = action("next-pane", "Focus the next pane", &["tab"]);
/// The pane before.
pub const PREVIOUS_PANE: Action = action("previous-pane", "Focus the pane before", &["shift-tab"]);
/// A pane by its number. Other keys than digits would name none.
pub const PANE: Action =
    action("pane", "Focus the pane of this number", &["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
/// Zoom.
pub const ZOOM: Action = action("zoom", "Give the focused pane the whole screen, or take it back", &["z", "enter"]);
/// Follow.
pub const FOLLOW: Action = action("follow", "Follow the log's end, or stay", &["f"]);
/// A line down.
pub const DOWN: Action = action("scroll-down", "Scroll a line down", &["j", "down"]);
/// A line up.
pub const UP: Action = action("scroll-up", "Scroll a line up", &["k", "up"]);
/// Half a page down.
pub const PAGE_DOWN: Action = action("page-down", "Scroll half a page down", &["pagedown", "ctrl-d"]);
/// Half a page up.
pub const PAGE_UP: Action = action("page-up", "Scroll half a page up", &["pageup", "ctrl-u"]);
/// The first line.
pub const TOP: Action = action("top", "Go to the first line", &["g", "home"]);
/// The last line.
pub const BOTTOM: Action = action("bottom", "Go to the last line and follow", &["G", "end"]);
/// Back.
pub const BACK: Action = action("back", "Go back one level: close what is open, leave the zoom", &["esc"]);
/// Help.
pub const HELP: Action = action("help", "Show all keys", &["?", "f1"]);
/// Quit.
pub const QUIT: Action = action("quit", "Leave the dashboard; everything goes on running", &["q", "ctrl-c"]);
/// To the shell.
pub const TO_SHELL: Action = action("to-shell", "Stop the dashboard; the shell's fg goes on with it", &["ctrl-z"]);
/// Draw anew.
pub const REDRAW: Action = action("redraw", "Draw the whole screen anew", &["ctrl-l"]);
