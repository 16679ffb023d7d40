//! What a service used, as bars: in one line beside its numbers, or over several.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::Span;
use ratatui::widgets::{Sparkline, Widget};

use crate::components::look::{Colours, DIM};
use crate::core::usage::Usage;

/// Points beside a service's numbers: the last 40 seconds. With as many more the line had no room
/// beside an uptime of hours on a screen of 200 columns.
pub const CELLS: usize = 8;
/// What a bar beside a number reaches to at least: one processor. Below it nothing jumps.
const ONE_PROCESSOR: u64 = 1000;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Tenths of a percent of one processor.
    Processor,
    /// Bytes.
    Memory,
}

impl Measure {
    /// Its values; `None` where nothing was read.
    pub fn values(self, points: &[Option<Usage>]) -> Vec<Option<u64>> {
        let value = |usage: Usage| match self {
            Self::Processor => usage.cpu_tenths.map(u64::from),
            Self::Memory => Some(usage.memory_bytes),
        };
        points.iter().map(|point| point.and_then(value)).collect()
    }

    /// A value in words.
    pub fn text(self, value: u64) -> String {
        match self {
            Self::Processor => {
                Usage { cpu_tenths: Some(u32::try_from(value).unwrap_or(u32::MAX)), memory_bytes: 0 }.cpu_text()
            }
            Self::Memory => Usage { cpu_tenths: None, memory_bytes: value }.memory_text(),
        }
    }

    /// A round value above all of them: one that changes seldom, so that bars keep their heights.
    pub fn top(self, values: &[Option<u64>]) -> u64 {
        let peak = values.iter().flatten().copied().max().unwrap_or(0);
        match self {
            // 1, 2, 5, 10 ... percent, so that a quiet server's graph is more than a line.
            Self::Processor => (1..9).flat_map(|n| [1, 2, 5].map(|k| k * 10_u64.pow(n))).find(|top| *top >= peak),
            Self::Memory => peak.max(1 << 20).checked_next_power_of_two(),
        }
        .unwrap_or(peak)
    }
}

/// The last moments in one line.
pub fn line(measure: Measure, points: &[Option<Usage>], colours: Colours) -> Span<'static> {
    let values = measure.values(points);
    let top = match measure {
        Measure::Processor => measure.top(&values).max(ONE_PROCESSOR),
        Measure::Memory => measure.top(&values),
    };
    let area = Rect::new(0, 0, u16::try_from(values.len()).unwrap_or(u16::MAX), 1);
    let mut buf = Buffer::empty(area);
    bars(&values, top, style(measure, colours), area, &mut buf);
    Span::styled(buf.content().iter().map(|cell| cell.symbol()).collect::<String>(), style(measure, colours))
}

/// The newest values as bars, the last at the right edge.
pub fn bars(values: &[Option<u64>], top: u64, style: Style, area: Rect, buf: &mut Buffer) {
    let shown = &values[values.len().saturating_sub(usize::from(area.width))..];
    // The lowest step for what is almost nothing: only what was not read is blank.
    let least = top.div_ceil(u64::from(area.height.max(1)) * 8);
    let bars: Vec<Option<u64>> = shown.iter().map(|value| value.map(|value| value.max(least))).collect();
    Sparkline::default()
        .data(bars)
        .max(top)
        .style(style)
        .absent_value_symbol(" ")
        .absent_value_style(DIM)
        .render(area, buf);
}

/// The colour of a measure.
pub fn style(measure: Measure, colours: Colours) -> Style {
    match measure {
        Measure::Processor => colours.fg(Color::Cyan),
        Measure::Memory => colours.fg(Color::Magenta),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(measure: Measure, values: &[u64]) -> String {
        let point = |value: &u64| match measure {
            Measure::Processor => Usage { cpu_tenths: Some(u32::try_from(*value * 10).unwrap()), memory_bytes: 0 },
            Measure::Memory => Usage { cpu_tenths: None, memory_bytes: value << 20 },
        };
        let points: Vec<_> = std::iter::once(None).chain(values.iter().map(|value| Some(point(value)))).collect();
        line(measure, &points, Colours::None).content.into_owned()
    }

    #[test]
    fn heights_are_of_one_processor_or_more_and_of_a_round_size() {
        assert_eq!(text(Measure::Processor, &[0, 1, 13, 50, 100]), " ▁▁▁▄█");
        assert_eq!(text(Measure::Processor, &[100, 200]), " ▄█");
        assert_eq!(text(Measure::Memory, &[64, 84, 128]), " ▄▅█");
        assert_eq!(text(Measure::Memory, &[]), " ");
    }

    #[test]
    fn tops_are_round() {
        for (peak, wanted) in [(0, 10), (34, 50), (1000, 1000), (1001, 2000), (u64::MAX, u64::MAX)] {
            assert_eq!(Measure::Processor.top(&[Some(peak), None]), wanted);
        }
        assert_eq!(Measure::Memory.top(&[Some(84 << 20)]), 128 << 20);
        assert_eq!(Measure::Memory.top(&[Some(u64::MAX)]), u64::MAX);
    }
}
