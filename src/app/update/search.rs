//! Searching and filtering: a slice of the logs at a time, so that keys never wait.

use crate::app::effect::Effect;
use crate::app::log_effect::LogEffect;
use crate::app::logs::{self, anchor, go_to, newest, oldest, shown_logs, with_shown};
use crate::app::model::Model;
use crate::components::log_view::{Direction, Filtered, Search};
use crate::core::notice::Notice;
use crate::logs::pattern::Pattern;
use crate::logs::request::{self, Statistics};
use crate::logs::scan::{Filter, Scan};
use crate::logs::{Entry, Store};

/// Bytes of log that are looked through in one update: some milliseconds, far below what
/// one notices in a key's answer.
const SLICE: usize = 512 * 1024;

/// Begins a search; the first find upwards is gone to as soon as it is there.
pub(super) fn begin(model: &mut Model, pane: usize, pattern: Pattern) {
    model.screen.searches += 1;
    let scans = with_shown(model, pane, |shown| anchor(&shown)).into_iter().map(Scan::starting_at).collect::<Vec<_>>();
    let spooled = vec![None; scans.len()];
    let search = Search { pattern, scans, id: model.screen.searches, spooled, pending: Some(Direction::Older) };
    model.logs[pane].view.search = Some(search);
}

/// Goes to the next find in a direction.
pub(super) fn next(model: &mut Model, direction: Direction) {
    let Some(pane) = logs::focused(model) else { return };
    match &mut model.logs[pane].view.search {
        Some(search) => search.pending = Some(direction),
        None => return model.tell(Notice::info("nothing is searched for; / begins a search")),
    }
    settle(model, pane);
}

/// Ends the search in the focused log; whether there was one.
pub(super) fn end(model: &mut Model) -> bool {
    logs::focused(model).is_some_and(|pane| model.logs[pane].view.search.take().is_some())
}

/// Other entries pass from now on. The view stays where it is, as far as that passes.
pub(super) fn filter(model: &mut Model, pane: usize, filter: Filter) {
    let scans = with_shown(model, pane, |shown| anchor(&shown)).into_iter().map(Scan::starting_at).collect();
    model.logs[pane].view.filtered = Filtered { filter, scans, requests: Statistics::default() };
    // What is in the first slice is shown at once.
    work_on(model, pane);
}

/// Does a slice of what is left to be searched and filtered.
pub(super) fn work(model: &mut Model) -> Vec<Effect> {
    let panes = (0..model.logs.len()).filter(|pane| logs::pane_is_behind(model, *pane)).collect::<Vec<_>>();
    panes.into_iter().flat_map(|pane| work_on(model, pane)).collect()
}

fn work_on(model: &mut Model, pane: usize) -> Vec<Effect> {
    let mut budget = SLICE;
    filter_slice(model, pane, &mut budget);
    search_slice(model, pane, &mut budget);
    settle(model, pane);
    search_spools(model, pane)
}

fn filter_slice(model: &mut Model, pane: usize, budget: &mut usize) {
    let mut filtered = std::mem::take(&mut model.logs[pane].view.filtered);
    if !filtered.filter.is_empty() {
        let places = shown_logs(model, pane);
        filtered.scans.resize_with(places.len(), Scan::default);
        for (scan, log) in filtered.scans.iter_mut().zip(places) {
            pass(scan, &model.logs[log].store, &filtered.filter, &mut filtered.requests, budget);
        }
    }
    model.logs[pane].view.filtered = filtered;
}

fn pass(scan: &mut Scan, store: &Store, filter: &Filter, requests: &mut Statistics, budget: &mut usize) {
    scan.work(store, budget, |unit| {
        let head = unit.start;
        if filter.requests {
            let lines = unit.clone().filter_map(|number| store.get(number)?.line());
            lines.filter_map(|line| request::recognise(line.text())).for_each(|request| requests.add(&request));
        }
        filter.passes(store, unit).then_some(head).into_iter()
    });
}

fn search_slice(model: &mut Model, pane: usize, budget: &mut usize) {
    let Some(mut search) = model.logs[pane].view.search.take() else { return };
    let places = shown_logs(model, pane);
    search.scans.resize_with(places.len(), Scan::default);
    search.spooled.resize(places.len(), None);
    let pattern = &search.pattern;
    for (scan, log) in search.scans.iter_mut().zip(places) {
        let store = &model.logs[log].store;
        let is_in = |number: &u64| store.get(*number).and_then(Entry::line).is_some_and(|l| pattern.is_in(l.text()));
        scan.work(store, budget, |unit| unit.filter(is_in).collect::<Vec<_>>().into_iter());
    }
    model.logs[pane].view.search = Some(search);
}

