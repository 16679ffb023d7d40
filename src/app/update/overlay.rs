//! What lies over the panes takes the keys first.

use ratatui::layout::Position;

use crate::app::choice::Choice;
use crate::app::console_prompt::{ConsolePrompt, Kind};
use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::message::{Closes, Comes, Page};
use crate::app::model::{Model, Overlay, Reading, Then};
use crate::app::update::{choice, console, log_prompt, palette, run, task_page, traceback};
use crate::app::{overlays, remedy, view};
use crate::components::pane::last_offset;
use crate::core::input::{Key, KeyCode, Mouse, MouseKind};
use crate::core::progress::Question;

/// The longest name that is typed.
const LONGEST: usize = 200;

/// Whether an overlay took a key.
pub(super) enum Taken {
    /// It did; these effects follow.
    Yes(Vec<Effect>),
    /// It goes on to the panes.
    No,
}

/// Gives a key to the overlay.
pub(super) fn key(model: &mut Model, key: Key) -> Taken {
    let taken = match std::mem::take(&mut model.screen.overlay) {
        Overlay::None => return Taken::No,
        Overlay::Help(reading) => help_key(model, reading, key),
        Overlay::Question { question, typed } => question_key(model, question, typed, key),
        Overlay::Confirm { question, then } => confirm_key(model, question, then, key),
        Overlay::Palette(palette) => Taken::Yes(palette::key(model, palette, key)),
        Overlay::Page { page, offset } => page_key(model, page, offset, key),
        Overlay::Task => task_page::key(model, key),
        Overlay::LogPrompt(prompt) => Taken::Yes(log_prompt::key(model, prompt, key)),
        Overlay::ConsolePrompt(prompt) => Taken::Yes(console_prompt_key(model, prompt, key)),
        Overlay::Choice(open) => Taken::Yes(choice::key(model, open, key)),
        Overlay::Frames(frames) => Taken::Yes(traceback::key(model, frames, key)),
    };
    back_to_task(model);
    taken
}

/// What lay over the open task has been closed: the task is there again.
fn back_to_task(model: &mut Model) {
    if model.open.is_some() && matches!(model.screen.overlay, Overlay::None) {
        model.screen.overlay = Overlay::Task;
    }
}

/// Shows something to read, where nothing is asked.
pub(super) fn show(model: &mut Model, page: Page) {
    let open = match &model.screen.overlay {
        Overlay::Page { page: open, offset } if open.title == page.title => Some(*offset),
        _ => None,
    };
    match (page.comes, open) {
        (Comes::First, _) => lay_over(model, Overlay::Page { page, offset: 0 }),
        (Comes::After, Some(offset)) => lay_over(model, Overlay::Page { page, offset }),
        (Comes::After, None) => {}
    }
}

/// Shows rows to choose one from, where nothing is asked.
pub(super) fn offer(model: &mut Model, choice: Choice) {
    lay_over(model, Overlay::Choice(choice));
}

fn lay_over(model: &mut Model, overlay: Overlay) {
    if !matches!(model.screen.overlay, Overlay::Question { .. } | Overlay::Confirm { .. }) {
        model.screen.overlay = overlay;
    }
}

/// A search in a console, or a name for it, is typed.
fn console_prompt_key(model: &mut Model, mut prompt: ConsolePrompt, key: Key) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => return Vec::new(),
        KeyCode::Char('c') if key.ctrl => return Vec::new(),
        KeyCode::Enter if prompt.is_right() => {
            return match prompt.kind {
                Kind::Search => console::search(model, &prompt.console, prompt.line.text()),
                Kind::Name => console::call(model, &prompt.console, prompt.line.text()),
            };
        }
        KeyCode::Enter => {}
        _ => {
            if prompt.line.key(key) {
                prompt.is_right();
            }
        }
    }
    model.screen.overlay = Overlay::ConsolePrompt(prompt);
    Vec::new()
}

/// How far a key scrolls a text.
fn scrolls(model: &Model, key: Key) -> Option<isize> {
    Some(match model.keymap.action(key)?.id {
        "scroll-up" => -1,
        "scroll-down" => 1,
        "page-up" => -10,
        "page-down" => 10,
        "top" => isize::MIN / 2,
        "bottom" => isize::MAX / 2,
        _ => return None,
    })
}

