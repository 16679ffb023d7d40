//! What changes of files lead to.

use crate::actions::registry;
use crate::app::availability::unavailable;
use crate::app::effect::Effect;
use crate::app::message::{Page, WatchMsg};
use crate::app::model::Model;
use crate::app::update::act::{cannot, quietly};
use crate::app::update::{drift, migrations, reloads, run};
use crate::components::notices::OfferState;
use crate::core::notice::Notice;
use crate::core::watching::{Offer, Reload, Watcher};

pub(super) fn update(model: &mut Model, msg: WatchMsg) -> Vec<Effect> {
    match msg {
        WatchMsg::Ours(watcher) => show(model, watcher, false),
        WatchMsg::Theirs(watcher) => show(model, watcher, true),
        WatchMsg::Act { action, words, cause } => {
            model.tell(Notice::info(format!("{action}, because of {cause}")));
            let asked = (action, words);
            // What waits already will be done after this change, too.
            if !model.watching.owed.contains(&asked) {
                model.watching.owed.push(asked);
            }
        }
        WatchMsg::Offer(offer) => {
            drift::forget(model);
            migrations::forget(model);
            offered(model, offer);
        }
    }
    Vec::new()
}

fn show(model: &mut Model, watcher: Watcher, elsewhere: bool) {
    let before = model.watching.watcher.take();
    reloads::follow(model, before.as_ref(), &watcher);
    model.watching.watcher = Some(watcher);
    model.watching.elsewhere = elsewhere;
}

/// Nothing lies above what the user does: a notice lists what has changed, and the footer has
/// the keys until one of them is pressed.
fn offered(model: &mut Model, offer: Offer) {
    let words: Vec<&str> = std::iter::once(offer.action).chain(offer.service.as_deref()).collect();
    let command = format!("`biostar-tui {}`", words.join(" "));
    let remedy = match (model.keymap.of("accept-offer"), model.keymap.of("decline-offer")) {
        (Some(yes), Some(no)) => format!("{} does `{}`, {} leaves it; or {command}", yes.key, words.join(" "), no.key),
        _ => format!("{command} does it"),
    };
    let notice = Notice::info(offer.summary.clone()).remedy(remedy);
    model.tell(match &offer.cause {
        Some(cause) => notice.because(cause.clone()),
        None => notice,
    });
    let replaced = model.watching.offer(offer);
    close(model, &replaced);
}

/// What is not offered any more is not done by the key of its notice either.
pub(super) fn close(model: &mut Model, offers: &[Offer]) {
    let is_closed = |summary: &str| offers.iter().any(|offer| offer.summary == summary);
    let open = |summary: &str| model.watching.offers.iter().any(|offer| offer.summary == summary);
    let closed =
        model.notices.iter_mut().filter(|noted| is_closed(&noted.notice.summary) && !open(&noted.notice.summary));
    closed.for_each(|noted| noted.offer = OfferState::Settled);
}

/// Does what was offered last.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Offer { action, service, .. }) = model.watching.offers.first().cloned() else {
        return quietly(|| cannot(model, "accept-offer", "nothing is offered"));
    };
    let words = service.into_iter().collect();
    registry::find(action).map(|action| run::start(model, action, words)).unwrap_or_default()
}

/// Takes it away.
pub(super) fn decline(model: &mut Model) -> Vec<Effect> {
    if model.watching.offers.is_empty() {
        return quietly(|| cannot(model, "decline-offer", "nothing is offered"));
    }
    let offer = model.watching.offers.remove(0);
    close(model, &[offer]);
    Vec::new()
}

/// Starts what changes of files ask for, as soon as nothing else goes on.
pub(super) fn start_owed(model: &mut Model) -> Vec<Effect> {
    let can = |(action, _): &&(&str, Vec<String>)| unavailable(model, action).is_none();
    if model.watching.owed.first().filter(can).is_none() {
        return Vec::new();
    }
    let (action, words) = model.watching.owed.remove(0);
    registry::find(action).map(|action| run::start(model, action, words)).unwrap_or_default()
}

