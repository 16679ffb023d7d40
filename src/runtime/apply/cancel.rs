//! Cancelling a plan that is being applied.

use tokio::sync::watch;

use crate::core::{
    naming::Role,
    observed::Phase,
    plan::{PlanKind, Subject},
    step::Scope,
};
use crate::engine::{Engine, ErrorKind, port::Result};
use crate::runtime::apply::StepRun;

/// How long a task may take to undo or to end, in seconds, before it is killed. What it
/// does not get done is rolled back by the next run.
pub const GRACE: u32 = 10;

/// Asks a plan that is being applied to stop.
#[derive(Debug)]
pub struct Canceller(watch::Sender<bool>);

/// Tells whether that was asked for.
#[derive(Debug, Clone)]
pub struct Cancelled(watch::Receiver<bool>);

/// A pair that belongs together.
pub fn pair() -> (Canceller, Cancelled) {
    let (sender, receiver) = watch::channel(false);
    (Canceller(sender), Cancelled(receiver))
}

impl Canceller {
    /// Asks.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

impl Cancelled {
    /// Never.
    pub fn never() -> Self {
        pair().1
    }

    /// Whether it was asked for.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is. For ever, where nobody can ask any more.
    pub async fn asked(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl StepRun<'_> {
    /// Ends what the step has begun in the engine; what is left of it, in words.
    pub(super) async fn give_up(&self) -> String {
        let name = &self.step.name;
        let own = self.own.borrow().clone();
        let stopped = match own {
            Some(id) => stop(self.engine(), &id).await,
            None => Ok(false),
        };
        match stopped {
            Ok(true) => format!("{name} was stopped; {}", self.way_back()),
            Ok(false) => format!("{name} {}", self.without_container()),
            Err(error) => format!("{name} could not be stopped: {}", error.notice().summary),
        }
    }

    /// What becomes of a step that has no container of ours.
    fn without_container(&self) -> &'static str {
        match self.step.kind {
            PlanKind::Task => "goes on: another client has begun it",
            PlanKind::Build | PlanKind::Base | PlanKind::Pull => "was given up; the image from before stays",
            PlanKind::Healthy => "is not waited for any more",
            PlanKind::Dump => "was given up; nothing was removed",
            _ => "was given up",
        }
    }

    /// Who undoes half of a task.
    fn way_back(&self) -> &'static str {
        let step = match &self.step.subject {
            Subject::Step(name) => self.project().step(name),
            _ => None,
        };
        match step.map(|step| step.scope) {
            Some(Scope::Database | Scope::Packages | Scope::Project) => {
                "what it had begun is rolled back by its next run"
            }
            _ => "what it has done so far stays",
        }
    }
}

/// Stops a task; tells whether there was one. What never began is removed, and so is what
/// only looked or prepared: its end would be taken for an answer.
async fn stop(engine: &dyn Engine, id: &str) -> Result<bool> {
    let container = match engine.container(id).await {
        Ok(container) => container,
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    if container.phase == Phase::Created || container.role() != Some(Role::Task) {
        engine.remove(id).await?;
    } else {
        engine.stop(id, GRACE).await?;
    }
    Ok(container.is_up())
}
