//! What services used, as graphs: for each the processor at the left and memory at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::components::elapsed;
use crate::components::look::{BOLD, Colours, DIM};
use crate::components::sparkline::{self, Measure};
use crate::core::observed::Timestamp;
use crate::core::usage::Usage;
use crate::core::usage::history::{KEPT, STEP};
use crate::logs::sanitise::plain;

/// Rows of a service's graphs: a title, and bars that are high enough to be read; more than the
/// highest is only larger.
const LOWEST: u16 = 4;
const HIGHEST: u16 = 20;
/// Columns of the scale: `1023M`, and a blank.
const SCALE: u16 = 6;

/// What a service used.
#[derive(Debug, Clone)]
pub struct Used {
    /// The service.
    pub name: String,
    /// Its points, the newest last.
    pub points: Vec<Option<Usage>>,
}

/// The graphs of some services.
#[derive(Debug)]
pub struct UsageGraphs<'a> {
    /// Those of which something is known.
    pub services: &'a [Used],
    /// Colours.
    pub colours: Colours,
}

/// Columns in which there is room for two axes and a word between them.
const ROOMY: u16 = 100;

impl UsageGraphs<'_> {
    /// How many of them have room.
    fn shown(&self, height: u16) -> usize {
        // The last row tells how far back they look.
        usize::from(height.saturating_sub(1) / LOWEST).min(self.services.len())
    }
}

impl Widget for UsageGraphs<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let shown = self.shown(area.height);
        let Some(rows) = u16::try_from(shown).ok().filter(|shown| *shown > 0) else { return };
        let height = ((area.height - 1) / rows).clamp(LOWEST, HIGHEST);
        let constraints = std::iter::repeat_n(Constraint::Length(height), shown).chain([Constraint::Length(1)]);
        let places = Layout::vertical(constraints).split(area);
        let halves = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).spacing(2);
        for (service, place) in self.services.iter().zip(places.iter()).take(shown) {
            let [left, right] = place.layout(&halves);
            self.graph(service, Measure::Processor, left, buf);
            self.graph(service, Measure::Memory, right, buf);
        }
        let hidden = self.services.len() - shown;
        if hidden == 0 || area.width >= ROOMY {
            let axis = places[shown].layout::<2>(&halves);
            axis.iter().for_each(|half| ages(*half, buf));
        }
        if hidden > 0 {
            let more = format!(" ↓ {hidden} more have no room ");
            Line::styled(more, DIM).centered().render(places[shown], buf);
        }
    }
}

impl UsageGraphs<'_> {
    fn graph(&self, service: &Used, measure: Measure, area: Rect, buf: &mut Buffer) {
        let [title, body] = area.layout(&Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]));
        let [scale, bars] = body.layout(&Layout::horizontal([Constraint::Length(SCALE), Constraint::Fill(1)]));
        let points = &service.points[service.points.len().saturating_sub(usize::from(bars.width))..];
        let values = measure.values(points);
        heading(&service.name, measure, &values).render(title, buf);
        let top = measure.top(&values);
        for (row, value) in [(scale.y, top), (scale.bottom().saturating_sub(1), 0)] {
            let text = format!("{:>5} ", measure.text(value));
            buf.set_line(scale.x, row, &Line::styled(text, DIM), scale.width);
        }
        sparkline::bars(&right_aligned(values, bars.width), top, sparkline::style(measure, self.colours), bars, buf);
    }
}

/// `web cpu 3%, at most 101%`.
fn heading(name: &str, measure: Measure, values: &[Option<u64>]) -> Line<'static> {
    let word = match measure {
        Measure::Processor => "cpu",
        Measure::Memory => "memory",
    };
    let known = |value: Option<u64>| value.map_or_else(|| "not read".to_owned(), |value| measure.text(value));
    let now = known(values.last().copied().flatten());
    let most = known(values.iter().flatten().copied().max());
    Line::from(vec![
        Span::styled(format!("{} ", plain(name)), BOLD),
        Span::raw(format!("{word} {now}, at most {most}")),
    ])
}

/// Filled up at the left: the newest stands at the right edge.
fn right_aligned(values: Vec<Option<u64>>, width: u16) -> Vec<Option<u64>> {
    let missing = usize::from(width).saturating_sub(values.len());
    std::iter::repeat_n(None, missing).chain(values).collect()
}

/// How far back the bars look.
fn ages(area: Rect, buf: &mut Buffer) {
    let bars = Rect { x: area.x + SCALE.min(area.width), width: area.width.saturating_sub(SCALE), ..area };
    let columns = usize::from(bars.width);
    // Older points than those are not kept.
    let (indent, points) = (columns.saturating_sub(KEPT), columns.min(KEPT));
    let back = elapsed::span(Timestamp::try_from(points).unwrap_or(0) * STEP, false);
    let old = format!("{}{back} ago", " ".repeat(indent));
    Line::styled(old, DIM).render(bars, buf);
    Line::styled("now", DIM).right_aligned().render(bars, buf);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(name: &str) -> Used {
        let usage = |n: u32| Usage { cpu_tenths: Some(n * 100), memory_bytes: u64::from(n) << 24 };
        Used { name: name.to_owned(), points: (0..10).map(|n| Some(usage(n))).chain([None, Some(usage(4))]).collect() }
    }

    fn picture(services: &[Used], (width, height): (u16, u16)) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
        UsageGraphs { services, colours: Colours::None }.render(buf.area, &mut buf);
        let row = |row: &[ratatui::buffer::Cell]| row.iter().map(|cell| cell.symbol()).collect::<String>();
        let rows = buf.content().chunks(usize::from(width)).map(|cells| row(cells).trim_end().to_owned());
        rows.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn graphs_of_two_services() {
        insta::assert_snapshot!(picture(&[used("db"), used("web")], (64, 13)));
    }

    #[test]
    fn as_many_as_have_room_and_the_rest_is_counted() {
        let shown = picture(&[used("db"), used("web"), used("worker")], (60, 9));
        assert!(shown.contains("web cpu") && !shown.contains("worker cpu"), "{shown}");
        assert!(shown.contains("1 more have no room"), "{shown}");
        assert_eq!(picture(&[used("db")], (60, 3)).trim(), "");
        // The smallest areas are no harm.
        for size in [(1, 5), (5, 5), (8, 6), (60, 1), (300, 80)] {
            picture(&[used("db")], size);
        }
    }
}
