//! What is wanted beside the dashboard, on the user's machine, as data.

use std::path::PathBuf;

use crate::core::multiplexer::Opens;

/// What is wanted beside the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// Open an address in the browser.
    Browse(String),
    /// Run this program in a pane of the multiplexer around us.
    Open {
        /// Where.
        opens: Opens,
        /// The pane's title.
        title: String,
        /// Our own words.
        words: Vec<String>,
    },
    /// Run an editor in a split of the multiplexer around us.
    Edit {
        /// The file.
        path: PathBuf,
        /// The program and its words.
        words: Vec<String>,
    },
    /// Take the mouse, or leave it to the terminal.
    Mouse(MouseOf),
}

/// Whose the mouse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseOf {
    /// The dashboard's.
    #[default]
    Dashboard,
    /// The terminal's, which selects and copies with it.
    Terminal,
}
