//! Scrolling. A log that is scrolled up is left where it is while lines come in; at its end
//! it follows again.

use crate::app::layout;
use crate::app::logs;
use crate::app::model::{Model, Pane};
use crate::app::task_list;
use crate::app::update::log_select;
use crate::app::view;
use crate::components::log_view::Position;
use crate::components::pane::last_offset;

/// Scrolls the focused pane by lines.
pub(super) fn lines(model: &mut Model, by: i64) {
    if log_select::moved(model, by) {
        return;
    }
    match model.screen.focus {
        Pane::Tasks if !model.tasks.is_empty() => select_task(model, by),
        Pane::Notices if !model.notices.is_empty() => select_notice(model, by),
        pane => pane_by(model, pane, by),
    }
}

/// Selects the task so many places on, and keeps it in view.
fn select_task(model: &mut Model, by: i64) {
    let tasks = task_list::ordered(model);
    let last = i64::try_from(tasks.len()).unwrap_or(i64::MAX) - 1;
    let place = i64::try_from(task_list::selected_place(model)).unwrap_or(0).saturating_add(by).clamp(0, last);
    // It lies between 0 and the last place.
    let place = usize::try_from(place).unwrap_or(0);
    model.screen.selected = Some(tasks[place].view.container_id.clone());
    let (head, height) = (view::task_head(model, place), usize::from(inner(model, Pane::Tasks).1));
    let offset = &mut model.screen.offsets.tasks;
    // What goes on is told above the first of them.
    *offset = if place == 0 { 0 } else { (*offset).min(head).max((head + 1).saturating_sub(height)) };
}

/// Selects the notice so many places on, and shows it: whole where it has room.
fn select_notice(model: &mut Model, by: i64) {
    let last = model.notices.len() - 1;
    let place = i64::try_from(model.screen.noticed).unwrap_or(0).saturating_add(by).max(0);
    let place = usize::try_from(place).unwrap_or(last).min(last);
    model.screen.noticed = place;
    let (width, height) = inner(model, Pane::Notices);
    let (head, end) = (view::notice_head(model, place, width), view::notice_head(model, place + 1, width));
    let offset = &mut model.screen.offsets.notices;
    *offset = (*offset).max(end.saturating_sub(usize::from(height))).min(head);
}

/// Selects the notice at a row of the screen.
pub(super) fn select_notice_at(model: &mut Model, row: u16) {
    let Some(area) = layout::places(model).of(Pane::Notices) else { return };
    let line = usize::from(row.saturating_sub(area.y + 1)) + model.screen.offsets.notices;
    let width = area.width.saturating_sub(2);
    let at = (0..model.notices.len()).rev().find(|place| view::notice_head(model, *place, width) <= line);
    model.screen.noticed = at.unwrap_or(model.screen.noticed);
}

/// Selects the task at a row of the screen.
pub(super) fn select_task_at(model: &mut Model, row: u16) {
    let Some(area) = layout::places(model).of(Pane::Tasks) else { return };
    let line = usize::from(row.saturating_sub(area.y + 1)) + model.screen.offsets.tasks;
    let tasks = task_list::ordered(model);
    let at = (0..tasks.len()).rev().find(|place| view::task_head(model, *place) <= line);
    model.screen.selected = at.map(|place| tasks[place].view.container_id.clone()).or(model.screen.selected.take());
}

/// Scrolls the focused pane by half pages.
pub(super) fn half_pages(model: &mut Model, by: i64) {
    let half = (i64::from(inner(model, model.screen.focus).1) / 2).max(1);
    if !log_select::moved(model, by * half) {
        pane_by(model, model.screen.focus, by * half);
    }
}

/// To the first line of the focused pane.
pub(super) fn top(model: &mut Model) {
    match logs::focused(model) {
        Some(pane) => logs::reposition(model, pane, |shown, size| shown.top(size)),
        None => lines(model, i64::MIN / 2),
    }
}

/// To the last line of the focused pane; a log follows.
pub(super) fn bottom(model: &mut Model) {
    match logs::focused(model) {
        Some(pane) => model.logs[pane].view.follow(),
        None => lines(model, i64::MAX / 2),
    }
}

/// Lets the focused log follow.
pub(super) fn follow(model: &mut Model) {
    if let Some(pane) = logs::focused(model) {
        model.logs[pane].view.follow();
    }
}

/// Pauses the focused log where it is, or lets it follow again.
pub(super) fn toggle_follow(model: &mut Model) {
    let Some(pane) = logs::focused(model) else { return };
    match model.logs[pane].view.position {
        Position::Following => logs::pause(model, pane),
        Position::Paused { .. } => model.logs[pane].view.follow(),
    }
}

/// Scrolls a pane by lines.
pub(super) fn pane_by(model: &mut Model, pane: Pane, by: i64) {
    let (width, height) = inner(model, pane);
    match pane {
        Pane::Log(n) if n < model.logs.len() => {
            logs::reposition(model, n, |shown, size| shown.moved(size, by));
        }
        // Its scrollback is its emulator's.
        Pane::Console(_) => {}
        _ => {
            let last = last_offset(view::lines(model, pane, width).len(), height);
            let offset = list_offset(model, pane);
            // Offsets are line counts, far below what an i64 holds.
            let wanted = i64::try_from((*offset).min(last)).unwrap_or(0).saturating_add(by).max(0);
            *offset = usize::try_from(wanted).unwrap_or(usize::MAX).min(last);
        }
    }
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
        // Logs and consoles have no offset; they never get here.
        Pane::Notices | Pane::Log(_) | Pane::Console(_) => &mut offsets.notices,
    }
}