/// Asks for a search of the spools, each behind the whole of its log's memory.
fn search_spools(model: &mut Model, pane: usize) -> Vec<Effect> {
    let Some(mut search) = model.logs[pane].view.search.take() else { return Vec::new() };
    let mut effects = Vec::new();
    for ((scan, asked), log) in search.scans.iter().zip(&mut search.spooled).zip(shown_logs(model, pane)) {
        let log = &model.logs[log];
        let (store, generation) = (&log.store, log.store.generation());
        let is_wanted = !scan.is_behind(store) && store.oldest() < scan.scanned().start && *asked != Some(generation);
        if is_wanted {
            *asked = Some(generation);
            effects.push(Effect::Log(LogEffect::Search {
                search: search.id,
                service: log.service.clone(),
                pattern: search.pattern.as_str().to_owned(),
                before: scan.scanned().start,
            }));
        }
    }
    model.logs[pane].view.search = Some(search);
    effects
}

/// What a spool's search has found: older than everything that was found before.
pub(super) fn found(model: &mut Model, id: u64, service: &str, hits: &[u64], from: u64) {
    for pane in 0..model.logs.len() {
        let is_it = |search: &Search| search.id == id;
        if !model.logs[pane].view.search.as_ref().is_some_and(is_it) {
            continue;
        }
        let place = shown_logs(model, pane).iter().position(|log| model.logs[*log].service == service);
        if let (Some(search), Some(place)) = (&mut model.logs[pane].view.search, place) {
            search.scans[place].found_before(hits, from);
        }
        settle(model, pane);
    }
}

/// Goes to the find that was asked for, if it is known by now which one that is.
fn settle(model: &mut Model, pane: usize) {
    let Some(direction) = model.logs[pane].view.search.as_ref().and_then(|search| search.pending) else { return };
    let found = near(model, pane, direction);
    let is_behind = logs::pane_is_behind(model, pane);
    let found = match found {
        None if is_behind => return,
        None => round(model, pane, direction),
        found => found,
    };
    if let Some(search) = &mut model.logs[pane].view.search {
        search.pending = None;
    }
    if let Some((source, number)) = found {
        show(model, pane, source, number);
    }
}

/// The find nearest to where the reader is.
fn near(model: &Model, pane: usize, direction: Direction) -> Option<(usize, u64)> {
    let search = model.logs[pane].view.search.as_ref()?;
    let mut at = with_shown(model, pane, |shown| anchor(&shown));
    with_shown(model, pane, |shown| match direction {
        Direction::Older => {
            let found = at.iter().enumerate().zip(&search.scans);
            newest(&shown, found.filter_map(|((n, at), scan)| Some((n, scan.before(*at)?))))
        }
        Direction::Newer => {
            shown.view.cursor.into_iter().for_each(|(source, number)| at[source] = number + 1);
            let found = at.iter().enumerate().zip(&search.scans);
            oldest(&shown, found.filter_map(|((n, at), scan)| Some((n, scan.at_or_after(*at)?))))
        }
    })
}

/// The find at the other end, where there is none any more in a direction.
fn round(model: &Model, pane: usize, direction: Direction) -> Option<(usize, u64)> {
    let search = model.logs[pane].view.search.as_ref()?;
    with_shown(model, pane, |shown| {
        let scans = search.scans.iter().enumerate();
        match direction {
            Direction::Older => newest(&shown, scans.filter_map(|(n, scan)| Some((n, *scan.hits().back()?)))),
            Direction::Newer => oldest(&shown, scans.filter_map(|(n, scan)| Some((n, *scan.hits().front()?)))),
        }
    })
}

/// Goes to a line; a folded group that hides it is unfolded.
pub(super) fn show(model: &mut Model, pane: usize, source: usize, number: u64) {
    let folded = with_shown(model, pane, |shown| {
        let group = shown.sources[source].store.group(number)?;
        shown.view.folds.is_folded(group.kind, source, group.first).then_some(group.first)
    });
    if let Some(first) = folded {
        model.logs[pane].view.folds.toggle(source, first);
    }
    go_to(model, pane, source, number);
}
