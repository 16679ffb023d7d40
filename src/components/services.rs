//! The table of services.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::core::observed::{HealthState, PortInUse, Timestamp};
use crate::core::state::ServiceState;
use crate::core::status::ServiceView;
use crate::core::usage::Usage;
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
    /// The current time, for how long they are up.
    pub now: Timestamp,
    /// Columns that there are: what has no room is left out, the least wanted first.
    pub width: u16,
    /// Colours.
    pub colours: Colours,
}

/// Whether numbers have a word before them.
#[derive(Clone, Copy)]
enum Words {
    Long,
    Short,
}

/// What is told of a service behind its state.
struct Detail {
    span: Span<'static>,
    /// The higher, the later it is left out.
    worth: u8,
}

fn detail(worth: u8, text: String, style: Style) -> Detail {
    Detail { span: Span::styled(text, style), worth }
}

impl Services<'_> {
    /// The lines of the table.
    pub fn lines(&self) -> Vec<Line<'static>> {
        let names: Vec<_> = self.services.iter().map(|service| plain(&service.name)).collect();
        let width = names.iter().map(|name| name.width()).max().unwrap_or(0).min(LONGEST_NAME);
        let states = self.services.iter().map(|service| service.state.as_str().len()).max().unwrap_or(0);
        self.services.iter().zip(&names).map(|(service, name)| self.line(service, name, width, states)).collect()
    }

    fn line(&self, service: &ServiceView, name: &str, width: usize, states: usize) -> Line<'static> {
        let (shape, style) = self.colours.service(service.state);
        let state = format!("{shape} {:states$} ", service.state.as_str());
        let name = format!("{}{} ", name, " ".repeat(width.saturating_sub(name.width())));
        let room = usize::from(self.width).saturating_sub(name.width() + state.width());
        let mut spans = vec![Span::styled(name, BOLD), Span::styled(state, style)];
        spans.extend(self.fitting(service, room).into_iter().flat_map(|detail| [detail.span, Span::raw("  ")]));
        Line::from(spans)
    }

    /// As many details as have room, two columns between them.
    fn fitting(&self, service: &ServiceView, room: usize) -> Vec<Detail> {
        let mut details = self.details(service, Words::Long);
        if width(&details) > room {
            details = self.details(service, Words::Short);
        }
        while width(&details) > room && details.len() > 1 {
            let least = details.iter().enumerate().min_by_key(|(_, detail)| detail.worth);
            least.map(|(place, _)| place).into_iter().for_each(|place| drop(details.remove(place)));
        }
        details
    }

    /// In the order in which they are shown.
    fn details(&self, service: &ServiceView, words: Words) -> Vec<Detail> {
        let usage = service.usage.map(|usage| detail(5, columns(usage, words), Style::new()));
        let health = service.health.map(|health| {
            // The state says the others already.
            let worth = if health == HealthState::Unhealthy { 4 } else { 0 };
            detail(worth, health.as_str().to_owned(), self.colours.health(health))
        });
        let ports = service.ports.iter().map(|port| detail(3, address(port), Style::new()));
        let ending = ending(service).map(|text| detail(6, text, self.colours.bad()));
        let restarts =
            (service.restarts > 0).then(|| detail(2, format!("{} restarts", service.restarts), Style::new()));
        let has_uptime = is_up(service.state) && service.started_at > 0;
        let uptime = has_uptime.then(|| format!("up {}", elapsed::uptime(self.now - service.started_at)));
        let uptime = uptime.map(|text| detail(1, text, DIM));
        usage.into_iter().chain(health).chain(ports).chain(ending).chain(restarts).chain(uptime).collect()
    }
}

fn width(details: &[Detail]) -> usize {
    details.iter().map(|detail| detail.span.width()).sum::<usize>() + details.len().saturating_sub(1) * 2
}

/// What a service uses, as wide for all of them.
fn columns(usage: Usage, words: Words) -> String {
    let (cpu, memory) = (usage.cpu_text(), usage.memory_text());
    match words {
        Words::Long => format!("cpu {cpu:>CPU$}  mem {memory:>MEMORY$}"),
        Words::Short => format!("{cpu:>CPU$} {memory:>MEMORY$}"),
    }
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

    fn row(service: ServiceView, width: u16) -> String {
        let table = Services { services: &[service], now: 61_000_000_000, width, colours: Colours::None };
        table.lines()[0].to_string().trim_end().to_owned()
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
    fn what_was_not_read_takes_no_room() {
        assert_eq!(row(web(None), 80), "web ● running healthy  :8000  up 1 m");
        let first = web(Some(Usage { cpu_tenths: None, memory_bytes: 5 << 30 }));
        assert_eq!(row(first, 80), "web ● running cpu       mem  5.0G  healthy  :8000  up 1 m");
    }
}
