//! The log as text: copied, saved, read in a pager.

use crate::app::effect::Effect;
use crate::app::log_effect::LogEffect;
use crate::app::logs::{focused, size, with_shown};
use crate::app::model::Model;
use crate::app::update::log_select;
use crate::components::log_entry::Shown;
use crate::logs::walk::{Item, Walk};

/// Bytes of a log that are saved or paged: what memory holds by default.
const LONGEST: usize = 64 * 1024 * 1024;

/// Copies what is selected, the entry under the cursor, or all that is in view.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let Some(pane) = focused(model) else { return Vec::new() };
    if model.logs[pane].view.selected_from.is_some() {
        return log_select::copy(model, pane);
    }
    let size = size(model, pane);
    let text = with_shown(model, pane, |shown| match shown.view.cursor {
        Some((source, number)) => {
            let unit = shown.sources[source].store.unit(number);
            lines(&shown, Item { source, number: unit.start, end: unit.end, is_folded: true })
        }
        None => {
            let mut items: Vec<Item> = shown.rows(size).into_iter().map(|row| row.item).collect();
            items.dedup();
            items.into_iter().map(|item| lines(&shown, item)).collect()
        }
    });
    vec![Effect::Log(LogEffect::Copy(text))]
}

/// Saves what is shown to a file.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let Some(pane) = focused(model) else { return Vec::new() };
    let name = with_shown(model, pane, |shown| shown.names.join("-"));
    let at = jiff::Timestamp::from_nanosecond(i128::from(model.now)).unwrap_or_default();
    let name = format!("{name}-{}.log", at.to_zoned(model.screen.zone.0.clone()).strftime("%Y%m%d-%H%M%S"));
    vec![Effect::Log(LogEffect::Save { name, text: all(model, pane) })]
}

/// Shows it in the user's pager.
pub(super) fn pager(model: &mut Model) -> Vec<Effect> {
    let Some(pane) = focused(model) else { return Vec::new() };
    vec![Effect::Log(LogEffect::Page(all(model, pane)))]
}

fn all(model: &Model, pane: usize) -> String {
    with_shown(model, pane, |shown| {
        // The newest are what one wants where it is too much.
        let mut walk = Walk::from_end(shown.sources, &shown.view.folds);
        let mut pieces = Vec::new();
        let mut bytes = 0;
        while let Some(item) = walk.back().filter(|_| bytes < LONGEST) {
            let text = lines(&shown, item);
            bytes += text.len();
            pieces.push(text);
        }
        pieces.into_iter().rev().collect()
    })
}

/// The lines of an entry with what stands before them; a folded group whole.
pub(super) fn lines(shown: &Shown<'_>, item: Item) -> String {
    let mut text = String::new();
    for number in item.number..item.end {
        let line = Item { number, end: number + 1, is_folded: false, ..item };
        shown.prefix(line).iter().for_each(|span| text.push_str(&span.content));
        match shown.mark(line) {
            Some(mark) => text.push_str(&format!("--- {} ---", mark.as_str())),
            None => shown.text(line).iter().for_each(|(piece, _)| text.push_str(piece)),
        }
        text.push('\n');
    }
    text
}
