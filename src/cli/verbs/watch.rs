//! `watch`: what an open dashboard does about changes of files, as lines.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::mpsc;

use crate::actions::{arguments::Arguments, registry, request::Request};
use crate::app::{Msg, message::WatchMsg};
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{self, Manner, Session},
    verbs::dashboard,
};
use crate::core::{
    notice::Notice,
    overview,
    watching::{Offer, Watcher},
};
use crate::runtime::{
    signals::{Signal, Signals},
    watch::{self, Watch},
};

/// Messages that wait to be printed; who sends more waits.
const WAITING: usize = 16;

/// Watches until it is ended by a signal.
///
/// # Errors
/// When the configuration cannot be read, or the engine's endpoint not be understood.
pub async fn run(flags: &Flags) -> Outcome {
    let loaded = session::load(flags)?;
    session::warn(&loaded);
    let rules = loaded.settings.watch;
    let project = Arc::new(loaded.project);
    let engine = session::engine(&project)?;
    let (messages, mut received) = mpsc::channel(WAITING);
    let reread = dashboard::reload(flags);
    let watcher = watch::start(Watch { project, rules, engine, reread, kind: "watch" }, messages);
    let mut signals = Signals::listen().map_err(|error| unheard(&error))?;
    let mut shown = Shown::default();
    let ended = loop {
        tokio::select! {
            biased;
            signal = signals.next() => if let Signal::End(number) = signal { break number },
            msg = received.recv() => match msg {
                Some(msg) => shown.show(flags, msg).await,
                // It has said why.
                None => return Err(Failure::Told),
            },
        }
    };
    // Whoever sends to nobody is at its end.
    drop(received);
    watcher.end().await;
    Err(Failure::Signal(u8::try_from(ended).unwrap_or_default()))
}

fn unheard(error: &std::io::Error) -> Failure {
    Notice::error("signals cannot be listened to").because(error.to_string()).into()
}

/// What was printed last.
#[derive(Default)]
struct Shown {
    watcher: Option<Watcher>,
}

impl Shown {
    async fn show(&mut self, flags: &Flags, msg: Msg) {
        match msg {
            Msg::Notice(notice) => print::notice(&notice),
            Msg::Watch(WatchMsg::Ours(watcher)) => self.watcher(flags, watcher, None),
            Msg::Watch(WatchMsg::Theirs(watcher)) => {
                let by = format!("process {} ({})", watcher.pid, watcher.kind);
                self.watcher(flags, watcher, Some(by));
            }
            Msg::Watch(WatchMsg::Act { action, words, cause }) => {
                say(flags, action, &cause, &json!({ "action": action, "words": words, "cause": cause }));
                if let Err(failure) = act(flags, action, words).await {
                    failure.notices().iter().for_each(print::notice);
                }
            }
            Msg::Watch(WatchMsg::Offer(offer)) => print::notice(&offered(offer)),
            _ => {}
        }
    }

    fn watcher(&mut self, flags: &Flags, watcher: Watcher, by: Option<String>) {
        let before = self.watcher.replace(watcher.clone());
        if flags.json {
            return print::json_line(&json!({ "watcher": overview::watcher(Some(&watcher)) }));
        }
        let seen = before.as_ref().map(|before| (before.state, before.pid));
        if seen != Some((watcher.state, watcher.pid)) {
            let by = by.map(|by| format!(", by {by}: this one takes over when it ends")).unwrap_or_default();
            say(flags, watcher.state.as_str(), &format!("{} folders{by}", watcher.folders), &json!(null));
        }
        let known = before.filter(|before| before.pid == watcher.pid);
        let last = watcher.reloads.first();
        if let Some(reload) = last.filter(|last| known.is_some_and(|known| known.reloads.first() != Some(*last))) {
            say(flags, "reload", &format!("{}, {}", reload.cause, reload.taken()), &json!(null));
        }
    }
}

/// A line with the time, or an object.
fn say(flags: &Flags, what: &str, text: &str, object: &serde_json::Value) {
    if flags.json {
        return print::json_line(object);
    }
    let time = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
    print::line(&crate::logs::sanitise::plain(&format!("{time} {what}: {text}")));
}

fn offered(offer: Offer) -> Notice {
    let Offer { action, service, summary, cause } = offer;
    let words: Vec<&str> = std::iter::once(action).chain(service.as_deref()).collect();
    let notice = Notice::info(summary).remedy(format!("`biostar-tui {}`", words.join(" ")));
    match cause {
        Some(cause) => notice.because(cause),
        None => notice,
    }
}

/// Carries out an action as its verb would.
async fn act(flags: &Flags, action: &'static str, words: Vec<String>) -> Outcome {
    let Some(known) = registry::find(action) else { return Ok(()) };
    let arguments = Arguments::read(known, &words)?;
    let Some(request) = Request::of(known.id, None, &arguments) else { return Ok(()) };
    let mut session = Session::open_for_objects(flags).await?;
    let prepared = session.prepare(&request).await?;
    session.apply(action, &prepared, Manner { verbose: flags.verbose, ..Manner::default() }).await
}
