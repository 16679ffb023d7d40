//! A pane of logs: one service's, or all services' in one.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::log_entry::{Shown, milliseconds};
use crate::components::log_lines::LogLines;
use crate::components::log_view::{Filtered, Search, Shows};
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::pane::{self, Focus};
use crate::components::wrap::wrap;
use crate::core::notice::Notice;
use crate::core::state::ServiceState;
use crate::logs::sanitise::{plain, plain_lines};

/// A pane of logs.
#[derive(Debug)]
pub struct LogPane<'a> {
    /// The service whose pane it is.
    pub service: &'a str,
    /// Its state.
    pub state: Option<ServiceState>,
    /// The digit that focuses it.
    pub number: Option<usize>,
    /// The logs, and how they are shown.
    pub shown: Shown<'a>,
    /// Whether some of them has more to be searched or filtered.
    pub is_behind: bool,
    /// Why the service's log cannot be read.
    pub unreadable: Option<&'a Notice>,
    /// Whether keys go to it.
    pub focus: Focus,
}

impl Widget for LogPane<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let inner = pane::frame(self.title(), self.number, self.focus, area, buf);
        let lines = LogLines { shown: self.shown, has_cursor: self.focus == Focus::Here };
        if !lines.draw_in(inner, buf) {
            let style = if self.focus == Focus::Here { Style::new() } else { DIM };
            let lines = wrap(&self.nothing(), inner.width.into());
            for (place, line) in inner.rows().zip(lines) {
                buf.set_line(place.x, place.y, &Line::styled(line, style), place.width);
            }
        }
    }
}

impl LogPane<'_> {
    fn colours(&self) -> Colours {
        self.shown.colours
    }

    /// Why there is nothing.
    fn nothing(&self) -> Cow<'static, str> {
        if let Some(notice) = self.unreadable.filter(|_| self.shown.view.shows == Shows::One) {
            return plain_lines(&notice.to_string()).into();
        }
        let has_lines = self.shown.sources.iter().any(|source| source.store.end() > source.store.oldest());
        let text = match has_lines {
            true if self.is_behind => "looking ...",
            true if !self.shown.view.filtered.filter.is_empty() => {
                "no line passes the filter; & and Enter clear it, e shows all levels"
            }
            true if self.shown.view.floors.iter().any(|floor| *floor > 0) => "cleared; what comes is shown",
            true => "reading ...",
            false => "no lines yet",
        };
        text.into()
    }

    fn title(&self) -> Line<'static> {
        let name = if self.shown.view.shows == Shows::All { "all services".to_owned() } else { plain(self.service) };
        let mut spans = vec![Span::styled(name, BOLD)];
        if let Some(state) = self.state.filter(|state| *state != ServiceState::Running) {
            let (shape, style) = self.colours().service(state);
            spans.push(Span::styled(format!(" {shape} {}", state.as_str()), style));
        }
        spans.push(Span::styled(format!(" · {}", self.shown.position()), DIM));
        spans.extend(self.shifted());
        spans.extend(self.search());
        spans.extend(self.filter());
        spans.extend(self.read_back());
        spans.extend(self.shown.dropped().map(|dropped| Span::raw(format!(" · {dropped}"))));
        Line::from(spans)
    }

    /// That the beginnings of lines are not in view.
    fn shifted(&self) -> Option<Span<'static>> {
        let column = self.shown.view.column;
        (column > 0).then(|| Span::raw(format!(" · ‹ {column} columns to the left")))
    }

    fn read_back(&self) -> Option<Span<'static>> {
        let is_read_back = self.shown.sources.iter().any(|source| source.store.is_read_back());
        is_read_back.then(|| Span::styled(" · reading older lines", DIM))
    }

    fn search(&self) -> Option<Span<'static>> {
        let search = self.shown.view.search.as_ref()?;
        let more = if self.is_behind { "…" } else { "" };
        let count = search.count();
        let place = self.place(search).map_or_else(String::new, |place| format!("{place} of "));
        let text = format!(" · /{} {place}{count}{more}", plain(search.pattern.as_str()));
        Some(Span::styled(text, self.colours().fg(Color::Yellow)))
    }

    /// The number of the find under the cursor, the newest first.
    fn place(&self, search: &Search) -> Option<usize> {
        let (source, number) = self.shown.view.cursor.filter(|_| self.shown.sources.len() == 1)?;
        let hits = search.scans.get(source)?.hits();
        hits.binary_search(&number).ok().map(|place| hits.len() - place)
    }

    fn filter(&self) -> Option<Span<'static>> {
        let Filtered { filter, requests, .. } = &self.shown.view.filtered;
        if filter.is_empty() {
            return None;
        }
        let level = filter.level.map(|level| format!("{} and worse", level.as_str()));
        let include = filter.include.iter().map(|pattern| plain(pattern.as_str()));
        let exclude = filter.exclude.iter().map(|pattern| format!("!{}", plain(pattern.as_str())));
        let told = filter.requests.then(|| {
            let time = |share| requests.percentile(share).map(milliseconds);
            let times = time(0.5).zip(time(0.95)).map(|(half, most)| format!(", median {half}, 95 % {most}"));
            let (count, client, server) = (requests.count, requests.client_errors, requests.server_errors);
            format!("{count} requests, {client} 4xx, {server} 5xx{}", times.unwrap_or_default())
        });
        let words: Vec<String> = level.into_iter().chain(include).chain(exclude).chain(told).collect();
        Some(Span::raw(format!(" · only {}", words.join(", "))))
    }
}
