//! What is wanted beside the dashboard, on the user's machine, as data.

/// What is wanted beside the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// Open an address in the browser.
    Browse(String),
}
