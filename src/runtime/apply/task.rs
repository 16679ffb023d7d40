//! Steps as task containers.

use crate::actions::due::{self, Due};
use crate::core::{
    naming::Role,
    notice::Notice,
    observed::Observed,
    report::What,
    service::ServiceKind,
    spec::task::{self, TaskOptions},
    status::STOPPED_BY_SIGNAL,
    step::{LEFT_OUT, Scope, Step, StepKind},
};
use crate::runtime::{
    apply::{StepResult, StepRun, task_notice},
    observe,
};

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
        if step.kind == StepKind::Snapshot {
            self.hold().await;
        }
        let ended = self.one_shot(&spec, old, step.progress.as_deref()).await;
        self.let_go().await;
        let ended = ended?;
        self.remove_old_commands(name).await;
        match ended.exit_code {
            0 => Ok(None),
            LEFT_OUT if step.scope == Scope::Project => {
                self.report(What::Notice(task_notice::left_out(step, &ended)));
                Ok(Some("left out: its outputs cannot be written".to_owned()))
            }
            code if STOPPED_BY_SIGNAL.contains(&code) && !ended.oom_killed => Err(task_notice::stopped(step, code)),
            _ => Err(self.failed(step, &ended).await),
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
