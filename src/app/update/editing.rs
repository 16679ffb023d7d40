//! A file is opened in the user's editor: in a pane of ours, in a split, over the dashboard, or in a
//! window of the editor's own.

use std::path::{Path, PathBuf};

use crate::app::effect::{ConsoleAsk, Effect};
use crate::app::log_effect::LogEffect;
use crate::app::model::{Model, Overlay, Pane, Then, Zoom};
use crate::app::outside::Outside;
use crate::app::update::console;
use crate::core::console::{self as naming, Attachment};
use crate::core::editor::{self, Opening, Room, Runs};
use crate::core::notice::Notice;
use crate::core::progress::{Question, RunId};

/// Rows in which one edits well: in a lower pane the editor has the whole screen meanwhile.
const ROOMY: u16 = 24;

/// Opens a file at a line.
pub(super) fn edit(model: &mut Model, path: PathBuf, line: u32) -> Vec<Effect> {
    let command = model.screen.editor.command.as_deref();
    let opening = command.and_then(|command| editor::opening(command, &path, line));
    let room = model.screen.editor.room();
    match opening {
        Some(opening @ Opening { runs: Runs::InTerminal, .. }) if room != Room::Here => {
            let words: Vec<String> = std::iter::once(opening.program).chain(opening.arguments).collect();
            if room == Room::Split {
                vec![Effect::Outside(Outside::Edit { path, words })]
            } else {
                in_pane(model, &path, words)
            }
        }
        // A window of its own, the whole terminal, or nothing: who opens it tells why.
        _ => vec![Effect::Log(LogEffect::Edit { path, line })],
    }
}

/// In a pane; where the file is open in one already, that is gone to.
fn in_pane(model: &mut Model, path: &Path, run: Vec<String>) -> Vec<Effect> {
    let name = naming::editor_name(&path.display().to_string());
    let is_open = model.consoles.entry(&name).attachment.takes_keys();
    let place = model.consoles.place(&name).unwrap_or_default();
    (model.screen.focus, model.consoles.shown, model.consoles.is_resting) = (Pane::Console(place), place, false);
    if is_open {
        return Vec::new();
    }
    if model.screen.zoom == Zoom::Out && console::size_of(model, &name).rows < ROOMY {
        (model.screen.zoom, model.screen.editor.is_enlarged) = (Zoom::In, true);
    }
    let size = console::size_of(model, &name);
    let console = model.consoles.entry(&name);
    (console.attachment, console.size, console.frame) = (Attachment::Opening, Some(size), None);
    vec![Effect::Console { console: name, ask: ConsoleAsk::Edit { run, size } }]
}

/// An editor's pane goes when it has ended, and the focus to where it was before; `None` where it
/// goes on, or is no editor's.
pub(super) fn ended(model: &mut Model, name: &str, attachment: &Attachment) -> Option<Vec<Effect>> {
    let path = naming::editor_of(name)?.to_owned();
    match attachment {
        Attachment::Ended(0) => {}
        Attachment::Ended(code) => {
            model.tell(Notice::warning(format!("the editor of {path} ended with exit code {code}")));
        }
        Attachment::Failed(notice) => model.tell(notice.clone()),
        _ => return None,
    }
    let was_focused = console::in_focus(model).is_some_and(|console| console.name == name);
    let before = model.screen.before;
    console::forget(model, name);
    if was_focused && !matches!(before, Pane::Console(_)) {
        model.screen.focus = before;
    }
    if was_focused && std::mem::take(&mut model.screen.editor.is_enlarged) {
        model.screen.zoom = Zoom::Out;
    }
    Some(vec![Effect::Console { console: name.to_owned(), ask: ConsoleAsk::Close }])
}

/// Leaves the dashboard by this effect; where that ends an editor, it asks.
pub(super) fn leave(model: &mut Model, effect: Effect) -> Vec<Effect> {
    let open = |name: &str| naming::editor_of(name).map(str::to_owned);
    let editors = model.consoles.list.iter().filter(|console| console.attachment.takes_keys());
    let files: Vec<String> = editors.filter_map(|console| open(&console.name)).collect();
    if files.is_empty() {
        return vec![effect];
    }
    let question = Question {
        // Of no run: the screen asks by itself.
        run: RunId(0),
        title: "leave this dashboard, and end its editors?".to_owned(),
        destroys: files.iter().map(|file| format!("what was not saved of {file}")).collect(),
        remarks: vec!["all else goes on running".to_owned()],
        command: String::new(),
        type_name: None,
    };
    model.screen.overlay = Overlay::Confirm { question, then: Then::Carry(effect) };
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::message::{ConsoleMsg, Msg};
    use crate::app::update::tests::{connected, press};
    use crate::app::update::update;

    fn editing(command: &str, multiplexed: bool, wanted: Room) -> (Model, Vec<Effect>) {
        let mut model = connected();
        model.screen.editor = editor::Editor {
            command: Some(command.to_owned()),
            is_multiplexed: multiplexed,
            wanted,
            is_enlarged: false,
        };
        let effects = edit(&mut model, PathBuf::from("/p/forum/views.py"), 7);
        (model, effects)
    }

    #[test]
    fn each_editor_has_its_room() {
        let here = [Effect::Log(LogEffect::Edit { path: "/p/forum/views.py".into(), line: 7 })];
        assert_eq!(editing("code", true, Room::Auto).1, here);
        assert_eq!(editing("vim", true, Room::Here).1, here);
        let words = ["vim", "+7", "/p/forum/views.py"].map(str::to_owned).to_vec();
        let beside = [Effect::Outside(Outside::Edit { path: "/p/forum/views.py".into(), words: words.clone() })];
        assert_eq!(editing("vim", true, Room::Auto).1, beside);
        let is_pane = |effects: &[Effect]| matches!(effects, [Effect::Console { console, ask: ConsoleAsk::Edit { run, .. } }] if console == "+/p/forum/views.py" && *run == words);
        assert!(is_pane(&editing("vim", false, Room::Auto).1));
        assert!(is_pane(&editing("vim", true, Room::Pane).1));
        // A split where there is nothing to be split is none.
        assert!(is_pane(&editing("vim", false, Room::Split).1));
    }

    #[test]
    fn a_pane_goes_with_its_editor_and_is_not_left_unasked() {
        let (mut model, _) = editing("vim", false, Room::Auto);
        assert!(matches!(model.screen.focus, Pane::Console(_)));
        assert_eq!(edit(&mut model, PathBuf::from("/p/forum/views.py"), 9), [], "it is open already");
        assert_eq!(leave(&mut model, Effect::Quit), []);
        assert!(matches!(model.screen.overlay, Overlay::Confirm { .. }));
        assert!(press(&mut model, "y").contains(&Effect::Quit));
        let name = "+/p/forum/views.py".to_owned();
        let ended =
            |code| Msg::Console(ConsoleMsg::Attachment { console: name.clone(), attachment: Attachment::Ended(code) });
        let effects = update(&mut model, ended(1));
        assert!(effects.contains(&Effect::Console { console: name.clone(), ask: ConsoleAsk::Close }));
        assert_eq!(model.consoles.place(&name), None);
        assert_eq!(model.screen.focus, Pane::Services);
        assert_eq!(model.notices[0].notice.summary, "the editor of /p/forum/views.py ended with exit code 1");
        assert_eq!(leave(&mut model, Effect::Quit), [Effect::Quit]);
    }
}
