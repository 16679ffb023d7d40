//! One loop over everything that happens: keys first, then frames, then messages.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::Rect;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::app::{Effect, Model, Msg, update, view};
use crate::core::input::Input;
use crate::core::notice::Notice;
use crate::core::observed::Timestamp;
use crate::runtime::signals::Signal;

/// Between two frames that messages ask for: 30 a second.
const FRAME: Duration = Duration::from_millis(33);
/// Between two frames that keys ask for: their echo is seen at once, a held key or a paste
/// does not draw for each.
const KEY_FRAME: Duration = Duration::from_millis(8);
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
    fn stop(&mut self) -> io::Result<()>;

    /// Takes the terminal again after the program was continued.
    ///
    /// # Errors
    /// Where the terminal is gone.
    fn continued(&mut self) -> io::Result<()>;

    /// The current time.
    fn now(&self) -> Timestamp;
}

/// How the dashboard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The user left.
    Quit,
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
    let mut turn = Loop { model, terminal, host, drawn: Instant::now(), due: None, outcome: None };
    turn.draw()?;
    while turn.outcome.is_none() {
        let (due, tick) = (turn.due, turn.tick());
        tokio::select! {
            biased;
            Some(signal) = signals.next() => turn.signal(signal)?,
            inputs = input.next() => turn.inputs(inputs)?,
            () = at(due) => turn.draw()?,
            Some(msg) = messages.recv() => turn.messages(msg, &mut messages)?,
            () = at(tick) => turn.draw()?,
        }
    }
    Ok(turn.outcome.unwrap_or(Outcome::Quit))
}

/// At a moment, or never.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

struct Loop<'a, B: Backend, H> {
    model: &'a mut Model,
    terminal: &'a mut Terminal<B>,
    host: &'a mut H,
    /// When the last frame was drawn.
    drawn: Instant,
    /// When the next is to be.
    due: Option<Instant>,
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
        update(self.model, Msg::Tick(self.host.now()));
        let model = &mut *self.model;
        let frame = |frame: &mut ratatui::Frame<'_>| {
            // The terminal's size now, whatever the last event said.
            let area = frame.area();
            update(model, Msg::Input(Input::Resize(area.width, area.height)));
            view::draw(model, frame.buffer_mut());
        };
        self.terminal.draw(frame).map_err(broken)?;
        self.drawn = Instant::now();
        self.due = None;
        Ok(())
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
        let wanted = self.drawn + after;
        self.due = Some(self.due.map_or(wanted, |due| due.min(wanted)));
    }

    fn take(&mut self, msg: Msg) -> io::Result<()> {
        update(self.model, Msg::Tick(self.host.now()));
        for effect in update(self.model, msg) {
            self.effect(effect)?;
        }
        Ok(())
    }

    fn effect(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Quit => self.outcome = Some(Outcome::Quit),
            Effect::Redraw => self.draw_anew()?,
            Effect::Suspend => self.stop()?,
            Effect::Run { .. } | Effect::Answer { .. } => self.host.carry_out(effect),
        }
        Ok(())
    }

    fn stop(&mut self) -> io::Result<()> {
        if let Err(error) = self.host.stop() {
            self.model.tell(Notice::info("the program cannot be stopped here").because(error.to_string()));
        }
        self.draw_anew()
    }

    fn signal(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::End(number) => self.outcome = Some(Outcome::Signal(number)),
            Signal::Stop => self.stop()?,
            Signal::Continued => {
                self.host.continued()?;
                self.draw_anew()?;
            }
        }
        Ok(())
    }

    fn inputs(&mut self, inputs: Option<Vec<io::Result<Input>>>) -> io::Result<()> {
        for input in inputs.unwrap_or_else(|| vec![Err(io::ErrorKind::UnexpectedEof.into())]) {
            match input {
                Ok(input) => self.take(Msg::Input(input))?,
                Err(_) => self.outcome = Some(Outcome::TerminalGone),
            }
            if self.outcome.is_some() {
                break;
            }
        }
        self.ask(KEY_FRAME);
        Ok(())
    }

    fn messages(&mut self, first: Msg, more: &mut mpsc::Receiver<Msg>) -> io::Result<()> {
        let rest = std::iter::from_fn(|| more.try_recv().ok()).take(MESSAGES);
        for msg in std::iter::once(first).chain(rest) {
            self.take(msg)?;
        }
        self.ask(FRAME);
        Ok(())
    }
}

fn broken(error: impl Display) -> io::Error {
    io::Error::other(format!("could not draw: {error}"))
}
