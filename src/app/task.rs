//! A task as the dashboard knows it.

use std::collections::BTreeMap;

use crate::components::log_view::View;
use crate::core::progress::Progress;
use crate::core::status::TaskView;
use crate::logs::{Entry, Limits, LogLine, Store, progress};

/// What is kept of a task's output.
const TASK_LIMITS: Limits = Limits { bytes: 256 * 1024, lines: 500 };

/// A task and what is known of its run.
#[derive(Debug)]
pub struct Task {
    /// The task.
    pub view: TaskView,
    /// How far it is.
    pub progress: Option<Progress>,
    /// The task that it waits for: those of one class have their turns.
    pub waits_for: Option<String>,
    /// Its output.
    pub output: Store,
    /// Reads how far it is from its output.
    reader: progress::Reader,
}

impl Task {
    /// A run of which nothing more is known. `patterns` are the steps' own expressions for
    /// their progress, by name.
    pub fn new(view: TaskView, patterns: &BTreeMap<String, String>) -> Self {
        let reader = progress::Reader::new(patterns.get(&view.name).map(String::as_str));
        Self { view, progress: None, waits_for: None, output: Store::new(TASK_LIMITS), reader }
    }

    /// The same run, as it is now.
    #[must_use]
    pub fn seen_as(self, view: TaskView) -> Self {
        Self { view, ..self }
    }

    /// Takes a line of its output.
    pub fn push(&mut self, line: LogLine) {
        self.progress = self.reader.line(line.content().text()).or(self.progress.take());
        self.output.push(Entry::Line(line));
    }
}

/// A task's run whose output is open.
#[derive(Debug)]
pub struct OpenTask {
    /// The run's container.
    pub container: String,
    /// All of its output.
    pub output: Store,
    /// How it is shown.
    pub view: View,
}