/// Scrolling moves the help, `/` searches it; whatever else ends it, and quitting quits.
fn help_key(model: &mut Model, mut reading: Reading, key: Key) -> Taken {
    let is_search = model.keymap.action(key).is_some_and(|action| action.id == "search");
    match scrolls(model, key) {
        _ if reading.is_typed && !key.ctrl => {
            type_wanted(&mut reading, key);
            model.screen.overlay = Overlay::Help(reading);
        }
        Some(by) => scroll_help(model, reading, by),
        None if key.ctrl => return Taken::No,
        None if is_search => {
            model.screen.overlay = Overlay::Help(Reading { is_typed: true, ..Reading::default() });
        }
        None => {}
    }
    Taken::Yes(Vec::new())
}

fn type_wanted(reading: &mut Reading, key: Key) {
    reading.offset = 0;
    match key.code {
        KeyCode::Char(c) => push(&mut reading.wanted, c),
        KeyCode::Backspace => drop(reading.wanted.pop()),
        KeyCode::Esc => *reading = Reading::default(),
        KeyCode::Enter => reading.is_typed = false,
        _ => {}
    }
}

fn scroll_help(model: &mut Model, reading: Reading, by: isize) {
    let groups = view::help_groups(model, &reading.wanted);
    let help = view::help(&groups, &reading);
    let inner = help.inner(layout::places(model).body);
    let lines = help.lines(inner.width).len();
    let offset = moved(reading.offset, by, lines, inner.height);
    model.screen.overlay = Overlay::Help(Reading { offset, ..reading });
}

fn moved(offset: usize, by: isize, lines: usize, height: u16) -> usize {
    let last = last_offset(lines, height);
    offset.min(last).saturating_add_signed(by).min(last)
}

/// Going back closes a page; one that should not stay on the screen goes with any key.
fn page_key(model: &mut Model, page: Page, offset: usize, key: Key) -> Taken {
    let action = model.keymap.action(key).map(|action| action.id);
    let closes = page.closes == Closes::ByAnyKey || matches!(action, Some("back" | "quit" | "open" | "zoom"));
    match scrolls(model, key) {
        _ if key.ctrl && action == Some("quit") => return Taken::Yes(vec![Effect::Quit]),
        _ if closes => {}
        by => scroll_page(model, page, offset, by.unwrap_or(0)),
    }
    Taken::Yes(Vec::new())
}

fn scroll_page(model: &mut Model, page: Page, offset: usize, by: isize) {
    let text = overlays::page(&page, offset);
    let inner = text.inner(layout::places(model).body);
    let lines = text.wrapped(inner.width).len();
    model.screen.overlay = Overlay::Page { page, offset: moved(offset, by, lines, inner.height) };
}

/// A question of the screen's own.
fn confirm_key(model: &mut Model, question: Question, then: Then, key: Key) -> Taken {
    let offset = std::mem::take(&mut model.screen.offsets.question);
    let quits = key.ctrl && model.keymap.action(key).is_some_and(|action| action.id == "quit");
    match key.code {
        _ if quits => return Taken::Yes(vec![Effect::Quit]),
        KeyCode::Char('y' | 'Y') if !key.ctrl && !key.alt => {
            return Taken::Yes(match then {
                Then::Carry(effect) => vec![effect],
                Then::Start(action, words) => run::begin(model, action, words),
            });
        }
        KeyCode::Esc | KeyCode::Enter | KeyCode::Char('n' | 'N') => declined(model, &then),
        _ => {
            model.screen.offsets.question = scrolled(model, &question, offset, key);
            model.screen.overlay = Overlay::Confirm { question, then };
        }
    }
    Taken::Yes(Vec::new())
}

fn declined(model: &mut Model, then: &Then) {
    match then {
        Then::Start(action, words) => remedy::declined(model, action.id, words),
        Then::Carry(_) => {}
    }
}

