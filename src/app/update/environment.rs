//! Another environment of the same project.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::update::act::{cannot, quietly};
use crate::core::notice::Notice;

/// Shows the dashboard of this environment, or of the next one that is declared.
pub(super) fn switch(model: &mut Model, name: Option<&String>) -> Vec<Effect> {
    if let Some(operation) = model.runs.running() {
        let reason = format!("{} goes on here; cancel it, or wait", operation.action);
        return quietly(|| cannot(model, "environment", &reason));
    }
    let known = &model.project.environments;
    let here = known.iter().position(|other| *other == model.header.environment);
    let next = || here.and_then(|place| known.get((place + 1) % known.len()));
    let wanted = match name {
        Some(name) => known.iter().find(|other| *other == name),
        None => next(),
    };
    match wanted {
        Some(wanted) if *wanted != model.header.environment => vec![Effect::Environment(wanted.clone())],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::update::tests::connected;

    #[test]
    fn the_next_one_comes_round_about() {
        let mut model = connected();
        model.project.environments = vec!["development".into(), "staging".into()];
        assert_eq!(switch(&mut model, None), [Effect::Environment("staging".into())]);
        assert_eq!(switch(&mut model, Some(&"staging".to_owned())), [Effect::Environment("staging".into())]);
        assert_eq!(switch(&mut model, Some(&"live".to_owned())), []);
        assert_eq!(model.notices[0].notice.summary, "there is no environment live");
        model.header.environment = "staging".into();
        assert_eq!(switch(&mut model, None), [Effect::Environment("development".into())]);
    }
}
