//! One console in a terminal of its own, without the rest of the dashboard.

use std::io;
use std::sync::Arc;

use tokio::sync::mpsc::{self, UnboundedSender, unbounded_channel};

use crate::app::console_view::Asked;
use crate::app::effect::ConsoleAsk;
use crate::app::log_effect::LogEffect;
use crate::app::outside::Outside;
use crate::app::{Effect, Keymap, Model, Msg};
use crate::core::console::Attachment;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::core::secret::Secrets;
use crate::core::theme::Appearance;
use crate::runtime::console::open::{Ground, Target};
use crate::runtime::console::prompts::Prompts;
use crate::runtime::console::session::Session;
use crate::runtime::event_loop::{self, Host, Outcome, Sources};
use crate::runtime::terminal::{Guard, Tty, end_on_panic};
use crate::runtime::{appearance, clipboard, clock, dashboard, keys, watchdog};

/// Messages that wait for the model.
const WAITING: usize = 16;

/// What the terminal is like.
pub struct Options {
    /// Which key leaves it.
    pub keymap: Keymap,
    /// What is masked if the program itself fails.
    pub secrets: Secrets,
    /// How it looks.
    pub appearance: Appearance,
}

/// How it was left.
pub enum Left {
    /// By its key: the program goes on.
    Running,
    /// The program has ended with this code, and with this on its screen (foreign text).
    Ended(i64, String),
    /// It could not be opened.
    Failed(Notice),
    /// A signal of this number, or the terminal is gone.
    Signal(i32),
}

/// Shows one console until it is left or ends.
///
/// # Errors
/// Where standard input and output are no terminal, or it cannot be written.
pub async fn run(ground: Ground, target: Target, options: Options) -> io::Result<Left> {
    let tty = Arc::new(Tty::open()?);
    end_on_panic(Arc::clone(&tty), options.secrets);
    let (messages, received) = mpsc::channel(WAITING);
    let mut model = Model::new(&ground.project, ground.engine.endpoint(), options.keymap);
    model.now = clock::now();
    model.screen.wear(options.appearance.on(appearance::abilities()));
    let guard = Guard::new(Arc::clone(&tty))?;
    watchdog::start(Arc::clone(&tty))?;
    let mut terminal = tty.screen()?;
    let size = terminal.size()?;
    model.screen.size = (size.width, size.height);
    let (asks, asked) = unbounded_channel();
    let first = crate::app::update::alone(&mut model, &target.console(), matches!(target, Target::Service(_)));
    let prompts = Prompts::new(ground.clone());
    let session = tokio::spawn(Session::new(target, ground, asked, messages.clone()).run());
    tty.ask_background()?;
    let mut host = Alone { tty, asks, prompts, messages };
    first.into_iter().for_each(|effect| host.carry_out(effect));
    // The reader goes on as long as it can be told to let go.
    let (_reader, keys) = keys::read();
    let sources = Sources { input: Box::pin(keys), signals: Box::pin(dashboard::signals()?), messages: received };
    let outcome = event_loop::run(&mut model, &mut terminal, &mut host, sources).await;
    // Without anybody who asks it says that it goes, and ends.
    drop(host);
    let _ = tokio::time::timeout(std::time::Duration::from_millis(200), session).await;
    drop(guard);
    drop(std::panic::take_hook());
    Ok(left(outcome?, &model))
}

fn left(outcome: Outcome, model: &Model) -> Left {
    /// A terminal that is gone ends a program as its hang-up would (signal(7)).
    const SIGHUP: i32 = 1;
    match outcome {
        Outcome::Signal(number) => Left::Signal(number),
        Outcome::TerminalGone => Left::Signal(SIGHUP),
        Outcome::Quit => match model.consoles.list.first().map(|console| (&console.attachment, &console.frame)) {
            Some((Attachment::Ended(code), frame)) => {
                Left::Ended(*code, frame.as_ref().map(|frame| frame.text()).unwrap_or_default())
            }
            Some((Attachment::Failed(notice), _)) => Left::Failed(notice.clone()),
            _ => Left::Running,
        },
        // Nothing asks for one where a console is shown and nothing else.
        Outcome::GoTo(_) => Left::Running,
    }
}

/// The host of the event loop.
struct Alone {
    tty: Arc<Tty>,
    asks: UnboundedSender<ConsoleAsk>,
    prompts: Prompts,
    messages: mpsc::Sender<Msg>,
}

impl Host for Alone {
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            // The session lives as long as this does.
            Effect::Console { ask, .. } => drop(self.asks.send(ask)),
            Effect::Debuggers { service } => self.prompts.look(service, &self.messages),
            Effect::Log(LogEffect::Copy(text)) => drop(tokio::spawn(clipboard::copy(&self.tty, &text))),
            // A terminal that is gone is found out by who reads it.
            Effect::Outside(Outside::Mouse(of)) => drop(self.tty.give_mouse(of)),
            _ => {}
        }
    }

    async fn stop(&mut self, _model: &Model) -> io::Result<()> {
        self.tty.stop()
    }

    fn continued(&mut self) -> io::Result<()> {
        self.tty.enter()
    }

    fn asked(&mut self, asked: Asked) -> io::Result<()> {
        self.tty.obey(asked.cursor.map(|(_, shape)| shape), asked.moves)
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn written(&self) -> u64 {
        self.tty.written()
    }
}
