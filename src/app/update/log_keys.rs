//! Actions on the log in focus.

use crate::app::effect::Effect;
use crate::app::log_prompt::Kind;
use crate::app::logs::{self, anchor, focused, newest, with_shown};
use crate::app::model::{Log, Model, Pane};
use crate::app::update::act::{Handler, quietly};
use crate::app::update::{log_prompt, log_text, search, traceback};
use crate::components::log_view::{Direction, Shows};
use crate::core::notice::Notice;
use crate::logs::walk::Source;
use crate::logs::{Entry, Level, Mark};

/// Columns that one key scrolls sideways.
const SIDEWAYS: usize = 8;
/// The farthest column: no line is longer.
const FARTHEST: usize = crate::logs::sanitise::MAX_SHOWN;

/// A column further to the left.
pub(super) const LEFT: fn(usize) -> usize = |column| column.saturating_sub(SIDEWAYS);
/// A column further to the right.
pub(super) const RIGHT: fn(usize) -> usize = |column| (column + SIDEWAYS).min(FARTHEST);

/// What the actions do, by id.
pub(super) const HANDLERS: &[(&str, Handler)] = &[
    ("search", |model| quietly(|| log_prompt::open(model, Kind::Search))),
    ("next-match", |model| quietly(|| search::next(model, Direction::Older))),
    ("previous-match", |model| quietly(|| search::next(model, Direction::Newer))),
    ("filter", |model| quietly(|| log_prompt::open(model, Kind::Filter))),
    ("go-to-time", |model| quietly(|| log_prompt::open(model, Kind::Time))),
    ("level", |model| quietly(|| level(model))),
    ("requests", |model| quietly(|| requests(model))),
    ("previous-error", |model| quietly(|| error(model, Direction::Older))),
    ("next-error", |model| quietly(|| error(model, Direction::Newer))),
    ("frames", |model| quietly(|| traceback::list(model))),
    ("fold", |model| quietly(|| fold(model))),
    ("merged", |model| quietly(|| merged(model))),
    ("wrap", |model| quietly(|| change(model, |log| log.view.wrap()))),
    ("times", |model| quietly(|| change(model, |log| log.view.times = log.view.times.next()))),
    ("scroll-left", |model| quietly(|| change(model, |log| log.view.sideways(LEFT)))),
    ("scroll-right", |model| quietly(|| change(model, |log| log.view.sideways(RIGHT)))),
    ("mark", |model| quietly(|| mark(model))),
    ("previous-mark", |model| quietly(|| previous_mark(model))),
    ("clear", |model| quietly(|| clear(model))),
    ("copy", log_text::copy),
    ("save", log_text::save),
    ("pager", log_text::pager),
];

/// Enter on a traceback opens its place; `None` where there is none under the cursor.
pub(super) fn open(model: &mut Model) -> Option<Vec<Effect>> {
    traceback::open(model)
}

fn change(model: &mut Model, change: impl FnOnce(&mut Log)) {
    if let Some(pane) = focused(model) {
        change(&mut model.logs[pane]);
    }
}

fn level(model: &mut Model) {
    let Some(pane) = focused(model) else { return };
    let mut filter = model.logs[pane].view.filtered.filter.clone();
    filter.level = match filter.level {
        None => Some(Level::Warning),
        Some(Level::Warning) => Some(Level::Error),
        Some(_) => None,
    };
    search::filter(model, pane, filter);
}

fn requests(model: &mut Model) {
    let Some(pane) = focused(model) else { return };
    let mut filter = model.logs[pane].view.filtered.filter.clone();
    filter.requests = !filter.requests;
    search::filter(model, pane, filter);
}

fn error(model: &mut Model, direction: Direction) {
    let Some(pane) = focused(model) else { return };
    let found = with_shown(model, pane, |shown| logs::error_from(&shown, direction));
    match found {
        Some((source, number)) => logs::go_to(model, pane, source, number),
        None => model.tell(no_further(direction)),
    }
}

fn no_further(direction: Direction) -> Notice {
    match direction {
        Direction::Older => Notice::info("there is no older error in the log"),
        Direction::Newer => Notice::info("there is no newer error in the log").remedy("`[` goes to the one before"),
    }
}

/// Folds or unfolds the traceback under the cursor; all of them where there is no cursor.
fn fold(model: &mut Model) {
    let Some(pane) = focused(model) else { return };
    let group = with_shown(model, pane, |shown| logs::group_at_cursor(&shown));
    model.logs[pane].view.fold(group);
}

/// All services' logs in one; from another pane, in the first log's.
fn merged(model: &mut Model) {
    if focused(model).is_none() && !model.logs.is_empty() {
        model.screen.focus = Pane::Log(0);
    }
    let Some(pane) = focused(model) else { return };
    let view = &mut model.logs[pane].view;
    view.show(if view.shows == Shows::One { Shows::All } else { Shows::One });
    let filter = view.filtered.filter.clone();
    if !filter.is_empty() {
        search::filter(model, pane, filter);
    }
}

fn mark(model: &mut Model) {
    let now = model.now;
    change(model, |log| log.push(Entry::Mark { time: now, mark: Mark::Reader }));
}

fn previous_mark(model: &mut Model) {
    let Some(pane) = focused(model) else { return };
    let found = with_shown(model, pane, |shown| {
        let at = anchor(&shown);
        let is_mark = |source: &Source<'_>, n: &u64| matches!(source.store.get(*n), Some(Entry::Mark { .. }));
        let near = |source: &Source<'_>, at: u64| (source.store.first()..at).rev().find(|n| is_mark(source, n));
        let found = at.iter().zip(shown.sources).enumerate();
        newest(&shown, found.filter_map(|(n, (at, source))| Some((n, near(source, *at)?))))
    });
    match found {
        Some((source, number)) => logs::go_to(model, pane, source, number),
        None => model.tell(Notice::info("there is no mark before; . puts one")),
    }
}

/// Clears what is there; the lines are kept, and are there again after a second time.
fn clear(model: &mut Model) {
    let Some(pane) = focused(model) else { return };
    let ends = logs::sources(model, pane).iter().map(|source| source.store.end()).collect();
    let view = &mut model.logs[pane].view;
    view.floors = if view.floors.is_empty() { ends } else { Vec::new() };
    view.follow();
}
