//! What was done, and what would do the same on the command line.

use crate::app::effect::Asked;
use crate::app::message::Page;
use crate::app::model::Model;
use crate::components::elapsed;
use crate::core::observed::Timestamp;
use crate::core::progress::Unfinished;

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

/// The page that tells it, the newest first.
pub fn page(model: &Model) -> Page {
    let line = |done: &Done| {
        let ago = elapsed::span(model.now - done.finished_at, false);
        let took = elapsed::span(done.finished_at - done.started_at, false);
        format!("{:9} in {took:>8}  {ago:>8} ago  {}\n", done.how(), done.asked.command_line())
    };
    let text: String = model.done.iter().rev().map(line).collect();
    let text = if text.is_empty() { "nothing was done from this dashboard yet".to_owned() } else { text };
    Page::text("what was done, and what does the same on the command line", &text)
}
