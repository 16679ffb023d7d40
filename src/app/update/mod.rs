//! How messages change the model.

mod act;
mod arrange;
mod asking;
mod choice;
mod console;
mod drift;
mod editing;
mod engine;
mod environment;
mod focus;
mod input;
mod log_keys;
mod log_prompt;
mod log_select;
mod log_text;
mod logs;
mod migrations;
mod outside;
mod overlay;
mod palette;
mod reloads;
mod run;
mod scroll;
mod search;
mod settings;
mod shown;
mod task_page;
mod tasks;
mod traceback;
mod usage;
mod watch;

pub(in crate::app) use console::debugger_place;
pub use traceback::Frames;

use crate::app::effect::Effect;
use crate::app::log_effect::LogEffect;
use crate::app::message::{LogMsg, Msg};
use crate::app::model::Model;
use crate::app::news;

/// Changes the model by a message; what is to be done besides is given back.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let is_due = msg == Msg::Keep;
    // Neither time nor lines move a pane, and both come many times a second.
    let (moves_panes, logs) = (!matches!(msg, Msg::Tick(_) | Msg::Log(LogMsg::Lines { .. })), model.logs.len());
    let mut effects = changed(model, msg);
    if moves_panes || model.logs.len() != logs {
        effects.extend(usage::follow_screen(model));
    }
    effects.extend(logs::read_pages(model));
    // Who looks into a spool finds there what came before.
    let kept = logs::keep(model, is_due || effects.iter().any(reads_spool));
    effects.splice(0..0, kept);
    effects.extend(watch::start_owed(model));
    effects.extend(migrations::follow(model));
    effects.extend(drift::follow(model));
    news::read(model);
    effects
}

const fn reads_spool(effect: &Effect) -> bool {
    matches!(effect, Effect::Log(LogEffect::Read { .. } | LogEffect::Search { .. }))
}

fn changed(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Input(input) => settled(model, |model| input::update(model, input)),
        Msg::Tick(now) => {
            model.now = now;
            Vec::new()
        }
        Msg::Engine(msg) => settled(model, |model| engine::update(model, msg)),
        Msg::Log(msg) => logs::update(model, msg),
        Msg::Task(msg) => tasks::update(model, msg),
        Msg::Console(msg) => settled(model, |model| console::update(model, msg)),
        Msg::Run(run, msg) => run::update(model, run, msg),
        Msg::Notice(notice) => {
            model.tell(notice);
            Vec::new()
        }
        Msg::Work => search::work(model),
        Msg::Keep => Vec::new(),
        Msg::Page(page) => {
            overlay::show(model, page);
            Vec::new()
        }
        Msg::Choice(choice) => {
            overlay::offer(model, choice);
            Vec::new()
        }
        Msg::Shown(asked) => {
            shown::ended(model, &asked);
            Vec::new()
        }
        Msg::Watch(msg) => watch::update(model, msg),
        Msg::Migrations(report) => {
            migrations::update(model, *report);
            Vec::new()
        }
        Msg::Broken(notice) => {
            model.is_broken = true;
            model.tell(notice);
            Vec::new()
        }
        Msg::Drift(compared) => {
            drift::answered(model, compared);
            Vec::new()
        }
        Msg::Settings(settings) => settled(model, |model| settings::take(model, *settings)),
    }
}

/// Shows one console and nothing else, and asks for it: `guarded` where Ctrl-C has to be
/// pressed twice.
pub fn alone(model: &mut Model, name: &str, guarded: bool) -> Vec<Effect> {
    console::alone(model, name, guarded)
}

/// What changes the model, then what the consoles are to know of it.
fn settled(model: &mut Model, change: impl FnOnce(&mut Model) -> Vec<Effect>) -> Vec<Effect> {
    let before = model.screen.focus;
    let mut effects = change(model);
    arrange::note_focus(model, before);
    effects.extend(console::settle(model));
    effects
}

#[cfg(test)]
pub(in crate::app) mod tests;
