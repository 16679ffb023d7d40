//! A row is chosen, of a list that lies over the panes.

use crate::app::choice::{Choice, Leads, Row};
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay};
use crate::app::update::act::{self, cannot, quietly};
use crate::app::update::environment;
use crate::core::input::{Key, KeyCode};

/// What a key does in a list.
pub(super) enum Step {
    /// The row in this place is chosen, and taken.
    Take(usize),
    /// The row in this place is selected now.
    Select(usize),
    /// The list is closed.
    Close,
}

/// What a key does in a list of so many rows; the action that opened it closes it too.
pub(super) fn step(model: &Model, opener: &str, key: Key, selected: usize, count: usize) -> Step {
    let last = count.saturating_sub(1);
    match (model.keymap.action(key).map(|action| action.id), key.code) {
        (_, KeyCode::Enter) => Step::Take(selected.min(last)),
        (Some("scroll-up"), _) => Step::Select(selected.saturating_sub(1)),
        (Some("scroll-down"), _) => Step::Select((selected + 1).min(last)),
        (Some("page-up"), _) => Step::Select(selected.saturating_sub(10)),
        (Some("page-down"), _) => Step::Select((selected + 10).min(last)),
        (Some("top"), _) => Step::Select(0),
        (Some("bottom"), _) => Step::Select(last),
        (Some("back" | "quit"), _) => Step::Close,
        (Some(action), _) if action == opener => Step::Close,
        _ => Step::Select(selected.min(last)),
    }
}

/// A key while a choice is open.
pub(super) fn key(model: &mut Model, mut open: Choice, key: Key) -> Vec<Effect> {
    match step(model, "", key, open.selected, open.rows.len()) {
        Step::Take(place) => open.rows.get(place).cloned().map_or_else(Vec::new, |row| take(model, row)),
        Step::Select(place) => {
            open.selected = place;
            quietly(|| model.screen.overlay = Overlay::Choice(open))
        }
        Step::Close => Vec::new(),
    }
}

/// Does what a row leads to.
pub(super) fn take(model: &mut Model, row: Row) -> Vec<Effect> {
    match row.leads {
        Leads::Again(asked) => match crate::actions::registry::find(asked.action) {
            Some(action) => act::act(model, action, asked.service.into_iter().chain(asked.words).collect()),
            None => Vec::new(),
        },
        Leads::Dashboard(whose) => environment::go_to(model, "projects", whose),
        Leads::Nowhere(reason) => quietly(|| cannot(model, "projects", &reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::effect::Whose;
    use crate::app::message::{Msg, RunMsg};
    use crate::app::update::tests::{connected, press};
    use crate::app::update::update;
    use crate::core::progress::RunId;

    fn open(model: &mut Model, leads: [Leads; 3]) {
        let rows = leads.map(|leads| Row { text: "row".to_owned(), leads }).into();
        update(model, Msg::Choice(Choice { title: "rows".to_owned(), hint: "", rows, selected: 0 }));
    }

    #[test]
    fn what_was_done_is_done_again() {
        let mut model = connected();
        assert_eq!(press(&mut model, ";"), [], "nothing was done yet");
        assert!(model.notices[0].notice.summary.contains("nothing was done"));
        let first = press(&mut model, "m");
        update(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
        press(&mut model, ";");
        let again = press(&mut model, "enter");
        let asked = |effects: &[Effect]| match effects {
            [.., Effect::Run { asked, .. }] => Some(asked.clone()),
            _ => None,
        };
        assert!(asked(&first).is_some());
        assert_eq!(asked(&again), asked(&first));
        assert_eq!(model.screen.overlay, Overlay::None);
    }

    #[test]
    fn a_row_leads_to_another_dashboard_where_nothing_goes_on() {
        let whose = Whose { root: Some("/p".into()), environment: "development".to_owned() };
        let rows = || {
            let gone = || Leads::Nowhere("its folder is gone".to_owned());
            [gone(), gone(), Leads::Dashboard(whose.clone())]
        };
        let mut model = connected();
        open(&mut model, rows());
        press(&mut model, "G");
        assert_eq!(press(&mut model, "enter"), [Effect::GoTo(whose.clone())]);
        let mut model = connected();
        open(&mut model, rows());
        press(&mut model, "j");
        assert_eq!(press(&mut model, "enter"), []);
        assert!(model.notices[0].notice.summary.ends_with("its folder is gone"));
        let mut model = connected();
        open(&mut model, rows());
        assert_eq!(press(&mut model, "esc"), []);
        assert_eq!(model.screen.overlay, Overlay::None);
        press(&mut model, "m");
        open(&mut model, rows());
        assert_eq!(press(&mut model, "G enter"), [], "migrate goes on here");
    }
}
