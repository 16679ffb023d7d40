//! Containers that run once.

use crate::core::{container::ContainerSpec, notice::Notice, plan::PlanKind, progress::Progress, report::What};
use crate::engine::{ErrorKind, port::LogLine};
use crate::logs::progress::Reader;
use crate::runtime::apply::{
    StepRun,
    output::{Ended, follow_to_end},
};

/// How the task runner tells that another task of its class runs.
const TURN: &str = "biostar-tui: waiting for ";

impl StepRun<'_> {
    /// Runs a container to its end, or joins the run of another client: a container of
    /// this name that is not `old` (the one that was there when the plan was made) is a
    /// run that somebody has begun since.
    ///
    /// `pattern` is a step's own expression for its progress.
    pub(super) async fn one_shot(
        &self,
        spec: &ContainerSpec,
        mut old: Option<String>,
        pattern: Option<&str>,
    ) -> Result<Ended, Notice> {
        let wanted = spec.hash();
        loop {
            let (id, ours) = self.create_or_join(spec, &mut old).await?;
            let ran = self.run_to_end(&id, Reader::new(pattern)).await;
            match ran {
                Ok(ended) if ours => return Ok(ended),
                Ok(ended) if self.was_of_spec(&id, &wanted).await => return Ok(ended),
                // Another client ran something else under this name: now ours.
                Ok(_) => old = Some(id),
                Err(error) if error.kind == ErrorKind::NotFound && !ours => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn run_to_end(&self, id: &str, mut progress: Reader) -> crate::engine::port::Result<Ended> {
        self.engine().start(id).await?;
        follow_to_end(self.engine(), id, |line| self.relay(line, &mut progress)).await
    }

    fn relay(&self, line: &LogLine, progress: &mut Reader) {
        let text = self.clean(&String::from_utf8_lossy(&line.bytes));
        let at = progress.line(&text);
        self.report(match text.strip_prefix(TURN) {
            Some(other) => What::Waiting(format!("waits for {other}")),
            None => What::Output(text),
        });
        if let Some(Progress { label, done, total }) = at {
            self.report(What::At { label, done, total });
        }
        // The command's own output is the result, not that of steps which it needed first.
        if self.step.kind == PlanKind::Task
            && self.is_forced()
            && let Some(raw) = &self.application.raw
        {
            // Nobody reads any more: the task goes on all the same.
            let _ = raw.send(line.clone());
        }
    }

    async fn was_of_spec(&self, id: &str, wanted: &str) -> bool {
        self.engine().container(id).await.is_ok_and(|container| container.spec() == wanted)
    }

    /// The id of the container to wait for, and whether it is our own.
    async fn create_or_join(&self, spec: &ContainerSpec, old: &mut Option<String>) -> Result<(String, bool), Notice> {
        loop {
            let created = match self.engine().container(&spec.name).await {
                Ok(container) if !container.is_up() && old.as_ref() == Some(&container.id) => {
                    self.engine().replace(&container.id, spec).await
                }
                Ok(container) => {
                    self.report(What::Waiting(format!("waits for {} of another client", container.part())));
                    return Ok((container.id, false));
                }
                Err(error) if error.kind == ErrorKind::NotFound => self.engine().create(spec).await,
                Err(error) => return Err(error.into()),
            };
            match created {
                Ok(id) => {
                    self.own.send_replace(Some(id.clone()));
                    return Ok((id, true));
                }
                // Another client was faster; its container is looked at anew.
                Err(error) if error.kind == ErrorKind::Conflict => {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
