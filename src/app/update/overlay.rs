//! What lies over the panes takes the keys first.

use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::model::{Model, Overlay};
use crate::app::view;
use crate::components::help::Help;
use crate::components::pane::last_offset;
use crate::core::input::{Key, KeyCode, MouseKind};
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
    match std::mem::take(&mut model.screen.overlay) {
        Overlay::None => Taken::No,
        Overlay::Help { offset } => help_key(model, offset, key),
        Overlay::Question { question, typed } => question_key(model, question, typed, key),
    }
}

/// Scrolling moves the help; whatever else ends it, and quitting quits.
fn help_key(model: &mut Model, offset: usize, key: Key) -> Taken {
    let by = match model.keymap.action(key).map(|action| action.id) {
        Some("scroll-up") => -1,
        Some("scroll-down") => 1,
        Some("page-up") => -10,
        Some("page-down") => 10,
        Some("top") => isize::MIN / 2,
        Some("bottom") => isize::MAX / 2,
        _ if key.ctrl => return Taken::No,
        _ => return Taken::Yes(Vec::new()),
    };
    scroll_help(model, offset, by);
    Taken::Yes(Vec::new())
}

fn scroll_help(model: &mut Model, offset: usize, by: isize) {
    let groups = view::help_groups(model);
    let help = Help { groups: &groups, offset };
    let inner = help.inner(layout::places(model).body);
    let lines = help.lines(inner.width).len();
    let last = last_offset(lines, inner.height);
    let offset = offset.min(last).saturating_add_signed(by).min(last);
    model.screen.overlay = Overlay::Help { offset };
}

fn question_key(model: &mut Model, question: Question, mut typed: String, key: Key) -> Taken {
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
    model.screen.overlay = Overlay::Question { question, typed };
    Taken::Yes(Vec::new())
}

/// A pasted name is typed; its line end answers nothing.
pub(super) fn paste(model: &mut Model, text: &str) {
    if let Overlay::Question { question: Question { type_name: Some(_), .. }, typed } = &mut model.screen.overlay {
        text.chars().filter(|c| !c.is_control()).for_each(|c| push(typed, c));
    }
}

fn push(typed: &mut String, c: char) {
    if typed.len() < LONGEST {
        typed.push(c);
    }
}

/// The wheel scrolls the help.
pub(super) fn wheel(model: &mut Model, kind: MouseKind) {
    if let Overlay::Help { offset } = model.screen.overlay {
        match kind {
            MouseKind::Press => {}
            MouseKind::WheelUp => scroll_help(model, offset, -3),
            MouseKind::WheelDown => scroll_help(model, offset, 3),
        }
    }
}
