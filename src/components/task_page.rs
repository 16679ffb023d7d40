//! One task's run: its command, how it ended, and all of its output.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::components::elapsed;
use crate::components::log_entry::Shown;
use crate::components::log_lines::LogLines;
use crate::components::look::{BOLD, DIM};
use crate::components::pane;
use crate::components::wrap::wrap;
use crate::core::observed::Timestamp;
use crate::core::status::TaskView;
use crate::logs::sanitise::plain;

/// Rows that a command may take: the output is what one has come for.
const COMMAND_ROWS: usize = 3;

/// One task's run.
#[derive(Debug)]
pub struct TaskPage<'a> {
    /// The task; `None` where its container is gone.
    pub task: Option<&'a TaskView>,
    /// Its output, and how it is shown.
    pub shown: Shown<'a>,
    /// The keys that do something here.
    pub hint: &'a str,
}

impl TaskPage<'_> {
    fn block(&self) -> Block<'_> {
        let mut title = vec![Span::raw(" task ")];
        match self.task {
            Some(task) => {
                let (shape, style) = self.shown.colours.task(task.state);
                title.push(Span::raw(plain(&task.title())));
                title.push(Span::styled(format!(" {shape} {} ", task.state.as_str()), style));
            }
            None => title.push(Span::raw("that is gone ")),
        }
        let position = std::iter::once(self.shown.position()).chain(self.shown.dropped());
        title.extend(position.map(|text| Span::styled(format!("· {text} "), DIM)));
        let block = Block::bordered().border_type(BorderType::Thick).border_style(BOLD);
        block.title(Line::from(title)).title_bottom(self.hint)
    }

    /// What is known of the run: its command, its times, its exit code.
    fn head(&self, width: u16) -> Vec<Line<'static>> {
        let Some(task) = self.task else { return Vec::new() };
        let mut lines = Vec::new();
        if !task.command.is_empty() {
            let command = wrap(&format!("$ {}", plain(&shell_words::join(&task.command))), usize::from(width));
            lines.extend(command.into_iter().take(COMMAND_ROWS).map(|line| Line::styled(line, BOLD)));
        }
        lines.push(Line::from(self.times(task)));
        lines.push(Line::styled("─".repeat(usize::from(width)), DIM));
        lines
    }

    fn times(&self, task: &TaskView) -> Vec<Span<'static>> {
        if task.started_at == 0 {
            return vec![Span::raw("was not started")];
        }
        let ended = task.finished_at > 0;
        let end = if ended { task.finished_at } else { self.shown.now };
        let span = elapsed::span(end - task.started_at, ended);
        let mut spans = Vec::new();
        if let Some(code) = task.exit_code {
            let style = if code == 0 { Style::new() } else { self.shown.colours.bad() };
            spans.push(Span::styled(format!("exit code {code}"), style));
            spans.push(Span::raw(", "));
        }
        let began = moment(task.started_at, "%F %T");
        spans.push(Span::raw(match ended {
            true => format!("took {span}, began {began}, ended {} UTC", moment(end, "%T")),
            false => format!("runs for {span}, began {began} UTC"),
        }));
        spans
    }

    /// Where the output is drawn.
    pub fn output(&self, area: Rect) -> Rect {
        let inner = self.block().inner(area);
        // A head has a handful of rows.
        let head = u16::try_from(self.head(inner.width).len()).unwrap_or(u16::MAX);
        let [_, output] = inner.layout(&Layout::vertical([Constraint::Length(head), Constraint::Fill(1)]));
        output
    }
}

fn moment(time: Timestamp, form: &str) -> String {
    let moment = jiff::Timestamp::from_nanosecond(i128::from(time));
    moment.map(|moment| moment.strftime(form).to_string()).unwrap_or_default()
}

impl Widget for &TaskPage<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        Clear.render(area, buf);
        self.block().render(area, buf);
        let inner = self.block().inner(area);
        for (row, line) in inner.rows().zip(self.head(inner.width)) {
            buf.set_line(row.x, row.y, &line, row.width);
            pane::clip_mark(&line, row, buf);
        }
        let output = self.output(area);
        if !(LogLines { shown: self.shown, has_cursor: true }).draw_in(output, buf) {
            buf.set_line(output.x, output.y, &Line::styled("no lines yet", DIM), output.width);
        }
    }
}
