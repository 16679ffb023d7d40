//! Which pane keys go to.

use crate::app::model::Model;
use crate::app::update::console;
use crate::core::notice::Notice;

/// Focuses the pane so many places on, round about.
pub(super) fn step(model: &mut Model, by: isize) {
    let panes = model.panes();
    let place = panes.iter().position(|pane| *pane == model.screen.focus).unwrap_or(0);
    // There are always panes, and far fewer than an isize counts.
    let next = place.cast_signed().saturating_add(by).rem_euclid(panes.len().cast_signed());
    model.screen.focus = panes[next.cast_unsigned()];
}

/// Focuses the pane of this number, counted from 1.
pub(super) fn number(model: &mut Model, number: usize) {
    if let Some(pane) = number.checked_sub(1).and_then(|place| model.panes().get(place).copied()) {
        model.screen.focus = pane;
        console::moved(model);
    }
}

/// Focuses the pane of this number or title.
pub(super) fn named(model: &mut Model, words: &[String]) {
    let Some(word) = words.first() else { return };
    let of_title = model.panes().iter().position(|pane| model.title(*pane) == word);
    match of_title.map(|place| place + 1).or_else(|| word.parse().ok()) {
        Some(place) if place <= model.panes().len() => number(model, place),
        // A digit of the keymap may name none.
        Some(_) => {}
        None => {
            let titles: Vec<_> = model.panes().iter().map(|pane| model.title(*pane).to_owned()).collect();
            let notice = Notice::info(format!("there is no pane {word}"));
            model.tell(notice.because(format!("there are: {}", titles.join(", "))));
        }
    }
}
