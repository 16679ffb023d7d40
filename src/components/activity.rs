//! What goes on in one line: what, how far it is, for how long; for where the pane that tells more
//! is not in view.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::components::bar::bar;
use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::wrap::fitting;
use crate::core::observed::Timestamp;
use crate::core::progress::Progress;
use crate::core::state::TaskState;
use crate::logs::sanitise::plain;

/// Columns of its bar, the most that there is room for: the line has other things to tell.
const BARS: [u16; 3] = [12, 6, 0];
/// Less than this of a text tells nothing.
const LEAST: usize = 6;

/// Something that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activity {
    /// What: `up`, `migrate forum`.
    pub name: String,
    /// The part of it that is done now: `build web`.
    pub part: Option<String>,
    /// How far that part is, or all of it, where it can be counted.
    pub progress: Option<Progress>,
    /// How many of its steps are over, of how many; told of more than one.
    pub steps: (usize, usize),
    /// What it is at, in its own words.
    pub detail: String,
    /// When it began.
    pub since: Timestamp,
    /// How many others go on beside it.
    pub others: usize,
}

impl Activity {
    /// The line in at most so many columns. The name and the time are told in any case; then the
    /// steps, the part, its bar, how many others there are, and last what it is at.
    pub fn line(&self, now: Timestamp, width: u16, colours: Colours) -> Line<'static> {
        let (shape, style) = colours.task(TaskState::Running);
        let time = format!(" · {} ", elapsed::span(now - self.since, false));
        let head = format!(" {shape} ");
        let mut room = usize::from(width).saturating_sub(head.width() + time.width());
        let name = fitting(&plain(&self.name), room);
        room = room.saturating_sub(name.width());
        let mut take = |texts: &[String]| {
            let text = texts.iter().find(|text| text.width() <= room).cloned().unwrap_or_default();
            room -= text.width();
            text
        };
        let steps = take(&[self.steps()]);
        let part = take(&[self.part()]);
        // Without its part nobody would know what is counted, or says it.
        let is_clear = part == self.part();
        let bar = if is_clear { take(&self.bars()) } else { String::new() };
        let others = take(&[self.others()]);
        // Behind a bar it is clear what is a word of whose.
        let at = self.at().map_or_else(String::new, |at| format!("{}{at}", if bar.is_empty() { " · " } else { " " }));
        let detail = if is_clear && room > LEAST { fitting(&at, room) } else { String::new() };
        Line::from(vec![
            Span::styled(head, style),
            Span::styled(name, BOLD),
            Span::raw(part),
            Span::raw(bar),
            Span::styled(detail, DIM),
            Span::raw(steps),
            Span::raw(others),
            Span::raw(time),
        ])
    }

    fn part(&self) -> String {
        self.part.as_ref().map_or_else(String::new, |part| format!(" · {}", plain(part)))
    }

    /// The bar as there may be room for it.
    fn bars(&self) -> Vec<String> {
        let progress = self.progress.as_ref();
        BARS.iter().filter_map(|cells| Some(format!(" {}", bar(progress?, *cells)?))).collect()
    }

    fn steps(&self) -> String {
        match self.steps {
            (_, 0 | 1) => String::new(),
            (done, all) => format!(" · {done}/{all} steps"),
        }
    }

    fn others(&self) -> String {
        if self.others > 0 { format!(" · {} more", self.others) } else { String::new() }
    }

    /// What it is at: what is counted has a name, else its last words.
    fn at(&self) -> Option<String> {
        let counted = self.progress.as_ref().map(|progress| match progress {
            Progress { label, done, total: 0 } if *done > 0 => format!("{done} {label}"),
            Progress { label, .. } => label.clone(),
        });
        let text = plain(counted.as_ref().filter(|text| !text.is_empty()).unwrap_or(&self.detail));
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(activity: &Activity, width: u16) -> String {
        let line = activity.line(83_000_000_000, width, Colours::None);
        let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
        assert!(text.width() <= usize::from(width.max(20)), "{text}");
        text
    }

    fn up() -> Activity {
        Activity {
            name: "up".into(),
            part: Some("build web".into()),
            progress: Some(Progress { label: "RUN apt-get install python3-pip".into(), done: 4, total: 9 }),
            steps: (1, 5),
            ..Activity::default()
        }
    }

    #[test]
    fn what_is_of_least_use_goes_first() {
        for (width, shown) in [
            (100, " ◐ up · build web [█████░░░░░░░] 4/9 RUN apt-get install python3-pip · 1/5 steps · 1 m 23 s "),
            (78, " ◐ up · build web [█████░░░░░░░] 4/9 RUN apt-get inst… · 1/5 steps · 1 m 23 s "),
            (58, " ◐ up · build web [██░░░░] 4/9 · 1/5 steps · 1 m 23 s "),
            (50, " ◐ up · build web 4/9 · 1/5 steps · 1 m 23 s "),
            (36, " ◐ up · 1/5 steps · 1 m 23 s "),
            (20, " ◐ up · 1 m 23 s "),
        ] {
            assert_eq!(row(&up(), width), shown, "{width}");
        }
    }

    #[test]
    fn what_cannot_be_counted_has_a_name_and_a_time() {
        let one = |progress| Activity { name: "migrate".into(), progress, steps: (0, 1), ..Activity::default() };
        assert_eq!(row(&one(None), 78), " ◐ migrate · 1 m 23 s ");
        let read = Progress { label: "packages".into(), done: 7, total: 0 };
        assert_eq!(row(&Activity { others: 2, ..one(Some(read)) }, 78), " ◐ migrate · 7 packages · 2 more · 1 m 23 s ");
        let said = Activity { detail: "waiting for\u{1b}[31m fixtures\n".into(), ..one(None) };
        assert_eq!(row(&said, 78), " ◐ migrate · waiting for fixtures · 1 m 23 s ");
    }
}
