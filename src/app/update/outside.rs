//! What leads out of the dashboard: the site, its address, what a notice offers.

use crate::app::availability::unavailable;
use crate::app::effect::Effect;
use crate::app::elsewhere;
use crate::app::log_effect::LogEffect;
use crate::app::model::Model;
use crate::app::outside::{MouseOf, Outside};
use crate::app::remedy::{self, Deed};
use crate::app::update::act::{self, cannot, quietly};
use crate::app::update::console;
use crate::app::update::editing;
use crate::components::notices::OfferState;
use crate::core::console as naming;
use crate::core::multiplexer::Opens;
use crate::core::notice::Notice;
use crate::core::overview;

/// Why there is no address.
const NO_ADDRESS: &str = "no service with a port runs";

/// Opens the site in the browser.
pub(super) fn browse(model: &mut Model) -> Vec<Effect> {
    match overview::url_of(&model.project, &model.services) {
        Some(address) => vec![Effect::Outside(Outside::Browse(address))],
        None => quietly(|| cannot(model, "browse", NO_ADDRESS)),
    }
}

/// Copies the site's address.
pub(super) fn copy_address(model: &mut Model) -> Vec<Effect> {
    match overview::url_of(&model.project, &model.services) {
        Some(address) => vec![Effect::Log(LogEffect::Copy(address))],
        None => quietly(|| cannot(model, "copy-address", NO_ADDRESS)),
    }
}

/// Does what a notice offers, or tells that none does.
pub(super) fn remedy(model: &mut Model) -> Vec<Effect> {
    mend(model).unwrap_or_else(|| quietly(|| cannot(model, "remedy", "no notice offers anything")))
}

/// Does what a notice offers; `None` where none does.
pub(super) fn mend(model: &mut Model) -> Option<Vec<Effect>> {
    let (place, deed) = remedy::next(model)?;
    // What can do nothing now is told so, and stays offered.
    let is_begun = match &deed {
        Deed::Act(action, _) => unavailable(model, action.id).is_none(),
        Deed::Edit(..) => true,
    };
    model.notices[place].offer = if is_begun { OfferState::Begun } else { OfferState::Open };
    Some(match deed {
        Deed::Act(action, words) => act::act(model, action, words),
        Deed::Edit(path, line) => editing::edit(model, path, line),
    })
}

/// Opens the pane in focus in a pane of the multiplexer around us.
pub(super) fn open(model: &mut Model, opens: Opens) -> Vec<Effect> {
    let pane = model.screen.focus;
    if console::in_focus(model).is_some_and(|console| naming::editor_of(&console.name).is_some()) {
        let reason = "an editor stays where it is; `editor = \"split\"` under [layout] opens the next one beside";
        return quietly(|| cannot(model, "open-beside", reason));
    }
    let (title, words) = (model.title(pane).to_owned(), elsewhere::words(model, pane));
    vec![Effect::Outside(Outside::Open { opens, title, words })]
}

/// Leaves the mouse to the terminal, or takes it back.
pub(super) fn mouse(model: &mut Model) -> Vec<Effect> {
    let key = model.keymap.of("mouse").map_or_else(String::new, |binding| binding.key.to_string());
    let (of, told) = match model.screen.mouse {
        MouseOf::Dashboard => (MouseOf::Terminal, format!("the mouse is the terminal's; {key} takes it back")),
        MouseOf::Terminal => (MouseOf::Dashboard, format!("the mouse is the dashboard's; {key} gives it back")),
    };
    model.screen.mouse = of;
    model.tell(Notice::info(told));
    vec![Effect::Outside(Outside::Mouse(of))]
}
