//! Another dashboard: of another environment, or of another project.

use crate::app::effect::{Effect, Whose};
use crate::app::model::Model;
use crate::app::update::act::{cannot, quietly};
use crate::app::update::editing;
use crate::core::notice::Notice;

/// Shows the dashboard of this environment, or of the next one that is declared.
pub(super) fn switch(model: &mut Model, name: Option<&String>) -> Vec<Effect> {
    let known = &model.project.environments;
    let here = known.iter().position(|other| *other == model.header.environment);
    let next = || here.and_then(|place| known.get((place + 1) % known.len()));
    let wanted = match name {
        Some(name) => known.iter().find(|other| *other == name),
        None => next(),
    };
    match wanted {
        Some(wanted) if *wanted != model.header.environment => {
            let whose = Whose { root: None, environment: wanted.clone() };
            go_to(model, "environment", whose)
        }
        Some(_) if known.len() > 1 => quietly(|| cannot(model, "environment", "it is shown already")),
        _ => {
            let names = known.join(", ");
            let summary = name.map_or_else(
                || "there is no other environment".to_owned(),
                |name| format!("there is no environment {name}"),
            );
            let notice = Notice::info(summary).because(format!("declared: {names}"));
            quietly(|| model.tell(notice.remedy("[environments.staging] in biostar-tui.toml declares another")))
        }
    }
}

/// Shows another dashboard in place of this one, for an action.
pub(super) fn go_to(model: &mut Model, action: &str, whose: Whose) -> Vec<Effect> {
    if let Some(operation) = model.runs.running() {
        let reason = format!("{} goes on here; cancel it, or wait", operation.action);
        return quietly(|| cannot(model, action, &reason));
    }
    editing::leave(model, Effect::GoTo(whose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::update::tests::connected;

    fn to(environment: &str) -> Effect {
        Effect::GoTo(Whose { root: None, environment: environment.to_owned() })
    }

    #[test]
    fn the_next_one_comes_round_about() {
        let mut model = connected();
        model.project.environments = vec!["development".into(), "staging".into()];
        assert_eq!(switch(&mut model, None), [to("staging")]);
        assert_eq!(switch(&mut model, Some(&"staging".to_owned())), [to("staging")]);
        assert_eq!(switch(&mut model, Some(&"live".to_owned())), []);
        assert_eq!(model.notices[0].notice.summary, "there is no environment live");
        model.header.environment = "staging".into();
        assert_eq!(switch(&mut model, None), [to("development")]);
    }
}
