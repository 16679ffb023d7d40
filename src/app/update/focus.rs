//! Which pane keys go to.

use crate::app::model::Model;
use crate::core::input::{Key, KeyCode};

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
    }
}

/// Focuses the pane whose number the key is.
pub(super) fn digit(model: &mut Model, key: Key) {
    if let KeyCode::Char(c) = key.code {
        // A digit is below ten.
        c.to_digit(10).into_iter().for_each(|digit| number(model, digit as usize));
    }
}
