//! The logs of the model as their panes show them.

use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::components::log_entry::Shown;
use crate::components::log_rows::Size;
use crate::components::log_view::{Position, Shows, ends};
use crate::core::observed::Timestamp;
use crate::logs::scan::Scan;
use crate::logs::walk::Source;
use crate::logs::{Entry, Level};

/// The log that keys go to.
pub fn focused(model: &Model) -> Option<usize> {
    match model.screen.focus {
        Pane::Log(n) if n < model.logs.len() => Some(n),
        _ => None,
    }
}

/// Whether the mouse is held since it was pressed on a line of the log in focus.
pub fn is_pressed(model: &Model) -> bool {
    focused(model).is_some_and(|pane| model.logs[pane].view.pressed.is_some())
}

/// Which logs a pane shows, by their places in the model's list.
pub fn shown_logs(model: &Model, pane: usize) -> Vec<usize> {
    match model.logs[pane].view.shows {
        Shows::One => vec![pane],
        Shows::All => (0..model.logs.len()).collect(),
    }
}

/// The services whose logs are on the screen.
pub fn in_view(model: &Model) -> Vec<String> {
    if layout::is_too_small(model) {
        return Vec::new();
    }
    let panes = layout::places(model).panes;
    let panes = panes.iter().filter_map(|(pane, _)| match pane {
        Pane::Log(n) if *n < model.logs.len() => Some(*n),
        _ => None,
    });
    panes.flat_map(|pane| shown_logs(model, pane)).map(|log| model.logs[log].service.clone()).collect()
}

/// What a pane shows of them.
pub fn sources(model: &Model, pane: usize) -> Vec<Source<'_>> {
    let view = &model.logs[pane].view;
    let is_filtered = !view.filtered.filter.is_empty();
    let hits = |place: usize| view.filtered.scans.get(place).filter(|_| is_filtered).map(Scan::hits);
    let source = |(place, log): (usize, usize)| Source {
        store: &model.logs[log].store,
        hits: hits(place),
        floor: view.floors.get(place).copied().unwrap_or(0),
    };
    shown_logs(model, pane).into_iter().enumerate().map(source).collect()
}

/// Looks at a pane's logs as they are shown.
pub fn with_shown<T>(model: &Model, pane: usize, look: impl FnOnce(Shown<'_>) -> T) -> T {
    let sources = sources(model, pane);
    let logs = shown_logs(model, pane);
    let names: Vec<&str> = logs.iter().map(|log| model.logs[*log].service.as_str()).collect();
    look(Shown {
        sources: &sources,
        names: &names,
        view: &model.logs[pane].view,
        zone: &model.screen.zone,
        now: model.now,
        colours: model.screen.colours,
    })
}

/// Columns and rows inside a log's pane; of the whole body where it is not shown.
pub fn size(model: &Model, pane: usize) -> Size {
    let places = layout::places(model);
    let area = places.of(Pane::Log(pane)).unwrap_or(places.body);
    (area.width.saturating_sub(2), area.height.saturating_sub(2))
}

/// Moves a pane's view.
pub fn reposition(model: &mut Model, pane: usize, position: impl FnOnce(Shown<'_>, Size) -> Position) {
    let size = size(model, pane);
    let position = with_shown(model, pane, |shown| position(shown, size));
    model.logs[pane].view.position = position;
}

/// Stops following where the view is.
pub fn pause(model: &mut Model, pane: usize) {
    let sources = sources(model, pane);
    let at = sources.iter().map(|source| source.store.end()).collect();
    let position = Position::Paused { at, hidden: 0, end: ends(&sources) };
    model.logs[pane].view.position = position;
}

/// Puts the cursor on a line and brings it into view.
pub fn go_to(model: &mut Model, pane: usize, source: usize, number: u64) {
    model.logs[pane].view.cursor = Some((source, number));
    reposition(model, pane, |shown, size| shown.showing(size, source, number));
}

/// From where one looks for the next or the one before: the cursor, or else the view's bottom.
pub fn anchor(model: &Model, pane: usize) -> Vec<u64> {
    with_shown(model, pane, |shown| match (shown.view.cursor, &shown.view.position) {
        (Some((source, number)), _) => {
            let mut at = shown.behind(source, number);
            at[source] = number;
            at
        }
        (None, Position::Paused { at, .. }) => at.clone(),
        (None, Position::Following) => shown.sources.iter().map(|source| source.store.end()).collect(),
    })
}

/// The newest of some entries, one of each log, and the oldest of them.
pub fn newest(shown: &Shown<'_>, found: impl Iterator<Item = (usize, u64)>) -> Option<(usize, u64)> {
    found.max_by_key(|(source, number)| (time(shown, *source, *number), *source))
}

/// The oldest of some entries, one of each log.
pub fn oldest(shown: &Shown<'_>, found: impl Iterator<Item = (usize, u64)>) -> Option<(usize, u64)> {
    found.min_by_key(|(source, number)| (time(shown, *source, *number), *source))
}

fn time(shown: &Shown<'_>, source: usize, number: u64) -> Timestamp {
    shown.sources[source].store.get(number).map_or(0, Entry::time)
}

/// The head of the error before a number, or of the next from it on, in one log.
pub fn error_near(source: &Source<'_>, number: u64, before: bool) -> Option<u64> {
    let store = source.store;
    let (first, end) = (store.first(), store.end());
    let is_error = |n: &u64| {
        let level = store.get(*n).and_then(Entry::line).and_then(|line| line.level);
        let is_head = store.unit(*n).start == *n;
        // The server's own line about a request stands right behind its traceback, which may
        // end in empty lines.
        let is_empty = |n: &u64| store.get(*n).and_then(Entry::line).is_some_and(|line| line.text().is_empty());
        let before = (first..*n).rev().find(|n| !is_empty(n));
        let follows = before.and_then(|n| store.group(n)).is_some_and(|group| group.level >= Level::Error);
        is_head && !follows && level.max(store.group(*n).map(|group| group.level)) >= Some(Level::Error)
    };
    let is_shown = |n: &u64| *n >= source.floor && source.hits.is_none_or(|hits| hits.binary_search(n).is_ok());
    let wanted = |n: &u64| is_error(n) && is_shown(n);
    if before { (first..number.min(end)).rev().find(wanted) } else { (number.max(first)..end).find(wanted) }
}

/// Whether something is not in its spool yet.
pub fn is_unkept(model: &Model) -> bool {
    model.logs.iter().any(|log| !log.unkept.records.is_empty())
}

/// Whether something is left to be searched or filtered in some pane.
pub fn is_behind(model: &Model) -> bool {
    (0..model.logs.len()).any(|pane| pane_is_behind(model, pane))
}

/// Whether something is left to be searched or filtered of what a pane shows.
pub fn pane_is_behind(model: &Model, pane: usize) -> bool {
    let view = &model.logs[pane].view;
    let searched = view.search.as_ref().map(|search| &search.scans);
    let filtered = Some(&view.filtered.scans).filter(|_| !view.filtered.filter.is_empty());
    if searched.or(filtered).is_none() {
        return false;
    }
    let logs = shown_logs(model, pane);
    let behind = |scans: &Vec<Scan>| {
        let is_behind =
            |(place, log): (usize, &usize)| scans.get(place).is_none_or(|scan| scan.is_behind(&model.logs[*log].store));
        logs.iter().enumerate().any(is_behind)
    };
    searched.is_some_and(behind) || filtered.is_some_and(behind)
}
