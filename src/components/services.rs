//! The table of services.

use std::collections::BTreeMap;

use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::sparkline::{self, CELLS, Measure};
use crate::core::observed::{HealthState, PortInUse, Timestamp};
use crate::core::state::ServiceState;
use crate::core::status::ServiceView;
use crate::core::usage::Usage;
use crate::core::usage::history::History;
use crate::logs::sanitise::plain;

/// The longest name that the table makes room for.
const LONGEST_NAME: usize = 20;

/// Columns of what a service uses: `100%` and `1023M`.
const CPU: usize = 4;
const MEMORY: usize = 5;

/// The table of services: one line each.
#[derive(Debug)]
pub struct Services<'a> {
    /// The services.
    pub services: &'a [ServiceView],
    /// What they used, by their names.
    pub used: &'a BTreeMap<String, History>,
    /// The current time, for how long they are up.
    pub now: Timestamp,
    /// Columns that there are: what has no room is left out, the least wanted first.
    pub width: u16,
    /// Colours.
    pub colours: Colours,
}

/// How much is said of what a service uses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Numbers with a word before them, and the last moments of both behind them.
    TwoLines,
    /// Those of the processor alone.
    OneLine,
    /// Numbers with a word before them.
    Long,
    /// Numbers alone.
    Short,
}

impl Words {
    /// Whether the last moments of this are shown.
    fn draws(self, measure: Measure) -> bool {
        match measure {
            Measure::Processor => matches!(self, Self::TwoLines | Self::OneLine),
            Measure::Memory => self == Self::TwoLines,
        }
    }
}

/// What is told of a service behind its state.
struct Detail {
    line: Line<'static>,
    /// The higher, the later it is left out.
    worth: u8,
}

fn detail(worth: u8, text: String, style: Style) -> Detail {
    Detail { line: Span::styled(text, style).into(), worth }
}

impl Services<'_> {
    /// The lines of the table.
    pub fn lines(&self) -> Vec<Line<'static>> {
        let names: Vec<_> = self.services.iter().map(|service| plain(&service.name)).collect();
        let width = names.iter().map(|name| name.width()).max().unwrap_or(0).min(LONGEST_NAME);
        let states = self.services.iter().map(|service| service.state.as_str().len()).max().unwrap_or(0);
        // Shape and blanks: name, state, details.
        let room = usize::from(self.width).saturating_sub(width + 1 + states + 3);
        let rooms: Vec<usize> =
            names.iter().map(|name| room.saturating_sub(name.width().saturating_sub(width))).collect();
        let line = |((service, name), details): ((&ServiceView, &String), Vec<Detail>)| {
            let (shape, style) = self.colours.service(service.state);
            let state = format!("{shape} {:states$} ", service.state.as_str());
            let name = format!("{}{} ", name, " ".repeat(width.saturating_sub(name.width())));
            let details = details.into_iter().flat_map(|detail| detail.line.spans.into_iter().chain([Span::raw("  ")]));
            [Span::styled(name, BOLD), Span::styled(state, style)].into_iter().chain(details).collect()
        };
        self.services.iter().zip(&names).zip(self.rows(&rooms)).map(line).collect()
    }

    /// What is told of each service, in the room that it has. All lines have the same columns: what
    /// one of them has no room for, none shows.
    fn rows(&self, rooms: &[usize]) -> Vec<Vec<Detail>> {
        let column = self.health_column();
        let all = |words| self.services.iter().map(|service| self.details(service, words, column)).collect::<Vec<_>>();
        let is_known = self.used.values().any(|used| used.is_known(self.now, CELLS));
        let drawn: &[Words] = if is_known { &[Words::TwoLines, Words::OneLine] } else { &[] };
        for words in drawn.iter().chain(&[Words::Long]) {
            let rows = all(*words);
            if rows.iter().zip(rooms).all(|(row, room)| width(row) <= *room) {
                return rows;
            }
        }
        all(Words::Short).into_iter().zip(rooms).map(|(row, room)| fitting(row, *room)).collect()
    }

    /// Columns of what health checks say; none where no service has one.
    fn health_column(&self) -> usize {
        let said = self.services.iter().filter_map(|service| service.health);
        said.map(|health| health.as_str().len()).max().unwrap_or(0)
    }

    /// In the order in which they are shown.
    fn details(&self, service: &ServiceView, words: Words, column: usize) -> Vec<Detail> {
        let usage = service.usage.map(|usage| Detail { line: self.usage(service, usage, words), worth: 5 });
        let health = match service.health {
            Some(health) => {
                // The state says the others already.
                let worth = if health == HealthState::Unhealthy { 4 } else { 0 };
                Some(detail(worth, format!("{:column$}", health.as_str()), self.colours.health(health)))
            }
            // What stands behind it has one column in all rows.
            None => (column > 0 && is_up(service.state)).then(|| detail(0, " ".repeat(column), Style::new())),
        };
        let ports = service.ports.iter().map(|port| detail(3, address(port), Style::new()));
        let undeclared =
            (!service.is_declared).then(|| detail(7, "not declared".to_owned(), self.colours.fg(Color::Yellow)));
        let ending = ending(service).map(|text| detail(6, text, self.colours.bad()));
        let restarts =
            (service.restarts > 0).then(|| detail(2, format!("{} restarts", service.restarts), Style::new()));
        let has_uptime = is_up(service.state) && service.started_at > 0;
        let uptime = has_uptime.then(|| format!("up {}", elapsed::uptime(self.now - service.started_at)));
        let uptime = uptime.map(|text| detail(1, text, DIM));
        usage
            .into_iter()
            .chain(health)
            .chain(ports)
            .chain(undeclared)
            .chain(ending)
            .chain(restarts)
            .chain(uptime)
            .collect()
    }
}

