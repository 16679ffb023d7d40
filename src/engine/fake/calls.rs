//! What every call goes through: the record, delays, scripted errors, an engine that is away.

use crate::engine::{
    error::{EngineError, ErrorKind},
    fake::{FakeEngine, state::State},
    port::Result,
};

impl FakeEngine {
    /// Notes a call, and gives the error that the script has for it.
    pub(super) async fn call(&self, method: &str, target: &str) -> Result<()> {
        let (delay, outcome) = {
            let mut state = self.state();
            state.calls.push(format!("{method} {target}").trim_end().to_owned());
            (state.delays.get(method).copied(), state.fault(method, target))
        };
        if let Some(delay) = delay {
            tokio::time::sleep(delay).await;
        }
        outcome
    }
}

impl State {
    fn fault(&mut self, method: &str, target: &str) -> Result<()> {
        if let Some(kind) = self.down {
            return Err(away(kind, method, target));
        }
        for fault in self.faults.iter_mut().filter(|fault| fault.method == method) {
            fault.left -= 1;
        }
        match self.faults.iter().position(|fault| fault.left == 0) {
            Some(due) => Err(self.faults.remove(due).error),
            None => Ok(()),
        }
    }
}

/// The error of an engine that is away.
pub(super) fn away(kind: ErrorKind, action: &str, target: &str) -> EngineError {
    EngineError::new(kind, action, target, "the engine is away")
}