/// How far a question is scrolled by a key that neither answers it nor is part of a name.
fn scrolled(model: &Model, question: &Question, offset: usize, key: Key) -> usize {
    let last = view::dialog(model, question, "").last_offset(layout::places(model).body);
    match key.code {
        KeyCode::Down => offset + 1,
        KeyCode::PageDown => offset + 5,
        KeyCode::Up => offset.saturating_sub(1),
        KeyCode::PageUp => offset.saturating_sub(5),
        _ => offset,
    }
    .min(last)
}

fn question_key(model: &mut Model, question: Question, mut typed: String, key: Key) -> Taken {
    let offset = std::mem::take(&mut model.screen.offsets.question);
    let answer = |yes| Taken::Yes(vec![Effect::Answer { run: question.run, yes }]);
    let quits = key.ctrl && model.keymap.action(key).is_some_and(|action| action.id == "quit");
    match (&question.type_name, key.code) {
        _ if quits => return Taken::Yes(vec![Effect::Answer { run: question.run, yes: false }, Effect::Quit]),
        (_, KeyCode::Esc) => return answer(false),
        (None, KeyCode::Char('y' | 'Y')) if !key.ctrl && !key.alt => return answer(true),
        (None, KeyCode::Char('n' | 'N') | KeyCode::Enter) => return answer(false),
        (Some(name), KeyCode::Enter) if typed == *name => return answer(true),
        (Some(_), KeyCode::Backspace) => drop(typed.pop()),
        (Some(_), KeyCode::Char(c)) if !key.ctrl && !key.alt => push(&mut typed, c),
        _ => {}
    }
    model.screen.offsets.question = scrolled(model, &question, offset, key);
    model.screen.overlay = Overlay::Question { question, typed };
    Taken::Yes(Vec::new())
}

/// A pasted name is typed; its line end answers nothing.
pub(super) fn paste(model: &mut Model, text: &str) {
    match &mut model.screen.overlay {
        Overlay::Question { question: Question { type_name: Some(_), .. }, typed } => {
            text.chars().filter(|c| !c.is_control()).for_each(|c| push(typed, c));
        }
        Overlay::Palette(open) => palette::paste(open, text),
        Overlay::LogPrompt(_) => log_prompt::paste(model, text),
        _ => {}
    }
}

fn push(typed: &mut String, c: char) {
    if typed.len() < LONGEST {
        typed.push(c);
    }
}

/// The mouse over an overlay: the wheel scrolls it, a press in the palette chooses.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let by = match mouse.kind {
        MouseKind::Press => return press(model, mouse),
        MouseKind::WheelUp => -3,
        MouseKind::WheelDown => 3,
        _ => return Vec::new(),
    };
    match std::mem::take(&mut model.screen.overlay) {
        Overlay::Help(reading) => scroll_help(model, reading, by),
        Overlay::Page { page, offset } => scroll_page(model, page, offset, by),
        Overlay::Palette(mut open) => {
            palette::step(&mut open, model, by);
            model.screen.overlay = Overlay::Palette(open);
        }
        Overlay::Choice(mut open) => {
            open.selected = open.selected.saturating_add_signed(by).min(open.rows.len().saturating_sub(1));
            model.screen.overlay = Overlay::Choice(open);
        }
        Overlay::Task => {
            model.screen.overlay = Overlay::Task;
            task_page::by(model, i64::try_from(by).unwrap_or_default());
        }
        other => model.screen.overlay = other,
    }
    Vec::new()
}

fn press(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let at = Position { x: mouse.column, y: mouse.row };
    if let Overlay::Choice(open) = &model.screen.overlay {
        let Some(place) = overlays::choice(open).row_at(layout::places(model).body, at) else { return Vec::new() };
        let row = open.rows[place].clone();
        model.screen.overlay = Overlay::None;
        return choice::take(model, row);
    }
    let Overlay::Palette(open) = &model.screen.overlay else { return Vec::new() };
    let Some(place) = overlays::palette(model, open).row_at(layout::places(model).body, at) else { return Vec::new() };
    let mut chosen = open.clone();
    chosen.selected = place;
    model.screen.overlay = Overlay::None;
    palette::enter(model, chosen)
}
