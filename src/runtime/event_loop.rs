//! One loop over everything that happens: keys first, then frames, then messages.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::Rect;
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use crate::app::console_view::{self, Asked};
use crate::app::effect::{ConsoleAsk, Whose};
use crate::app::log_effect::LogEffect;
use crate::app::{Effect, Model, Msg, logs, update, view};
use crate::core::input::Input;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::runtime::signals::Signal;
use crate::runtime::thrift::Thrift;

/// Between two frames that messages ask for: 30 a second.
const FRAME: Duration = Duration::from_millis(33);
/// Between two frames that keys ask for: their echo is seen at once, a held key or a paste
/// does not draw for each.
const KEY_FRAME: Duration = Duration::from_millis(8);
/// Between two frames that log lines ask for where they come without end: who reads along needs
/// no more, and twenty quiet services must not keep a processor busy.
const STEADY: Duration = Duration::from_millis(500);
/// What lines that come now and then have saved up: so many frames follow each other as fast
/// as any.
const SAVED: u32 = 9;
/// How long lines wait for the disk, so that those of all services go there together. What a crash
/// takes along is read from the engine again.
const KEEP: Duration = Duration::from_secs(2);
/// Inputs that are taken in one go: a paste or a drag is one frame.
const INPUTS: usize = 64;
/// Messages that are taken in one go before keys are looked at again.
const MESSAGES: usize = 16;

/// Carries out what the model asks for and the loop cannot do itself.
pub trait Host {
    /// Carries out an effect of the project.
    fn carry_out(&mut self, effect: Effect);

    /// Stops the program as Ctrl-Z does; returns when it goes on.
    ///
    /// # Errors
    /// Why it could not be stopped.
    fn stop(&mut self, model: &Model) -> impl Future<Output = io::Result<()>>;

    /// Takes the terminal again after the program was continued.
    ///
    /// # Errors
    /// Where the terminal is gone.
    fn continued(&mut self) -> io::Result<()>;

    /// Does for the program of the console in focus what it has asked its terminal for.
    ///
    /// # Errors
    /// Where the terminal is gone.
    fn asked(&mut self, asked: Asked) -> io::Result<()>;

    /// The current time.
    fn now(&self) -> Timestamp;

    /// Bytes that the terminal was written so far.
    fn written(&self) -> u64;

    /// A frame of the model was drawn.
    fn drawn(&mut self, _model: &Model) {}

    /// Gives the terminal to an editor or a pager until that ends; tells what went wrong.
    fn give_terminal(&mut self, _effect: LogEffect) -> impl Future<Output = Option<Notice>> {
        std::future::ready(None)
    }
}

/// How the dashboard ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The user left.
    Quit,
    /// The user wants to see another dashboard.
    GoTo(Whose),
    /// A signal of this number.
    Signal(i32),
    /// The terminal is gone.
    TerminalGone,
}

/// Where everything that happens comes from.
#[derive(Debug)]
pub struct Sources<I, S> {
    /// From the terminal; its end means that the terminal is gone.
    pub input: I,
    /// From outside.
    pub signals: S,
    /// From the other edges.
    pub messages: mpsc::Receiver<Msg>,
}

/// Draws what is known before anything else is done: whatever reads files comes after it.
///
/// # Errors
/// Where the terminal cannot be written.
pub fn first_frame<B>(model: &mut Model, terminal: &mut Terminal<B>) -> io::Result<()>
where
    B: Backend,
    B::Error: Display,
{
    let size = terminal.size().map_err(broken)?;
    model.screen.size = (size.width, size.height);
    terminal.draw(|frame| view::draw(model, frame.buffer_mut())).map(drop).map_err(broken)
}

