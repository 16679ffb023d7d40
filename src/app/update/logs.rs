//! Lines and marks enter a service's log; what is kept elsewhere comes back.

use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::log_effect::LogEffect;
use crate::app::logs::{shown_logs, size, with_shown};
use crate::app::message::LogMsg;
use crate::app::model::{Log, Model, Pane, Unkept};
use crate::app::update::{console, search};
use crate::components::log_view::Position;
use crate::logs::Entry;

pub(super) fn update(model: &mut Model, msg: LogMsg) -> Vec<Effect> {
    match msg {
        LogMsg::Lines { service, lines } => {
            let effects = console::heard(model, &service, &lines);
            let log = model.log_mut(&service);
            lines.into_iter().for_each(|line| log.push(Entry::Line(line)));
            return effects;
        }
        LogMsg::Mark { service, time, mark } => model.log_mut(&service).mark(time, mark),
        LogMsg::Container { service, container } => {
            let log = model.log_mut(&service);
            log.unreadable = None;
            log.container(&container);
        }
        LogMsg::Unreadable { service, notice } => model.log_mut(&service).unreadable = Some(notice),
        LogMsg::Spooled { service, oldest, first, entries } => {
            let log = model.log_mut(&service);
            log.store.go_on_at(oldest, first);
            entries.into_iter().for_each(|entry| log.show(entry));
        }
        LogMsg::Page { service, first, entries } => page(model, &service, first, entries),
        LogMsg::SpoolBegins { service, at } => model.log_mut(&service).store.spool_begins_at(at),
        LogMsg::ReadBack { service, goes_on } => model.log_mut(&service).store.read_back(goes_on),
        LogMsg::Found { search, service, hits, from } => search::found(model, search, &service, &hits, from),
    }
    Vec::new()
}

fn page(model: &mut Model, service: &str, first: u64, entries: Vec<Entry>) {
    model.log_mut(service).store.page(first, entries);
    for pane in 0..model.logs.len() {
        let awaited = model.logs[pane].view.awaited.take();
        let is_it = |log: &usize| model.logs[*log].service == service;
        // Another service's page is still on its way.
        if !awaited.is_some_and(|(source, _)| shown_logs(model, pane).get(source).is_some_and(is_it)) {
            model.logs[pane].view.awaited = awaited;
        }
    }
}

/// Bytes of records that are put into a spool at once, before it is time for all.
const MANY: usize = 16 * 1024;

/// Puts what came into the spools: all of it, or what is much.
pub(super) fn keep(model: &mut Model, all: bool) -> Vec<Effect> {
    let least = if all { 1 } else { MANY };
    let unkept = model.logs.iter_mut().filter(|log| log.unkept.records.len() >= least);
    let keep = |log: &mut Log| {
        let Unkept { first, records } = std::mem::take(&mut log.unkept);
        Effect::Log(LogEffect::Keep { service: log.service.clone(), first, records })
    };
    unkept.map(keep).collect()
}

/// Asks for the pages of the spools that panes in view lack.
pub(super) fn read_pages(model: &mut Model) -> Vec<Effect> {
    let is_reading = |pane: &usize| model.logs[*pane].view.position != Position::Following;
    let panes: Vec<usize> = (0..model.logs.len()).filter(is_reading).collect();
    if panes.is_empty() || layout::is_too_small(model) {
        return Vec::new();
    }
    let places = layout::places(model);
    panes
        .into_iter()
        .filter(|pane| places.of(Pane::Log(*pane)).is_some())
        .filter_map(|pane| read(model, pane))
        .collect()
}

fn read(model: &mut Model, pane: usize) -> Option<Effect> {
    let size = size(model, pane);
    let (source, around) = with_shown(model, pane, |shown| shown.awaited(size))?;
    let asked = model.logs[pane].view.awaited.replace((source, around));
    let service = model.logs[shown_logs(model, pane)[source]].service.clone();
    (asked != Some((source, around))).then_some(Effect::Log(LogEffect::Read { service, around }))
}
