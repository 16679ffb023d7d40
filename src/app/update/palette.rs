//! Keys, pastes and clicks in the palette.

use crate::actions::arguments::Arguments;
use crate::actions::registry::{self, Action, Scope};
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay};
use crate::app::palette::{Palette, Stage};
use crate::app::task_list;
use crate::app::update::act;
use crate::core::input::{Key, KeyCode};

/// Commands that are remembered.
const PAST: usize = 100;

/// Gives a key to the palette, which is put back unless it closes.
pub(super) fn key(model: &mut Model, mut palette: Palette, key: Key) -> Vec<Effect> {
    let ends = key.code == KeyCode::Esc || key.ctrl && matches!(key.code, KeyCode::Char('c' | 'g'));
    if ends {
        return Vec::new();
    }
    if key.code == KeyCode::Enter {
        return enter(model, palette);
    }
    let known = task_list::known(model);
    match key.code {
        KeyCode::Tab => palette.complete(&known),
        KeyCode::Up => up(&mut palette, &model.past),
        KeyCode::Down => down(&mut palette, model),
        KeyCode::Char('p') if key.ctrl => step(&mut palette, model, -1),
        KeyCode::Char('n') if key.ctrl => step(&mut palette, model, 1),
        KeyCode::PageUp => step(&mut palette, model, -10),
        KeyCode::PageDown => step(&mut palette, model, 10),
        _ => edit(&mut palette, key),
    }
    model.screen.overlay = Overlay::Palette(palette);
    Vec::new()
}

fn edit(palette: &mut Palette, key: Key) {
    if palette.line.key(key) {
        edited(palette);
    }
}

/// What was offered for the line before is of no use any more.
fn edited(palette: &mut Palette) {
    (palette.selected, palette.recalled, palette.cycle, palette.wrong) = (0, None, None, None);
}

/// A paste goes into the line; its line end runs nothing.
pub(super) fn paste(palette: &mut Palette, text: &str) {
    palette.line.insert(text);
    edited(palette);
}

/// Above the first action, and among arguments, lies the history.
fn up(palette: &mut Palette, past: &[String]) {
    let is_listing = palette.recalled.is_none() && palette.selected > 0;
    if is_listing {
        palette.selected -= 1;
    } else {
        palette.recall(past, 1);
    }
}

fn down(palette: &mut Palette, model: &Model) {
    if palette.recalled.is_some() {
        palette.recall(&model.past, -1);
    } else {
        step(palette, model, 1);
    }
}

/// Moves the selection.
pub(super) fn step(palette: &mut Palette, model: &Model, by: isize) {
    if let Stage::Actions(found) = palette.stage(&task_list::known(model)) {
        palette.selected = palette.selected.saturating_add_signed(by).min(found.len().saturating_sub(1));
        palette.recalled = None;
    }
}

/// Runs what the line says: the action that it names, else the selected one.
pub(super) fn enter(model: &mut Model, mut palette: Palette) -> Vec<Effect> {
    let stage = palette.stage(&task_list::known(model));
    let (action, rest) = match (&stage, palette.named()) {
        (Stage::Arguments(action, _), named) => (*action, named.map_or("", |(_, rest)| rest).to_owned()),
        (Stage::Actions(found), _) => match found.get(palette.selected) {
            Some(action) => (*action, String::new()),
            None => return stay(model, palette, nothing_matches),
        },
    };
    match words(action, &rest) {
        Ok(words) if action.needs_words() && words.is_empty() => act::act(model, action, words),
        Ok(words) => {
            remember(model, action, rest.trim());
            act::act(model, action, words)
        }
        Err(wrong) => {
            palette.wrong = Some(wrong);
            model.screen.overlay = Overlay::Palette(palette);
            Vec::new()
        }
    }
}

fn stay(model: &mut Model, mut palette: Palette, wrong: fn(&Palette) -> String) -> Vec<Effect> {
    palette.wrong = Some(wrong(&palette));
    model.screen.overlay = Overlay::Palette(palette);
    Vec::new()
}

/// Why nothing matches: an action of the command line has a reason.
fn nothing_matches(palette: &Palette) -> String {
    let name = palette.line.text().split_whitespace().next().unwrap_or_default();
    match registry::find(name).map(|action| action.scope) {
        Some(Scope::CommandLine(reason)) => format!("{name} is for the command line alone: {reason}"),
        _ => "no action is called so".to_owned(),
    }
}

/// The words behind an action's name.
fn words(action: &'static Action, rest: &str) -> Result<Vec<String>, String> {
    let words = shell_words::split(rest).map_err(|_| "a quote is not closed".to_owned())?;
    if action.needs_words() && words.is_empty() {
        return Ok(words);
    }
    Arguments::read(action, &words).map_err(|notice| match notice.remedy {
        Some(remedy) => format!("{}; {remedy}", notice.summary),
        None => notice.summary,
    })?;
    Ok(words)
}

fn remember(model: &mut Model, action: &Action, rest: &str) {
    let command = format!("{} {rest}", action.id).trim_end().to_owned();
    model.past.retain(|other| *other != command);
    model.past.push(command);
    let surplus = model.past.len().saturating_sub(PAST);
    model.past.drain(..surplus);
}
