//! The operation that goes on, and the last run of each task.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::components::bar::bar;
use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::core::observed::Timestamp;
use crate::core::progress::{Operation, Progress, StepProgress, StepState, Unfinished};
use crate::core::state::TaskState;
use crate::core::status::TaskView;
use crate::logs::sanitise::plain;
use crate::logs::{Entry, Store};

/// Lines of output shown below a task that runs or has failed.
const OUTPUT_LINES: u64 = 3;
/// Lines of output shown below them in a zoomed pane.
const OUTPUT_LINES_ZOOMED: u64 = 200;
/// Columns of a progress bar.
const BAR: u16 = 16;

/// A task and what is known of its run.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The task.
    pub view: &'a TaskView,
    /// How far it is.
    pub progress: Option<&'a Progress>,
    /// What it waits for, where it waits for its turn.
    pub waits_for: Option<&'a str>,
    /// Its output.
    pub output: &'a Store,
}

/// How much of the tasks' output is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The last lines of what runs or failed.
    Short,
    /// As much as there is.
    Full,
}

/// The pane of tasks.
#[derive(Debug)]
pub struct Tasks<'a> {
    /// The operation that goes on or was the last.
    pub operation: Option<&'a Operation>,
    /// Tasks in the order in which they are shown.
    pub tasks: Vec<Task<'a>>,
    /// Which of them is selected, where keys go to the list.
    pub selected: Option<usize>,
    /// The current time.
    pub now: Timestamp,
    /// How much output is shown.
    pub detail: Detail,
    /// Colours.
    pub colours: Colours,
}

impl<'a> Tasks<'a> {
    /// The lines of the pane: what is done here, then the tasks.
    pub fn lines(&self) -> Vec<Line<'a>> {
        let mut lines = self.operation.map(|operation| self.operation_lines(operation)).unwrap_or_default();
        for (place, task) in self.tasks.iter().enumerate() {
            let from = lines.len();
            lines.extend(self.task_lines(task));
            if self.selected == Some(place) {
                lines[from].style = lines[from].style.add_modifier(Modifier::REVERSED);
            }
        }
        if lines.is_empty() {
            lines.push(Line::styled("none yet", DIM));
        }
        lines
    }

    /// The line at which a task begins.
    pub fn head(&self, place: usize) -> usize {
        let above = self.operation.map_or(0, |operation| self.operation_lines(operation).len());
        above + self.tasks.iter().take(place).map(|task| self.task_lines(task).len()).sum::<usize>()
    }

    fn operation_lines(&self, operation: &Operation) -> Vec<Line<'static>> {
        let mut lines = vec![self.operation_head(operation)];
        let shown = |step: &&StepProgress| match self.detail {
            Detail::Short => matches!(step.state, StepState::Running | StepState::Failed),
            Detail::Full => true,
        };
        lines.extend(operation.steps.iter().filter(shown).flat_map(|step| self.step_lines(step)));
        lines
    }

    fn operation_head(&self, operation: &Operation) -> Line<'static> {
        let (done, all) = operation.count();
        let end = operation.finished_at.unwrap_or(self.now);
        let state = match (operation.is_running(), operation.unfinished) {
            (true, _) => TaskState::Running,
            (false, None) => TaskState::Done,
            (false, Some(Unfinished::Failed)) => TaskState::Failed,
            (false, Some(Unfinished::Cancelled)) => TaskState::Cancelled,
        };
        let (shape, style) = self.colours.task(state);
        // Of a single step it tells nothing.
        let count = if all < 2 { String::new() } else { format!(" {done}/{all} steps") };
        Line::from(vec![
            Span::styled(format!("{shape} {:9}", state.as_str()), style),
            Span::styled(format!(" {}", plain(&operation.action)), BOLD),
            Span::raw(format!("{count} {}", elapsed::span(end - operation.started_at, false))),
        ])
    }

    fn step_lines(&self, step: &StepProgress) -> Vec<Line<'static>> {
        let (shape, style) = self.colours.step(step.state);
        let mut spans = vec![
            Span::styled(format!("  {shape} "), style),
            Span::styled(plain(&step.name), BOLD),
            Span::raw(format!(" {} ", step.state.as_str())),
        ];
        spans.extend(step.progress.as_ref().map(|progress| Span::raw(told(progress))));
        let mut lines = vec![Line::from(spans)];
        if !step.detail.is_empty() {
            lines.push(Line::styled(format!("    │ {}", plain(&step.detail)), DIM));
        }
        lines
    }

    fn task_lines(&self, task: &Task<'a>) -> Vec<Line<'a>> {
        let mut lines = vec![self.task_head(task)];
        let wanted = match (self.detail, task.view.state) {
            (Detail::Full, _) => OUTPUT_LINES_ZOOMED,
            (Detail::Short, TaskState::Running | TaskState::Failed) => OUTPUT_LINES,
            (Detail::Short, _) => 0,
        };
        let end = task.output.end();
        let entries = task.output.range(end.saturating_sub(wanted), end);
        lines.extend(entries.filter_map(|entry| self.output_line(entry)));
        lines
    }

    fn task_head(&self, task: &Task<'_>) -> Line<'static> {
        let (shape, style) = self.colours.task(task.view.state);
        let mut spans = vec![
            Span::styled(format!("{shape} {:9} ", task.view.state.as_str()), style),
            Span::styled(format!("{} ", plain(&task.view.title())), BOLD),
        ];
        spans.extend(
            task.waits_for.map(|other| Span::styled(format!("waits for {} ", plain(other)), self.colours.busy())),
        );
        if task.view.started_at > 0 {
            spans.push(Span::raw(format!("{} ", self.elapsed(task.view))));
        }
        spans.extend(self.exit(task.view));
        spans.extend(task.progress.filter(|_| task.view.state == TaskState::Running).map(|p| Span::raw(told(p))));
        Line::from(spans)
    }

    fn elapsed(&self, task: &TaskView) -> String {
        let has_ended = task.finished_at > 0;
        let end = if has_ended { task.finished_at } else { self.now };
        elapsed::span(end - task.started_at, has_ended)
    }

    fn exit(&self, task: &TaskView) -> Option<Span<'static>> {
        let code = task.exit_code.filter(|code| *code != 0)?;
        Some(Span::styled(format!("exit code {code} "), self.colours.bad()))
    }

    fn output_line(&self, entry: &'a Entry) -> Option<Line<'a>> {
        let Entry::Line(line) = entry else { return None };
        let spans = line.content().spans().map(|span| Span::styled(span.text, self.colours.log(span.style)));
        Some(Line::from_iter(std::iter::once(Span::styled("  │ ", Style::new())).chain(spans)))
    }
}

/// `[████░░░░] 12/40 label`; without a total `12 label`, without any number the label.
fn told(progress: &Progress) -> String {
    let label = plain(&progress.label);
    match (bar(progress, BAR), progress.done) {
        (Some(bar), _) => format!("{bar} {label} "),
        (None, 0) => format!("{label} "),
        (None, done) => format!("{done} {label} "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_counted_is_named() {
        let progress = |done, total| Progress { label: "x".into(), done, total };
        assert_eq!(told(&progress(1, 2)), "[████████░░░░░░░░] 1/2 x ");
        assert_eq!(told(&progress(7, 0)), "7 x ");
        assert_eq!(told(&progress(0, 0)), "x ");
    }
}
