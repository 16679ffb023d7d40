//! What is drawn: one component a file, each a function of what it is given.
//!
//! Colour never carries a meaning alone; only the terminal's 16 colours are used, on its own
//! background; names and messages of others pass the sanitiser on their way here.

pub mod banner;
pub mod elapsed;
pub mod footer;
pub mod help;
pub mod log_pane;
pub mod look;
pub mod notices;
pub mod offline;
pub mod pane;
pub mod question;
pub mod services;
pub mod status_line;
pub mod tabs;
pub mod tasks;
pub mod wrap;
