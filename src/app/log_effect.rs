//! What the logs want done, as data.

use std::path::PathBuf;

/// What the logs want done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogEffect {
    /// Put entries into a service's spool.
    Keep {
        /// The service.
        service: String,
        /// The first entry's number.
        first: u64,
        /// The entries as the spool has them.
        records: Vec<u8>,
    },
    /// Read entries from a service's spool: answered by `LogMsg::Page`.
    Read {
        /// The service.
        service: String,
        /// An entry that is wanted, with those around it.
        around: u64,
    },
    /// Search a service's spool: answered by `LogMsg::Found`.
    Search {
        /// The search.
        search: u64,
        /// The service.
        service: String,
        /// The expression.
        pattern: String,
        /// Entries from this number on were searched.
        before: u64,
    },
    /// Open a file in the user's editor.
    Edit {
        /// The file on this host.
        path: PathBuf,
        /// The line in it.
        line: u32,
    },
    /// Put a text on the clipboard.
    Copy(String),
    /// Write a text to a file of this name in the state folder.
    Save {
        /// The file's name.
        name: String,
        /// The text.
        text: String,
    },
    /// Show a text in the user's pager.
    Page(String),
}
