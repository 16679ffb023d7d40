//! What of a log is selected, by keys or with the mouse, to be copied: lines, or the word of a double click.

use crate::app::effect::Effect;
use crate::app::log_effect::LogEffect;
use crate::app::logs::{self, focused, go_to, with_shown};
use crate::app::model::{Model, Pane};
use crate::app::update::log_text;
use crate::components::log_word::Word;
use crate::core::input::Mouse;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::logs::walk::{Item, Walk};

/// Presses at one cell within so many nanoseconds are a double click.
const TOGETHER: Timestamp = 400_000_000;

/// A line of a pane: its log among those that are shown, and its number.
type Line = (usize, u64);

/// Begins to select at the line under the cursor (the last in view where there is none), or
/// drops what is selected.
pub(super) fn toggle(model: &mut Model) {
    let Some(pane) = focused(model) else {
        return model.tell(Notice::info("that is for consoles and logs: 2 to 9 focus one"));
    };
    if !drop_it(model) {
        let size = logs::size(model, pane);
        let last =
            with_shown(model, pane, |shown| shown.rows(size).last().map(|row| (row.item.source, row.item.number)));
        let Some(line) = model.logs[pane].view.cursor.or(last) else { return };
        model.logs[pane].view.selected_from = Some(line);
        put(model, pane, line);
    }
}

/// Drops what is selected in the log in focus; says whether something was.
pub(super) fn drop_it(model: &mut Model) -> bool {
    focused(model).is_some_and(|pane| {
        let view = &mut model.logs[pane].view;
        view.word.take().is_some() | view.selected_from.take().is_some()
    })
}

/// Selects up to a line so many on, where something is selected in the log in focus.
pub(super) fn moved(model: &mut Model, by: i64) -> bool {
    let Some(pane) = focused(model).filter(|pane| model.logs[*pane].view.selected_from.is_some()) else { return false };
    if let Some(line) = with_shown(model, pane, |shown| {
        let cursor = shown.view.cursor?;
        let mut at = shown.behind(cursor.0, cursor.1);
        if by < 0 {
            at[cursor.0] = cursor.1;
        }
        let mut walk = Walk::from(shown.sources, &shown.view.folds, &at);
        let step = |walk: &mut Walk<'_>| if by < 0 { walk.back() } else { walk.on() };
        let items =
            std::iter::from_fn(|| step(&mut walk)).take(usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX));
        items.last().map(|item: Item| (item.source, item.number))
    }) {
        put(model, pane, line);
    }
    true
}

fn put(model: &mut Model, pane: usize, (source, number): Line) {
    go_to(model, pane, source, number);
}

/// A press on a log: nothing is selected any more, but the word there by a double click.
pub(super) fn press(model: &mut Model, pane: usize, mouse: Mouse) {
    let line = line_at(model, pane, mouse.row);
    let word = is_double(model, pane, mouse).then(|| word_at(model, pane, mouse)).flatten();
    // One word is marked, in whichever pane: it is the one that is copied.
    model.logs.iter_mut().for_each(|log| log.view.word = None);
    let now = model.now;
    let view = &mut model.logs[pane].view;
    view.clicked = word.is_none().then_some((now, mouse.column, mouse.row));
    (view.selected_from, view.word, view.pressed) = (None, word, line);
}

fn is_double(model: &Model, pane: usize, mouse: Mouse) -> bool {
    let before = model.logs[pane].view.clicked;
    before.is_some_and(|(at, x, y)| model.now - at < TOGETHER && (x, y) == (mouse.column, mouse.row))
}

fn word_at(model: &Model, pane: usize, mouse: Mouse) -> Option<Word> {
    let area = crate::app::layout::places(model).of(Pane::Log(pane))?;
    let (row, column) = (mouse.row.checked_sub(area.y + 1)?, mouse.column.checked_sub(area.x + 1)?);
    let size = logs::size(model, pane);
    with_shown(model, pane, |shown| {
        let row = *shown.rows(size).get(usize::from(row))?;
        shown.word_at(row, size, column.into())
    })
}

/// The mouse was moved with its button held: what lies between is selected.
pub(super) fn drag(model: &mut Model, row: u16) {
    let Some(pane) = focused(model) else { return };
    let (Some(from), Some(to)) = (model.logs[pane].view.pressed, line_at(model, pane, row)) else { return };
    if from != to || model.logs[pane].view.selected_from.is_some() {
        let view = &mut model.logs[pane].view;
        (view.selected_from, view.word) = (Some(from), None);
        put(model, pane, to);
    }
}

/// The button was released: what was selected by it is copied.
pub(super) fn release(model: &mut Model) -> Vec<Effect> {
    let Some(pane) = focused(model) else { return Vec::new() };
    let view = &mut model.logs[pane].view;
    if view.pressed.take().is_none() {
        return Vec::new();
    }
    if let Some(word) = &view.word {
        return vec![Effect::Log(LogEffect::Copy(word.text.clone()))];
    }
    if view.selected_from.is_some() { copy(model, pane) } else { Vec::new() }
}

/// The line at a row of the screen; the nearest where the row is outside of the pane.
fn line_at(model: &Model, pane: usize, row: u16) -> Option<Line> {
    let area = crate::app::layout::places(model).of(Pane::Log(pane))?;
    let size = logs::size(model, pane);
    let row = usize::from(row.saturating_sub(area.y + 1));
    with_shown(model, pane, |shown| {
        let rows = shown.rows(size);
        let row = rows.get(row).or(rows.last())?;
        Some((row.item.source, row.item.number))
    })
}

/// Copies what is selected.
pub(super) fn copy(model: &mut Model, pane: usize) -> Vec<Effect> {
    let text = with_shown(model, pane, |shown| {
        let (from, to) = shown.selection()?;
        let mut at = shown.behind(from.source, from.number);
        at[from.source] = from.number;
        let mut walk = Walk::from(shown.sources, &shown.view.folds, &at);
        let items = std::iter::from_fn(|| walk.on()).take_while(|item| shown.order(item.source, item.number) <= to);
        let text: String = items.map(|item| log_text::lines(&shown, item)).collect();
        Some((text, walk.missing_on().is_some()))
    });
    let Some((text, is_cut)) = text else { return Vec::new() };
    if is_cut {
        let notice = Notice::warning("not all of what is selected was copied").because("the rest is on disk alone");
        model.tell(notice.remedy("`biostar-tui logs` prints it"));
    }
    model.logs[pane].view.selected_from = None;
    vec![Effect::Log(LogEffect::Copy(text))]
}
