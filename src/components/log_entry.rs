//! What is shown of one entry of a log.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;

use crate::components::log_text::{Styled, width};
use crate::components::log_view::{Times, View, Zone, time};
use crate::components::look::{BOLD, Colours, DIM};
use crate::core::observed::Timestamp;
use crate::logs::group::Group;
use crate::logs::sanitise::plain;
use crate::logs::walk::{Item, Source};
use crate::logs::{Entry, Level, LogLine, Mark, python, request};

/// The colours of services in a merged log, by their place; red and yellow tell of errors.
const NAMES: [Color; 5] = [Color::Cyan, Color::Magenta, Color::Green, Color::Blue, Color::LightCyan];
/// Columns that a service's name takes at most.
const LONGEST_NAME: usize = 12;
/// Lines of code and carets below a frame's own line.
const CODE_LINES: u64 = 3;

/// Logs, and how they are shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The logs.
    pub sources: &'a [Source<'a>],
    /// Their services' names.
    pub names: &'a [&'a str],
    /// How they are shown.
    pub view: &'a View,
    /// The zone of times.
    pub zone: &'a Zone,
    /// The current time.
    pub now: Timestamp,
    /// Colours.
    pub colours: Colours,
}

/// Where a line stands among several logs' lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// When it was; of no meaning where there is one log alone, in which numbers tell all.
    pub time: Timestamp,
    /// Its log.
    pub source: usize,
    /// Its number.
    pub number: u64,
}

