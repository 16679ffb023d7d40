//! How messages change the model.

mod engine;
mod focus;
mod input;
mod logs;
mod overlay;
mod run;
mod scroll;
mod tasks;

use crate::app::effect::Effect;
use crate::app::message::Msg;
use crate::app::model::Model;

/// Changes the model by a message; what is to be done besides is given back.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Input(input) => input::update(model, input),
        Msg::Tick(now) => {
            model.now = now;
            Vec::new()
        }
        Msg::Engine(msg) => engine::update(model, msg),
        Msg::Log(msg) => logs::update(model, msg),
        Msg::Task(msg) => tasks::update(model, msg),
        Msg::Run(run, msg) => run::update(model, run, msg),
        Msg::Notice(notice) => {
            model.tell(notice);
            Vec::new()
        }
    }
}

#[cfg(test)]
pub(in crate::app) mod tests;
