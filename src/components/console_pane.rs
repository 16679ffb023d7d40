//! A console: a terminal in a pane.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::console_cell::{self, Means};
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::pane::{self, Focus};
use crate::components::wrap;
use crate::console::frame::{CopyState, Frame, Shape, Width};
use crate::core::console::Attachment;
use crate::core::snapshot::size;
use crate::core::status::{HUNG_UP, STOPPED_BY_SIGNAL};
use crate::core::theme::Depth;
use crate::logs::sanitise::plain;

/// The longest title of a program's that is shown.
const LONGEST_TITLE: usize = 40;

/// A console's pane.
#[derive(Debug)]
pub struct ConsolePane<'a> {
    /// Its name: `console django`.
    pub title: &'a str,
    /// The digit that focuses it.
    pub number: Option<usize>,
    /// How it stands with it.
    pub attachment: &'a Attachment,
    /// Its screen.
    pub frame: Option<&'a Frame>,
    /// What its border tells besides: that it runs older code, which key leaves it.
    pub remarks: Vec<String>,
    /// Whether keys go to it.
    pub focus: Focus,
    /// Colours.
    pub colours: Colours,
    /// How many of them the terminal has: one with many draws kinds of underlines and links.
    pub depth: Depth,
}

impl Widget for ConsolePane<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let inner = pane::frame(self.title(), self.number, self.focus, area, buf);
        if let Some(frame) = self.frame {
            screen(frame, inner, Means { colours: self.colours, depth: self.depth }, buf);
        }
        self.say(inner, buf);
    }
}

/// How a console has ended; one that something else has stopped did nothing wrong.
fn ended(code: i64) -> String {
    match code {
        0 => "ended".to_owned(),
        HUNG_UP => "stopped".to_owned(),
        code if STOPPED_BY_SIGNAL.contains(&code) => "stopped".to_owned(),
        code => format!("ended with exit code {code}"),
    }
}

impl ConsolePane<'_> {
    fn title(&self) -> Line<'static> {
        let name = plain(self.title);
        let kinds = ["terminal of ", "console "];
        let (kind, name) = kinds.iter().find_map(|kind| Some((*kind, name.strip_prefix(kind)?))).unwrap_or(("", &name));
        let mut spans = vec![Span::raw(kind), Span::styled(name.to_owned(), BOLD)];
        let state = match self.attachment {
            Attachment::Closed | Attachment::Failed(_) => None,
            Attachment::Opening => Some("opening".to_owned()),
            Attachment::Attached => self.scrolled(),
            Attachment::Detached(_) => Some("detached, attaching again".to_owned()),
            Attachment::Ended(code) => Some(ended(*code)),
        };
        spans.extend(state.map(|state| Span::raw(format!(" · {state}"))));
        let parts = self.remarks.iter().cloned().chain(self.programs_title());
        spans.extend(parts.map(|part| Span::styled(format!(" · {part}"), DIM)));
        Line::from(spans)
    }

    /// What the program calls itself, and the folder that it says it is in, unless the one has
    /// the other in it, as the titles of many shells do.
    fn programs_title(&self) -> Vec<String> {
        let Some(frame) = self.frame.filter(|_| self.attachment.takes_keys()) else { return Vec::new() };
        let folder = frame.folder.iter().filter(|path| !frame.title.contains(*path));
        let title = start_of(&plain(&frame.title));
        let titles = std::iter::once(title).chain(folder.map(|path| end_of(&plain(path))));
        titles.filter(|title: &String| !title.is_empty()).collect()
    }

    fn scrolled(&self) -> Option<String> {
        let copying = match self.frame.map(|frame| frame.copying).unwrap_or_default() {
            CopyState::Off => None,
            CopyState::On => Some("copying, esc ends it: space selects, y takes, / searches".to_owned()),
            CopyState::Missed => Some("copying: not found".to_owned()),
        };
        let parts = [copying, self.scrolled_back()];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        (!text.is_empty()).then_some(text)
    }

    fn scrolled_back(&self) -> Option<String> {
        let frame = self.frame.filter(|frame| frame.offset > 0)?;
        Some(format!("scrolled back {} of {}", frame.offset, frame.history))
    }

    /// What there is to say where no program does.
    fn say(&self, area: Rect, buf: &mut Buffer) {
        match self.attachment {
            Attachment::Closed => hint("press Enter to open", area, buf),
            Attachment::Opening if self.frame.is_none() => hint("opening", area, buf),
            Attachment::Failed(notice) => self.failure(notice, area, buf),
            Attachment::Detached(why) => {
                foot(&format!("detached, what is typed is lost: {}", plain(why)), area, buf);
            }
            Attachment::Ended(code) => {
                foot(&format!("{}; Enter starts it again", ended(*code)), area, buf);
            }
            _ => self.dropping(area, buf),
        }
    }

    /// That all which the program writes is part of a control sequence without an end.
    fn dropping(&self, area: Rect, buf: &mut Buffer) {
        if let Some(bytes) = self.frame.and_then(|frame| frame.dropped) {
            let text = format!("a control sequence (OSC) without an end: {} dropped so far", size(bytes));
            foot(&text, area, buf);
        }
    }

    fn failure(&self, notice: &crate::core::notice::Notice, area: Rect, buf: &mut Buffer) {
        ratatui::widgets::Clear.render(area, buf);
        let text = |label: &str, text: &str| {
            wrap::wrap(&format!("{label}{}", crate::logs::sanitise::plain_lines(text)), usize::from(area.width))
        };
        let mut lines: Vec<(String, Style)> = Vec::new();
        let (shape, style) = self.colours.severity(notice.severity);
        lines.extend(text(&format!("{shape} "), &notice.summary).into_iter().map(|line| (line, style)));
        for (label, part) in [("cause: ", &notice.cause), ("remedy: ", &notice.remedy)] {
            lines.extend(part.iter().flat_map(|part| text(label, part)).map(|line| (line, Style::new())));
        }
        lines.push(("press Enter to try again".to_owned(), DIM));
        for (row, (line, style)) in area.rows().zip(lines) {
            buf.set_stringn(row.x, row.y, line, usize::from(row.width), style);
        }
    }
}

