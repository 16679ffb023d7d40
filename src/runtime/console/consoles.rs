//! The consoles that are open in this program: a task for each.

use std::collections::HashMap;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc::{Sender, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::app::Msg;
use crate::app::effect::ConsoleAsk;
use crate::core::console;
use crate::runtime::console::open::{Ground, Target};
use crate::runtime::console::prompts::Prompts;
use crate::runtime::console::session::Session;

/// The consoles that are open in this program.
pub struct Consoles {
    ground: Ground,
    /// What is typed waits without bound, but a person types it.
    open: HashMap<String, UnboundedSender<ConsoleAsk>>,
    tasks: JoinSet<()>,
    prompts: Prompts,
}

impl Consoles {
    /// None yet.
    pub fn new(ground: Ground) -> Self {
        let prompts = Prompts::new(ground.clone());
        Self { ground, open: HashMap::new(), tasks: JoinSet::new(), prompts }
    }

    /// Looks for debuggers that wait in a service, and goes on while there are some.
    pub fn look_for_debuggers(&mut self, service: String, messages: &Sender<Msg>) {
        self.prompts.look(service, messages);
    }

    /// Leaves them all: their programs go on. Ends when their holders have been told.
    pub fn leave(&mut self) -> BoxFuture<'static, ()> {
        self.open.clear();
        let mut tasks = std::mem::take(&mut self.tasks);
        async move { while tasks.join_next().await.is_some() {} }.boxed()
    }

    /// Passes on what is asked of a console; its task begins with the first of it.
    pub fn ask(&mut self, console: String, ask: ConsoleAsk, messages: &Sender<Msg>) {
        let asks = self.open.entry(console.clone()).or_insert_with(|| {
            let (asks, received) = unbounded_channel();
            let target = Target::of_name(&console);
            self.tasks.spawn(Session::new(target, self.ground.clone(), received, messages.clone()).run());
            asks
        });
        // An editor is opened once: nothing is asked of it any more.
        let is_over = ask == ConsoleAsk::Close && console::editor_of(&console).is_some();
        // The task lives as long as its channel does.
        let _ = asks.send(ask);
        if is_over {
            self.open.remove(&console);
        }
    }
}
