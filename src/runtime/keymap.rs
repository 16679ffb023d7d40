//! The keys of a configuration. Those that clash are told with both places.

use crate::actions::registry;
use crate::app::Keymap;
use crate::app::keymap::KeymapError;
use crate::config::{Loaded, names};
use crate::core::notice::{Notice, Severity};

/// The keys of a configuration, default ones in place of what is wrong, and what is.
pub fn of(loaded: &Loaded) -> (Keymap, Vec<Notice>) {
    let (keymap, errors) = Keymap::as_far_as_it_goes(&loaded.settings.keys);
    let left_out = |error: &KeymapError| {
        let wrong = wrong(loaded, error);
        let instead =
            if matches!(error, KeymapError::Unknown(_)) { "it is left out" } else { "default keys are used there" };
        Notice { summary: format!("{}; {instead}", wrong.summary), ..wrong }
    };
    (keymap, errors.iter().map(left_out).collect())
}

/// What of a configuration is left out because it is wrong, its keys among it.
pub fn problems(loaded: &Loaded) -> Vec<Notice> {
    let left_out = loaded.notices.iter().filter(|notice| notice.severity == Severity::Error).cloned();
    left_out.chain(of(loaded).1).collect()
}

fn wrong(loaded: &Loaded, error: &KeymapError) -> Notice {
    let notice = Notice::error(error.to_string());
    match error {
        KeymapError::Clash { first, second, .. } => {
            let places = [first, second].map(|action| format!("{action}: {}", place(loaded, action)));
            let remedy = format!(
                "give one of them another key in `[keys]`, {second} = [\"f5\"], or take it from the other: {first} = []"
            );
            notice.because(places.join("\n")).remedy(remedy)
        }
        KeymapError::Key { action, .. } => notice.because(place(loaded, action)),
        KeymapError::Unknown(action) => {
            let near = names::help(action, "actions", registry::ids());
            let remedy = near.unwrap_or_else(|| "`?` in the dashboard lists all actions".to_owned());
            let entries = loaded.document.entries(&["keys"]);
            let entry = entries.iter().find(|entry| &entry.key == action);
            notice.because(entry.map(|entry| entry.origin.place.to_string()).unwrap_or_default()).remedy(remedy)
        }
    }
}

/// Where an action's keys were written.
fn place(loaded: &Loaded, action: &str) -> String {
    let node = loaded.document.at(&["keys", action]);
    node.map_or_else(|| "its default keys".to_owned(), |node| node.origin.place.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn told(keys: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manage.py"), "").unwrap();
        let text = format!("[project]\nprofile = \"none\"\n[services.a]\nimage = \"x\"\n[keys]\n{keys}\n");
        std::fs::write(folder.path().join("biostar-tui.toml"), text).unwrap();
        let request = config::Request { start: folder.path().to_owned(), ..config::Request::default() };
        let (_, notices) = of(&config::load(&request).unwrap());
        let root = folder.path().canonicalize().unwrap();
        let told: Vec<String> = notices.iter().map(Notice::to_string).collect();
        told.join("\n").replace(&root.display().to_string(), "")
    }

    #[test]
    fn both_places_of_a_clash_are_told() {
        let text = told("zoom = \"u\"");
        assert!(text.contains("bound to both `up` and `zoom`") && text.contains("up: its default keys"), "{text}");
        assert!(text.contains("zoom: /biostar-tui.toml:6:8"), "{text}");
        let text = told("zoom = \"f5\"\nhelp = \"f5\"");
        assert!(text.contains("zoom: /biostar-tui.toml:6:8") && text.contains("help: /biostar-tui.toml:7:8"), "{text}");
        let text = told("zoom = \"u\"\nhelp = \"hyper-x\"");
        assert!(text.contains("both `up` and `zoom`") && text.contains("`hyper-x` is no key"), "{text}");
        let text = told("zomo = \"f6\"");
        assert!(text.contains("/biostar-tui.toml:6:1") && text.contains("did you mean `zoom`?"), "{text}");
        let text = told("zoom = \"hyper-x\"");
        assert!(text.contains("`hyper-x` is no key") && text.contains("/biostar-tui.toml:6:8"), "{text}");
    }
}
