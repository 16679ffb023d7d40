//! Actions of the dashboard alone.

use crate::actions::registry::{Action, Argument, Asks, Form, Needs, Scope};

pub(super) const fn action(id: &'static str, summary: &'static str, keys: &'static [&'static str]) -> Action {
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
pub const PANE: Action = Action {
    arguments: &[Argument { name: "pane", help: "Its number or its title", short: None, form: Form::Required }],
    ..action("pane", "Focus the pane of this number", &["1", "2", "3", "4", "5", "6", "7", "8", "9"])
};
/// Zoom.
pub const ZOOM: Action = action("zoom", "Give the focused pane the whole screen, or take it back", &["z"]);
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
/// The palette.
pub const PALETTE: Action = action("palette", "Find an action by its name and do it", &[":", "ctrl-p"]);
/// What is selected.
pub const OPEN: Action =
    action("open", "Open the task, or the traceback under the cursor in your editor; or zoom", &["enter"]);
/// Once more.
pub const RETRY: Action = action("retry", "Try the selected task, or the action that failed last, again", &["t"]);
/// What a notice offers.
pub const REMEDY: Action =
    action("remedy", "Do what the newest notice offers: its command, or its place in your editor", &["="]);
/// The site.
pub const BROWSE: Action = action("browse", "Open the site in your browser", &["U"]);
/// Its address.
pub const COPY_ADDRESS: Action = action("copy-address", "Copy the site's address", &["alt-u"]);
/// A program's wish.
pub const ALLOW_COPY: Action =
    action("allow-copy", "Put the text into the clipboard that a console's program asks to put there", &["alt-y"]);
/// Beside this terminal.
pub const OPEN_BESIDE: Action =
    action("open-beside", "Open the focused pane in a split beside: tmux, zellij, WezTerm, kitty", &[">"]);
/// Below this terminal.
pub const OPEN_BELOW: Action = action("open-below", "Open the focused pane in a split below", &["_"]);
/// In a window.
pub const OPEN_WINDOW: Action = action("open-window", "Open the focused pane in a window, or tab, of its own", &[")"]);
/// In a popup.
pub const OPEN_POPUP: Action = action("open-popup", "Open the focused pane in a popup over this one", &["("]);
/// Whose the mouse is.
pub const MOUSE: Action = action("mouse", "Leave the mouse to the terminal, or take it back", &["alt-m"]);
/// Cancel.
pub const CANCEL: Action = action("cancel", "Cancel the selected task, or the action that goes on", &["x"]);
/// Help.
pub const HELP: Action = action("help", "Show all keys", &["?", "f1"]);
/// Another environment.
pub const ENVIRONMENT: Action = Action {
    arguments: &[Argument {
        name: "environment",
        help: "Its name; the next declared one where none is named",
        short: None,
        form: Form::Optional,
    }],
    ..action("environment", "Show the dashboard of another environment; this one goes on", &["O"])
};
/// Do what is offered.
pub const ACCEPT_OFFER: Action = action("accept-offer", "Do what a change of files asks for, as it is offered", &["a"]);
/// Leave it.
pub const DECLINE_OFFER: Action = action("decline-offer", "Take away what is offered, and do nothing", &["A"]);
/// Pause watching.
pub const PAUSE_WATCHING: Action =
    action("pause-watching", "Act on no change of files for a while, or go on with it", &["w"]);
/// Quit.
pub const QUIT: Action = action("quit", "Leave the dashboard; everything goes on running", &["q", "ctrl-c"]);
/// To the shell.
pub const TO_SHELL: Action = action("to-shell", "Stop the dashboard; the shell's fg goes on with it", &["ctrl-z"]);
/// Draw anew.
pub const REDRAW: Action = action("redraw", "Draw the whole screen anew", &["ctrl-l"]);

/// Another layout.
pub const LAYOUT: Action = Action {
    arguments: &[Argument {
        name: "layout",
        help: "grid, focus, logs, console, one of the configuration's, or one as it is written there",
        short: None,
        form: Form::Many,
    }],
    ..action("layout", "Lay the panes out in another way: the next one, or one by its name", &["V"])
};
/// To the left.
pub const MOVE_LEFT: Action = action("move-left", "Exchange the focused pane with the one left of it", &["shift-left"]);
/// To the right.
pub const MOVE_RIGHT: Action =
    action("move-right", "Exchange the focused pane with the one right of it", &["shift-right"]);
/// Up.
pub const MOVE_UP: Action = action("move-up", "Exchange the focused pane with the one above it", &["shift-up"]);
/// Down.
pub const MOVE_DOWN: Action = action("move-down", "Exchange the focused pane with the one below it", &["shift-down"]);
/// Beside another.
pub const SPLIT_BESIDE: Action =
    action("split-beside", "Put the focused pane beside the one that was in focus before", &["%"]);
/// Below another.
pub const SPLIT_BELOW: Action =
    action("split-below", "Put the focused pane below the one that was in focus before", &["\""]);
/// Wider.
pub const WIDER: Action = action("wider", "Make the focused pane wider", &["ctrl-right"]);
/// Narrower.
pub const NARROWER: Action = action("narrower", "Make the focused pane narrower", &["ctrl-left"]);
/// Taller.
pub const TALLER: Action = action("taller", "Make the focused pane taller", &["ctrl-down"]);
/// Lower.
pub const LOWER: Action = action("lower", "Make the focused pane lower", &["ctrl-up"]);
/// What was done.
pub const HISTORY: Action =
    action("history", "Show what was done, with the commands that do the same, and do it again", &[";"]);
