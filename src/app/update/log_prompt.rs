//! A search, filter or moment is typed.

use crate::app::effect::Effect;
use crate::app::line::Line;
use crate::app::log_prompt::{Before, Kind, LogPrompt, problem};
use crate::app::logs::{self, shown_logs};
use crate::app::model::{Model, Overlay};
use crate::app::update::search;
use crate::components::log_view::{Position, Zone, ends};
use crate::core::input::{Key, KeyCode};
use crate::core::observed::Timestamp;
use crate::logs::pattern::{BadPattern, Pattern};
use crate::logs::scan::Filter;

/// Opens a prompt about the focused log.
pub(super) fn open(model: &mut Model, kind: Kind) {
    let Some(pane) = logs::focused(model) else { return };
    let view = &model.logs[pane].view;
    let pattern = view.search.as_ref().map(|search| search.pattern.clone());
    let before = Before { position: view.position.clone(), cursor: view.cursor, folds: view.folds.clone(), pattern };
    let prompt = LogPrompt { kind, pane, line: Line::default(), problem: None, before };
    model.screen.overlay = Overlay::LogPrompt(prompt);
}

/// A key while a prompt is open.
pub(super) fn key(model: &mut Model, mut prompt: LogPrompt, key: Key) -> Vec<Effect> {
    if prompt.pane >= model.logs.len() {
        return Vec::new();
    }
    match key.code {
        KeyCode::Esc => back(model, &prompt),
        KeyCode::Char('c') if key.ctrl => back(model, &prompt),
        KeyCode::Enter => enter(model, prompt),
        _ => {
            if prompt.line.key(key) {
                typed(model, &mut prompt);
            }
            model.screen.overlay = Overlay::LogPrompt(prompt);
        }
    }
    Vec::new()
}

/// A text is pasted into it.
pub(super) fn paste(model: &mut Model, text: &str) {
    if let Overlay::LogPrompt(mut prompt) = std::mem::take(&mut model.screen.overlay) {
        prompt.line.insert(text.trim_end());
        typed(model, &mut prompt);
        model.screen.overlay = Overlay::LogPrompt(prompt);
    }
}

/// A search begins anew with each character, from where the reader was; what is no
/// expression yet leaves the one before as it is.
fn typed(model: &mut Model, prompt: &mut LogPrompt) {
    prompt.problem = None;
    if prompt.kind != Kind::Search {
        return;
    }
    match Pattern::new(prompt.line.text()) {
        Ok(pattern) => {
            restore(model, prompt);
            let view = &mut model.logs[prompt.pane].view;
            if prompt.line.text().is_empty() {
                view.search = None;
            } else {
                search::begin(model, prompt.pane, pattern);
            }
        }
        Err(bad) => prompt.problem = Some(problem(&bad)),
    }
}

/// The reader is where he was before.
fn restore(model: &mut Model, prompt: &LogPrompt) {
    let Before { position, cursor, folds, .. } = prompt.before.clone();
    let view = &mut model.logs[prompt.pane].view;
    (view.position, view.cursor, view.folds) = (position, cursor, folds);
}

/// Everything is as it was before.
fn back(model: &mut Model, prompt: &LogPrompt) {
    restore(model, prompt);
    if prompt.kind == Kind::Search {
        model.logs[prompt.pane].view.search = None;
        if let Some(pattern) = prompt.before.pattern.clone() {
            search::begin(model, prompt.pane, pattern);
            model.logs[prompt.pane].view.search.iter_mut().for_each(|search| search.pending = None);
        }
    }
}

fn enter(model: &mut Model, mut prompt: LogPrompt) {
    let done = match prompt.kind {
        Kind::Search => Pattern::new(prompt.line.text()).map(|_| ()).map_err(|bad| problem(&bad)),
        Kind::Filter => filter(model, &prompt).map_err(|bad| problem(&bad)),
        Kind::Time => go_to_time(model, &prompt),
    };
    if let Err(problem) = done {
        prompt.problem = Some(problem);
        model.screen.overlay = Overlay::LogPrompt(prompt);
    }
}

fn filter(model: &mut Model, prompt: &LogPrompt) -> Result<(), BadPattern> {
    let mut filter = model.logs[prompt.pane].view.filtered.filter.clone();
    match prompt.line.text() {
        "" => filter = Filter { requests: filter.requests, ..Filter::default() },
        text => match text.strip_prefix('!') {
            Some(text) => filter.exclude.push(Pattern::new(text)?),
            None => filter.include.push(Pattern::new(text)?),
        },
    }
    search::filter(model, prompt.pane, filter);
    Ok(())
}

fn go_to_time(model: &mut Model, prompt: &LogPrompt) -> Result<(), String> {
    let wanted = moment(prompt.line.text(), model.now, &model.screen.zone)
        .ok_or_else(|| "write 14:03, 14:03:20, 10m (ago), or 2024-05-01T12:00:00Z".to_owned())?;
    let stores = shown_logs(model, prompt.pane).into_iter().map(|log| &model.logs[log].store);
    let at = stores.map(|store| store.at_time(wanted)).collect();
    let end = ends(&logs::sources(model, prompt.pane));
    let view = &mut model.logs[prompt.pane].view;
    (view.position, view.cursor) = (Position::Paused { at, hidden: 0, end }, None);
    // The moment stands in the view's upper part.
    let below = i64::from(logs::size(model, prompt.pane).1 * 3 / 4);
    logs::reposition(model, prompt.pane, |shown, size| shown.moved(size, below));
    Ok(())
}

/// A moment: a time of today (of yesterday where that is still to come), how long ago, or
/// a moment with its zone.
pub(super) fn moment(text: &str, now: Timestamp, zone: &Zone) -> Option<Timestamp> {
    let text = text.trim().trim_start_matches('-');
    let now = jiff::Timestamp::from_nanosecond(i128::from(now)).ok()?.to_zoned(zone.0.clone());
    let of_day = || {
        let time = text.parse::<jiff::civil::Time>().ok()?;
        let today = now.date().to_zoned(zone.0.clone()).ok()?.with().time(time).build().ok()?;
        if today > now { today.checked_sub(jiff::Span::new().days(1)).ok() } else { Some(today) }
    };
    let ago = || now.checked_sub(text.parse::<jiff::Span>().ok()?).ok();
    let at = text.parse::<jiff::Timestamp>().ok().or_else(|| of_day().or_else(ago).map(|at| at.timestamp()))?;
    i64::try_from(at.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let zone = Zone::default();
        // 2027-01-15 08:00:00 UTC.
        let now = 1_800_000_000 * 1_000_000_000;
        let seconds = |text: &str| moment(text, now, &zone).map(|at| (at - now) / 1_000_000_000);
        assert_eq!(seconds("07:59"), Some(-60));
        assert_eq!(seconds("07:59:50"), Some(-10));
        assert_eq!(seconds("08:01"), Some(60 - 86_400));
        assert_eq!(seconds("10m"), Some(-600));
        assert_eq!(seconds("-1h"), Some(-3600));
        assert_eq!(seconds("2027-01-15T08:00:07Z"), Some(7));
        assert_eq!(seconds("noonish"), None);
    }
}
