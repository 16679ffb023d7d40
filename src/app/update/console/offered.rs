//! A program asks for a text to be put into the clipboard (OSC 52). It is put there when the user
//! says so: whoever writes the clipboard chooses what is pasted next.

use crate::app::effect::Effect;
use crate::app::log_effect::LogEffect;
use crate::app::model::Model;
use crate::app::update::act::{cannot, quietly};
use crate::core::notice::Notice;
use crate::logs::sanitise::plain;

/// Characters of the text that the notice shows.
const SHOWN: usize = 60;

/// Keeps the text, and tells of it: the last one alone, however many there were.
pub(super) fn offer(model: &mut Model, console: &str, text: String) {
    let summary = format!("{} asks to put a text into the clipboard", model.consoles.entry(console).title);
    let shown: String = plain(&text).chars().take(SHOWN).collect();
    let length = text.chars().count();
    let more = if length > SHOWN { "…" } else { "" };
    let before = model.consoles.offered.replace(text).is_some();
    if before {
        model.notices.retain(|noted| noted.notice.summary != summary);
    }
    let key = model.keymap.of("allow-copy").map_or_else(String::new, |binding| format!("{} or ", binding.key));
    let notice = Notice::info(summary).because(format!("{length} characters: {shown}{more}"));
    model.tell(notice.remedy(format!("{key}:allow-copy puts it there (in a console behind the leader)")));
}

/// Puts it there.
pub(in crate::app::update) fn allow(model: &mut Model) -> Vec<Effect> {
    match model.consoles.offered.take() {
        Some(text) => vec![Effect::Log(LogEffect::Copy(text))],
        None => quietly(|| cannot(model, "allow-copy", "no program has asked for it")),
    }
}
