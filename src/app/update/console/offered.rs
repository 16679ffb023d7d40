//! A program asks for a text to be put into the clipboard (OSC 52). It is put there when the user
//! says so: whoever writes the clipboard chooses what is pasted next.

use crate::app::consoles::Offered;
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
    // The keys stand in the summary: where a console has the whole screen no more of it is shown.
    let keys = keys(model);
    let summary = format!("{} asks for the clipboard: {keys} allows it", model.consoles.entry(console).title);
    let shown: String = plain(&text).chars().take(SHOWN).collect();
    let length = text.chars().count();
    let more = if length > SHOWN { "…" } else { "" };
    withdraw(model);
    model.consoles.offered = Some(Offered { text, summary: summary.clone() });
    let notice = Notice::info(summary).because(format!("{length} characters: {shown}{more}"));
    model.tell(notice.remedy("outside of consoles without the leader, or `:allow-copy`"));
}

/// Takes the offer away, and what was told of it.
fn withdraw(model: &mut Model) -> Option<Offered> {
    let offered = model.consoles.offered.take()?;
    model.withdraw(|notice| notice.summary == offered.summary);
    Some(offered)
}

/// What is pressed in a console to allow it.
fn keys(model: &Model) -> String {
    let key = |action| model.keymap.of(action).map(|binding| binding.key.to_string());
    match (key("leader"), key("allow-copy")) {
        (Some(leader), Some(key)) => format!("{leader} {key}"),
        (leader, _) => format!("{} :allow-copy", leader.unwrap_or_default()).trim_start().to_owned(),
    }
}

/// Puts it there.
pub(in crate::app::update) fn allow(model: &mut Model) -> Vec<Effect> {
    match withdraw(model) {
        Some(offered) => vec![Effect::Log(LogEffect::Copy(offered.text))],
        None => quietly(|| cannot(model, "allow-copy", "no program has asked for it")),
    }
}