/// Runs the dashboard until it ends.
///
/// # Errors
/// Where the terminal cannot be written.
pub async fn run<B, I, S, H>(
    model: &mut Model,
    terminal: &mut Terminal<B>,
    host: &mut H,
    sources: Sources<I, S>,
) -> io::Result<Outcome>
where
    B: Backend,
    B::Error: Display,
    I: Stream<Item = io::Result<Input>> + Unpin,
    S: Stream<Item = Signal> + Unpin,
    H: Host,
{
    let Sources { input, mut signals, mut messages } = sources;
    // Never polled by another waker than the task's: crossterm's stream keeps the first it
    // is given until an event comes, so a look with `now_or_never` would lose that event.
    let mut input = input.ready_chunks(INPUTS);
    let thrift = Thrift::new(host.written());
    let mut turn = Loop {
        model,
        terminal,
        host,
        drawn: Instant::now(),
        cost: Duration::ZERO,
        spent: Instant::now(),
        thrift,
        shown: Vec::new(),
        due: None,
        keep: None,
        away: None,
        outcome: None,
    };
    turn.draw()?;
    while turn.outcome.is_none() {
        let (due, keep, tick) = (turn.due, turn.keep, turn.tick());
        tokio::select! {
            biased;
            Some(signal) = signals.next() => turn.signal(signal)?,
            inputs = input.next() => turn.inputs(inputs)?,
            () = at(due) => turn.draw()?,
            () = at(keep) => turn.keep()?,
            Some(msg) = messages.recv() => turn.messages(msg, &mut messages)?,
            () = yield_now(), if logs::is_behind(turn.model) => turn.work()?,
            () = at(tick) => turn.draw()?,
        }
        match turn.away.take() {
            Some(Away::Stop) => turn.stop().await?,
            Some(Away::Give(effect)) => turn.give_terminal(effect).await?,
            None => {}
        }
    }
    turn.keep()?;
    Ok(turn.outcome.unwrap_or(Outcome::Quit))
}

