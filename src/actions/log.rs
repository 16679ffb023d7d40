//! Actions on the log in focus.

use crate::actions::registry::Action;
use crate::actions::screen::action;

/// Search.
pub const SEARCH: Action = action("search", "Search the log: a regular expression, smart case", &["/"]);
/// The next find.
pub const NEXT_MATCH: Action = action("next-match", "Go to the next match upwards, to older lines", &["n"]);
/// The find before.
pub const PREVIOUS_MATCH: Action = action("previous-match", "Go back to the match below, to newer lines", &["N"]);
/// Filter.
pub const FILTER: Action =
    action("filter", "Show only what an expression matches; !expression hides, empty clears", &["&"]);
/// Levels.
pub const LEVEL: Action = action("level", "Show warnings and errors, errors alone, or all", &["e"]);
/// Requests.
pub const REQUESTS: Action =
    action("requests", "Show requests alone with counts, and times where they are logged, or all", &["v"]);
/// The error before.
pub const PREVIOUS_ERROR: Action = action("previous-error", "Go to the error before", &["["]);
/// The next error.
pub const NEXT_ERROR: Action = action("next-error", "Go to the next error", &["]"]);
/// Frames.
pub const FRAMES: Action = action("frames", "List the traceback's frames to open one in your editor", &["E"]);
/// Fold.
pub const FOLD: Action = action("fold", "Unfold the traceback under the cursor, or fold it; all without one", &["o"]);
/// All logs.
pub const MERGED: Action = action("merged", "Show the logs of all services in one, or the service's own", &["L"]);
/// Wrap.
pub const WRAP: Action = action("wrap", "Wrap long lines, or cut them", &["ctrl-w"]);
/// Times.
pub const TIMES: Action = action("times", "Show times of day, how long ago, or no times", &["T"]);
/// To the left.
pub const LEFT: Action = action("scroll-left", "Scroll to the left", &["h", "left"]);
/// To the right.
pub const RIGHT: Action = action("scroll-right", "Scroll to the right", &["l", "right"]);
/// A moment.
pub const GO_TO_TIME: Action = action("go-to-time", "Go to a moment: 14:03, 10m, 2024-05-01T12:00:00Z", &["@"]);
/// A mark.
pub const MARK: Action = action("mark", "Put a mark behind the newest line", &["."]);
/// The mark before.
pub const PREVIOUS_MARK: Action = action("previous-mark", "Go to the mark before", &[","]);
/// Clear.
pub const CLEAR: Action = action("clear", "Clear the log away, or bring back what was cleared", &["K"]);
/// Copy.
pub const COPY: Action =
    action("copy", "Copy the line under the cursor, what is selected, or all that is in view", &["y"]);
/// Save.
pub const SAVE: Action = action("save", "Save the log as it is shown to a file", &["W"]);
/// The pager.
pub const PAGER: Action = action("pager", "Read the log as it is shown in your pager", &["|"]);