impl<'a> Shown<'a> {
    fn entry(&self, item: Item) -> Option<&'a Entry> {
        self.sources.get(item.source)?.store.get(item.number)
    }

    fn group(&self, item: Item) -> Option<&'a Group> {
        self.sources.get(item.source)?.store.group(item.number)
    }

    fn line(&self, source: usize, number: u64) -> Option<&'a LogLine> {
        self.sources.get(source)?.store.get(number)?.line()
    }

    /// Where a line stands among all that are shown.
    pub fn order(&self, source: usize, number: u64) -> Order {
        let store = self.sources.get(source).filter(|_| self.sources.len() > 1).map(|source| source.store);
        let time = store.and_then(|store| store.get(store.unit(number).start)).map_or(0, Entry::time);
        Order { time, source, number }
    }

    /// The first and the last line that are selected.
    pub fn selection(&self) -> Option<(Order, Order)> {
        let (from, to) = (self.view.selected_from?, self.view.cursor?);
        let (from, to) = (self.order(from.0, from.1), self.order(to.0, to.1));
        Some((from.min(to), from.max(to)))
    }

    /// Whether an entry is selected.
    pub fn is_selected(&self, item: Item) -> bool {
        self.selection().is_some_and(|(from, to)| (from..=to).contains(&self.order(item.source, item.number)))
    }

    /// Whether it follows, or what has come since it does not.
    pub fn position(&self) -> String {
        match self.view.new_since(self.sources) {
            None => "following".to_owned(),
            Some(new) => format!("paused, +{new} new"),
        }
    }

    /// What is neither in memory nor in the spool any more.
    pub fn dropped(&self) -> Option<String> {
        let dropped: u64 = self.sources.iter().map(|source| source.store.dropped()).sum();
        (dropped > 0).then(|| format!("{dropped} older lines dropped"))
    }

    /// The mark, where the entry is one.
    pub fn mark(&self, item: Item) -> Option<Mark> {
        match self.entry(item)? {
            Entry::Mark { mark, .. } => Some(*mark),
            Entry::Line(_) => None,
        }
    }

    /// What stands before each entry: the time, and whose it is where there are several.
    pub fn prefix(&self, item: Item) -> Vec<Span<'static>> {
        let at = self.entry(item).map_or(0, Entry::time);
        let mut spans = Vec::new();
        if self.view.times != Times::Off {
            spans.push(Span::styled(time(self.view.times, self.zone, at, self.now), DIM));
        }
        if let Some(name) = self.names.get(item.source).filter(|_| self.names.len() > 1) {
            let style = self.colours.fg(NAMES[item.source % NAMES.len()]);
            let name: String = plain(name).chars().take(LONGEST_NAME).collect();
            spans.push(Span::styled(format!("{name:<width$} ", width = self.name_width()), style));
            spans.push(Span::styled("│ ", DIM));
        }
        spans
    }

    /// Columns that the prefix takes, the same before every entry.
    pub fn prefix_width(&self) -> usize {
        let names = if self.names.len() > 1 { self.name_width() + 3 } else { 0 };
        names + width(&time(self.view.times, self.zone, 0, self.now))
    }

    fn name_width(&self) -> usize {
        let longest = self.names.iter().map(|name| plain(name).chars().count()).max();
        longest.unwrap_or(0).min(LONGEST_NAME)
    }

    /// The text of an entry.
    pub fn text(&self, item: Item) -> Styled<'a> {
        match (self.entry(item), self.group(item)) {
            (Some(Entry::Line(_)), Some(group)) if item.is_folded => self.folded(item, group),
            (Some(Entry::Line(line)), group) if self.view.filtered.filter.requests => {
                requested(line, self.colours).unwrap_or_else(|| self.styled(line, item, group))
            }
            (Some(Entry::Line(line)), group) => self.styled(line, item, group),
            _ => Vec::new(),
        }
    }

    fn styled(&self, line: &'a LogLine, item: Item, group: Option<&Group>) -> Styled<'a> {
        let base = self.base(line, item, group);
        let spans = line.content().spans();
        spans.map(|span| (span.text.into(), base.patch(self.colours.log(span.style)))).collect()
    }

    /// What the line's own styles are laid over: errors and warnings stand out, what is of
    /// libraries steps back.
    fn base(&self, line: &LogLine, item: Item, group: Option<&Group>) -> Style {
        match group.filter(|group| group.kind.has_frames()) {
            Some(group) if self.is_of_library(item, group) => DIM,
            Some(_) if python::frame(line.text()).is_some() => BOLD,
            Some(_) if line.text().starts_with(' ') => Style::new(),
            Some(_) if python::is_exception(line.text()) => self.colours.bad(),
            _ => self.of_level(line.level),
        }
    }

    fn of_level(&self, level: Option<Level>) -> Style {
        match level {
            Some(Level::Critical) => self.colours.bad(),
            Some(Level::Error) => self.colours.fg(Color::Red),
            Some(Level::Warning) => self.colours.fg(Color::Yellow),
            Some(Level::Debug) => DIM,
            Some(Level::Info) | None => Style::new(),
        }
    }

    /// Whether a line of a traceback is a library's frame, or the code below one.
    fn is_of_library(&self, item: Item, group: &Group) -> bool {
        let first = item.number.saturating_sub(CODE_LINES).max(group.first);
        let above = (first..=item.number)
            .rev()
            .map_while(|number| self.line(item.source, number).map(LogLine::text).filter(|text| text.starts_with(' ')));
        above.filter_map(python::frame).next().is_some_and(|frame| !frame.is_of_project())
    }

    /// A group in one row: what it comes to, where in the project, how many lines.
    fn folded(&self, item: Item, group: &Group) -> Styled<'a> {
        let frame = group.place.and_then(|number| python::frame(self.line(item.source, number)?.text()));
        let place = frame.map_or_else(String::new, |frame| {
            let path = frame.path.strip_prefix("/project/").unwrap_or(&frame.path);
            format!(" · {path}{}", frame.place_in_file())
        });
        let lines = format!(" · {} lines", group.end - group.first);
        let subject = group.subject.as_ref().map_or_else(String::new, |subject| format!("{subject} · "));
        vec![
            ("▸ ".into(), BOLD),
            (subject.into(), BOLD),
            (group.title.to_string().into(), self.colours.bad()),
            (place.into(), Style::new()),
            (lines.into(), DIM),
        ]
    }
}

/// A request in columns: status, method, how long it took, path.
fn requested(line: &LogLine, colours: Colours) -> Option<Styled<'static>> {
    let request = request::recognise(line.text())?;
    let style = match request.status {
        500.. => colours.bad(),
        400..=499 => colours.fg(Color::Yellow).add_modifier(Modifier::BOLD),
        _ => Style::new(),
    };
    let took = request.time.map_or_else(String::new, milliseconds);
    Some(vec![
        (format!("{} ", request.status).into(), style),
        (format!("{:<6} ", request.method).into(), Style::new()),
        (format!("{took:>9} ").into(), DIM),
        (request.path.to_owned().into(), Style::new()),
    ])
}

/// A time of a request: `12 ms`, `0.4 ms`, `3.2 s`.
pub fn milliseconds(time: std::time::Duration) -> String {
    match time.as_secs_f64() * 1000.0 {
        ms @ ..10.0 => format!("{ms:.1} ms"),
        ms @ ..10_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1000.0),
    }
}
