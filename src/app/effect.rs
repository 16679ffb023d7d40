//! What the model wants done, as data.

use crate::core::progress::RunId;

/// What the model wants done. The runtime does it and sends messages back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Leave the dashboard. Nothing is stopped by it.
    Quit,
    /// Stop the program as Ctrl-Z does.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Carry out an action; its messages carry the run.
    Run {
        /// Which run.
        run: RunId,
        /// The action's id in the registry.
        action: &'static str,
        /// The service that it is about: the one whose log is in focus.
        service: Option<String>,
    },
    /// The answer to the question of a run.
    Answer {
        /// Which run.
        run: RunId,
        /// Whether it was Yes.
        yes: bool,
    },
}
