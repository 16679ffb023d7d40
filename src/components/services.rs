//! The table of services.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::core::observed::{PortInUse, Timestamp};
use crate::core::state::ServiceState;
use crate::core::status::ServiceView;
use crate::logs::sanitise::plain;

/// The longest name that the table makes room for.
const LONGEST_NAME: usize = 20;
/// The longest state word.
const LONGEST_STATE: usize = 12;

/// The table of services: one line each.
#[derive(Debug)]
pub struct Services<'a> {
    /// The services.
    pub services: &'a [ServiceView],
    /// The current time, for how long they are up.
    pub now: Timestamp,
    /// Colours.
    pub colours: Colours,
}

impl Services<'_> {
    /// The lines of the table.
    pub fn lines(&self) -> Vec<Line<'static>> {
        let names: Vec<_> = self.services.iter().map(|service| plain(&service.name)).collect();
        let width = names.iter().map(|name| name.width()).max().unwrap_or(0).min(LONGEST_NAME);
        self.services.iter().zip(&names).map(|(service, name)| self.line(service, name, width)).collect()
    }

    fn line(&self, service: &ServiceView, name: &str, width: usize) -> Line<'static> {
        let (shape, style) = self.colours.service(service.state);
        let state = format!("{shape} {:LONGEST_STATE$} ", service.state.as_str());
        let name = format!("{}{} ", name, " ".repeat(width.saturating_sub(name.width())));
        let mut spans = vec![Span::styled(name, BOLD), Span::styled(state, style)];
        spans.extend(self.details(service));
        Line::from(spans)
    }

    fn details(&self, service: &ServiceView) -> Vec<Span<'static>> {
        let health = service.health.map(|health| Span::styled(health.as_str(), self.colours.health(health)));
        let ports = service.ports.iter().map(|port| Span::raw(address(port)));
        let ending = ending(service).map(|text| Span::styled(text, self.colours.bad()));
        let restarts = (service.restarts > 0).then(|| Span::raw(format!("{} restarts", service.restarts)));
        let has_uptime = is_up(service.state) && service.started_at > 0;
        let uptime = has_uptime.then(|| format!("up {}", elapsed::uptime(self.now - service.started_at)));
        let uptime = uptime.map(|text| Span::styled(text, DIM));
        let parts = health.into_iter().chain(ports).chain(ending).chain(restarts).chain(uptime);
        parts.flat_map(|part| [part, Span::raw("  ")]).collect()
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