/// Of a long title the start tells more.
fn start_of(title: &str) -> String {
    let is_cut = title.chars().count() > LONGEST_TITLE;
    let kept: String = title.chars().take(LONGEST_TITLE - usize::from(is_cut)).collect();
    if is_cut { format!("{}›", kept.trim_end()) } else { kept }
}

/// Of a long path the end tells more.
fn end_of(path: &str) -> String {
    let too_many = path.chars().count().saturating_sub(LONGEST_TITLE);
    if too_many == 0 { path.to_owned() } else { format!("…{}", path.chars().skip(too_many + 1).collect::<String>()) }
}

fn hint(text: &str, area: Rect, buf: &mut Buffer) {
    buf.set_stringn(area.x, area.y, text, usize::from(area.width), DIM);
}

/// A line over the last row.
fn foot(text: &str, area: Rect, buf: &mut Buffer) {
    if let Some(row) = area.rows().next_back() {
        // What a link has made of a cell would stay with it.
        ratatui::widgets::Clear.render(row, buf);
        let line = Line::from(format!(" {text} ")).style(Modifier::REVERSED);
        line.render(row, buf);
    }
}

/// The first row and column of a screen that are shown: where another client has a larger
/// pane, the part with the cursor.
fn origin(frame: &Frame, area: Rect) -> (u16, u16) {
    let (row, column) = frame.cursor.map_or((0, 0), |cursor| (cursor.row, cursor.column));
    ((row + 1).saturating_sub(area.height), (column + 1).saturating_sub(area.width))
}

/// Draws a screen into an area; what does not fit is cut off.
fn screen(frame: &Frame, area: Rect, means: Means, buf: &mut Buffer) {
    let (first_row, first_column) = origin(frame, area);
    for (row, line) in area.rows().zip(first_row..frame.size.rows) {
        let cells = frame.row(line).iter().skip(usize::from(first_column));
        let mut covered = false;
        for (x, cell) in (row.x..row.right()).zip(cells) {
            // The second column of a wide one is its own, unless its first is out of view.
            if cell.width == Width::Spacer && covered {
                continue;
            }
            covered = cell.width == Width::Wide && x + 1 < row.right();
            let fits = cell.width == Width::Narrow || covered;
            console_cell::draw(cell, fits, means, &mut buf[(x, row.y)]);
        }
    }
}

/// Where the terminal's cursor is, in a pane at this area.
pub fn cursor(frame: &Frame, pane: Rect) -> Option<(Position, Shape)> {
    let area = pane.inner(ratatui::layout::Margin::new(1, 1));
    let cursor = frame.cursor?;
    let (first_row, first_column) = origin(frame, area);
    let place = Position {
        x: area.x + cursor.column.checked_sub(first_column)?,
        y: area.y + cursor.row.checked_sub(first_row)?,
    };
    area.contains(place).then_some((place, cursor.shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_of_a_title_is_marked() {
        assert_eq!(start_of("vim"), "vim");
        let all = "x".repeat(LONGEST_TITLE);
        assert_eq!(start_of(&all), all, "it fits");
        assert_eq!(
            start_of("a long title of a program that has much to say"),
            "a long title of a program that has much›"
        );
    }
}
