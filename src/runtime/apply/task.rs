//! Steps as task containers.

use crate::actions::due::{self, Due};
use crate::core::{
    naming::Role,
    notice::Notice,
    report::What,
    service::ServiceKind,
    spec::task::{self, TaskOptions},
    step::{Step, StepKind},
};
use crate::runtime::{
    apply::{StepResult, StepRun, output::Ended},
    receipts,
};

/// Lines of a failed task's output that its notice shows.
const SHOWN: usize = 12;

impl StepRun<'_> {
    pub(super) async fn task(&self, name: &str) -> StepResult {
        let step = self.project().step(name).ok_or_else(|| Notice::error(format!("there is no step {name}")))?;
        if self.step.undetermined
            && let Some(reason) = self.met_already(step).await?
        {
            return Ok(Some(reason));
        }
        let options = TaskOptions {
            force: self.application.force.contains(&step.name),
            host_network: step.kind == StepKind::Packages && self.without_way_out().await,
        };
        let Some(spec) = task::spec(self.project(), self.facts(), step, options) else {
            return Err(Notice::error(format!("step {name} names the service {}, which is not there", step.service)));
        };
        let old = self.application.observed.container(Role::Task, name).map(|container| container.id.clone());
        let ended = self.one_shot(&spec, old).await?;
        if ended.exit_code == 0 {
            return Ok(None);
        }
        Err(failed(step, &ended))
    }

    /// Decides what could not be observed when the plan was made.
    async fn met_already(&self, step: &Step) -> Result<Option<String>, Notice> {
        let mut observed = super::observe_objects(self).await?;
        receipts::read(self.engine(), self.project(), &mut observed).await?;
        match due::due(self.project(), self.facts(), &observed, step) {
            Due::No => Ok(Some("its receipt says that it is done".to_owned())),
            Due::Yes(reason) | Due::Undetermined(reason) => {
                self.report(What::Begun(reason));
                Ok(None)
            }
        }
    }

    async fn without_way_out(&self) -> bool {
        let Some(service) = self.project().of_kind(ServiceKind::Django) else { return false };
        let image = crate::core::spec::build::reference(self.project(), self.facts(), service);
        self.needs_host_network(&image, "pypi.org", 443).await
    }
}

/// The notice of a failed task: the failing line first, then where to find the rest.
fn failed(step: &Step, ended: &Ended) -> Notice {
    let summary = format!("step {} failed with exit code {}", step.name, ended.exit_code);
    let cause = if ended.oom_killed {
        format!("it was killed because it used too much memory\n{}", ended.last_lines(SHOWN))
    } else {
        ended.last_lines(SHOWN)
    };
    Notice::error(summary).because(cause).remedy(format!(
        "mend what it names, then `biostar-tui up` goes on from here; `biostar-tui tasks {}` prints all of its output",
        step.name
    ))
}
