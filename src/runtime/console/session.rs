//! One console while it is shown: reads it, keeps its emulator, answers its questions, and
//! sends pictures of it. The reading never waits for whoever draws.

mod pointing;
mod show;

use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::mpsc::{Sender, UnboundedReceiver};
use tokio::time::{Instant, sleep_until};

use crate::app::effect::{ConsoleAsk, Start};
use crate::app::{Msg, message::ConsoleMsg};
use crate::console::copying::Copying;
use crate::console::holder::{PING_SECONDS, Told};
use crate::console::{Emulator, Event, Source, Terminal, keys, paste};
use crate::core::console::{Attachment, Size};
use crate::core::notice::Notice;
use crate::engine::ErrorKind;
use crate::engine::connection::Backoff;
use crate::runtime::console::link::{Heard, Link};
use crate::runtime::console::open::{self, Found, Ground, Target, Wanted};

/// Sizes that come within this are one.
const RESIZE: Duration = Duration::from_millis(50);
/// Pieces of the stream that are taken in one go before keys are looked at again.
const AT_ONCE: usize = 8;
/// What PID 1 of a console says of a program that it cannot run.
const CANNOT: &str = "biostar-tui: cannot run ";

/// One console while it is shown.
pub(super) struct Session {
    target: Target,
    ground: Ground,
    asks: UnboundedReceiver<ConsoleAsk>,
    messages: Sender<Msg>,
    emulator: Terminal,
    link: Option<Link>,
    /// Whether the program is asked and answered: not while its history is replayed.
    source: Source,
    size: Size,
    /// What the user calls it, and whether somebody else has said so and it is not told yet.
    called: String,
    renamed: bool,
    backoff: Backoff,
    typed_at: Option<Instant>,
    /// Bytes that have come since.
    answered: usize,
    shown_at: Instant,
    /// Presses of the mouse that may become a double one.
    presses: pointing::Presses,
    /// Whether a server has said something that is not told yet.
    said: bool,
    due: Due,
}

/// What is due when.
#[derive(Debug, Default)]
struct Due {
    frame: Option<Instant>,
    resize: Option<Instant>,
    ping: Option<Instant>,
    attach: Option<Instant>,
}

