//! What was done, and what would do the same on the command line.

use crate::app::effect::Asked;
use crate::components::elapsed;
use crate::core::observed::Timestamp;
use crate::core::progress::Unfinished;
use crate::logs::sanitise::plain;

/// What is kept of it.
const MOST: usize = 200;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What was asked for.
    pub asked: Asked,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// How it ended, if not well.
    pub unfinished: Option<Unfinished>,
}

impl Done {
    /// How and when it ended, and what does the same.
    pub fn line(&self, now: Timestamp) -> String {
        let ago = elapsed::span(now - self.finished_at, false);
        let took = elapsed::span(self.finished_at - self.started_at, false);
        plain(&format!("{:9} in {took:>8}  {ago:>8} ago  {}", self.how(), self.asked.command_line()))
    }

    fn how(&self) -> &'static str {
        match self.unfinished {
            None => "done",
            Some(Unfinished::Failed) => "failed",
            Some(Unfinished::Cancelled) => "cancelled",
        }
    }
}

/// Notes something that was done.
pub fn note(list: &mut Vec<Done>, done: Done) {
    list.push(done);
    let surplus = list.len().saturating_sub(MOST);
    list.drain(..surplus);
}
