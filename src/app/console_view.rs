//! How the dashboard draws a console, and where the terminal's cursor is in it.

use ratatui::layout::Position;

use crate::app::consoles::{Console, Leader};
use crate::app::layout;
use crate::app::model::{Model, Overlay, Pane};
use crate::app::update::debugger_place;
use crate::components::console_pane::{self, ConsolePane};
use crate::components::pane::Focus;
use crate::console::frame::{Shape, Tracking};
use crate::core::service::ServiceKind;
use crate::logs::sanitise::plain;

/// The pane of a console.
pub(super) fn pane(model: &Model, n: usize, number: Option<usize>) -> Option<ConsolePane<'_>> {
    let console = model.consoles.list.get(n)?;
    let focus = if model.screen.focus == Pane::Console(n) { Focus::Here } else { Focus::Elsewhere };
    Some(ConsolePane {
        title: &console.title,
        number: number.filter(|_| !model.screen.alone),
        attachment: &console.attachment,
        frame: console.frame.as_deref(),
        remarks: remarks(model, console, focus).into_iter().chain(behind(model, n)).collect(),
        focus,
        colours: model.screen.colours,
        depth: model.screen.look.depth,
    })
}

fn remarks(model: &Model, console: &Console, focus: Focus) -> Vec<String> {
    let mut remarks = Vec::new();
    if console.held.is_some() {
        remarks.push("ctrl-c once more interrupts it".to_owned());
    }
    let is_here = focus == Focus::Here;
    // A narrow border has room for the way out at least.
    remarks.extend(way_out(model).filter(|_| is_here && console.attachment.takes_keys()));
    match console.debuggers.open() {
        Some(prompt) => {
            let others = match console.debuggers.all().len() - 1 {
                0 => String::new(),
                others => format!(", {others} more in turn"),
            };
            remarks.push(format!("a debugger waits{others}: {}", debugger_place(prompt)));
        }
        None if console.rang => remarks.push("bell".to_owned()),
        None => {}
    }
    remarks.extend(older_than(model, console).map(|service| format!("runs older code than {service}")));
    let is_held_back = is_here && console.debuggers.holds_typing_back();
    remarks.extend(is_held_back.then(|| "typing is held back: no prompt waits".to_owned()));
    remarks
}

/// Which keys lead out of a console, the leader and then one of the dashboard's; or into one that
/// nobody has entered yet.
fn way_out(model: &Model) -> Option<String> {
    if model.consoles.is_resting {
        return Some("enter types in it".to_owned());
    }
    let key = |action: &str| model.keymap.of(action).map(|binding| binding.key.to_string());
    let leaves = if model.screen.alone { "quit" } else { "next-pane" };
    match model.consoles.leader {
        Leader::Pressed => Some("next key: the dashboard's".to_owned()),
        Leader::Waiting => Some(format!("{} then {} leaves", key("leader")?, key(leaves)?)),
    }
}

/// The other consoles with their digits: where all panes are shown there is room for one.
fn behind(model: &Model, n: usize) -> Option<String> {
    let panes = model.panes();
    let digit = |other: usize| panes.iter().position(|pane| *pane == Pane::Console(other)).map(|place| place + 1);
    let others = model.consoles.list.iter().enumerate().filter(|(other, _)| *other != n);
    let names: Vec<String> =
        others.filter_map(|(other, console)| Some(format!("{} {}", digit(other)?, plain(console.short())))).collect();
    (!names.is_empty() && !model.screen.alone).then(|| names.join(", "))
}

/// The Django service that was started after a console of its code was: the console still
/// has the modules of before.
fn older_than<'a>(model: &'a Model, console: &Console) -> Option<&'a str> {
    let view = console.view.as_ref().filter(|view| view.started_at > 0 && console.attachment.takes_keys())?;
    let service = model.services.iter().find(|service| Some(&service.name) == view.service.as_ref())?;
    let is_newer = service.kind == ServiceKind::Django && service.started_at > view.started_at;
    is_newer.then_some(&service.name)
}

/// What the host's terminal is to do for the program in focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Where the cursor is, and how it looks.
    pub cursor: Option<(Position, Shape)>,
    /// Whether every move of the mouse is told.
    pub moves: bool,
}

/// What the host's terminal is to do for the program in focus.
pub fn asked(model: &Model) -> Asked {
    let Pane::Console(n) = model.screen.focus else { return Asked::default() };
    let live = model.consoles.list.get(n).filter(|console| console.attachment.takes_keys());
    let is_free = model.screen.overlay == Overlay::None && !layout::is_too_small(model) && !model.consoles.is_resting;
    let Some(frame) = live.and_then(|console| console.frame.as_deref()).filter(|_| is_free) else {
        return Asked::default();
    };
    let area = layout::places(model).of(Pane::Console(n));
    Asked {
        cursor: area.and_then(|area| console_pane::cursor(frame, area)),
        moves: frame.modes.mouse == Tracking::Moves,
    }
}
