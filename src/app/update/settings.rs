//! The configuration was edited while the dashboard is open.

use crate::app::effect::Effect;
use crate::app::message::Settings;
use crate::app::model::Model;
use crate::app::remedy;
use crate::app::update::drift;
use crate::core::project::Project;
use crate::core::theme::Look;

/// Takes over what the dashboard itself is made of. What the user has changed since stays where
/// the edit says nothing else.
pub(super) fn take(model: &mut Model, settings: Settings) -> Vec<Effect> {
    model.keymap = settings.keymap;
    if settings.is_sound {
        remedy::mended(model);
    }
    let ground = model.screen.look.ground;
    model.screen.wear(Look { ground, ..settings.look });
    if settings.layouts.name != model.screen.configured {
        model.screen.layout = settings.layouts.first();
        model.screen.configured.clone_from(&settings.layouts.name);
    }
    model.screen.editor.wanted = settings.layouts.editor;
    model.screen.layouts = settings.layouts.own;
    model.questions = settings.questions;
    model.is_broken = false;
    renew(model, settings.project);
    drift::forget(model);
    Vec::new()
}

/// Takes over the project as it is configured now. Under another name or environment its objects
/// are others than those that are shown: then its consoles alone.
fn renew(model: &mut Model, project: Project) {
    if project.labels() == model.project.labels() {
        model.patterns = project.patterns();
        model.project = project;
    } else {
        model.project.consoles = project.consoles;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::Keymap;
    use crate::app::message::Msg;
    use crate::app::update::tests::{connected, press};
    use crate::app::update::update;
    use crate::config::layout::Layouts;
    use crate::core::console::{Console, Place, find};
    use crate::core::layout::Node;
    use crate::core::notice::Notice;
    use crate::core::theme::Depth;

    #[test]
    fn a_mended_configuration_is_offered_to_the_editor_no_more() {
        let mut model = connected();
        model.tell(Notice::error("the configuration is broken").because("no such key: /srv/x/biostar-tui.toml:3:1"));
        assert!(remedy::next(&model).is_some());
        let settings = |is_sound| Settings {
            keymap: Keymap::new(&[].into()).unwrap(),
            is_sound,
            look: Look::default(),
            layouts: Layouts::default(),
            questions: [].into(),
            project: connected().project,
        };
        update(&mut model, Msg::Broken(Notice::error("the configuration is broken")));
        assert!(model.is_broken);
        update(&mut model, Msg::Settings(Box::new(settings(false))));
        assert!(!model.is_broken);
        assert!(remedy::next(&model).is_some(), "its keys are wrong still");
        update(&mut model, Msg::Settings(Box::new(settings(true))));
        assert_eq!(remedy::next(&model), None);
    }

    #[test]
    fn an_edit_takes_effect_at_once() {
        let mut model = connected();
        model.screen.configured = "grid".to_owned();
        press(&mut model, "V");
        let chosen = model.screen.layout.clone();
        let keymap = Keymap::new(&[("help".to_owned(), vec!["f9".to_owned()])].into()).unwrap();
        let look = Look { depth: Depth::None, ..Look::default() };
        let console = Console { name: "new".into(), run: vec!["x".into()], place: Place::Host };
        let project = model.project.clone();
        let settings = |name: &str| Settings {
            keymap: keymap.clone(),
            is_sound: true,
            look: look.clone(),
            layouts: Layouts { name: name.to_owned(), ..Layouts::default() },
            questions: [("halt".to_owned(), true)].into(),
            project: Project { consoles: vec![console.clone()], ..project.clone() },
        };
        update(&mut model, Msg::Settings(Box::new(settings("grid"))));
        assert_eq!(model.questions.get("halt"), Some(&true));
        assert!(find(&model.project, "new", None).is_ok());
        assert_eq!(model.screen.layout, chosen, "the edit is not about it");
        assert_eq!(
            (model.keymap.of("help").unwrap().key.to_string(), model.screen.look.depth),
            ("f9".into(), Depth::None)
        );
        update(&mut model, Msg::Settings(Box::new(settings("logs"))));
        assert_eq!(model.screen.layout, Node::preset("logs").unwrap());
    }

    #[test]
    fn a_new_service_is_known_at_once_and_another_project_is_not_taken_for_this_one() {
        let mut model = connected();
        let mut project = model.project.clone();
        project.services.retain(|service| service.name != "web");
        let settings = |project: &Project| {
            Msg::Settings(Box::new(Settings {
                keymap: Keymap::new(&[].into()).unwrap(),
                is_sound: true,
                look: Look::default(),
                layouts: Layouts::default(),
                questions: [].into(),
                project: project.clone(),
            }))
        };
        update(&mut model, settings(&project));
        assert!(model.project.service("web").is_none());
        let other =
            Project { name: "other".to_owned(), slug: "other".to_owned(), services: Vec::new(), ..project.clone() };
        update(&mut model, settings(&other));
        assert_eq!((&model.project.name, model.project.services.len()), (&project.name, project.services.len()));
    }
}
