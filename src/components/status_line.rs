//! The first line: project, environment, endpoint, connection.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr as _;

use crate::components::look::{BOLD, Colours, DIM};
use crate::components::wrap::fitting;
use crate::core::connection::Connection;
use crate::logs::sanitise::plain;
use crate::logs::traffic::Rate;

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It is.
    Good,
    /// It waits, or is told to.
    Waiting,
    /// It is not.
    Bad,
}

/// The worth of what is told in any case.
const ALWAYS: u8 = u8::MAX;

/// Columns that a branch's name has at most: some are sentences.
const LONGEST_BRANCH: usize = 24;

/// The first line of the screen.
#[derive(Debug)]
pub struct StatusLine<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The environment's name.
    pub environment: &'a str,
    /// The branch of git that is checked out.
    pub branch: Option<&'a str>,
    /// The endpoint.
    pub endpoint: &'a str,
    /// How the program stands with its engine.
    pub connection: &'a Connection,
    /// What the files' watcher does, and whether that is as it should be.
    pub watching: Option<(String, Mood)>,
    /// What is not as it should be about the migrations.
    pub migrations: Option<String>,
    /// The services and steps that differ from what is wanted.
    pub drift: &'a [String],
    /// Whether the configuration cannot be read, and the one before is in use.
    pub is_broken: bool,
    /// The requests that are answered now.
    pub traffic: Rate,
    /// Colours.
    pub colours: Colours,
}

impl Widget for StatusLine<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let width = usize::from(area.width);
        let left = self.left();
        let state = Words::ALL.map(|words| self.state(words));
        // The connection is told in any case; then what it is about, then by what it is reached.
        let fits = |state: &&Span<'_>| left.width() + state.width() <= width;
        let state = state.iter().find(fits).unwrap_or(&state[Words::ALL.len() - 1]).clone();
        let room = width.saturating_sub(state.width());
        let shown = self.fitting(room).unwrap_or_else(|| self.cut(room));
        let (used, _) = buf.set_line(area.x, area.y, &shown, area.width);
        let rest = Rect { x: used, width: area.right().saturating_sub(used), height: 1, ..area };
        let endpoint = format!("{} ", plain(self.endpoint));
        let fits = endpoint.width() + state.width() < usize::from(rest.width);
        let endpoint = Span::styled(if fits { endpoint } else { String::new() }, DIM);
        Line::from(vec![endpoint, state]).right_aligned().render(rest, buf);
    }
}

/// How many words the state of the connection has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Many,
    Few,
}

impl Words {
    const ALL: [Self; 2] = [Self::Many, Self::Few];
}