/// The last reloads, the newest first.
pub(super) fn history(model: &Model) -> Page {
    let reloads: &[Reload] = model.watching.watcher.as_ref().map_or(&[], |watcher| &watcher.reloads);
    let line = |reload: &Reload| {
        let time = jiff::Timestamp::from_nanosecond(i128::from(reload.saved_at)).unwrap_or_default();
        let time = time.to_zoned(jiff::tz::TimeZone::system());
        format!("{}  {:>9}  {}\n", time.strftime("%H:%M:%S"), reload.taken(), reload.cause)
    };
    let text: String = reloads.iter().map(line).collect();
    let text = if text.is_empty() { "no change of files has caused a reload yet".to_owned() } else { text };
    Page::text("reloads: when a file was saved, until the new server answered, which", &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::message::{Msg, RunMsg};
    use crate::app::update::{tests::connected, update as all};
    use crate::core::progress::RunId;

    fn act(action: &'static str) -> Msg {
        Msg::Watch(WatchMsg::Act { action, words: Vec::new(), cause: "requirements.txt".into() })
    }

    #[test]
    fn what_is_asked_for_is_begun_one_after_the_other_and_once() {
        let mut model = connected();
        let begun = all(&mut model, act("install"));
        assert!(matches!(&begun[..], [Effect::Run { asked, .. }] if asked.action == "install"), "{begun:?}");
        for _ in 0..2 {
            assert_eq!(all(&mut model, act("collectstatic")), []);
        }
        let next = all(&mut model, Msg::Run(RunId(1), RunMsg::Done(String::new())));
        assert!(matches!(&next[..], [Effect::Run { asked, .. }] if asked.action == "collectstatic"), "{next:?}");
        assert_eq!(model.watching.owed, []);
    }

    fn offer(model: &mut Model, action: &'static str, service: Option<&str>) {
        let service = service.map(str::to_owned);
        let offer = Offer { action, service, summary: format!("for {action}"), cause: None };
        all(model, Msg::Watch(WatchMsg::Offer(offer)));
    }

    #[test]
    fn an_offer_names_its_keys() {
        let mut model = connected();
        offer(&mut model, "rebuild", Some("worker"));
        let remedy = model.notices[0].notice.remedy.as_deref();
        assert_eq!(remedy, Some("a does `rebuild worker`, A leaves it; or `biostar-tui rebuild worker`"));
    }

    #[test]
    fn offers_are_taken_or_left_one_after_the_other() {
        let mut model = connected();
        offer(&mut model, "migrate", None);
        offer(&mut model, "rebuild", Some("worker"));
        offer(&mut model, "migrate", None);
        let open = |model: &Model| model.watching.offers.iter().map(|offer| offer.action).collect::<Vec<_>>();
        assert_eq!(open(&model), ["migrate", "rebuild"], "what is offered again is one offer");
        decline(&mut model);
        let answered: Vec<_> = model
            .notices
            .iter()
            .map(|noted| (noted.notice.summary.as_str(), noted.offer == OfferState::Settled))
            .collect();
        assert_eq!(
            answered,
            [("for migrate", true), ("for rebuild", false), ("for migrate", true)],
            "what is left alone is not offered by `=` either"
        );
        let effects = accept(&mut model);
        assert!(
            matches!(&effects[..], [Effect::Run { asked, .. }] if asked.action == "rebuild" && asked.words == ["worker"]),
            "{effects:?}"
        );
        assert_eq!(open(&model), [""; 0]);
    }

    #[test]
    fn what_was_not_done_is_offered_still() {
        let mut model = connected();
        offer(&mut model, "rebuild", Some("web"));
        offer(&mut model, "migrate", None);
        let up = |model: &mut Model, words: &[&str], end: RunMsg| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            run::begin(model, registry::find("up").unwrap(), words);
            let during = model.watching.offers.len();
            all(model, Msg::Run(RunId(model.runs.last), end));
            let settled = model.notices.iter().filter(|noted| noted.offer == OfferState::Settled).count();
            (during, model.watching.offers.len(), settled)
        };
        let page = || Page::text("the plan", "nothing");
        assert_eq!(up(&mut model, &["--dry-run"], RunMsg::Page(page())), (2, 2, 0));
        assert_eq!(up(&mut model, &[], RunMsg::Declined), (0, 2, 0));
        assert_eq!(up(&mut model, &[], RunMsg::Failed(Notice::error("no"))), (0, 2, 0));
        assert_eq!(up(&mut model, &[], RunMsg::Done(String::new())), (0, 0, 2));
    }

    #[test]
    fn up_does_all_that_is_offered() {
        let mut model = connected();
        offer(&mut model, "migrate", None);
        offer(&mut model, "up", None);
        assert_eq!(model.watching.offers.len(), 1);
        run::start(&mut model, registry::find("up").unwrap(), Vec::new());
        assert!(model.watching.offers.is_empty());
        assert_eq!(accept(&mut model), [], "it says why it does nothing");
    }
}
