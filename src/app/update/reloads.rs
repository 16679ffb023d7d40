//! A reload that has failed is told, until one has not.

use crate::app::model::Model;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::paths::Paths;
use crate::core::watching::{Outcome, Reload, Watcher};
use crate::logs::python::{self, Frame};
use crate::logs::{Entry, Group, Store};

/// How the notice begins.
const FAILED: &str = "the server does not start since a save: ";

/// Looks at what a watcher tells after what it told before. Reloads from before the dashboard
/// was opened are history.
pub(super) fn follow(model: &mut Model, before: Option<&Watcher>, now: &Watcher) {
    let Some(before) = before else { return };
    match now.reloads.first().filter(|last| before.reloads.first() != Some(last)) {
        Some(reload) if reload.outcome == Outcome::Failed => failed(model, reload),
        Some(Reload { outcome: Outcome::Answered(_), .. }) => {
            model.withdraw(|notice| notice.summary.starts_with(FAILED));
        }
        _ => {}
    }
}

fn failed(model: &mut Model, reload: &Reload) {
    model.withdraw(|notice| notice.summary.starts_with(FAILED));
    let notice = Notice::error(format!("{FAILED}{}", reload.cause));
    let notice = match cause(model, reload.saved_at) {
        Some(cause) => notice.because(cause),
        None => notice,
    };
    model.tell(notice.remedy("its log and its page have the traceback; the next save tries again"));
}

/// What the newest traceback since then comes to, and the project's innermost place in it.
fn cause(model: &Model, since: Timestamp) -> Option<String> {
    let newest = |store: &Store| {
        let group = store.last_traceback()?.clone();
        let at = store.get(group.first).map_or(0, Entry::time);
        (at >= since).then(|| (at, place(model, store, &group), group.title))
    };
    let (_, place, title) = model.logs.iter().filter_map(|log| newest(&log.store)).max_by_key(|(at, ..)| *at)?;
    Some(match place {
        Some(place) => format!("{title}: {place}"),
        None => title.into(),
    })
}

/// `/srv/demo/forum/views.py:12`, on this host.
fn place(model: &Model, store: &Store, group: &Group) -> Option<String> {
    let lines = (group.first..group.end).filter_map(|number| store.get(number).and_then(Entry::line));
    let frame = lines.rev().filter_map(|line| python::frame(line.text())).find(Frame::is_of_project)?;
    let path = Paths::of(&model.project).on_host(&frame.path)?;
    Some(format!("{}:{}", path.display(), frame.line))
}