impl Services<'_> {
    /// What a service uses, as wide for all of them.
    fn usage(&self, service: &ServiceView, usage: Usage, words: Words) -> Line<'static> {
        let (cpu, memory) = (usage.cpu_text(), usage.memory_text());
        if words == Words::Short {
            return format!("{cpu:>CPU$} {memory:>MEMORY$}").into();
        }
        let texts = [format!("cpu {cpu:>CPU$}"), format!("  mem {memory:>MEMORY$}")];
        let measures = texts.into_iter().zip([Measure::Processor, Measure::Memory]);
        let points = self.used.get(&service.name).map(|used| used.points(self.now, CELLS)).unwrap_or_default();
        let drawn = |measure| {
            let line = words.draws(measure).then(|| sparkline::line(measure, &points, self.colours));
            line.into_iter().flat_map(|line| [Span::raw(" "), line])
        };
        measures.flat_map(|(text, measure)| std::iter::once(Span::raw(text)).chain(drawn(measure))).collect()
    }
}

/// As many details as have room, two columns between them.
fn fitting(mut details: Vec<Detail>, room: usize) -> Vec<Detail> {
    while width(&details) > room && details.len() > 1 {
        let least = details.iter().enumerate().min_by_key(|(_, detail)| detail.worth);
        least.map(|(place, _)| place).into_iter().for_each(|place| drop(details.remove(place)));
    }
    details
}

fn width(details: &[Detail]) -> usize {
    details.iter().map(|detail| detail.line.width()).sum::<usize>() + details.len().saturating_sub(1) * 2
}

const fn is_up(state: ServiceState) -> bool {
    matches!(state, ServiceState::Running | ServiceState::Starting | ServiceState::Paused)
}

/// Why a service that failed has ended.
fn ending(service: &ServiceView) -> Option<String> {
    let code = service.exit_code.filter(|_| service.state == ServiceState::Failed)?;
    Some(if service.oom_killed { "out of memory".to_owned() } else { format!("exit code {code}") })
}

/// A port as one would look for it: the address where it is not the usual one.
fn address(port: &PortInUse) -> String {
    match port.address.as_str() {
        "127.0.0.1" | "" => format!(":{}", port.host),
        other => format!("{}:{}", plain(other), port.host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::service::ServiceKind;

    fn web(usage: Option<Usage>) -> ServiceView {
        ServiceView {
            name: "web".to_owned(),
            kind: ServiceKind::Django,
            is_declared: true,
            state: ServiceState::Running,
            health: Some(HealthState::Healthy),
            container: None,
            container_id: None,
            image: None,
            ports: vec![PortInUse { container: 8000, address: "127.0.0.1".to_owned(), host: 8000 }],
            started_at: 1,
            restarts: 0,
            exit_code: None,
            oom_killed: false,
            usage,
        }
    }

    const NOW: Timestamp = 61_000_000_000;

    fn row_with(service: ServiceView, used: &BTreeMap<String, History>, width: u16) -> String {
        let table = Services { services: &[service], used, now: NOW, width, colours: Colours::None };
        table.lines()[0].to_string().trim_end().to_owned()
    }

    fn row(service: ServiceView, width: u16) -> String {
        row_with(service, &BTreeMap::new(), width)
    }

    #[test]
    fn the_last_moments_have_the_room_that_is_left() {
        let usage = Usage { cpu_tenths: Some(34), memory_bytes: 84 << 20 };
        let mut used = History::default();
        used.read(NOW - 30_000_000_000, Usage { cpu_tenths: Some(900), ..usage });
        used.read(NOW - 20_000_000_000, usage);
        let used = BTreeMap::from([("web".to_owned(), used)]);
        for (width, wanted) in [
            (75, "web ● running cpu   3%  ▇▇▇▁▁▁▁  mem   84M  ▅▅▅▅▅▅▅  healthy  :8000  up 1 m"),
            (74, "web ● running cpu   3%  ▇▇▇▁▁▁▁  mem   84M  healthy  :8000  up 1 m"),
            (65, "web ● running cpu   3%  mem   84M  healthy  :8000  up 1 m"),
        ] {
            assert_eq!(row_with(web(Some(usage)), &used, width), wanted, "{width}");
        }
    }

    #[test]
    fn a_line_folds_by_what_is_wanted_least() {
        let read = web(Some(Usage { cpu_tenths: Some(34), memory_bytes: 84 << 20 }));
        for (width, wanted) in [
            (80, "web ● running cpu   3%  mem   84M  healthy  :8000  up 1 m"),
            (49, "web ● running   3%   84M  healthy  :8000  up 1 m"),
            (40, "web ● running   3%   84M  :8000  up 1 m"),
            (32, "web ● running   3%   84M  :8000"),
            (24, "web ● running   3%   84M"),
            (0, "web ● running   3%   84M"),
        ] {
            assert_eq!(row(read.clone(), width), wanted, "{width}");
        }
    }

    #[test]
    fn that_it_is_not_declared_stays_longest() {
        let ghost = ServiceView { is_declared: false, ..web(None) };
        assert_eq!(row(ghost.clone(), 80), "web ● running healthy  :8000  not declared  up 1 m");
        assert_eq!(row(ghost, 27), "web ● running not declared");
    }

    #[test]
    fn what_was_not_read_takes_no_room() {
        assert_eq!(row(web(None), 80), "web ● running healthy  :8000  up 1 m");
        let first = web(Some(Usage { cpu_tenths: None, memory_bytes: 5 << 30 }));
        assert_eq!(row(first, 80), "web ● running cpu       mem  5.0G  healthy  :8000  up 1 m");
    }
}