/// At a moment, or never.
async fn at(moment: Option<Instant>) {
    match moment {
        // The runtime's timers are a millisecond late.
        Some(moment) if moment <= Instant::now() => {}
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn heard(link: Option<&mut Link>) -> Heard {
    match link {
        Some(link) => link.next().await,
        None => std::future::pending().await,
    }
}

impl Session {
    pub(super) fn new(
        target: Target,
        ground: Ground,
        asks: UnboundedReceiver<ConsoleAsk>,
        messages: Sender<Msg>,
    ) -> Self {
        let backoff = Backoff::for_shown(ground.engine.endpoint());
        let size = Size::default();
        Self {
            target,
            ground,
            asks,
            messages,
            emulator: Terminal::new(size),
            link: None,
            source: Source::Live,
            size,
            called: String::new(),
            renamed: false,
            backoff,
            typed_at: None,
            answered: 0,
            shown_at: Instant::now(),
            presses: pointing::Presses::default(),
            said: false,
            due: Due::default(),
        }
    }

    /// Goes on until nobody asks any more.
    pub(super) async fn run(mut self) {
        loop {
            let held = self.emulator.deadline().map(Instant::from_std);
            tokio::select! {
                biased;
                ask = self.asks.recv() => match ask {
                    Some(ask) => self.obey(ask).await,
                    None => break,
                },
                () = at(self.due.frame) => self.show(),
                () = at(self.due.resize) => self.resize(),
                () = at(held) => {
                    self.emulator.expire(Instant::now().into_std());
                    self.changed();
                }
                () = at(self.due.ping) => self.ping(),
                () = at(self.due.attach) => self.attach().await,
                heard = heard(self.link.as_mut()) => self.take_all(heard).await,
            }
        }
        if let Some(link) = self.link.take() {
            link.leave().await;
        }
    }

    async fn tell(&mut self, attachment: Attachment) {
        let msg = ConsoleMsg::Attachment { console: self.target.console(), attachment };
        // Without a receiver the dashboard has ended, and `run` is about to.
        let _ = self.messages.send(Msg::Console(msg)).await;
    }

    // What is asked ------------------------------------------------------------------

    async fn obey(&mut self, ask: ConsoleAsk) {
        let modes = self.emulator.modes();
        match ask {
            ConsoleAsk::Edit { run, size } => self.edit(run, size).await,
            ConsoleAsk::Open { service, folder, size, start } => {
                let wanted = Wanted { service, folder, size };
                self.open(wanted, start).await;
            }
            ConsoleAsk::Key(key) => self.type_in(keys::encode(key, &modes)),
            ConsoleAsk::Paste(text) => self.type_in(paste::encode(&text, modes.bracketed_paste)),
            ConsoleAsk::Mouse(mouse) => self.mouse(mouse).await,
            ConsoleAsk::Focus(is_here) if modes.focus => {
                self.type_in(if is_here { b"\x1b[I".to_vec() } else { b"\x1b[O".to_vec() });
            }
            ConsoleAsk::Focus(_) => {}
            ConsoleAsk::Resize(size) => {
                self.size = size;
                self.due.resize.get_or_insert(Instant::now() + RESIZE);
            }
            ConsoleAsk::Call(called) => self.call(called),
            ConsoleAsk::Copy(copying) => self.copy(copying).await,
            ConsoleAsk::Leave => self.leave().await,
            ConsoleAsk::Close => self.close().await,
        }
    }

    async fn open(&mut self, wanted: Wanted, start: Start) {
        if self.link.is_some() {
            return;
        }
        self.size = wanted.size;
        self.tell(Attachment::Opening).await;
        match start {
            Start::Never => self.attach().await,
            Start::IfNeeded => match open::ensure(&self.ground, &self.target, &wanted).await {
                Ok(link) => {
                    // One that is started again keeps its name.
                    if !self.called.is_empty() {
                        link.call(&self.called);
                    }
                    self.take(link).await;
                }
                Err(notice) => self.tell(Attachment::Failed(notice)).await,
            },
        }
    }

    async fn edit(&mut self, run: Vec<String>, size: Size) {
        if self.link.is_some() {
            return;
        }
        self.size = size;
        match open::edit(&self.ground, self.target.name(), run, size) {
            Ok(link) => {
                self.emulator = Terminal::new(size);
                self.take(link).await;
            }
            Err(notice) => self.tell(Attachment::Failed(notice)).await,
        }
    }

    async fn take(&mut self, link: Link) {
        self.link = Some(link);
        self.due.attach = None;
        self.due.ping = Some(Instant::now() + Duration::from_secs(PING_SECONDS));
        self.tell(Attachment::Attached).await;
    }

    /// Attaches to what runs; what does not has ended.
    async fn attach(&mut self) {
        self.due.attach = None;
        match open::attach(&self.ground, &self.target, self.size).await {
            Ok(Found::Running(link)) => self.take(link).await,
            Ok(Found::Ended(container)) => self.tell_end(container.exit_code).await,
            Ok(Found::Nothing) => self.tell(Attachment::Closed).await,
            Err(error) => self.detached(error.notice()).await,
        }
    }

    fn type_in(&mut self, bytes: Vec<u8>) {
        (self.typed_at, self.answered) = (Some(Instant::now()), 0);
        if self.emulator.is_scrolled() || self.emulator.selected().is_some() {
            self.emulator.copy(Copying::End);
            self.changed();
        }
        let Some(link) = &self.link else { return };
        if !link.input(bytes) {
            let summary =
                format!("what was typed into {} is lost: its program does not read its input", self.target.name());
            let notice = Notice::warning(summary).remedy("wait until it goes on, or close the console");
            // A full channel has other things to tell.
            let _ = self.messages.try_send(Msg::Notice(notice));
        }
    }

    /// The holder tells all clients, this one too; without one nobody else sees it.
    fn call(&mut self, called: String) {
        self.link.iter().for_each(|link| link.call(&called));
        self.called = called;
    }

    fn resize(&mut self) {
        self.due.resize = None;
        let size = self.size;
        let is_so = self.link.as_mut().is_none_or(|link| link.resize(size));
        if is_so {
            self.emulator.resize(size);
            self.changed();
        }
    }

    fn ping(&mut self) {
        self.link.iter().for_each(Link::ping);
        self.due.ping = self.link.is_some().then(|| Instant::now() + Duration::from_secs(PING_SECONDS));
    }

    async fn leave(&mut self) {
        self.due = Due::default();
        if let Some(link) = self.link.take() {
            link.leave().await;
        }
    }

    async fn close(&mut self) {
        self.link = None;
        self.due = Due::default();
        let Some(container) = self.target.container(&self.ground.project) else {
            return self.tell(Attachment::Closed).await;
        };
        let stopped = match self.ground.engine.stop(&container, 2).await {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            _ => self.ground.engine.remove(&container).await,
        };
        self.tell(stopped.map_or_else(|error| Attachment::Failed(error.notice()), |()| Attachment::Closed)).await;
    }

    // What comes ---------------------------------------------------------------------

    /// Takes what has come, and what is there behind it already: one picture shows it all.
    async fn take_all(&mut self, first: Heard) {
        let (mut heard, mut taken) = (Some(first), 0);
        while let Some(next) = heard {
            match next {
                Heard::Told(told) => self.told(told),
                Heard::End(why) => return self.ended(why).await,
            }
            taken += 1;
            let link = self.link.as_mut().filter(|_| taken < AT_ONCE);
            heard = link.and_then(|link| link.next().now_or_never());
        }
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Welcome => {
                self.source = Source::History;
                self.emulator = Terminal::new(self.size);
            }
            Told::History(bytes) => self.emulator.feed(&bytes, Source::History),
            Told::Live => {
                self.source = Source::Live;
                self.backoff.reset();
            }
            Told::Output(bytes) => {
                self.listen(&bytes);
                self.answered = self.answered.saturating_add(bytes.len());
                self.emulator.feed(&bytes, self.source);
            }
            Told::Size(size) => self.emulator.resize(size),
            Told::Called(called) => (self.called, self.renamed) = (called, true),
            // The container's own end tells it, too, and more.
            Told::Ended(_) => {}
        }
        let replies = self.emulator.replies();
        if let (false, Some(link)) = (replies.is_empty(), &self.link) {
            link.reply(replies);
        }
        for event in self.emulator.events() {
            let console = self.target.console();
            let told = match event {
                Event::Bell => ConsoleMsg::Bell { console },
                Event::Copy(text) => ConsoleMsg::Offered { console, text },
                Event::Title => continue,
            };
            // Where nobody keeps up with what a program rings and offers, it is lost.
            let _ = self.messages.try_send(Msg::Console(told));
        }
        // Of a replay only its end is of interest.
        if self.source == Source::Live {
            self.changed();
        }
    }

    /// The stream has ended: the program, its holder's connection, or the engine.
    async fn ended(&mut self, why: Option<Notice>) {
        let link = self.link.take();
        self.due.ping = None;
        if let Some(code) = link.and_then(|mut link| link.local_exit()) {
            return self.tell(Attachment::Ended(code)).await;
        }
        let Some(container) = self.target.container(&self.ground.project) else {
            return self.tell(Attachment::Closed).await;
        };
        match self.ground.engine.container(&container).await {
            Ok(container) if container.is_up() => {
                self.detached(why.unwrap_or_else(|| Notice::info("the connection ended"))).await;
            }
            Ok(container) => self.tell_end(container.exit_code).await,
            Err(error) if error.kind == ErrorKind::NotFound => self.tell(Attachment::Closed).await,
            Err(error) => self.detached(error.notice()).await,
        }
    }

    async fn detached(&mut self, why: Notice) {
        self.due.attach = Some(Instant::now() + self.backoff.pause());
        self.tell(Attachment::Detached(why.summary)).await;
    }

    /// It has ended with this code.
    async fn tell_end(&mut self, code: i64) {
        // The last picture comes before the word that it is the last.
        self.show();
        let attachment = match code {
            126 | 127 if self.said().contains(CANNOT) => Attachment::Failed(self.cannot()),
            code => Attachment::Ended(code),
        };
        self.tell(attachment).await;
    }
}
