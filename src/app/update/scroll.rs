//! Scrolling. A log that is scrolled up is left where it is while lines come in; at its end
//! it follows again.

use crate::app::layout;
use crate::app::model::{Model, Pane};
use crate::app::view;
use crate::components::log_pane::{self, Scroll};
use crate::components::pane::last_offset;

/// Scrolls the focused pane by lines.
pub(super) fn lines(model: &mut Model, by: i64) {
    pane_by(model, model.screen.focus, by);
}

/// Scrolls the focused pane by half pages.
pub(super) fn half_pages(model: &mut Model, by: i64) {
    let half = (i64::from(inner(model, model.screen.focus).1) / 2).max(1);
    lines(model, by * half);
}

/// To the first line of the focused pane.
pub(super) fn top(model: &mut Model) {
    lines(model, i64::MIN / 2);
}

/// To the last line of the focused pane; a log follows.
pub(super) fn bottom(model: &mut Model) {
    lines(model, i64::MAX / 2);
}

/// Lets the focused log follow.
pub(super) fn follow(model: &mut Model) {
    if let Pane::Log(n) = model.screen.focus {
        model.logs.get_mut(n).into_iter().for_each(|log| log.scroll = Scroll::Following);
    }
}

/// Pauses the focused log where it is, or lets it follow again.
pub(super) fn toggle_follow(model: &mut Model) {
    let Pane::Log(n) = model.screen.focus else { return };
    let Some(log) = model.logs.get_mut(n) else { return };
    let end = log.store.end();
    log.scroll = match log.scroll {
        Scroll::Following => Scroll::Paused { bottom: end, end },
        Scroll::Paused { .. } => Scroll::Following,
    };
}

/// Scrolls a pane by lines.
pub(super) fn pane_by(model: &mut Model, pane: Pane, by: i64) {
    let (width, height) = inner(model, pane);
    match pane {
        Pane::Log(n) => log_by(model, n, by, height),
        _ => {
            let last = last_offset(view::lines(model, pane, width).len(), height);
            let offset = list_offset(model, pane);
            // Offsets are line counts, far below what an i64 holds.
            let wanted = i64::try_from((*offset).min(last)).unwrap_or(0).saturating_add(by).max(0);
            *offset = usize::try_from(wanted).unwrap_or(usize::MAX).min(last);
        }
    }
}

fn log_by(model: &mut Model, n: usize, by: i64, height: u16) {
    let Some(log) = model.logs.get_mut(n) else { return };
    let (_, bottom) = log_pane::window(&log.store, log.scroll, height);
    let lowest = (log.store.first() + u64::from(height)).min(log.store.end());
    let wanted = bottom.saturating_add_signed(by).max(lowest);
    log.scroll = match log.scroll {
        _ if wanted >= log.store.end() => Scroll::Following,
        Scroll::Paused { end, .. } => Scroll::Paused { bottom: wanted, end },
        Scroll::Following => Scroll::Paused { bottom: wanted, end: log.store.end() },
    };
}

/// Columns and rows inside a pane's frame; of the whole body where it is not shown.
fn inner(model: &Model, pane: Pane) -> (u16, u16) {
    let places = layout::places(model);
    let area = places.of(pane).unwrap_or(places.body);
    (area.width.saturating_sub(2), area.height.saturating_sub(2))
}

fn list_offset(model: &mut Model, pane: Pane) -> &mut usize {
    let offsets = &mut model.screen.offsets;
    match pane {
        Pane::Services => &mut offsets.services,
        Pane::Tasks => &mut offsets.tasks,
        // A log has no offset; it never gets here.
        Pane::Notices | Pane::Log(_) => &mut offsets.notices,
    }
}
