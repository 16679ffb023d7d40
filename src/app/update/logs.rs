//! Lines and marks enter a service's log.

use crate::app::effect::Effect;
use crate::app::message::LogMsg;
use crate::app::model::Model;
use crate::logs::Entry;

pub(super) fn update(model: &mut Model, msg: LogMsg) -> Vec<Effect> {
    match msg {
        LogMsg::Lines { service, lines } => {
            let store = &mut model.log_mut(&service).store;
            lines.into_iter().for_each(|line| store.push(Entry::Line(line)));
        }
        LogMsg::Mark { service, time, mark } => model.log_mut(&service).store.mark(time, mark),
    }
    Vec::new()
}
