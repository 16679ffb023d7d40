//! Roles and shapes: the names of ANSI's colours stand for roles (see [`paint`](super::paint)).
//! Every meaning has a shape or a word besides its colour.

use ratatui::style::{Color, Modifier, Style};

use crate::core::notice::Severity;
use crate::core::observed::HealthState;
use crate::core::progress::StepState;
use crate::core::state::{ServiceState, TaskState};
use crate::logs;

/// Whether colours may be used (`NO_COLOR` says no).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// Those of the theme.
    #[default]
    Sixteen,
    /// None: bold, dim and reverse only.
    None,
}

/// Dim text.
pub const DIM: Style = Style::new().add_modifier(Modifier::DIM);
/// Bold text.
pub const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

impl Colours {
    /// Text in this colour, where there are colours.
    pub fn fg(self, colour: Color) -> Style {
        match self {
            Self::Sixteen => Style::new().fg(colour),
            Self::None => Style::new(),
        }
    }

    /// The style of something that went well.
    fn good(self) -> Style {
        self.fg(Color::Green)
    }

    /// The style of something that goes on or waits.
    pub fn busy(self) -> Style {
        self.fg(Color::Yellow)
    }

    /// The style of something that failed.
    pub fn bad(self) -> Style {
        self.fg(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Shape and style of a service's state.
    pub fn service(self, state: ServiceState) -> (&'static str, Style) {
        use ServiceState as S;
        match state {
            S::Running => ("●", self.good()),
            S::Building | S::Starting | S::Provisioning | S::Restarting => ("◐", self.busy()),
            S::Created => ("◌", self.busy()),
            S::Paused => ("‖", self.busy()),
            S::Stopped | S::Exited => ("○", Style::new()),
            S::Absent | S::Disabled => ("·", DIM),
            S::Failed => ("✕", self.bad()),
        }
    }

    /// The style of a health word.
    pub fn health(self, health: HealthState) -> Style {
        match health {
            HealthState::Healthy => self.good(),
            HealthState::Starting => self.busy(),
            HealthState::Unhealthy => self.bad(),
        }
    }

    /// Shape and style of a task's state.
    pub fn task(self, state: TaskState) -> (&'static str, Style) {
        match state {
            TaskState::Waiting => ("·", DIM),
            TaskState::Running => ("◐", self.busy()),
            TaskState::Done => ("✓", self.good()),
            TaskState::Failed => ("✕", self.bad()),
            TaskState::Cancelled => ("○", Style::new()),
            TaskState::Skipped => ("-", DIM),
        }
    }

    /// Shape and style of a plan's step.
    pub fn step(self, state: StepState) -> (&'static str, Style) {
        match state {
            StepState::Waiting => ("·", DIM),
            StepState::Running => ("◐", self.busy()),
            StepState::Done => ("✓", self.good()),
            StepState::Skipped => ("-", DIM),
            StepState::Failed => ("✕", self.bad()),
        }
    }

    /// Shape and style of a notice.
    pub fn severity(self, severity: Severity) -> (&'static str, Style) {
        match severity {
            Severity::Info => ("i", self.fg(Color::Cyan)),
            Severity::Warning => ("!", self.busy()),
            Severity::Error => ("✕", self.bad()),
        }
    }

    /// The style of a piece of a log line.
    pub fn log(self, style: logs::Style) -> Style {
        // By number: the names stand for roles.
        let colour = |colour: logs::Colour| Color::Indexed(colour.number());
        let mut shown = Style::new();
        if self == Self::Sixteen {
            (shown.fg, shown.bg) = (style.fg.map(colour), style.bg.map(colour));
        }
        shown.add_modifier(modifiers(style))
    }
}

fn modifiers(style: logs::Style) -> Modifier {
    [
        (style.bold, Modifier::BOLD),
        (style.dim, Modifier::DIM),
        (style.italic, Modifier::ITALIC),
        (style.underline, Modifier::UNDERLINED),
        (style.reverse, Modifier::REVERSED),
    ]
    .into_iter()
    .filter_map(|(is_on, modifier)| is_on.then_some(modifier))
    .collect()
}