impl StatusLine<'_> {
    fn migrations(&self) -> Option<Span<'static>> {
        let text = self.migrations.as_ref()?;
        Some(Span::styled(format!("· {} ", plain(text)), self.colours.fg(Color::Yellow)))
    }

    fn broken(&self) -> Option<Span<'static>> {
        self.is_broken.then(|| Span::styled("· configuration broken ", self.colours.bad()))
    }

    fn drift(&self) -> Option<Span<'static>> {
        let text = match self.drift {
            [] => return None,
            [one] => plain(one),
            [one, more @ ..] => format!("{} and {} more", plain(one), more.len()),
        };
        Some(Span::styled(format!("· drift: {text} "), self.colours.fg(Color::Yellow)))
    }

    fn left(&self) -> Line<'static> {
        self.parts().into_iter().map(|(_, span)| span).collect()
    }

    /// What is told, in the order in which it stands; the higher its worth, the later it goes where
    /// there is no room.
    fn parts(&self) -> Vec<(u8, Span<'static>)> {
        let environment = Span::raw(format!("· {} ", plain(self.environment)));
        let mut parts = vec![(ALWAYS, self.name(plain(self.project))), (ALWAYS, environment)];
        let more = [
            (3, self.branch()),
            (5, self.migrations()),
            (4, self.drift()),
            (7, self.broken()),
            (6, self.failures()),
            (2, self.watching()),
            (1, self.requests()),
        ];
        parts.extend(more.into_iter().filter_map(|(worth, span)| Some((worth, span?))));
        parts
    }

    /// As many parts as there is room for; `None` where those that are always told have none.
    fn fitting(&self, room: usize) -> Option<Line<'static>> {
        let mut parts = self.parts();
        loop {
            if parts.iter().map(|(_, span)| span.width()).sum::<usize>() <= room {
                return Some(parts.into_iter().map(|(_, span)| span).collect());
            }
            let least = parts.iter().map(|(worth, _)| *worth).min().filter(|worth| *worth < ALWAYS)?;
            parts.retain(|(worth, _)| *worth != least);
        }
    }

    fn branch(&self) -> Option<Span<'static>> {
        let name = fitting(&plain(self.branch?), LONGEST_BRANCH);
        Some(Span::raw(format!("· {name} ")))
    }

    /// Nothing is told where nothing is asked for: a line that says 0 says nothing.
    fn requests(&self) -> Option<Span<'static>> {
        let rate = self.traffic.per_second;
        (rate > 0.0).then(|| Span::styled(format!("· {rate:.1} req/s "), DIM))
    }

    fn failures(&self) -> Option<Span<'static>> {
        let failed = self.traffic.failed;
        let word = if failed == 1 { "request" } else { "requests" };
        (failed > 0).then(|| Span::styled(format!("· ✕ {failed} failed {word} "), self.colours.bad()))
    }

    fn name(&self, name: String) -> Span<'static> {
        Span::styled(format!(" {name} "), BOLD)
    }

    /// The environment, with a part of the project's name.
    fn cut(&self, room: usize) -> Line<'static> {
        let environment = format!("· {} ", plain(self.environment));
        let name = fitting(&plain(self.project), room.saturating_sub(environment.width() + 2));
        Line::from(vec![self.name(name), Span::raw(environment)])
    }

    fn watching(&self) -> Option<Span<'static>> {
        let (text, mood) = self.watching.as_ref()?;
        let style = match mood {
            Mood::Good => DIM,
            Mood::Waiting => self.colours.fg(Color::Yellow),
            Mood::Bad => self.colours.bad(),
        };
        Some(Span::styled(format!("· {} ", plain(text)), style))
    }

    fn state(&self, words: Words) -> Span<'static> {
        let is_short = words == Words::Few;
        match self.connection {
            Connection::Connecting => Span::styled("◐ connecting ", self.colours.fg(Color::Yellow)),
            Connection::Connected { version } => {
                let engine = if is_short { String::new() } else { format!(", engine {}", plain(version)) };
                Span::styled(format!("● connected{engine} "), self.colours.fg(Color::Green))
            }
            Connection::Lost { .. } => {
                let remark = if is_short { "" } else { ", trying again" };
                Span::styled(format!("✕ disconnected{remark} "), self.colours.bad())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(project: &str, width: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        let connection = Connection::Connected { version: "20.10.24".to_owned() };
        let line = StatusLine {
            project,
            environment: "development",
            branch: None,
            endpoint: "unix:///run/docker.sock",
            connection: &connection,
            migrations: None,
            drift: &[],
            is_broken: false,
            traffic: Rate::default(),
            watching: Some(("watching 41 files".to_owned(), Mood::Good)),
            colours: Colours::default(),
        };
        line.render(buf.area, &mut buf);
        buf.content().iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn the_branch_is_told_where_there_is_room() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 80, 1));
        let line = StatusLine {
            project: "demo",
            environment: "development",
            branch: Some("feature/tags-with-a-very-long-name"),
            endpoint: "",
            connection: &Connection::Connecting,
            migrations: None,
            drift: &["web".to_owned()],
            is_broken: false,
            traffic: Rate::default(),
            watching: None,
            colours: Colours::default(),
        };
        line.render(buf.area, &mut buf);
        let text: String = buf.content().iter().map(|cell| cell.symbol()).collect();
        assert!(text.starts_with(" demo · development · feature/tags-with-a-ver… · drift: web "), "{text}");
    }

    #[test]
    fn a_broken_configuration_stays_on_the_line() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 80, 1));
        let line = StatusLine {
            project: "demo",
            environment: "development",
            branch: Some("main"),
            endpoint: "",
            connection: &Connection::Connecting,
            migrations: Some("3 migrations pending".to_owned()),
            drift: &["web".to_owned()],
            is_broken: true,
            traffic: Rate::default(),
            watching: None,
            colours: Colours::default(),
        };
        line.render(buf.area, &mut buf);
        let text: String = buf.content().iter().map(|cell| cell.symbol()).collect();
        assert!(text.contains("· configuration broken "), "{text}");
    }

    #[test]
    fn the_connection_is_always_told() {
        let long = "a-project-with-a-name-that-is-far-longer-than-any-line-of-a-terminal";
        assert_eq!(
            row("demo", 100),
            " demo · development · watching 41 files        unix:///run/docker.sock ● connected, engine 20.10.24"
        );
        assert_eq!(row("demo", 60), " demo · development · watching 41 files         ● connected");
        assert_eq!(row("demo", 50), " demo · development                   ● connected");
        assert_eq!(row(long, 60), " a-project-with-a-name-that-is-f… · development ● connected");
    }
}
