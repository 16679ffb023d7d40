//! The table of services.

use std::collections::BTreeMap;

use ratatui::style::Color;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::sparkline::{self, CELLS, Measure};
use crate::components::wrap::fitting;
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

/// A column of what is told of services behind their states: a cell for each, empty where there is
/// nothing to tell.
struct Column {
    cells: Vec<Line<'static>>,
    /// The widest cell's.
    width: usize,
    /// The higher, the later it is left out.
    worth: u8,
}

impl Column {
    fn new(cells: Vec<Line<'static>>, worth: u8) -> Self {
        let width = cells.iter().map(Line::width).max().unwrap_or(0);
        Self { cells, width, worth }
    }
}

impl Services<'_> {
    /// The lines of the table: all of them have the same columns.
    pub fn lines(&self) -> Vec<Line<'static>> {
        let names: Vec<_> = self.services.iter().map(|service| fitting(&plain(&service.name), LONGEST_NAME)).collect();
        let width = names.iter().map(|name| name.width()).max().unwrap_or(0);
        let states = self.services.iter().map(|service| service.state.as_str().len()).max().unwrap_or(0);
        // Shape and blanks: name, state, columns.
        let columns = self.columns(usize::from(self.width).saturating_sub(width + 1 + states + 3));
        let line = |(row, (service, name)): (usize, (&ServiceView, &String))| {
            let (shape, style) = self.colours.service(service.state);
            let state = format!("{shape} {:states$} ", service.state.as_str());
            let name = format!("{}{} ", name, " ".repeat(width.saturating_sub(name.width())));
            let head = [Span::styled(name, BOLD), Span::styled(state, style)];
            // One that has nothing else to tell tells that at once, across all columns.
            let alone = is_bare(service).then(|| self.remarks(service)).flatten();
            let cells = columns.iter().filter(|_| alone.is_none()).flat_map(|column| cell(column, row));
            head.into_iter().chain(cells).chain(alone.iter().flat_map(|line| line.spans.clone())).collect()
        };
        self.services.iter().zip(&names).enumerate().map(line).collect()
    }

    /// The columns that have room, the most telling words that they have room for.
    fn columns(&self, room: usize) -> Vec<Column> {
        let is_known = self.used.values().any(|used| used.is_known(self.now, CELLS));
        let drawn: &[Words] = if is_known { &[Words::TwoLines, Words::OneLine] } else { &[] };
        let mut wordy = drawn.iter().chain(&[Words::Long]).map(|words| self.all(*words));
        wordy.find(|columns| width(columns) <= room).unwrap_or_else(|| folded(self.all(Words::Short), room))
    }

    /// Those in which something stands, in the order in which they are shown.
    fn all(&self, words: Words) -> Vec<Column> {
        let column = |worth, cell: &dyn Fn(&ServiceView) -> Option<Line<'static>>| {
            Column::new(self.services.iter().map(|service| cell(service).unwrap_or_default()).collect(), worth)
        };
        let is_unhealthy = self.services.iter().any(|service| service.health == Some(HealthState::Unhealthy));
        let columns = [
            column(5, &|service| Some(self.usage(service, service.usage?, words))),
            // The state says the others already.
            column(if is_unhealthy { 4 } else { 0 }, &|service| self.health(service)),
            column(3, &ports),
            column(self.with_columns().map(worth).max().unwrap_or(0), &|service| {
                self.remarks(service).filter(|_| !is_bare(service))
            }),
            column(1, &|service| self.uptime(service)),
        ];
        columns.into_iter().filter(|column| column.width > 0).collect()
    }

    fn with_columns(&self) -> impl Iterator<Item = &ServiceView> {
        self.services.iter().filter(|service| !is_bare(service))
    }

    fn health(&self, service: &ServiceView) -> Option<Line<'static>> {
        let health = service.health.filter(|health| health.as_str() != service.state.as_str())?;
        Some(Span::styled(health.as_str(), self.colours.health(health)).into())
    }

    /// What is out of the ordinary.
    fn remarks(&self, service: &ServiceView) -> Option<Line<'static>> {
        let undeclared = Span::styled("not declared", self.colours.fg(Color::Yellow));
        let restarts = || Span::raw(format!("{} restarts", service.restarts));
        let all = [
            (!service.is_declared).then_some(undeclared),
            ending(service).map(|text| Span::styled(text, self.colours.bad())),
            (service.restarts > 0).then(restarts),
        ];
        joined(all.into_iter().flatten())
    }

    fn uptime(&self, service: &ServiceView) -> Option<Line<'static>> {
        let is_known = is_up(service.state) && service.started_at > 0;
        is_known.then(|| Line::styled(format!("up {}", elapsed::uptime(self.now - service.started_at)), DIM))
    }
}

/// Whether there is nothing to tell of it but remarks.
fn is_bare(service: &ServiceView) -> bool {
    !is_up(service.state) && service.usage.is_none() && service.health.is_none() && service.ports.is_empty()
}

/// How long remarks stay where there is little room.
fn worth(service: &ServiceView) -> u8 {
    match (service.is_declared, ending(service)) {
        (false, _) => 7,
        (true, Some(_)) => 6,
        (true, None) => 2,
    }
}

fn ports(service: &ServiceView) -> Option<Line<'static>> {
    joined(service.ports.iter().map(|port| Span::raw(address(port))))
}

/// Two columns between them.
fn joined(spans: impl Iterator<Item = Span<'static>>) -> Option<Line<'static>> {
    let spans: Vec<Span<'static>> = spans.flat_map(|span| [Span::raw("  "), span]).skip(1).collect();
    (!spans.is_empty()).then(|| Line::from(spans))
}

/// A cell of a row, as wide as its column and the space behind that.
fn cell(column: &Column, row: usize) -> impl Iterator<Item = Span<'static>> {
    let cell = column.cells.get(row).cloned().unwrap_or_default();
    let blank = " ".repeat(column.width - cell.width() + 2);
    let style = cell.style;
    cell.spans.into_iter().map(move |span| span.patch_style(style)).chain([Span::raw(blank)])
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

/// As many columns as have room.
fn folded(mut columns: Vec<Column>, room: usize) -> Vec<Column> {
    while width(&columns) > room && columns.len() > 1 {
        let least = columns.iter().enumerate().min_by_key(|(_, column)| column.worth);
        least.map(|(place, _)| place).into_iter().for_each(|place| drop(columns.remove(place)));
    }
    columns
}

fn width(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.width).sum::<usize>() + columns.len().saturating_sub(1) * 2
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
    fn all_rows_have_the_same_columns() {
        let read = web(Some(Usage { cpu_tenths: Some(34), memory_bytes: 84 << 20 }));
        let db = ServiceView { name: "db".into(), usage: None, health: None, ..read.clone() };
        let failed = ServiceView {
            name: "worker".into(),
            state: ServiceState::Failed,
            health: None,
            exit_code: Some(2),
            restarts: 3,
            ports: Vec::new(),
            ..web(None)
        };
        let services = [db, read, failed];
        let rows = |width| {
            let used = BTreeMap::new();
            let table = Services { services: &services, used: &used, now: NOW, width, colours: Colours::None };
            table.lines().iter().map(|line| line.to_string().trim_end().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            rows(58),
            [
                "db     ● running                      :8000  up 1 m",
                "web    ● running   3%   84M  healthy  :8000  up 1 m",
                "worker ✕ failed  exit code 2  3 restarts",
            ]
        );
        assert_eq!(rows(40)[..2], ["db     ● running             :8000", "web    ● running   3%   84M  :8000"]);
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
