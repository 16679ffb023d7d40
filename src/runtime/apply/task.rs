//! Steps as task containers.

use crate::actions::due::{self, Due};
use crate::core::{
    naming::Role,
    notice::Notice,
    observed::Observed,
    report::What,
    service::ServiceKind,
    spec::task::{self, TaskOptions},
    step::{Scope, Step, StepKind},
};
use crate::runtime::{
    apply::{StepResult, StepRun, output::Ended},
    observe,
};

/// The task runner's exit code where the project's folder may not be written: what a step
/// makes there has to wait, the site need not.
const LEFT_OUT: i64 = 73;

impl StepRun<'_> {
    pub(super) async fn task(&self, name: &str) -> StepResult {
        let step = self.project().step(name).ok_or_else(|| Notice::error(format!("there is no step {name}")))?;
        if self.step.undetermined && self.is_met(step).await? {
            return Ok(Some("its receipt says that it is done".to_owned()));
        }
        let options = TaskOptions {
            force: self.is_forced(),
            host_network: step.kind == StepKind::Packages && self.without_way_out().await,
        };
        let Some(spec) = task::spec(self.project(), self.facts(), step, options) else {
            return Err(Notice::error(format!("step {name} names the service {}, which is not there", step.service)));
        };
        let old = self.application.observed.container(Role::Task, name).map(|container| container.id.clone());
        let ended = self.one_shot(&spec, old).await?;
        match ended.exit_code {
            0 => Ok(None),
            LEFT_OUT if step.scope == Scope::Project => {
                self.report(What::Notice(left_out(step, &ended)));
                Ok(Some("left out: its outputs cannot be written".to_owned()))
            }
            _ => Err(failed(step, &ended)),
        }
    }

    /// Decides what could not be observed when the plan was made. The first step that
    /// is reached reads the receipts for all; what stays undetermined reads them again.
    async fn is_met(&self, step: &Step) -> Result<bool, Notice> {
        let first = self.decisions.get_or_try_init(|| self.observe_all()).await?;
        let due = match self.due(first, step) {
            Due::Undetermined(_) => self.due(&self.observe_all().await?, step),
            decided => decided,
        };
        if let Due::Yes(reason) | Due::Undetermined(reason) = &due {
            self.report(What::Begun(reason.clone()));
        }
        Ok(due == Due::No)
    }

    fn due(&self, observed: &Observed, step: &Step) -> Due {
        due::due(self.project(), self.facts(), observed, step)
    }

    async fn observe_all(&self) -> Result<Observed, Notice> {
        Ok(observe::observe(self.engine(), self.project(), self.facts()).await?)
    }

    async fn without_way_out(&self) -> bool {
        let Some(service) = self.project().of_kind(ServiceKind::Django) else { return false };
        let image = crate::core::spec::build::reference(self.project(), self.facts(), service);
        self.needs_host_network(&image, "pypi.org", 443).await
    }
}

fn left_out(step: &Step, ended: &Ended) -> Notice {
    Notice::warning(format!("step {} was left out", step.name)).because(ended.cause()).remedy(format!(
        "make the folder writable for its owner and `biostar-tui up` again; without {} the site runs all the same",
        step.outputs.join(", ")
    ))
}

/// The notice of a failed task: the reason first, then where to find the rest.
fn failed(step: &Step, ended: &Ended) -> Notice {
    let summary = format!("step {} failed with exit code {}", step.name, ended.exit_code);
    let cause = if ended.oom_killed {
        format!("it was killed because it used too much memory\n{}", ended.cause())
    } else {
        ended.cause()
    };
    Notice::error(summary).because(cause).remedy(format!(
        "mend what it names, then `biostar-tui up` goes on from here; `biostar-tui tasks {}` prints all of its output",
        step.name
    ))
}
