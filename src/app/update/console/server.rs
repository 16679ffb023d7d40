//! The server's own terminal: a debugger in it calls for attention, and gets keys only while
//! it waits for them.

use crate::app::consoles::Console;
use crate::app::effect::{ConsoleAsk, Effect, Start};
use crate::app::model::{Model, Pane};
use crate::app::update::console::{ask, in_focus, open_place, size_of};
use crate::core::console::{self, Attachment, terminal_of};
use crate::core::debugger::{Debuggers, MARK, Prompt};
use crate::core::notice::Notice;
use crate::core::service::ServiceKind;
use crate::logs::LogLine;
use crate::logs::sanitise::plain;

/// Attaches to a service's own terminal: the one that is named, that whose debugger waits,
/// that whose log is in focus, or the server's.
pub(in crate::app::update) fn attach(model: &mut Model, name: Option<&str>) -> Vec<Effect> {
    let service = match name {
        Some(name) if model.project.service(name).is_none() => {
            let notice = model.project.no_service(name);
            model.tell(notice);
            return Vec::new();
        }
        Some(name) => name.to_owned(),
        None => match usual(model) {
            Some(service) => service,
            None => {
                model.tell(Notice::info("there is no service to attach to"));
                return Vec::new();
            }
        },
    };
    let terminal = console::terminal_name(&service);
    let console = model.consoles.entry(&terminal);
    (console.guarded, console.service) = (true, Some(service));
    open_place(model, &terminal)
}

fn usual(model: &Model) -> Option<String> {
    let waiting = model.consoles.list.iter().find(|console| console.debuggers.open().is_some());
    let focused = match model.screen.focus {
        Pane::Log(place) => model.logs.get(place).map(|log| log.service.clone()),
        _ => None,
    };
    let focused = focused.filter(|name| is_server(model, name));
    let usual = || console::usual_service(&model.project).map(|service| service.name.clone());
    waiting.and_then(|console| console.service.clone()).or(focused).or_else(usual)
}

fn is_server(model: &Model, service: &str) -> bool {
    model.project.service(service).is_some_and(|service| service.kind == ServiceKind::Django)
}

/// Whether lines of a service's log may be about a debugger.
pub(in crate::app::update) fn heard(model: &Model, service: &str, lines: &[LogLine]) -> Vec<Effect> {
    let is_ours = |line: &LogLine| line.text().contains(MARK);
    let looks = is_server(model, service) && lines.iter().any(is_ours);
    looks.then(|| Effect::Debuggers { service: service.to_owned() }).into_iter().collect()
}

/// Looks at the debuggers of servers that were not there before.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    let servers = model.services.iter().filter(|service| service.kind == ServiceKind::Django);
    let now: Vec<_> = servers
        .filter_map(|service| Some((service.name.clone(), service.container.clone()?, service.started_at)))
        .collect();
    let new = now.iter().filter(|server| !model.consoles.looked_at.contains(server));
    let effects = new.map(|(service, ..)| Effect::Debuggers { service: service.clone() }).collect();
    model.consoles.looked_at = now;
    effects
}

/// What the debuggers of a service tell now.
pub(super) fn told(model: &mut Model, service: &str, debuggers: Debuggers) -> Vec<Effect> {
    let terminal = console::terminal_name(service);
    if debuggers.all().is_empty() && model.consoles.place(&terminal).is_none() {
        return Vec::new();
    }
    let console = model.consoles.entry(&terminal);
    (console.guarded, console.service) = (true, Some(service.to_owned()));
    let before = std::mem::replace(&mut console.debuggers, debuggers.clone());
    if before.open() != debuggers.open() {
        answered(model, service);
    }
    match debuggers.open() {
        Some(prompt) if before.open() != Some(prompt) => calls(model, service, prompt, debuggers.all().len() - 1),
        _ => Vec::new(),
    }
}

/// A debugger has begun to wait: it is told, and its prompt is shown where no other console
/// is in use.
fn calls(model: &mut Model, service: &str, prompt: &Prompt, others: usize) -> Vec<Effect> {
    if !model.screen.alone {
        model.tell(notice(model, service, prompt, others));
    }
    let terminal = console::terminal_name(service);
    let is_focused = in_focus(model).is_some_and(|console| console.name == terminal);
    let console = model.consoles.entry(&terminal);
    console.rang = !is_focused;
    let is_open = console.attachment.takes_keys();
    if !matches!(model.screen.focus, Pane::Console(_)) {
        model.consoles.shown = model.consoles.place(&terminal).unwrap_or_default();
    }
    if is_open {
        return Vec::new();
    }
    let size = size_of(model, &terminal);
    let console = model.consoles.entry(&terminal);
    (console.attachment, console.size, console.frame) = (Attachment::Opening, Some(size), None);
    vec![ask(&terminal, ConsoleAsk::Open { service: None, folder: None, size, start: Start::Never })]
}

/// The debugger that waited in a service does so no more: nothing is told about it.
fn answered(model: &mut Model, service: &str) {
    let told = waits_in(service);
    model.withdraw(|notice| notice.summary.starts_with(&told));
}

/// How a notice about a service's debugger begins.
fn waits_in(service: &str) -> String {
    format!("a debugger waits for an answer in {service}: ")
}

fn notice(model: &Model, service: &str, prompt: &Prompt, others: usize) -> Notice {
    let notice = Notice::warning(format!("{}{}", waits_in(service), place(prompt)));
    let notice = match others {
        0 => notice,
        n => notice.because(format!("{n} more wait for their turn at the terminal")),
    };
    let key = model.keymap.of("attach").map_or_else(String::new, |binding| format!("{} goes there; ", binding.key));
    notice.remedy(format!("{key}`biostar-tui attach {service}` does so in another terminal"))
}

/// Where a debugger waits: `forum/views.py:12 in index`.
pub(in crate::app) fn place(prompt: &Prompt) -> String {
    match prompt.function.as_str() {
        "" => plain(&prompt.place),
        function => format!("{} in {}", plain(&prompt.place), plain(function)),
    }
}

/// Whether what is typed has to wait: no prompt is there that it could be for, and the next
/// one would obey it.
pub(super) fn holds_back(console: &Console) -> bool {
    terminal_of(&console.name).is_some() && console.debuggers.holds_typing_back()
}

/// Lets go of servers' terminals that nobody looks at: who attaches has to take what comes.
pub(super) fn let_go(model: &mut Model) -> Vec<Effect> {
    let focused = in_focus(model).map(|console| console.name.clone());
    let alone = model.screen.alone;
    let unused = model.consoles.list.iter_mut().filter(|console| {
        let is_terminal = terminal_of(&console.name).is_some() && !alone;
        is_terminal && console.attachment.takes_keys() && Some(&console.name) != focused.as_ref()
    });
    unused
        .filter(|console| console.debuggers.open().is_none())
        .map(|console| {
            (console.attachment, console.frame) = (Attachment::Closed, None);
            ask(&console.name, ConsoleAsk::Leave)
        })
        .collect()
}
