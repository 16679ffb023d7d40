//! The actions of the screen itself, and those of the project that have keys here.

/// An action as the keymap needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenAction {
    /// Its id.
    pub id: &'static str,
    /// What it does, in a few words: footer and help show it.
    pub summary: &'static str,
    /// The group that help shows it in.
    pub group: &'static str,
    /// Default keys.
    pub keys: &'static [&'static str],
}

/// Group of what is done to the project.
pub const PROJECT: &str = "project";
const SCREEN: &str = "screen";
const SCROLL: &str = "scrolling";

const fn action(
    id: &'static str,
    group: &'static str,
    summary: &'static str,
    keys: &'static [&'static str],
) -> ScreenAction {
    ScreenAction { id, summary, group, keys }
}

/// Actions of the screen, and the lifecycle's.
pub const SCREEN_ACTIONS: &[ScreenAction] = &[
    action("up", PROJECT, "up", &["u"]),
    action("halt", PROJECT, "halt", &["H"]),
    action("destroy", PROJECT, "destroy", &["D"]),
    action("help", SCREEN, "help", &["?", "f1"]),
    action("quit", SCREEN, "quit", &["q", "ctrl-c"]),
    action("focus-next", SCREEN, "next pane", &["tab"]),
    action("focus-previous", SCREEN, "previous pane", &["shift-tab"]),
    action("focus-1", SCREEN, "pane 1", &["1"]),
    action("focus-2", SCREEN, "pane 2", &["2"]),
    action("focus-3", SCREEN, "pane 3", &["3"]),
    action("focus-4", SCREEN, "pane 4", &["4"]),
    action("focus-5", SCREEN, "pane 5", &["5"]),
    action("focus-6", SCREEN, "pane 6", &["6"]),
    action("focus-7", SCREEN, "pane 7", &["7"]),
    action("focus-8", SCREEN, "pane 8", &["8"]),
    action("focus-9", SCREEN, "pane 9", &["9"]),
    action("zoom", SCREEN, "zoom", &["z", "enter"]),
    action("back", SCREEN, "back", &["esc"]),
    action("suspend-program", SCREEN, "to the shell", &["ctrl-z"]),
    action("redraw", SCREEN, "draw anew", &["ctrl-l"]),
    action("follow", SCROLL, "follow", &["f"]),
    action("line-up", SCROLL, "line up", &["k", "up"]),
    action("line-down", SCROLL, "line down", &["j", "down"]),
    action("half-page-up", SCROLL, "half a page up", &["ctrl-u"]),
    action("half-page-down", SCROLL, "half a page down", &["ctrl-d"]),
    action("page-up", SCROLL, "page up", &["pageup"]),
    action("page-down", SCROLL, "page down", &["pagedown"]),
    action("top", SCROLL, "first line", &["g", "home"]),
    action("bottom", SCROLL, "last line", &["G", "end"]),
];