/// At a moment, or never.
async fn at(moment: Option<Instant>) {
    match moment {
        // The runtime's timers are a millisecond late, and an echo is not to be.
        Some(moment) if moment <= Instant::now() => {}
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Why the terminal is left for a while.
enum Away {
    /// It is the shell's until the program goes on.
    Stop,
    /// It is an editor's or a pager's.
    Give(LogEffect),
}

struct Loop<'a, B: Backend, H> {
    model: &'a mut Model,
    terminal: &'a mut Terminal<B>,
    host: &'a mut H,
    /// When the last frame was drawn.
    drawn: Instant,
    /// How long it took: one that messages ask for waits as long, so that on a slow or busy machine at
    /// least half of the time is left for what comes in.
    cost: Duration,
    /// Up to when the frames that were drawn last for steady lines.
    spent: Instant,
    /// What frames have cost on the way to the terminal.
    thrift: Thrift,
    /// The services whose logs the last frame had.
    shown: Vec<String>,
    /// When the next is to be.
    due: Option<Instant>,
    /// When what came is put into the spools.
    keep: Option<Instant>,
    /// Why the terminal is left now.
    away: Option<Away>,
    outcome: Option<Outcome>,
}

impl<B, H> Loop<'_, B, H>
where
    B: Backend,
    B::Error: Display,
    H: Host,
{
    /// When something on the screen changes by time alone.
    fn tick(&self) -> Option<Instant> {
        self.model.pace().map(|pace| self.drawn + pace)
    }

    fn draw(&mut self) -> io::Result<()> {
        let began = Instant::now();
        let mut effects = update(self.model, Msg::Tick(self.host.now()));
        let model = &mut *self.model;
        let frame = |frame: &mut ratatui::Frame<'_>| {
            // The terminal's size now, whatever the last event said.
            let area = frame.area();
            effects.extend(update(model, Msg::Input(Input::Resize(area.width, area.height))));
            view::draw(model, frame.buffer_mut());
            if let Some((place, _)) = console_view::asked(model).cursor {
                frame.set_cursor_position(place);
            }
        };
        self.terminal.draw(frame).map_err(broken)?;
        self.host.asked(console_view::asked(self.model))?;
        self.host.drawn(self.model);
        self.drawn = Instant::now();
        self.cost = began.elapsed();
        self.thrift.spend(self.host.written());
        self.spent = self.spent.max(self.drawn) + STEADY;
        self.shown = logs::in_view(self.model);
        self.due = None;
        effects.into_iter().try_for_each(|effect| self.effect(effect))
    }

    /// Everything that was drawn is lost: draws all of it anew.
    fn draw_anew(&mut self) -> io::Result<()> {
        // `Terminal::clear` would ask the terminal for its cursor and wait for the answer,
        // which the reader of the keys may take away from it.
        let size = self.terminal.size().map_err(broken)?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height)).map_err(broken)?;
        self.draw()
    }

    /// Asks for a frame this long after the last, if none is due before.
    fn ask(&mut self, after: Duration) {
        self.ask_by(self.drawn + after);
    }

    fn ask_by(&mut self, wanted: Instant) {
        self.due = Some(self.due.map_or(wanted, |due| due.min(wanted)));
    }

    /// From when on steady lines may have another frame.
    fn steady(&self) -> Instant {
        // Without a result the machine has just begun to count: nothing was drawn yet.
        self.spent.checked_sub(STEADY * SAVED).unwrap_or(self.drawn)
    }

    /// Asks for the frame that shows a message, if it shows anywhere.
    fn ask_for(&mut self, msg: &Msg) {
        match msg.adds_to_log() {
            Some(service) if !self.shown.iter().any(|shown| shown == service) => {}
            Some(_) => self.ask_by(self.steady().max(self.unasked())),
            None if msg.is_urgent() => self.ask(KEY_FRAME),
            None => self.ask_by(self.unasked()),
        }
    }

    /// From when on there may be a frame that no key has asked for.
    fn unasked(&self) -> Instant {
        (self.drawn + FRAME.max(self.cost)).max(self.thrift.next())
    }

    fn take(&mut self, msg: Msg) -> io::Result<()> {
        update(self.model, Msg::Tick(self.host.now()));
        for effect in update(self.model, msg) {
            self.effect(effect)?;
        }
        self.note_unkept();
        Ok(())
    }

    fn note_unkept(&mut self) {
        if logs::is_unkept(self.model) {
            self.keep.get_or_insert_with(|| Instant::now() + KEEP);
        }
    }

    /// Puts what came into the spools.
    fn keep(&mut self) -> io::Result<()> {
        self.keep = None;
        update(self.model, Msg::Keep).into_iter().try_for_each(|effect| self.effect(effect))
    }

    fn effect(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Quit => self.outcome = Some(Outcome::Quit),
            Effect::GoTo(whose) => self.outcome = Some(Outcome::GoTo(whose)),
            Effect::Redraw => self.draw_anew()?,
            Effect::Suspend => self.away = Some(Away::Stop),
            Effect::Log(effect @ (LogEffect::Edit { .. } | LogEffect::Page(_))) => {
                self.away = Some(Away::Give(effect));
            }
            other => self.host.carry_out(other),
        }
        Ok(())
    }

    async fn give_terminal(&mut self, effect: LogEffect) -> io::Result<()> {
        if let Some(notice) = self.host.give_terminal(effect).await {
            self.model.tell(notice);
        }
        self.draw_anew()
    }

    /// A slice of what is left to be searched: keys are looked at again after it.
    fn work(&mut self) -> io::Result<()> {
        self.take(Msg::Work)?;
        self.ask_by(self.unasked());
        Ok(())
    }

    async fn stop(&mut self) -> io::Result<()> {
        if let Err(error) = self.host.stop(self.model).await {
            self.model.tell(Notice::info("the program cannot be stopped here").because(error.to_string()));
        }
        self.draw_anew()
    }

    fn signal(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::End(number) => self.outcome = Some(Outcome::Signal(number)),
            Signal::Stop => self.away = Some(Away::Stop),
            Signal::Continued => {
                self.host.continued()?;
                self.draw_anew()?;
            }
        }
        Ok(())
    }

    fn inputs(&mut self, inputs: Option<Vec<io::Result<Input>>>) -> io::Result<()> {
        let mut is_seen = false;
        for input in inputs.unwrap_or_else(|| vec![Err(io::ErrorKind::UnexpectedEof.into())]) {
            match input {
                Ok(input) => is_seen |= self.input(input)?,
                Err(_) => self.outcome = Some(Outcome::TerminalGone),
            }
            if self.outcome.is_some() {
                break;
            }
        }
        match is_seen {
            true => self.ask(KEY_FRAME),
            // A frame now would be one without the echo, and the echo's had to wait for it.
            false => self.ask_by(Instant::now() + FRAME),
        }
        Ok(())
    }

    /// Takes an input; whether there is something to be seen of it. What is only passed on to
    /// a console's program is seen when that has answered.
    fn input(&mut self, input: Input) -> io::Result<bool> {
        update(self.model, Msg::Tick(self.host.now()));
        let effects = update(self.model, Msg::Input(input));
        let is_passed_on =
            |effect: &Effect| matches!(effect, Effect::Console { ask: ConsoleAsk::Key(_) | ConsoleAsk::Paste(_), .. });
        let is_seen = effects.is_empty() || !effects.iter().all(is_passed_on);
        effects.into_iter().try_for_each(|effect| self.effect(effect))?;
        self.note_unkept();
        Ok(is_seen)
    }

    fn messages(&mut self, first: Msg, more: &mut mpsc::Receiver<Msg>) -> io::Result<()> {
        let rest = std::iter::from_fn(|| more.try_recv().ok()).take(MESSAGES);
        for msg in std::iter::once(first).chain(rest) {
            self.ask_for(&msg);
            self.take(msg)?;
        }
        // A flood must not keep a search waiting.
        if logs::is_behind(self.model) { self.work() } else { Ok(()) }
    }
}

fn broken(error: impl Display) -> io::Error {
    io::Error::other(format!("could not draw: {error}"))
}
